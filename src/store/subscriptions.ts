import type { Queryable, Statement } from './database.ts';

export type SubscriptionStatus = 'requested' | 'active' | 'error' | 'off';

/** What is kept of a subscription beside its record, as its organisation may change it. */
export interface SubscriptionRow {
  /** `Subscription/x`, or `push/organization`. */
  readonly id: string;
  readonly organization: string;
  /** Under whose grants it is told, and those that it had then. */
  readonly client: string;
  readonly scopes: readonly string[];
  readonly channel: 'rest-hook' | 'push';
  /** Name of a topic, or a resource type. */
  readonly asks: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** JSON text. */
  readonly plan: string;
  readonly status: SubscriptionStatus;
  /** Instant. */
  readonly endsAt?: string | undefined;
  /** Events in one message at most. */
  readonly maxCount: number;
  /** Seconds. */
  readonly heartbeat?: number | undefined;
  /** The version of its record that is written; 1 unless told. It counts where there is none yet. */
  readonly version?: number;
}

/** How far a subscription has come. */
export interface SubscriptionProgress {
  readonly id: string;
  readonly organization: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly asks: string;
  readonly origin: string;
  readonly plan: string;
  readonly status: SubscriptionStatus;
  readonly error: string | null;
  /** The last number that was given, and the last that arrived. */
  readonly events: number;
  readonly delivered: number;
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number | null;
}

/** One event as a subscription is told it. */
export interface SubscriptionEventRow {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: string;
  /** Empty: it is of what the subscription asked for formerly. */
  readonly focus: string;
  readonly caseId: string | null;
}

const OWN = `(select set_config('app.org', $1, true)) is not null`;

// A subscription that is requested anew begins where it stopped; what was on its way is sent in new batches. Another client
// that requests it is not to know what the former one verifies by; who turns it off takes nothing over.
const SAVE: Statement = {
  name: 'subscription_save',
  text: `with taken as (
      delete from subscription_secret x using subscription s
      where s.id = $2 and s.organization = $1 and s.client <> $3 and $9 = 'requested' and x.subscription = s.id and ${OWN}
    )
    insert into subscription as s (id, organization, client, scopes, channel, asks, origin, plan, status, shown, ends_at, max_count,
      heartbeat, due_at, created_at, began_with)
    select $2, $1, $3, $4, $5, $6, $7, $8, $9, $9, $10::timestamptz, $12::int4, $13::int4,
      case when $9 = 'requested' then $11::timestamptz end, $11::timestamptz, $14::int8
    where ${OWN}
    on conflict (id) do update set
      client = case when excluded.status = 'off' then s.client else excluded.client end,
      scopes = case when excluded.status = 'off' then s.scopes else excluded.scopes end, asks = excluded.asks,
      origin = excluded.origin, plan = excluded.plan, status = excluded.status, shown = excluded.shown, ends_at = excluded.ends_at,
      max_count = excluded.max_count, heartbeat = excluded.heartbeat, error = null,
      since = case when s.status = 'off' or excluded.status = 'off' then null else s.since end, revision = gen_random_uuid(),
      -- Filters of a topic may change: what happened is told under that topic still.
      former = case when s.asks = excluded.asks and (s.plan::json #>> '{asks,kind}' is distinct from 'criteria'
        or s.plan::json #>> '{asks,query}' = excluded.plan::json #>> '{asks,query}') then s.former else s.events end,
      due_at = excluded.due_at, attempt = 0, batch_until = null, lease = null, lease_until = null
    where s.organization = $1`,
};
const COUNT: Statement = {
  name: 'subscriptions_count',
  text: `select count(*) as all, count(*) filter (where plan::json #>> '{asks,kind}' = 'criteria') as plain from subscription
    where organization = $1 and id <> $2 and channel = 'rest-hook' and status <> 'off' and ${OWN}`,
};
const REMOVE: Statement = {
  name: 'subscription_remove',
  text: `delete from subscription where id = $2 and organization = $1 and ${OWN}`,
};
const PROGRESS = `id, organization, client, string_to_array(scopes, ' ') as scopes, asks, origin, plan, status, error,
  events, delivered, attempt, date_part('epoch', due_at) * 1000 as "dueAt"`;
const FIND: Statement = {
  name: 'subscriptions_find',
  text: `select ${PROGRESS} from subscription where organization = $1 and id = any ($2::text[]) and ${OWN} order by id`,
};
const LIST: Statement = {
  name: 'subscriptions_list',
  text: `select ${PROGRESS} from subscription
    where organization = $1 and channel = 'rest-hook' and ($2::text[] is null or id = any ($2::text[]))
      and ($3::text[] is null or status = any ($3::text[])) and ${OWN} order by id limit $4`,
};
const EVENTS: Statement = {
  name: 'subscription_events_read',
  text: `select e.number, date_part('epoch', e.at) * 1000 as at, e.kind, case when e.number > s.former then e.focus else '' end as focus,
      e.case_id as "caseId"
    from subscription_event e join subscription s on s.id = e.subscription
    where e.subscription = $2 and e.number between $3::int8 and $4::int8 and ${OWN} order by e.number limit $5`,
};
const UNSHOWN: Statement = {
  name: 'subscriptions_unshown',
  text: `select id, organization, status, error, shown, events, delivered from subscription
    where shown <> status order by id limit $1`,
};
const SHOW: Statement = {
  name: 'subscription_show',
  text: `update subscription set shown = $3 where id = $2 and organization = $1 and status = $3 and shown <> $3 and ${OWN} returning id`,
};
const RESEND: Statement = {
  name: 'subscription_resend',
  text: `update subscription set resend_next = $3::int8, resend_until = $4::int8,
      due_at = case when attempt = 0 then least(due_at, $5::timestamptz) else due_at end
    where id = $2 and organization = $1 and ${OWN} and status = 'active' and resend_next is null returning id`,
};

/** Saves what a Subscription asks for, in the transaction that writes its record. @param now instant */
export async function saveSubscription(on: Queryable, row: SubscriptionRow, now: string): Promise<void> {
  await on.query(SAVE, [
    row.organization,
    row.id,
    row.client,
    row.scopes.join(' '),
    row.channel,
    row.asks,
    row.origin,
    row.plan,
    row.status,
    row.endsAt ?? null,
    now,
    row.maxCount,
    row.heartbeat ?? null,
    row.version ?? 1,
  ]);
}

/** How many an organisation has besides `id` that are not off; of those that others are writing at the moment none. */
export async function countOtherSubscriptions(
  on: Queryable,
  organization: string,
  id: string,
): Promise<{ readonly all: number; readonly plain: number }> {
  const [found] = await on.query<{ all: number; plain: number }>(COUNT, [organization, id]);
  return found!;
}

/** Its events and what was tried go with it. */
export async function removeSubscription(on: Queryable, organization: string, id: string): Promise<void> {
  await on.query(REMOVE, [organization, id]);
}

/** Those of `ids` that are the organisation's, in order. */
export async function findSubscriptions(
  on: Queryable,
  organization: string,
  ids: readonly string[],
): Promise<SubscriptionProgress[]> {
  return on.query<SubscriptionProgress & Record<string, unknown>>(FIND, [organization, ids]);
}

/** Those that send to an endpoint, in order: of these `ids`, with one of these `statuses`; without them, all. */
export async function listSubscriptions(
  on: Queryable,
  organization: string,
  wanted: { readonly ids?: readonly string[]; readonly statuses?: readonly string[]; readonly limit: number },
): Promise<SubscriptionProgress[]> {
  const { ids = null, statuses = null, limit } = wanted;
  return on.query<SubscriptionProgress & Record<string, unknown>>(LIST, [organization, ids, statuses, limit]);
}

/** Events under the numbers `first` to `last`, at most `limit`. */
export async function readSubscriptionEvents(
  on: Queryable,
  organization: string,
  id: string,
  first: number,
  last: number,
  limit: number,
): Promise<SubscriptionEventRow[]> {
  return on.query<SubscriptionEventRow & Record<string, unknown>>(EVENTS, [organization, id, first, last, limit]);
}

/** A subscription whose record does not show yet what became of it. */
export interface UnshownSubscription {
  readonly id: string;
  readonly organization: string;
  readonly status: SubscriptionStatus;
  readonly error: string | null;
  readonly shown: SubscriptionStatus;
  readonly events: number;
  readonly delivered: number;
}

export async function readUnshown(on: Queryable, limit: number): Promise<UnshownSubscription[]> {
  return on.query<UnshownSubscription & Record<string, unknown>>(UNSHOWN, [limit]);
}

/** Its record shows it, in the same transaction. False: it did already, or it has another status by now. */
export async function markShown(on: Queryable, { organization, id, status }: UnshownSubscription): Promise<boolean> {
  return (await on.query(SHOW, [organization, id, status])).length > 0;
}

/** Has the events `first` to `last` sent once more. False: it is not active, or does so already. @param now instant */
export async function resendEvents(
  on: Queryable,
  organization: string,
  id: string,
  first: number,
  last: number,
  now: string,
): Promise<boolean> {
  return (await on.query(RESEND, [organization, id, first, last, now])).length > 0;
}
