import type { Queryable, Statement } from './database.ts';
import { openWindow } from './delivery-numbers.ts';
import type { Announcement } from './delivery-numbers.ts';

/** Where somebody stands who reads along in the outbox without being a consumer of it. Plain data. */
export interface StreamPlace {
  /** All of the transactions before this one was read. */
  readonly horizon: string;
  /** Between two parts of a window, that is: of the transactions from `horizon` on and before `end`, in order of position. */
  readonly window?: {
    readonly end: string;
    /** Up to here it was read. */
    readonly position: number;
    /** The last that is in it. */
    readonly last: number;
  };
}

/** Where to begin reading, to be told of what is committed from now on. */
export interface StreamStart {
  readonly place: StreamPlace;
  /** Snapshot: what was committed by then may stand behind `place` all the same. */
  readonly begun: string;
}

/** A part of the outbox. */
export interface StreamPart {
  readonly rows: readonly Announcement[];
  /** From where on the next part is read. */
  readonly place: StreamPlace;
  /** Whether there will be something as soon as a transaction has ended. */
  readonly coming: boolean;
}

const NOW: Statement = {
  name: 'stream_now',
  text: `select pg_snapshot_xmin(now)::text as horizon, now::text as begun from pg_current_snapshot() as now`,
};
const LOOK: Statement = {
  name: 'stream_look',
  text: `select first_open::text as next,
      exists (select 1 from outbox o where o.xid >= first_open and o.kind = any ($1::text[])) as coming
    from pg_snapshot_xmin(pg_current_snapshot()) as first_open`,
};
const TAKE: Statement = {
  name: 'stream_take',
  text: `select position, xid::text as xid, kind, ref, readers, organization, event from outbox
    where position > $1::int8 and position <= $2::int8 and xid >= $3::xid8 and xid < $4::xid8 and kind = any ($5::text[])
    order by position limit $6`,
};

/** Where who begins now begins. */
export async function findStreamStart(on: Queryable): Promise<StreamStart> {
  const [now] = await on.query<{ horizon: string; begun: string }>(NOW, []);
  const { horizon, begun } = now!;
  return { place: { horizon }, begun };
}

/** What was announced behind a place, at most `limit`: locks nothing, and remembers nothing. */
export async function readStreamPart(
  on: Queryable,
  place: StreamPlace,
  kinds: readonly string[],
  limit: number,
): Promise<StreamPart> {
  const { horizon } = place;
  let { window } = place;
  let coming = false;
  if (window === undefined) {
    const [look] = await on.query<{ next: string; coming: boolean }>(LOOK, [kinds]);
    const { end, last, before } = await openWindow(on, horizon, look!.next, kinds);
    coming = look!.coming;
    if (last === null || before === null) return { rows: [], place: { horizon: end }, coming };
    window = { end, position: before, last };
  }
  const { end, position, last } = window;
  const rows = await on.query<Announcement & Record<string, unknown>>(TAKE, [
    position,
    last,
    horizon,
    end,
    kinds,
    limit,
  ]);
  if (rows.length < limit) return { rows, place: { horizon: end }, coming };
  return { rows, place: { horizon, window: { end, position: rows.at(-1)!.position, last } }, coming };
}
