import type { Queryable } from './database.ts';
import { AT } from './read.ts';
import { recordsOf } from './reader.ts';
import type { Reader } from './reader.ts';
import type { FoundRecord } from './search/records.ts';
import { prepared, SET_CALLER, SqlBuilder } from './search/sql.ts';

/** Whose records are gathered. */
export type Subject =
  /** The compartment of a record: itself, and what refers to it under one of `params` (each a `paramKey`). */
  | { readonly kind: 'compartment'; readonly ref: string; readonly params: readonly number[] }
  /** The record of the case that this request opened; empty where it opened none, or none of this organisation. */
  | { readonly kind: 'case'; readonly ref: string };

export interface EverythingWindow {
  /** Types that the caller may read: what others refer to does not come along. */
  readonly readable: readonly string[];
  /** Those of them that are wanted. */
  readonly types: readonly string[];
  /** Changed at this moment or later, ms since 1970. */
  readonly since?: number;
  /** Care within `[low, high)`, told by these dates (each a `paramKey`); what has none of them is not left out. */
  readonly care?: { readonly low: number; readonly high: number; readonly dates: readonly number[] };
  /** The reference parameters (each a `paramKey`) that lead to what comes along. */
  readonly references: readonly number[];
  readonly count: number;
  /** Once the records before it come to this many bytes, no more is given. */
  readonly bytes: number;
}

/** The record that a page begins behind: among the members, or among what comes along with them. */
export interface EverythingCursor {
  readonly stage: 'member' | 'along';
  readonly ref: string;
}

export interface EverythingPage {
  readonly members: readonly FoundRecord[];
  readonly along: readonly FoundRecord[];
  readonly next?: EverythingCursor;
}

interface Slice {
  readonly records: readonly FoundRecord[];
  readonly more: boolean;
}

const NONE: Slice = { records: [], more: false };

/** A page of all records of a subject, itself first, and then of what these refer to. */
export async function readEverything(
  on: Queryable,
  reader: Reader,
  subject: Subject,
  window: EverythingWindow,
  behind?: EverythingCursor,
): Promise<EverythingPage> {
  const { records: members, more } =
    behind?.stage === 'along' ? NONE : await readMembers(on, reader, subject, window, behind?.ref);
  if (more) return { members, along: [], next: { stage: 'member', ref: members.at(-1)!.ref } };
  const count = window.count - members.length;
  const bytes = window.bytes - members.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  if (count <= 0 || bytes <= 0) return { members, along: [], next: { stage: 'along', ref: '' } };
  const from = behind?.stage === 'along' ? behind.ref : '';
  const slice = await readAlong(on, reader, subject, { ...window, count, bytes }, from);
  const along = slice.records;
  return { members, along, ...(slice.more ? { next: { stage: 'along', ref: along.at(-1)!.ref } } : {}) };
}

async function readMembers(
  on: Queryable,
  reader: Reader,
  subject: Subject,
  window: EverythingWindow,
  behind: string | undefined,
): Promise<Slice> {
  const sql = new SqlBuilder(reader, new Set());
  const self = sql.param(subject.ref, '::text');
  const members = membersSql(sql, reader, subject, self);
  const where = [...shown(sql, window, self), `r.type = any (${sql.param(window.types)}::text[])`];
  if (behind !== undefined) {
    const ref = sql.param(behind, '::text');
    where.push(`(r.ref <> ${self}, r.ref) > (${ref} <> ${self}, ${ref})`);
  }
  return readSlice(on, sql, window, `(${members}) m`, where, `r.ref <> ${self}, r.ref`);
}

async function readAlong(
  on: Queryable,
  reader: Reader,
  subject: Subject,
  window: EverythingWindow,
  behind: string,
): Promise<Slice> {
  const sql = new SqlBuilder(reader, new Set());
  const self = sql.param(subject.ref, '::text');
  const members = membersSql(sql, reader, subject, self);
  const source = [...shown(sql, window, self), `r.type = any (${sql.param(window.readable)}::text[])`];
  const referred = `(select distinct x.value as ref from member m join ${sql.records} r on r.ref = m.ref
    join search_text x on x.target = r.ref and x.reader in ($1, '*') and x.param = any (${sql.param(window.references)}::int4[])
    where ${source.join(' and ')})`;
  const where = [
    // Of a compartment, no other patient comes along; of a case, only what is everybody's: all else is its record.
    subject.kind === 'case' ? `'*' = any (r.readers)` : `r.type <> 'Patient'`,
    `not exists (select 1 from member m where m.ref = r.ref)`,
    ...shown(sql, { ...window, care: undefined }, self),
    `r.type = any (${sql.param(window.types)}::text[])`,
    `r.ref > ${sql.param(behind, '::text')}`,
  ];
  return readSlice(on, sql, window, `${referred} m`, where, 'r.ref', `member as materialized (${members}), `);
}

/** The refs of all members, whoever may see them; of a case that is only sponsored, those that are in view. */
function membersSql(sql: SqlBuilder, reader: Reader, subject: Subject, self: string): string {
  if (subject.kind === 'case' && recordsOf(reader) === 'shown_record') {
    return `select v.ref from record_view s join record_view v on v.reader = s.reader and v.cases && s.cases
      where s.reader = $1 and s.ref = ${self} and ${SET_CALLER}`;
  }
  return subject.kind === 'case'
    ? `select c.ref from cases join case_member c on c.case_id = cases.id where cases.service_request = ${self} and ${SET_CALLER}`
    : `select t.target as ref from search_text t
       where t.reader in ($1, '*') and t.param = any (${sql.param(subject.params)}::int4[]) and t.value = ${self}
       union select ${self}`;
}

function shown(
  sql: SqlBuilder,
  { since, care }: { since?: number; care?: EverythingWindow['care'] | undefined },
  self: string,
): string[] {
  const where = [SET_CALLER, `not r.deleted and ($1 = any (r.readers) or '*' = any (r.readers))`];
  if (since !== undefined) where.push(`r.last_updated >= to_timestamp(${sql.param(since, '::float8')} / 1000)`);
  // From the first to the last of its dates a record tells of: what began before and ended after went on meanwhile.
  if (care !== undefined) {
    where.push(`(r.ref = ${self} or coalesce((
      select min(d.low) < ${sql.param(care.high, '::float8')} and max(d.high) > ${sql.param(care.low, '::float8')}
      from search_range d where d.target = r.ref and d.reader in ($1, '*') and d.param = any (${sql.param(care.dates)}::int4[])), true))`);
  }
  return where;
}

type Row = FoundRecord & { readonly of: number } & Record<string, unknown>;

async function readSlice(
  on: Queryable,
  sql: SqlBuilder,
  { count, bytes }: EverythingWindow,
  from: string,
  where: readonly string[],
  order: string,
  before = '',
): Promise<Slice> {
  const text = `with ${before}page as materialized (
    select r.ref, r.version, r.last_updated, r.body, row_number() over (order by ${order}) as n
    from ${from} join ${sql.records} r on r.ref = m.ref
    where ${where.join(' and ')} order by ${order} limit ${sql.param(count + 1, '::int8')}
  ), measured as (
    select ref, version, ${AT}, body, n, count(*) over () as "of",
      sum(octet_length(body)) over (order by n) - octet_length(body) as before from page
  )
  select ref, version, at, body, "of" from measured where before < ${sql.param(bytes, '::int8')} order by n`;
  const rows = await on.query<Row>(prepared(text), sql.values);
  const records = rows.slice(0, count);
  return { records, more: rows[0] !== undefined && rows[0].of > records.length };
}
