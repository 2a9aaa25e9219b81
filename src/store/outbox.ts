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

type TakenRow = OutboxRow & { readonly xid?: string } & Record<string, unknown>;

const BEGIN: Statement = {
  name: 'outbox_begin',
  text: `insert into outbox_consumer (name, horizon) values ($1, '0') on conflict do nothing`,
};
const LOCK: Statement = {
  name: 'outbox_lock',
  text: `select horizon::text, pg_snapshot_xmin(pg_current_snapshot())::text as next from outbox_consumer where name = $1 for update skip locked`,
};
const TAKE: Statement = {
  name: 'outbox_take',
  text: `select position, kind, ref, readers, organization, event from outbox
    where xid >= $1::xid8 and xid < $2::xid8 and kind = any ($3::text[]) order by xid, position`,
};
const TAKE_SOME: Statement = {
  name: 'outbox_take_some',
  text: `select position, kind, ref, readers, organization, event, xid::text as xid from (
      select * from outbox where xid >= $1::xid8 and xid < $2::xid8 and kind = any ($3::text[])
      order by xid fetch first ($4::int8) rows with ties
    ) o order by o.xid, position`,
};
// Never back: a lock that was waited for shows a horizon newer than the snapshot that `next` is of.
const MOVE: Statement = {
  name: 'outbox_move',
  text: 'update outbox_consumer set horizon = $2::xid8 where name = $1 and horizon < $2::xid8',
};

/**
 * Gives `handle` all announcements of these kinds that were committed since the last time, inside the transaction that
 * remembers so: either both stand or neither does. Rows are taken below the snapshot's xmin, so that a transaction that
 * got its positions early and committed late is not passed over. Of several processes one works at a time.
 * With a `limit`, no more than that at once and the rest of the last transaction's. Returns how many there were.
 */
export async function consumeOutbox(
  on: Queryable,
  consumer: string,
  kinds: readonly string[],
  handle: (rows: readonly OutboxRow[]) => Promise<void>,
  limit?: number,
): Promise<number> {
  await on.query(BEGIN, [consumer]);
  const [lock] = await on.query<{ horizon: string; next: string }>(LOCK, [consumer]);
  if (lock === undefined || lock.horizon === lock.next) return 0;
  const values = [lock.horizon, lock.next, kinds];
  const rows =
    limit === undefined
      ? await on.query<TakenRow>(TAKE, values)
      : await on.query<TakenRow>(TAKE_SOME, [...values, limit]);
  if (rows.length > 0) await handle(rows);
  const last = limit !== undefined && rows.length >= limit ? rows.at(-1)?.xid : undefined;
  await on.query(MOVE, [consumer, last === undefined ? lock.next : String(BigInt(last) + 1n)]);
  return rows.length;
}
