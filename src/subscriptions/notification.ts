import type { Resource } from '../fhir/index.ts';
import { NOTIFICATION_PROFILE } from './elements.ts';
import type { PayloadContent } from './plan.ts';
import type { NotifiedEvent, StatusInput } from './status.ts';
import { statusParameters } from './status.ts';

export interface NotificationInput extends StatusInput {
  /** In the order of their numbers. */
  readonly events: readonly NotifiedEvent[];
  readonly content: PayloadContent;
  /** Instant at which it is written. */
  readonly at: string;
  /** UUID: of the entry that tells the status. */
  readonly id: string;
  /** What there is to say of it besides: an OperationOutcome. */
  readonly outcome?: Resource;
}

/**
 * The JSON text of a notification: a history whose first entry tells the status and all events, and whose others are the
 * records that these are about, each once: as links for id-only, with the records for full-resource.
 * http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-notification-r4.html
 */
export function writeNotification(input: NotificationInput): string {
  const { base, subscription, at, id, content, events, outcome } = input;
  const shown = content === 'empty' ? events.map(({ number, at: when }) => ({ number, at: when })) : events;
  const status: Resource = { ...statusParameters({ ...input, events: shown }, content !== 'empty'), id };
  const first = entry(`urn:uuid:${id}`, `${base}/${subscription}/$status`, JSON.stringify(status), outcome);
  const records = uniqueRecords(shown).map(([ref, body]) =>
    entry(`${base}/${ref}`, `${base}/${ref}`, content === 'full-resource' ? body : undefined),
  );
  const meta = JSON.stringify({ profile: [NOTIFICATION_PROFILE] });
  const entries = [first, ...records].join(',');
  return `{"resourceType":"Bundle","meta":${meta},"type":"history","timestamp":${JSON.stringify(at)},"entry":[${entries}]}`;
}

/** Several events may be about one record: it is in the Bundle once, as it is now. */
function uniqueRecords(events: readonly NotifiedEvent[]): (readonly [ref: string, body: string | undefined])[] {
  const records = new Map<string, string | undefined>();
  for (const { focus, body } of events) if (focus !== undefined) records.set(focus, body ?? records.get(focus));
  return [...records];
}

/** A history asks each entry for what was requested and what was answered (bdl-3, bdl-4): here a read. */
function entry(fullUrl: string, url: string, body: string | undefined, outcome?: Resource): string {
  const resource = body === undefined ? '' : `,"resource":${body}`;
  const request = JSON.stringify({ method: 'GET', url });
  const response = JSON.stringify({ status: '200', ...(outcome === undefined ? {} : { outcome }) });
  return `{"fullUrl":${JSON.stringify(fullUrl)}${resource},"request":${request},"response":${response}}`;
}
