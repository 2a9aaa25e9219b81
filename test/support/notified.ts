import type { Json } from './house.ts';
import type { Receiver } from './receiver.ts';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
export const TOPIC = 'https://consilium.example/fhir/SubscriptionTopic';

export interface SubscriptionSheet {
  readonly endpoint: string;
  readonly content?: 'empty' | 'id-only' | 'full-resource';
  /** `Task?case=…` */
  readonly filters?: readonly string[];
  readonly maxCount?: number;
  readonly echo?: boolean;
  /** Put into the Subscription over what stands there. */
  readonly more?: Json;
}

/** A Subscription to a topic, by its name, as a client sends it. */
export function topicSubscription(topic: string, sheet: SubscriptionSheet): Json {
  const { endpoint, content = 'id-only', filters = [], maxCount, echo, more } = sheet;
  const criteria = filters.map((valueString) => ({ url: `${BACKPORT}/backport-filter-criteria`, valueString }));
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'invented',
    criteria: `${TOPIC}/${topic}`,
    ...(criteria.length === 0 ? {} : { _criteria: { extension: criteria } }),
    ...(echo === undefined
      ? {}
      : {
          extension: [
            { url: 'https://consilium.example/fhir/StructureDefinition/subscription-echo', valueBoolean: echo },
          ],
        }),
    channel: {
      type: 'rest-hook',
      endpoint,
      payload: 'application/fhir+json',
      _payload: { extension: [{ url: `${BACKPORT}/backport-payload-content`, valueCode: content }] },
      ...(maxCount === undefined
        ? {}
        : { extension: [{ url: `${BACKPORT}/backport-max-count`, valuePositiveInt: maxCount }] }),
    },
    ...more,
  };
}

/** A Subscription with plain criteria of R4. */
export function plainSubscription(criteria: string, endpoint: string, payload?: string): Json {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'invented',
    criteria,
    channel: { type: 'rest-hook', endpoint, ...(payload === undefined ? {} : { payload }) },
  };
}

/** What a notification says. */
export interface Notified {
  /** `handshake`, `event-notification`, … */
  readonly type: string;
  readonly status: string;
  readonly topic: string | undefined;
  /** Events since the beginning. */
  readonly total: number;
  readonly events: readonly { readonly number: number; readonly at: string; readonly focus: string | undefined }[];
  /** What is in it besides, as `Type/id`, with the record where it is there. */
  readonly records: readonly { readonly ref: string; readonly resource: Json }[];
  /** Texts of what is said besides. */
  readonly remarks: readonly string[];
}

export function readNotified(bundle: Json): Notified {
  const [{ resource: status, response }, ...entries] = bundle.entry;
  const named = (list: Json[], name: string): Json => list.find((one: Json) => one.name === name);
  const { parameter } = status;
  return {
    type: named(parameter, 'type').valueCode,
    status: named(parameter, 'status').valueCode,
    topic: named(parameter, 'topic')?.valueCanonical,
    total: Number(named(parameter, 'events-since-subscription-start').valueString),
    events: parameter
      .filter(({ name }: Json) => name === 'notification-event')
      .map(({ part }: Json) => ({
        number: Number(named(part, 'event-number').valueString),
        at: named(part, 'timestamp').valueInstant,
        focus: named(part, 'focus') && shortOf(named(part, 'focus').valueReference.reference),
      })),
    records: entries.map(({ fullUrl, resource }: Json) => ({ ref: shortOf(fullUrl), resource })),
    remarks: (response?.outcome?.issue ?? []).map(({ details }: Json) => details.text),
  };
}

function shortOf(url: string): string {
  return url.split('/').slice(-2).join('/');
}

/** The notifications that came to a path, in order. */
export function notifiedAt({ received }: Receiver, path: string): Notified[] {
  return received.filter((one) => one.path === path).map(({ body }) => readNotified(JSON.parse(body)));
}

/** All events that came to a path, one notification after the other. */
export function eventsAt(receiver: Receiver, path: string): Notified['events'] {
  return notifiedAt(receiver, path).flatMap(({ events }) => events);
}
