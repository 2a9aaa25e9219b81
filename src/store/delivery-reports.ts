import type { Queryable, Statement } from './database.ts';
import type { SubscriptionStatus } from './subscriptions.ts';

/** How a subscription, or a push into a partner's own server, stands: for people. Instants are in ms since 1970. */
export interface DeliveryReport {
  /** `Subscription/x`, or `push/organization`. */
  readonly id: string;
  readonly organization: string;
  readonly channel: 'rest-hook' | 'push';
  /** Name of a topic, or a resource type. */
  readonly asks: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly status: SubscriptionStatus;
  /** Why the last try failed, or why it stands still. */
  readonly reason: string | null;
  /** The last number that was given, and the last that arrived. */
  readonly events: number;
  readonly delivered: number;
  /** Numbers that are to be sent once more. */
  readonly resendNext: number | null;
  readonly resendUntil: number | null;
  /** Tries of what is under way that have failed. */
  readonly failedTries: number;
  /** Events of the last 30 days that were given up one by one while others went on, and have not arrived since. */
  readonly givenUp: readonly number[];
  /** When the oldest event that has not arrived happened. */
  readonly waitingSince: number | null;
  readonly nextTryAt: number | null;
  /** When something arrived last. */
  readonly arrivedAt: number | null;
}

/** One try to send something. */
export interface AttemptReport {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly subscription: string;
  readonly organization: string;
  /** The `webhook-id`. */
  readonly message: string;
  readonly kind: 'handshake' | 'heartbeat' | 'event' | 'resend';
  /** 1: the first try of this message. */
  readonly attempt: number;
  readonly outcome: 'delivered' | 'later' | 'dead';
  /** HTTP status. */
  readonly status: number | null;
  readonly reason: string | null;
  readonly ms: number;
}

/** Which of them, in order of id. */
export interface DeliveryWindow {
  /** Of this organisation alone. */
  readonly organization?: string;
  readonly subscription?: string;
  /** Those that fail or have given up something since this instant. */
  readonly failedSince?: string;
  readonly after?: string;
  readonly limit: number;
}

/** Which tries, the latest first. */
export interface AttemptWindow {
  readonly organization?: string;
  readonly subscription?: string;
  /** Those that did not arrive alone. */
  readonly failedOnly?: boolean;
  /** Instant. */
  readonly since: string;
  readonly limit: number;
}

/** What may be sent once more: numbers of events. */
export interface ReplayState {
  readonly status: SubscriptionStatus;
  readonly events: number;
  readonly delivered: number;
  /** The first that is there still. */
  readonly oldest: number | null;
}

/** Numbers, both included. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
}

// A request sees those of its organisation by row-level security, too; who runs the server names none and sees all.
const OWN = `(select set_config('app.org', coalesce($1, ''), true)) is not null and ($1::text is null or s.organization = $1)`;

const LIST: Statement = {
  name: 'delivery_reports',
  text: `select s.id, s.organization, s.channel, s.asks, s.origin, s.status, s.error as reason, s.events, s.delivered,
      s.resend_next as "resendNext", s.resend_until as "resendUntil", s.attempt as "failedTries",
      -- Of pushes: a subscription stands still at the first that it is not sent.
      case when s.channel = 'push' then array(
        select a.first::int4 from delivery_attempt a
        where a.subscription = s.id and a.outcome = 'dead' and a.kind in ('event', 'resend') and a.first is not null and not exists (
          select from delivery_attempt b where b.subscription = s.id and b.outcome = 'delivered' and b.first <= a.first
            and b.last >= a.first and b.at > a.at)
        group by 1 order by 1 limit 100) else '{}'::int4[] end as "givenUp",
      date_part('epoch', (select e.at from subscription_event e
        where e.subscription = s.id and e.number > s.delivered order by e.number limit 1)) * 1000 as "waitingSince",
      date_part('epoch', s.due_at) * 1000 as "nextTryAt", date_part('epoch', s.sent_at) * 1000 as "arrivedAt"
    from subscription s
    where ${OWN} and s.id > coalesce($2, '') and ($3::text is null or s.id = $3)
      and ($4::timestamptz is null or s.status = 'error' or s.attempt > 0 or exists (
        select from delivery_attempt a where a.subscription = s.id and a.at >= $4::timestamptz and a.outcome = 'dead'))
    order by s.id limit $5`,
};
// The latest of each by its index: what was tried in a day may be millions.
const ATTEMPTS: Statement = {
  name: 'delivery_attempts',
  text: `select date_part('epoch', a.at) * 1000 as at, a.subscription, a.organization, a.message, a.kind, a.attempt, a.outcome,
      a.status, a.reason, a.ms
    from subscription s cross join lateral (
      select * from delivery_attempt d
      where d.subscription = s.id and d.at >= $3::timestamptz and (not $4 or d.outcome <> 'delivered')
      order by d.at desc limit $5
    ) a
    where ${OWN} and ($2::text is null or s.id = $2)
    order by a.at desc, a.subscription limit $5`,
};
const HOLD: Statement = {
  name: 'delivery_hold',
  text: `select s.status, s.events, s.delivered,
      (select e.number from subscription_event e where e.subscription = s.id order by e.number limit 1) as oldest
    from subscription s where ${OWN} and s.id = $2 for no key update`,
};
// What had failed begins its tries anew. Who was given up shakes hands first, and is sent then what waits.
const REPLAY: Statement = {
  name: 'delivery_replay',
  text: `update subscription s set attempt = 0, due_at = $3::timestamptz,
      status = case when s.status = 'error' then 'requested' else s.status end,
      error = case when s.status = 'error' then null else s.error end,
      resend_next = coalesce($4::int8, s.resend_next), resend_until = coalesce($5::int8, s.resend_until)
    where ${OWN} and s.id = $2`,
};

export async function listDeliveries(on: Queryable, window: DeliveryWindow): Promise<DeliveryReport[]> {
  const { organization = null, after = null, subscription = null, failedSince = null, limit } = window;
  return on.query<DeliveryReport & Record<string, unknown>>(LIST, [
    organization,
    after,
    subscription,
    failedSince,
    limit,
  ]);
}

export async function listAttempts(on: Queryable, window: AttemptWindow): Promise<AttemptReport[]> {
  const { organization = null, subscription = null, since, failedOnly = false, limit } = window;
  return on.query<AttemptReport & Record<string, unknown>>(ATTEMPTS, [
    organization,
    subscription,
    since,
    failedOnly,
    limit,
  ]);
}

/** Holds a subscription until the end of the transaction; undefined: there is none that whoever asks may know of. */
export async function holdForReplay(
  on: Queryable,
  organization: string | undefined,
  id: string,
): Promise<ReplayState | undefined> {
  const [row] = await on.query<ReplayState & Record<string, unknown>>(HOLD, [organization ?? null, id]);
  return row;
}

/** Has what waits sent now, and `again` once more before it. @param now instant */
export async function replayDeliveries(
  on: Queryable,
  organization: string | undefined,
  id: string,
  now: string,
  again?: NumberRange,
): Promise<void> {
  await on.query(REPLAY, [organization ?? null, id, now, again?.first ?? null, again?.last ?? null]);
}
