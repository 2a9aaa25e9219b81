/** An object of a resource tree. */
export type Node = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An element that has members; anything else as one that has none. */
export function nodeOf(value: unknown): Node {
  return isNode(value) ? value : {};
}

/** The items of a repeating element; a single one counts as a list of one. */
export function items(value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}

/** A text that is not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The extensions of an element that have this url. */
export function extensionsOf(element: unknown, url: string): Node[] {
  return items(nodeOf(element).extension)
    .filter(isNode)
    .filter((one) => one.url === url);
}

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';

/** http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/artifacts.html#structures-extension-definitions */
export const FILTER_CRITERIA = `${BACKPORT}/backport-filter-criteria`;
export const PAYLOAD_CONTENT = `${BACKPORT}/backport-payload-content`;
export const HEARTBEAT_PERIOD = `${BACKPORT}/backport-heartbeat-period`;
export const TIMEOUT = `${BACKPORT}/backport-timeout`;
export const MAX_COUNT = `${BACKPORT}/backport-max-count`;
export const CHANNEL_TYPE = `${BACKPORT}/backport-channel-type`;
export const NOTIFICATION_PROFILE = `${BACKPORT}/backport-subscription-notification-r4`;
export const STATUS_PROFILE = `${BACKPORT}/backport-subscription-status-r4`;
