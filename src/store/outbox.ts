import type { Queryable, Statement } from './database.ts';

/** One announcement of the outbox. */
export interface OutboxRow {
  readonly position: number;
  readonly kind: string;
  readonly ref: string;
  readonly readers: readonly string[];
  /** Who made the change. */
  readonly organization: string;
  /** JSON text of an event; null for plain record changes. */
  readonly event: string | null;
}

/** Which record, and an organisation that may see it. */
export type NamedRow = Pick<OutboxRow, 'ref' | 'organization'>;

/**
 * `waiting` and `seen`, as of OutboxPeek. Rows are taken below the snapshot's xmin: a transaction that got its positions
 * early and commits late has not been passed over then. A consumer that is not known yet has everything before it.
 */
export const PEEK: Statement = {
  name: 'outbox_peek',
  text: `select first_open::text as seen, c.name is null or exists (
      select 1 from outbox o where o.xid >= greatest(c.horizon, $3::xid8) and o.xid < first_open and o.kind = any ($2::text[])
    ) as waiting
    from pg_snapshot_xmin(pg_current_snapshot()) as first_open left join outbox_consumer c on c.name = $1`,
};
const BEGIN: Statement = {
  name: 'outbox_begin',
  text: `insert into outbox_consumer (name, horizon) values ($1, '0') on conflict do nothing`,
};
const PLACE: Statement = {
  name: 'outbox_place',
  text: `select horizon::text, pg_snapshot_xmin(pg_current_snapshot())::text as next from outbox_consumer where name = $1`,
};
const LOCK: Statement = { name: 'outbox_lock', text: `${PLACE.text} for update skip locked` };
const TAKE: Statement = {
  name: 'outbox_take',
  text: `select position, kind, ref, readers, organization, event from outbox
    where xid >= $1::xid8 and xid < $2::xid8 and kind = any ($3::text[]) order by xid, position`,
};
const TAKE_SOME: Statement = {
  name: 'outbox_take_some',
  text: `select ref, organization, xid::text as xid from (
      select * from outbox where xid >= $1::xid8 and xid < $2::xid8 and kind = any ($3::text[])
      order by xid fetch first ($4::int8) rows with ties
    ) o order by o.xid, position`,
};
// Never back: a lock that was waited for shows a horizon newer than the snapshot that `next` is of.
const MOVE: Statement = {
  name: 'outbox_move',
  text: 'update outbox_consumer set horizon = $2::xid8 where name = $1 and horizon < $2::xid8',
};
// The first rows stand in the order of their transactions, so what is looked at is bounded though `at` has no index.
const SWEEP: Statement = {
  name: 'outbox_sweep',
  text: `with passed as materialized (
      select position, at from outbox where xid < (select horizon from outbox_consumer order by horizon limit 1)
      order by xid limit $2
    ), swept as (
      delete from outbox where position = any (array(select position from passed where at < $1)) returning 1
    )
    select count(*) as count from swept`,
};

type Place = Readonly<Record<'horizon' | 'next', string>>;

/** What a look at the outbox told. */
export interface OutboxPeek {
  /** Whether there is something to take. */
  readonly waiting: boolean;
  /** Below this transaction the look found all there is: handed back, the next one looks only behind it. */
  readonly seen: string;
}

/** Whether there are announcements of these kinds for a consumer: one statement, which locks nothing. */
export async function peekOutbox(
  on: Queryable,
  consumer: string,
  kinds: readonly string[],
  seen = '0',
): Promise<OutboxPeek> {
  const [peek] = await on.query<OutboxPeek & Record<string, unknown>>(PEEK, [consumer, kinds, seen]);
  return peek!;
}

/**
 * Gives `handle` all announcements of these kinds that were committed since the last time, inside the transaction that
 * remembers so: either both stand or neither does. Of several processes one works at a time. Returns how many there were.
 */
export async function consumeOutbox(
  on: Queryable,
  consumer: string,
  kinds: readonly string[],
  handle: (rows: readonly OutboxRow[]) => Promise<void>,
): Promise<number> {
  const place = await findPlace(on, LOCK, consumer);
  if (place === undefined || place.horizon === place.next) return 0;
  const rows = await on.query<OutboxRow & Record<string, unknown>>(TAKE, [place.horizon, place.next, kinds]);
  if (rows.length > 0) await handle(rows);
  await moveOutbox(on, consumer, place.next);
  return rows.length;
}

/** Announcements that were read, and what `moveOutbox` is to be told once they are done. */
export interface OutboxBatch {
  readonly rows: readonly NamedRow[];
  readonly next: string;
}

/**
 * The next announcements, `limit` of them and the rest of the last one's transaction. Nothing is locked and no
 * transaction id is taken, so that nobody has to wait for what the consumer makes of them: that it works alone is for it to
 * see to.
 */
export async function readOutbox(
  on: Queryable,
  consumer: string,
  kinds: readonly string[],
  limit: number,
): Promise<OutboxBatch> {
  const { horizon, next } = (await findPlace(on, PLACE, consumer))!;
  if (horizon === next) return { rows: [], next };
  const rows = await on.query<NamedRow & { readonly xid: string }>(TAKE_SOME, [horizon, next, kinds, limit]);
  const last = rows.length < limit ? undefined : rows.at(-1)?.xid;
  return { rows, next: last === undefined ? next : String(BigInt(last) + 1n) };
}

/** Remembers, in the transaction in which they were worked off, that a consumer has had all announcements before `next`. */
export async function moveOutbox(on: Queryable, consumer: string, next: string): Promise<void> {
  await on.query(MOVE, [consumer, next]);
}

/**
 * Deletes announcements from before a moment that all consumers have had, some at a time: `limit` of them are looked at.
 * Returns how many went; less than `limit`: no more can go now.
 */
export async function sweepOutbox(on: Queryable, before: Date, limit: number): Promise<number> {
  const [swept] = await on.query<{ count: number }>(SWEEP, [before, limit]);
  return swept!.count;
}

/** Where a consumer stands; undefined while another process has it locked. One that is new begins at the beginning. */
async function findPlace(on: Queryable, statement: Statement, consumer: string): Promise<Place | undefined> {
  const [place] = await on.query<Place>(statement, [consumer]);
  if (place !== undefined) return place;
  await on.query(BEGIN, [consumer]);
  return (await on.query<Place>(statement, [consumer]))[0];
}
