import { splitReference } from '../fhir/index.ts';
import { readSeveral } from '../interactions/index.ts';
import type { House } from '../interactions/index.ts';
import type { Caller } from '../base/index.ts';
import type { Claim, DeliveredEvent } from '../store/index.ts';
import { topicOf, writeNotification } from '../subscriptions/index.ts';
import type { NotifiedEvent, SubscriptionPlan } from '../subscriptions/index.ts';

/** What is sent in one go. */
export interface Message {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  /** JSON text; empty: nothing is told but that something happened. */
  readonly body: string;
  /** Number of the last event in it. */
  readonly last: number | null;
}

/** Of a message at most, in bytes: what is larger is told by its reference. */
export const MOST_BYTES = 20_000;

/**
 * What is sent to a subscriber now: what it may see at this moment, whatever it might have seen when it happened.
 * Undefined: the record that was to be sent is not there any more, or not for it.
 * @param uuid of the entry with the status
 */
export async function composeMessage(
  house: House,
  caller: Caller,
  claim: Claim,
  plan: SubscriptionPlan,
  events: readonly DeliveredEvent[],
  uuid: string,
): Promise<Message | undefined> {
  const { asks, endpoint: url, content } = plan;
  const records =
    content === null || content === 'empty'
      ? new Map<string, never>()
      : await readSeveral(
          house,
          { caller, request: `delivery ${claim.id}` },
          events.map(({ focus }) => focus).filter((focus) => focus !== ''),
        );
  if (asks.kind === 'criteria') return composePlain(plan, claim, events, records);
  const topic = topicOf(asks.topic)!.url;
  const write = (told: readonly NotifiedEvent[]): string =>
    writeNotification({
      base: house.base,
      subscription: claim.id,
      topic,
      status: claim.status,
      type: claim.kind === 'event' || claim.kind === 'resend' ? 'event-notification' : claim.kind,
      total: claim.events,
      events: told,
      content: content ?? 'empty',
      at: house.clock().toISOString(),
      id: uuid,
    });
  const told = events.map((event) => toNotified(event, content, records.get(event.focus)?.body));
  let body = write(told);
  if (content !== 'full-resource' || isSmall(body)) return { method: 'POST', url, body, last: claim.last };
  // It may be known to the receiver under the name that it has by its events: so rather less of each than fewer of them.
  if (claim.isFixed) return { method: 'POST', url, body: write(told.map(toNamed)), last: claim.last };
  // As many as fit; one that does not fit by itself is told by its reference.
  let fitting = told.length - 1;
  for (; fitting > 0; fitting--) {
    body = write(told.slice(0, fitting));
    if (isSmall(body)) return { method: 'POST', url, body, last: events[fitting - 1]!.number };
  }
  return { method: 'POST', url, body: write([toNamed(told[0]!)]), last: events[0]!.number };
}

function toNamed({ body: _body, ...named }: NotifiedEvent): NotifiedEvent {
  return named;
}

function isSmall(body: string): boolean {
  return Buffer.byteLength(body) <= MOST_BYTES;
}

function toNotified(
  { number, at, focus }: DeliveredEvent,
  content: SubscriptionPlan['content'],
  body: string | null | undefined,
): NotifiedEvent {
  const event = { number, at: new Date(at).toISOString() };
  if (content === 'empty' || body == null) return event;
  return content === 'full-resource' ? { ...event, focus, body } : { ...event, focus };
}

/**
 * Plain R4: with a payload the record itself is put below the endpoint, else it is only said that there is something.
 * https://hl7.org/fhir/R4/subscription.html#2.46.7.1
 */
function composePlain(
  { endpoint, content }: SubscriptionPlan,
  { last }: Claim,
  events: readonly DeliveredEvent[],
  records: ReadonlyMap<string, { readonly body: string | null }>,
): Message | undefined {
  const focus = events.at(-1)?.focus;
  if (content === null) return focus === '' ? undefined : { method: 'POST', url: endpoint, body: '', last };
  const body = focus === undefined ? undefined : records.get(focus)?.body;
  if (focus === undefined || body == null) return undefined;
  const [type, id] = splitReference(focus);
  return { method: 'PUT', url: `${endpoint.replace(/\/$/, '')}/${type}/${id}`, body, last };
}
