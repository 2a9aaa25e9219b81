import type { Queryable } from './database.ts';
import { AT, SEEN, VISIBLE } from './read.ts';
import type { StoredVersion } from './read.ts';
import { forReaders, organizationOf } from './reader.ts';
import type { Reader } from './reader.ts';
import { SET_CALLER } from './search/sql.ts';

/** Which versions are asked for. */
export interface HistoryTime {
  /** Seen from this moment on, ms since 1970. */
  readonly since?: number;
  /** Current at some point of `[low, high)`, ms since 1970. */
  readonly at?: { readonly low: number; readonly high: number };
}

export interface HistoryWindow extends HistoryTime {
  readonly count: number;
  /** Once the versions before it come to this many bytes, no more is given. */
  readonly bytes: number;
}

/**
 * A version, and the moment from which this reader sees it, as the store orders by it: ms since 1970. `created`: there was
 * nothing before it, or a deletion.
 */
export type HistoryVersion = StoredVersion & { readonly seen: number; readonly created: boolean };

export interface HistoryPage {
  /** Newest first. */
  readonly versions: readonly HistoryVersion[];
  /** Whether there are more behind the last of them. */
  readonly more: boolean;
  /** How many there are within the window, on all pages; undefined where that is not known. */
  readonly total?: number;
}

/** A type whose history is asked for. */
export interface HistoryType {
  readonly type: string;
  /** `paramKey(type, '_lastUpdated')`. */
  readonly lastUpdated: number;
  /** Whether the directory may hold records of it. */
  readonly shared: boolean;
}

/** The version that a page begins behind. */
export type HistoryCursor = readonly [seen: number, ref: string];

type Row = HistoryVersion & { readonly of: number; readonly total: number | null };

/** Brings the texts of `page`, up to $2 bytes; a null `version` there is the current one. */
const texts = (records: string): string => `measured as (
    select p.n, p.seen, p.total, p.ref, coalesce(r.version, v.version) as version,
      coalesce(r.last_updated, v.last_updated) as last_updated, coalesce(r.method, v.method) as method, t.body,
      coalesce(r.content_hash, v.content_hash) as "contentHash", coalesce(r.version, v.version) = 1 or coalesce((
        select d.deleted from record_version d where d.ref = p.ref and d.version = coalesce(r.version, v.version) - 1
      ), false) as created, count(*) over () as "of",
      sum(octet_length(t.body)) over (order by p.n) - octet_length(t.body) as before
    from page p
    left join ${records} r on r.ref = p.ref and (p.version is null or r.version = p.version)
    left join record_version v on v.ref = p.ref and v.version = p.version
    cross join lateral (select case when r.ref is null then v.body else r.body end as body) t
    where ${SET_CALLER} and exists (select 1 from ${records} record where record.ref = p.ref and ${VISIBLE}
      and coalesce(r.version, v.version) >= seen_since(record.readers, record.since, $1))
  )
  select ref, version, ${AT}, method, created, body, "contentHash", seen, "of", total from measured
  where coalesce(before, 0) < $2 order by n`;

/** The parameters by which a statement is told of the window, in the order of `boundsOf`. */
type Window = readonly [since: string, low: string, high: string];

/** The record `ref`'s versions. A deletion is no state of a record: it shows where it happened within the time asked for. */
function versionsOf(records: string, ref: string, [since, low, high]: Window): string {
  return `select ref, version, seen from (
      select v.*, date_part('epoch', v.last_updated) * 1000 as seen,
        date_part('epoch', lag(v.last_updated) over (order by v.version desc)) * 1000 as until
      from (
        select ref, version, last_updated, deleted from ${records} where ref = ${ref} and ${VISIBLE}
        union all
        select p.ref, p.version, p.last_updated, p.deleted from record_version p
        where p.ref = ${ref} and exists (select 1 from record where record.ref = ${ref} and ${SEEN} and ${VISIBLE})
      ) v
    ) v
    where seen > ${since} and seen < ${high} and (seen > ${low} or (not deleted and coalesce(until, 'Infinity') > ${low} + 1))`;
}

const OF_RECORD = forReaders(
  (records) => `with matching as (
    select *, count(*) over () as total from (${versionsOf(records, '$4', ['$5', '$6', '$7'])}) v
  ), page as materialized (
    select *, row_number() over (order by version desc) as n from matching where version < $8 order by version desc limit $3
  ), ${texts(records)}`,
  'history_of_record',
);
const COUNT_OF_RECORD = forReaders(
  (records) => `select count(*) as total from (${versionsOf(records, '$2', ['$3', '$4', '$5'])}) v`,
  'history_count_of_record',
);
// Each type has its own order in the index, and a page takes the newest of all. One bound alone says where each scan begins:
// of several PostgreSQL takes any, and would walk there from the newest.
const OF_TYPES = forReaders(
  (records) => `with newest as materialized (
    select x.* from unnest($4::text[], $5::int4[], $6::text[]) as t(type, param, reader) cross join lateral (
      (select c.target as ref, null::int8 as version, c.low as seen from search_range c
        where c.reader = t.reader and c.param = t.param and c.unit = '' and c.low > $7 and c.low <= least($9, $10::float8)
          and (c.low, c.target) < ($10::float8, $11::text)
        order by c.low desc, c.target desc limit $3)
      union all
      (select h.ref, h.version, h.at as seen from history h
        where h.reader = t.reader and h.type = t.type and h.at > $7 and h.at <= least($9, $10::float8)
          and (h.at, h.ref) < ($10::float8, $11::text) and (h.at > $8 or h.until > $8 + 1)
        order by h.at desc, h.ref desc limit $3)
    ) x
  ), page as materialized (
    select *, row_number() over (order by seen desc, ref desc) as n, null::int8 as total
    from newest order by seen desc, ref desc limit $3
  ), ${texts(records)}`,
  'history_of_types',
);

// Each is looked at as on a page, and one by one: the records of others are not gone through for it. The order is that of
// the index, which is so found cheaper than any other.
const COUNT_OF_TYPES = forReaders(
  (
    records,
  ) => `select count(*) as total from unnest($2::text[], $3::int4[], $4::text[]) as t(type, param, reader) cross join lateral (
      (select c.target as ref, null::int8 as version from search_range c
        where c.reader = t.reader and c.param = t.param and c.unit = '' and c.low > $5 and c.low <= $7
        order by c.low offset 0)
      union all
      (select h.ref, h.version from history h
        where h.reader = t.reader and h.type = t.type and h.at > $5 and h.at <= $7 and (h.at > $6 or h.until > $6 + 1)
        order by h.at offset 0)
    ) x cross join lateral (
      select from ${records} record where record.ref = x.ref and ${VISIBLE}
        and coalesce(x.version, record.version) >= seen_since(record.readers, record.since, $1) offset 0
    ) r
    where ${SET_CALLER}`,
  'history_count_of_types',
);

/** Versions of a record within the window, by version; undefined `before`: from the newest on. */
export async function readHistory(
  on: Queryable,
  reader: Reader,
  ref: string,
  window: HistoryWindow,
  before: number = Number.MAX_SAFE_INTEGER,
): Promise<HistoryPage> {
  const { since, low, high } = boundsOf(window);
  const values = [organizationOf(reader), window.bytes, window.count + 1, ref, since, low, high, before];
  return toPage(await on.query<Row & Record<string, unknown>>(OF_RECORD(reader), values), window.count);
}

/** How many there are within the window, on all pages. */
export async function countHistory(on: Queryable, reader: Reader, ref: string, window: HistoryTime): Promise<number> {
  const { since, low, high } = boundsOf(window);
  const [row] = await on.query<{ total: number }>(COUNT_OF_RECORD(reader), [
    organizationOf(reader),
    ref,
    since,
    low,
    high,
  ]);
  return row!.total;
}

/** Versions of all records of these types within the window, as they came to be seen. */
export async function readHistoryOfTypes(
  on: Queryable,
  reader: Reader,
  types: readonly HistoryType[],
  window: HistoryWindow,
  behind: HistoryCursor = [Infinity, ''],
): Promise<HistoryPage> {
  const { since, low, high } = boundsOf(window);
  const lists = listsOf(organizationOf(reader), types);
  const values = [organizationOf(reader), window.bytes, window.count + 1, ...lists, since, low, high, ...behind];
  return toPage(await on.query<Row & Record<string, unknown>>(OF_TYPES(reader), values), window.count);
}

/** How many there are within the window, on all pages; each is looked at, so the time that it takes grows with them. */
export async function countHistoryOfTypes(
  on: Queryable,
  reader: Reader,
  types: readonly HistoryType[],
  window: HistoryTime,
): Promise<number> {
  const { since, low, high } = boundsOf(window);
  const values = [organizationOf(reader), ...listsOf(organizationOf(reader), types), since, low, high];
  const [row] = await on.query<{ total: number }>(COUNT_OF_TYPES(reader), values);
  return row!.total;
}

/** What is read of the index: of each type the caller's own, and what is in the directory. */
function listsOf(
  organization: string,
  types: readonly HistoryType[],
): [types: string[], params: number[], readers: string[]] {
  const lists = types.flatMap((type) => [
    { ...type, reader: organization },
    ...(type.shared ? [{ ...type, reader: '*' }] : []),
  ]);
  return [
    lists.map(({ type }) => type),
    lists.map(({ lastUpdated }) => lastUpdated),
    lists.map(({ reader }) => reader),
  ];
}

/** Times in the index are floats made of whole ms: half of one beside the bound, each is on its right side. */
const HALF = 0.5;

function boundsOf({ since = -Infinity, at }: HistoryTime): { since: number; low: number; high: number } {
  const { low, high } = at ?? { low: -Infinity, high: Infinity };
  return { since: since - HALF, low: low - HALF, high: high - HALF };
}

function toPage(rows: readonly Row[], count: number): HistoryPage {
  const versions = rows.slice(0, count);
  const [first] = rows;
  const total = first?.total ?? undefined;
  return {
    versions,
    more: first !== undefined && first.of > versions.length,
    ...(total === undefined ? {} : { total }),
  };
}
