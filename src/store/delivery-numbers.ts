import type { Queryable, Statement } from './database.ts';
import type { OutboxRow } from './outbox.ts';

/** A subscription as far as it decides who is told. */
export interface Follower {
  readonly id: string;
  readonly organization: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly channel: 'rest-hook' | 'push';
  readonly asks: string;
  readonly plan: string;
  /** Snapshot: it is told of what was not committed yet then. */
  readonly since: string;
  /** Another one once something of this has changed. */
  readonly revision: string;
}

/** An event for a subscription, still without its number. */
export interface ToldEvent {
  readonly subscription: string;
  /** Of the subscription for which it was decided. */
  readonly revision: string;
  /** Instant. */
  readonly at: string;
  readonly kind: string;
  readonly focus: string;
  readonly caseId?: string;
}

/** An announcement, and the transaction that made it. */
export interface Announcement extends OutboxRow {
  readonly xid: string;
}

/** What a case decides of who is told, and the request that opened it. */
export interface StoredCaseFacts {
  readonly id: string;
  readonly number: string;
  readonly serviceRequest: string;
  readonly task: string;
  readonly placer: string;
  readonly programme: string;
  readonly sponsors: readonly string[];
  /** SNOMED CT code of the specialty that it was routed to. */
  readonly specialty: string | null;
  /** Text of the ServiceRequest, where it was asked for. */
  readonly request: string | null;
}

/** Consumers of the outbox that give out numbers: of what happens to cases, and of records. */
export type NumberingConsumer = 'delivery' | 'delivery-records';

const CONSUMERS: readonly NumberingConsumer[] = ['delivery', 'delivery-records'];

/** In error, a subscription is not sent to, and is told all the same: once it is requested again, nothing is missing. */
const FOLLOWS = `since is not null and status <> 'off'`;
const FOLLOWER = `id, organization, client, string_to_array(scopes, ' ') as scopes, channel, asks, plan, since::text as since, revision`;
const FOLLOWERS: Statement = {
  name: 'followers',
  text: `select ${FOLLOWER} from subscription
    -- What is everybody's may be told to all.
    where (organization = any ($1::text[]) or '*' = any ($1::text[])) and asks = any ($2::text[]) and ${FOLLOWS} order by id`,
};
const HOLD_FOLLOWERS: Statement = {
  name: 'followers_hold',
  text: `select ${FOLLOWER} from subscription where id = any ($1::text[]) and ${FOLLOWS} order by id for update`,
};
// What was committed while an older transaction is open still is handed out once that has ended: soon.
const PEEK: Statement = {
  name: 'numbering_peek',
  text: `select first_open::text as seen, c.window_end is not null or exists (
      select 1 from outbox o where o.xid >= greatest(c.horizon, $3::xid8) and o.xid < first_open and o.kind = any ($2::text[])
    ) as waiting, exists (select 1 from outbox o where o.xid >= first_open and o.kind = any ($2::text[])) as coming,
      exists (select 1 from subscription where due_at <= $4::timestamptz) as due
    from pg_snapshot_xmin(pg_current_snapshot()) as first_open left join outbox_consumer c on c.name = $1`,
};
const ASKED: Statement = {
  name: 'subscriptions_asked',
  text: `select distinct asks from subscription where ${FOLLOWS}`,
};
const BEGIN: Statement = {
  name: 'numbering_begin',
  text: `insert into outbox_consumer (name, horizon) select name, pg_snapshot_xmin(pg_current_snapshot()) from unnest($1::text[]) as name
    on conflict do nothing`,
};
// Not the row itself: who holds a row has an id of a transaction, and nothing that is committed after that is numbered, by
// anybody, until it has ended. Finding out who is to be told may take a while.
const MINE: Statement = {
  name: 'numbering_mine',
  text: `select pg_try_advisory_xact_lock(hashtextextended('numbering ' || $1, 0)) as mine`,
};
// What is asked for is read in the same moment as how far the window reaches: whoever asks from later on asks for nothing in
// it.
const PLACE: Statement = {
  name: 'numbering_place',
  text: `select horizon::text, window_end::text as "windowEnd", window_last as "windowLast", position,
      pg_snapshot_xmin(pg_current_snapshot())::text as next,
      array(select distinct asks from subscription where ${FOLLOWS}) as asked
    from outbox_consumer where name = $1`,
};
// A window is what stood below the first open transaction when it was begun. Within it what happened to one case stands
// in the order of positions, which are given out while the case is held, and not in that of transactions.
const OPEN: Statement = {
  name: 'numbering_open',
  text: `select max(position) as last, min(position) - 1 as before,
      exists (select 1 from outbox where xid >= $2::xid8 and kind = any ($3::text[]) and event is not null) as "isOvertaken"
    from outbox where xid >= $1::xid8 and xid < $2::xid8 and kind = any ($3::text[])`,
};
// A transaction that began early and came to a case late stands below the first open one, and what happened to the case
// before it may stand above. The first such: the window has to end before it, until the open one has ended.
const OVERTAKEN: Statement = {
  name: 'numbering_overtaken',
  text: `with later as materialized (
      select event::json ->> 'case' as case_id, min(position) as position from outbox
      where xid >= $2::xid8 and kind = any ($3::text[]) and event is not null group by 1
    )
    select o.xid::text as xid from outbox o join later on later.case_id = o.event::json ->> 'case'
    where o.xid >= $1::xid8 and o.xid < $2::xid8 and o.kind = any ($3::text[]) and o.event is not null
      and o.position > later.position and o.position > (select min(position) from later)
    order by o.xid limit 1`,
};
// Who is shown a view of a record is told of it as well; of events, the sponsors of the case are.
const TAKE: Statement = {
  name: 'numbering_take',
  text: `select position, xid::text as xid, kind, ref, organization, event,
      case when event is null then readers || array(select v.reader from record_view v where v.ref = outbox.ref) else readers end as readers
    from outbox where position > $1::int8 and position <= $2::int8 and xid >= $3::xid8 and xid < $4::xid8 and kind = any ($5::text[])
    order by position limit $6`,
};
const KEEP: Statement = {
  name: 'numbering_keep',
  text: `update outbox_consumer set horizon = $2::xid8, window_end = $3::xid8, window_last = $4::int8, position = $5::int8 where name = $1`,
};
// The row of a subscription is held from the moment on that its numbers are given out, so none is given twice, and those
// of a transaction that fails are given again. One that has changed since it was read is told nothing by what it was.
const TELL: Statement = {
  name: 'subscription_events_tell',
  text: `with told as (
      select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::uuid[], $7::uuid[])
        with ordinality as u(subscription, at, kind, focus, case_id, revision, n)
    ), meant as materialized (
      select distinct subscription, revision from told
    ), held as (
      select s.id from subscription s join meant m on m.subscription = s.id and m.revision = s.revision
      where ${FOLLOWS} order by s.id for update of s
    ), counted as (
      update subscription s set events = s.events + c.count,
        due_at = case when s.status = 'active' and s.attempt = 0 then least(s.due_at, $6::timestamptz) else s.due_at end
      from (select subscription, count(*) from told group by 1) c
      where s.id = c.subscription and s.id in (select id from held)
      returning s.id, s.events - c.count as base
    ), given as (
      insert into subscription_event (subscription, number, at, kind, focus, case_id)
      select t.subscription, c.base + row_number() over (partition by t.subscription order by t.n), t.at, t.kind, t.focus, t.case_id
      from told t join counted c on c.id = t.subscription
    )
    select subscription as id from meant where subscription not in (select id from held)`,
};
const GIVE_UP: Statement = {
  name: 'followers_give_up',
  text: `update subscription set status = 'error', error = $2, due_at = null, attempt = 0, batch_until = null, lease = null,
      lease_until = null, since = case when $3 then null else since end,
      -- Why it was given up is shown, even where it was before.
      shown = case when $3 then '' else shown end
    where id = any ($1::text[]) and status <> 'off' and (status <> 'error' or $3)`,
};
const FACTS: Statement = {
  name: 'case_facts',
  text: `select c.id, c.number, c.service_request as "serviceRequest", c.task, c.placer, c.programme, c.sponsors,
      c.state::json ->> 'specialty' as specialty,
      case when $3 then r.body end as request
    from cases c left join record r on $3 and r.ref = c.service_request
    where c.id = any ($2::uuid[]) and (select set_config('app.org', $1, true)) is not null`,
};

/** Those of these organisations that ask for some of these topics or types. */
export async function readFollowers(
  on: Queryable,
  organizations: readonly string[],
  asks: readonly string[],
): Promise<Follower[]> {
  return on.query<Follower & Record<string, unknown>>(FOLLOWERS, [organizations, asks]);
}

/** Those of these that there are still, as they are now; they stay so until the transaction has ended. */
export async function holdFollowers(on: Queryable, ids: readonly string[]): Promise<Follower[]> {
  return on.query<Follower & Record<string, unknown>>(HOLD_FOLLOWERS, [ids]);
}

/**
 * They are not sent to until they are requested anew. @param reason code
 * @param forgets Nothing that happens meanwhile is kept for them, either.
 */
export async function giveUpFollowers(
  on: Queryable,
  ids: readonly string[],
  reason: string,
  forgets: boolean,
): Promise<void> {
  await on.query(GIVE_UP, [ids, reason, forgets]);
}

/** All topics and types that anybody asks for. */
export async function listAsked(on: Queryable): Promise<string[]> {
  return (await on.query<{ asks: string }>(ASKED, [])).map(({ asks }) => asks);
}

/** What a look at the outbox told. */
export interface NumberingPeek {
  readonly waiting: boolean;
  /** Whether there will be something as soon as a transaction has ended. */
  readonly coming: boolean;
  /** Whether there is something to be sent. */
  readonly due: boolean;
  /** Below this transaction the look found all there is: handed back, the next one looks only behind it. */
  readonly seen: string;
}

/** Whether there is something to number, or to send at `now` (instant): one statement, which locks nothing. */
export async function peekNumbering(
  on: Queryable,
  consumer: NumberingConsumer,
  kinds: readonly string[],
  seen: string,
  now: string,
): Promise<NumberingPeek> {
  const [peek] = await on.query<NumberingPeek & Record<string, unknown>>(PEEK, [consumer, kinds, seen, now]);
  return peek!;
}

/** From now on the outbox is followed; before anybody subscribes, so that nothing is missed. */
export async function beginNumbering(on: Queryable): Promise<void> {
  await on.query(BEGIN, [CONSUMERS]);
}

/** `busy`: another process is at it. */
export type Taken = 'busy' | { readonly count: number; readonly more: boolean };

/**
 * Gives `handle` the next announcements of the kinds that are asked for, at most `limit`, inside the transaction that remembers so. Of several
 * processes one works at a time. Returns how many there were, and whether there are more.
 */
export async function takeAnnouncements(
  on: Queryable,
  consumer: NumberingConsumer,
  kindsFor: (asked: readonly string[]) => readonly string[],
  limit: number,
  handle: (rows: readonly Announcement[]) => Promise<void>,
): Promise<Taken> {
  const [lock] = await on.query<{ mine: boolean }>(MINE, [consumer]);
  if (lock?.mine !== true) return 'busy';
  const [place] = await on.query<{
    horizon: string;
    windowEnd: string | null;
    windowLast: number | null;
    position: number | null;
    next: string;
    asked: readonly string[];
  }>(PLACE, [consumer]);
  if (place === undefined) throw new Error(`the outbox has no consumer ${consumer}`);
  const kinds = kindsFor(place.asked);
  let { windowEnd: end, windowLast: last, position } = place;
  if (end === null) {
    const window = await openWindow(on, place.horizon, place.next, kinds);
    if (window.end === place.horizon) return { count: 0, more: false };
    ({ end, last, before: position } = window);
  }
  const rows =
    last === null
      ? []
      : await on.query<Announcement & Record<string, unknown>>(TAKE, [
          position,
          last,
          place.horizon,
          end,
          kinds,
          limit,
        ]);
  if (rows.length > 0) await handle(rows);
  const isThrough = rows.length < limit;
  await on.query(
    KEEP,
    isThrough ? [consumer, end, null, null, null] : [consumer, place.horizon, end, last, rows.at(-1)!.position],
  );
  return { count: rows.length, more: !isThrough };
}

interface Window {
  readonly end: string;
  /** Position of the last announcement in it, and one before the first; null: there is none. */
  readonly last: number | null;
  readonly before: number | null;
}

/** What can be handed out of the transactions from `horizon` on and before `next`, so that each case is told in order. */
export async function openWindow(
  on: Queryable,
  horizon: string,
  next: string,
  kinds: readonly string[],
): Promise<Window> {
  for (let end = next; ;) {
    const [found] = await on.query<Omit<Window, 'end'> & { readonly isOvertaken: boolean }>(OPEN, [
      horizon,
      end,
      kinds,
    ]);
    const { last, before, isOvertaken } = found!;
    const [early] = isOvertaken ? await on.query<{ xid: string }>(OVERTAKEN, [horizon, end, kinds]) : [];
    if (early === undefined) return { end, last, before };
    end = early.xid;
  }
}

/**
 * Gives events their numbers, without gaps for each subscription. Returns those that are gone, or have changed since they
 * were read: these are told nothing.
 * @param now instant from which on they are due
 */
export async function tellSubscriptions(on: Queryable, events: readonly ToldEvent[], now: string): Promise<string[]> {
  if (events.length === 0) return [];
  const changed = await on.query<{ id: string }>(TELL, [
    events.map(({ subscription }) => subscription),
    events.map(({ at }) => at),
    events.map(({ kind }) => kind),
    events.map(({ focus }) => focus),
    events.map(({ caseId }) => caseId ?? null),
    now,
    events.map(({ revision }) => revision),
  ]);
  return changed.map(({ id }) => id);
}

/** Of cases of an organisation; `withRequest`: together with their requests. */
export async function readCaseFacts(
  on: Queryable,
  organization: string,
  ids: readonly string[],
  withRequest: boolean,
): Promise<StoredCaseFacts[]> {
  return on.query<StoredCaseFacts & Record<string, unknown>>(FACTS, [organization, ids, withRequest]);
}
