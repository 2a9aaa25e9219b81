import type { Resource } from '../fhir/index.ts';
import { STATUS_PROFILE } from './elements.ts';

/** http://hl7.org/fhir/subscription-status */
export type SubscriptionStatus = 'requested' | 'active' | 'error' | 'off';

/** http://hl7.org/fhir/subscription-notification-type */
export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';

/** Why notifications do not get through: a code of http://terminology.hl7.org/CodeSystem/subscription-error, or words. */
export interface SubscriptionError {
  readonly code?: string;
  readonly text?: string;
}

export interface StatusInput {
  /** The FHIR base without a slash at its end. */
  readonly base: string;
  /** `Subscription/x` */
  readonly subscription: string;
  /** Canonical; absent for plain criteria. */
  readonly topic?: string;
  readonly status: SubscriptionStatus;
  readonly type: NotificationType;
  /** Events since the subscription began, those of this notification among them. */
  readonly total: number;
  readonly error?: SubscriptionError;
}

/**
 * What `$status` says of one Subscription.
 * http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-status-r4.html
 */
export function writeStatus(input: StatusInput): Resource {
  return statusParameters({ ...input, events: [] }, true);
}

/** What a notification tells of. */
export interface NotifiedEvent {
  /** From 1, without gaps in a subscription. */
  readonly number: number;
  /** Instant. */
  readonly at: string;
  /** `Type/id`; absent: not to be seen any more. */
  readonly focus?: string;
  /** JSON text of the focus as it is now, for full-resource; absent: too large, say, and to be read. */
  readonly body?: string;
  /** `Type/id`s that go with it. */
  readonly related?: readonly string[];
}

interface StatusAndEvents extends StatusInput {
  readonly events: readonly NotifiedEvent[];
}

/** `named`: whether the topic is told, which an empty notification does not do. */
export function statusParameters(input: StatusAndEvents, named: boolean): Resource {
  const { base, subscription, topic, status, type, total, events, error } = input;
  return {
    resourceType: 'Parameters',
    meta: { profile: [STATUS_PROFILE] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${base}/${subscription}` } },
      ...(topic === undefined || !named ? [] : [{ name: 'topic', valueCanonical: topic }]),
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(total) },
      ...events.map((event) => ({ name: 'notification-event', part: eventParts(base, event) })),
      ...(error === undefined ? [] : [{ name: 'error', valueCodeableConcept: errorConcept(error) }]),
    ],
  };
}

function eventParts(base: string, { number, at, focus, related = [] }: NotifiedEvent): unknown[] {
  const reference = (ref: string) => ({ reference: `${base}/${ref}` });
  return [
    { name: 'event-number', valueString: String(number) },
    { name: 'timestamp', valueInstant: at },
    ...(focus === undefined ? [] : [{ name: 'focus', valueReference: reference(focus) }]),
    ...related.map((ref) => ({ name: 'additional-context', valueReference: reference(ref) })),
  ];
}

function errorConcept({ code, text }: SubscriptionError): unknown {
  const system = 'http://terminology.hl7.org/CodeSystem/subscription-error';
  return { ...(code === undefined ? {} : { coding: [{ system, code }] }), ...(text === undefined ? {} : { text }) };
}
