import type { AttemptReport, DeliveryReport } from '../store/index.ts';

/** How one subscription, or a push into a partner's own server, stands. Nothing of what is sent, nor where beyond the host. */
export interface DeliveryView {
  /** That of the Subscription, or `push:` and the organisation. */
  readonly id: string;
  readonly organization: string;
  readonly channel: 'rest-hook' | 'push';
  /** Name of a topic, or a resource type. */
  readonly topic: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly status: string;
  /** Why the last try failed, or why it stands still: a code. */
  readonly reason?: string;
  /** The last number that was given, and the last that arrived. */
  readonly events: number;
  readonly delivered: number;
  /** Events that have not arrived. */
  readonly waiting: number;
  /** How long the oldest of them has been waiting, in s. */
  readonly lag?: number;
  /** Numbers of events that were given up while later ones went on, and have not arrived since. */
  readonly givenUp?: readonly number[];
  /** Tries that have failed in a row. */
  readonly failedTries: number;
  /** Instants. */
  readonly nextTry?: string;
  readonly lastArrival?: string;
  /** Numbers of what is being sent once more. */
  readonly resending?: { readonly from: number; readonly until: number };
}

/** One try to send something. */
export interface AttemptView {
  /** Instant. */
  readonly at: string;
  /** The `webhook-id`. */
  readonly message: string;
  readonly kind: string;
  /** 1: the first try of this message. */
  readonly attempt: number;
  readonly outcome: 'delivered' | 'later' | 'dead';
  /** HTTP status. */
  readonly status?: number;
  readonly reason?: string;
  readonly ms: number;
}

export function viewDelivery(row: DeliveryReport, now: Date): DeliveryView {
  const { id, organization, channel, asks, origin, status, reason, events, delivered, failedTries } = row;
  const { givenUp, waitingSince, nextTryAt, arrivedAt, resendNext, resendUntil } = row;
  return {
    id: toShownId(id),
    organization,
    channel,
    topic: asks,
    origin,
    status,
    ...(reason === null ? {} : { reason }),
    events,
    delivered,
    waiting: events - delivered,
    ...(waitingSince === null ? {} : { lag: Math.max(0, Math.round((now.getTime() - waitingSince) / 1000)) }),
    ...(givenUp.length === 0 ? {} : { givenUp }),
    failedTries,
    ...(nextTryAt === null ? {} : { nextTry: toInstant(nextTryAt) }),
    ...(arrivedAt === null ? {} : { lastArrival: toInstant(arrivedAt) }),
    ...(resendNext === null || resendUntil === null ? {} : { resending: { from: resendNext, until: resendUntil } }),
  };
}

export function viewAttempt({ at, message, kind, attempt, outcome, status, reason, ms }: AttemptReport): AttemptView {
  return {
    at: toInstant(at),
    message,
    kind,
    attempt,
    outcome,
    ...(status === null ? {} : { status }),
    ...(reason === null ? {} : { reason }),
    ms,
  };
}

/** As people and addresses name it: an id of FHIR has no colon. */
export function toShownId(stored: string): string {
  return stored.replace(/^Subscription\//, '').replace(/^push\//, 'push:');
}

/** The other way round; a reference is taken, too. */
export function toStoredId(shown: string): string {
  if (shown.startsWith('push:')) return `push/${shown.slice('push:'.length)}`;
  return shown.includes('/') ? shown : `Subscription/${shown}`;
}

function toInstant(ms: number): string {
  return new Date(ms).toISOString();
}
