import type { Include, SearchQuery } from '../search/index.ts';
import type { Queryable, Statement } from './database.ts';
import { SET_CALLER, SqlBuilder, drive, prepared, probe } from './search-sql.ts';

export interface FoundRecord {
  readonly ref: string;
  readonly version: number;
  readonly at: number;
  readonly body: string;
}

export interface SearchResult {
  readonly matches: readonly FoundRecord[];
  readonly included: readonly FoundRecord[];
  /** Where the next page begins; undefined when this was the last. */
  readonly next?: Cursor;
  readonly total?: number;
}

/** The sort keys and the ref of the last record of a page. */
export type Cursor = readonly string[];

export interface SearchContext {
  readonly organization: string;
  /** Types of which the directory may hold records. */
  readonly sharedTypes: ReadonlySet<string>;
  /** `paramKey(query.type, '_id')` and `paramKey(query.type, '_lastUpdated')`. */
  readonly keys: { readonly id: number; readonly lastUpdated: number };
}

/** Records that come along with one page at most, so that an include never outgrows the request. */
const MAX_INCLUDED = 1000;
/** Bytes of all bodies on one page at most; a first record that is larger stands on its page alone. */
const MAX_PAGE_BYTES = 32 * 1024 * 1024;
/** Rounds of `:iterate` at most. */
const MAX_ROUNDS = 5;
/** Statement shapes kept prepared at most; rarer ones are sent without a name. */
const MAX_PREPARED = 400;

/** A match without a body begins the next page. */
type Row = Omit<FoundRecord, 'body'> & {
  body: string | null;
  n: number | null;
  keys: string[] | null;
  [name: string]: unknown;
};

/** Runs a parsed search as this organisation. One statement for matches and includes, one more for a total. */
export async function searchRecords(
  on: Queryable,
  context: SearchContext,
  query: SearchQuery,
  cursor?: Cursor,
): Promise<SearchResult> {
  const total = await countWhenAsked(on, context, query);
  if (query.count === 0 || query.summaryCount) return { matches: [], included: [], ...total };
  const sql = new SqlBuilder(context.organization, context.sharedTypes);
  const text = pageSql(sql, context, query, cursor);
  const rows = await on.query<Row>(named(text), sql.values);
  const found = rows.filter((row) => row.n !== null).sort((a, b) => a.n! - b.n!);
  const matches = found.slice(0, query.count).filter(hasBody);
  const last = matches.at(-1);
  const shown = new Set(matches.map((row) => row.ref));
  const included = rows.filter(hasBody).filter((row) => row.n === null && !shown.has(row.ref));
  const iterated = await iterate(on, context, query, matches, included);
  const more = found.length > matches.length && last !== undefined;
  // A first page that holds everything has its total for nothing.
  const known = !more && cursor === undefined && query.total !== 'none' ? { total: found.length } : {};
  return {
    matches,
    included: iterated,
    ...(more ? { next: [...(last.keys ?? []), last.ref] } : {}),
    ...known,
    ...total,
  };
}

function hasBody(row: Row): row is Row & FoundRecord {
  return row.body !== null;
}

async function countWhenAsked(on: Queryable, context: SearchContext, query: SearchQuery): Promise<{ total?: number }> {
  if (!query.summaryCount && query.count !== 0 && query.total !== 'accurate' && query.total !== 'estimate') return {};
  const sql = new SqlBuilder(context.organization, context.sharedTypes);
  const candidates = findCandidates(sql, context, query);
  const text = `select count(*) as total from (${candidates.sql}) c join record r on r.ref = c.target where ${visible('r')}`;
  const [row] = await on.query<{ total: number }>(named(text), sql.values);
  return { total: row?.total ?? 0 };
}

function visible(r: string): string {
  return `not ${r}.deleted and ($1 = any (${r}.readers) or '*' = any (${r}.readers))`;
}

/** The records that meet all conditions, as rows of `target`, and what else is known of them by then. */
interface Candidates {
  readonly sql: string;
  /** The date whose bounds stand in a column `detail`, as `low/high`. */
  readonly dated?: number;
}

function findCandidates(sql: SqlBuilder, context: SearchContext, query: SearchQuery, after?: string): Candidates {
  const ids = query.conditions.find((condition) => condition.kind === 'id');
  if (ids !== undefined) {
    const rest = query.conditions.filter((condition) => condition !== ids);
    const probes = rest.map((condition) => probe(sql, query.type, condition, 'd.ref'));
    const refs = sql.param(ids.any.map((id) => `${query.type}/${id}`));
    const where = [SET_CALLER, `d.ref = any (${refs}::text[])`, visible('d'), ...probes];
    if (after !== undefined) where.push(`d.ref > ${sql.param(after)}`);
    return { sql: `select d.ref as target from record d where ${where.join(' and ')}` };
  }
  const { driver, rest } = drive(sql, query, context.keys.id);
  const where = [
    SET_CALLER,
    ...driver.where,
    ...rest.map((condition) => probe(sql, query.type, condition, 'd.target')),
  ];
  if (after !== undefined) where.push(`d.target > ${sql.param(after)}`);
  const { repeats, dated } = driver;
  const columns = dated === undefined ? 'target' : 'target, detail';
  const rows = `select ${columns} from ${driver.from} where ${where.join(' and ')}`;
  // Fenced off, or the limit of a page could tempt PostgreSQL into walking all records in the page's order until enough
  // of them meet the condition: endless where few do.
  const text = repeats ? `select distinct ${columns} from (${rows} offset 0) d` : rows;
  return { sql: text, ...(dated === undefined ? {} : { dated }) };
}

function pageSql(sql: SqlBuilder, context: SearchContext, query: SearchQuery, cursor: Cursor | undefined): string {
  const after = query.sort.length === 0 ? cursor?.at(-1) : undefined;
  const candidates = findCandidates(sql, context, query, after);
  const keys = query.sort.map((key) => sortKey(sql, query.type, key, context, candidates.dated));
  const columns = keys.map((key, i) => `${key.expression} as k${i}`);
  const order = [...keys.map((key, i) => `k${i} ${key.descending ? 'desc' : 'asc'}`), 'target'].join(', ');
  const keyed =
    keys.length === 0 ? candidates.sql : `select c.target, ${columns.join(', ')} from (${candidates.sql}) c offset 0`;
  const from =
    keys.length > 0 && cursor !== undefined ? `(${keyed}) k where ${keyset(sql, keys, cursor)}` : `(${keyed}) k`;
  const keyArray = keys.length === 0 ? 'null::text[]' : `array[${keys.map((_, i) => `k${i}::text`).join(', ')}]`;
  let text = `with page as materialized (
  select target, ${keyArray} as keys, row_number() over (order by ${order}) as n from ${from} order by ${order} limit ${pageLimit(query.count)}
), measured as (
  select r.ref, r.version, date_part('epoch', r.last_updated) * 1000 as at, r.body, p.n, p.keys,
    octet_length(r.body) as size, sum(octet_length(r.body)) over (order by p.n) as sum
  from page p join record r on r.ref = p.target where ${SET_CALLER} and ${visible('r')}
), shown as (
  select ref, version, at, case when sum = size or sum <= ${MAX_PAGE_BYTES} then body end as body, n, keys
  from measured where sum - size <= ${MAX_PAGE_BYTES}
)
select ref, version, at, body, n, keys from shown`;
  if (query.includes.length + query.revincludes.length > 0) {
    const shown = `(select ref as target from shown where n <= ${sql.param(query.count, '::int8')} and body is not null)`;
    const room = `${MAX_PAGE_BYTES} - (select coalesce(sum(octet_length(body)), 0) from shown)`;
    text += `\nunion all ${includeSql(sql, query.includes, query.revincludes, shown, room)}`;
  }
  return text;
}

/** Of these many rows one is fetched, the next above what is asked for. */
const PAGE_LIMITS = [2, 11, 21, 51, 101, 201, 501];

/**
 * The limit stands in the text, because PostgreSQL takes a limit that it does not know for a tenth of all candidates and
 * plans for those. A few sizes only, so that there are few statements.
 */
function pageLimit(count: number): number {
  return PAGE_LIMITS.find((limit) => limit > count) ?? count + 1;
}

function includeSql(
  sql: SqlBuilder,
  includes: readonly Include[],
  revincludes: readonly Include[],
  shown: string,
  room: string,
): string {
  const forward = includes.map((include) => {
    const ofType = include.targetType === undefined ? '' : ` and x.value ^@ ${sql.param(`${include.targetType}/`)}`;
    return `select x.value as ref from ${shown} p join search_text x on x.target = p.target
      where x.reader ${sql.readers(include.sourceType)} and x.param = any (${sql.param(include.params)}::int4[])${ofType}`;
  });
  const backward = revincludes.map(
    (include) => `select x.target as ref from ${shown} p join search_text x on x.value = p.target
      where x.reader ${sql.readers(include.sourceType)} and x.param = any (${sql.param(include.params)}::int4[])`,
  );
  return `(select ref, version, at, body, null::int8 as n, null::text[] as keys from (
select r.ref, r.version, date_part('epoch', r.last_updated) * 1000 as at, r.body, sum(octet_length(r.body)) over (order by r.ref) as sum
from (select distinct ref from (${[...forward, ...backward].join(' union all ')}) i limit ${MAX_INCLUDED}) i
join record r on r.ref = i.ref where ${SET_CALLER} and ${visible('r')}) m where sum <= ${room})`;
}

/** Follows `:iterate` includes from what came along, round by round. */
async function iterate(
  on: Queryable,
  context: SearchContext,
  query: SearchQuery,
  matches: readonly FoundRecord[],
  included: readonly FoundRecord[],
): Promise<FoundRecord[]> {
  const includes = query.includes.filter((include) => include.iterate);
  const revincludes = query.revincludes.filter((include) => include.iterate);
  const all = new Map<string, FoundRecord>(included.map((row) => [row.ref, row]));
  if (includes.length + revincludes.length === 0) return [...all.values()];
  const seen = new Set([...matches.map((row) => row.ref), ...all.keys()]);
  let fresh = [...all.keys()];
  let room = MAX_PAGE_BYTES - [...matches, ...included].reduce((sum, row) => sum + Buffer.byteLength(row.body), 0);
  for (let round = 0; round < MAX_ROUNDS && fresh.length > 0 && all.size < MAX_INCLUDED; round++) {
    const sql = new SqlBuilder(context.organization, context.sharedTypes);
    const shown = `(select unnest(${sql.param(fresh)}::text[]) as target)`;
    const text = includeSql(sql, includes, revincludes, shown, sql.param(room, '::int8'));
    const rows = (await on.query<Row>(named(text), sql.values)).filter(hasBody);
    fresh = [];
    for (const row of rows) {
      if (seen.has(row.ref) || all.size >= MAX_INCLUDED) continue;
      seen.add(row.ref);
      room -= Buffer.byteLength(row.body);
      all.set(row.ref, row);
      fresh.push(row.ref);
    }
  }
  return [...all.values()];
}

interface SortKey {
  readonly expression: string;
  readonly descending: boolean;
  readonly cast: string;
}

/**
 * Records without the key come last, whichever way the sort goes.
 * @param dated the date whose bounds the candidates bring along.
 */
function sortKey(
  sql: SqlBuilder,
  type: string,
  key: SearchQuery['sort'][number],
  context: SearchContext,
  dated: number | undefined,
): SortKey {
  const { descending } = key;
  if (key.kind === 'id') return { expression: 'c.target', descending, cast: '' };
  const range = key.kind !== 'text';
  const last = range ? (descending ? `'-Infinity'::float8` : `'Infinity'::float8`) : descending ? `''` : `chr(1114111)`;
  const params = key.kind === 'lastUpdated' ? [context.keys.lastUpdated] : key.params;
  if (dated !== undefined && params.length === 1 && params[0] === dated) {
    const bound = `nullif(split_part(c.detail, '/', ${descending ? 2 : 1}), '')::float8`;
    return { expression: `coalesce(${bound}, ${last})`, descending, cast: '::float8' };
  }
  const x = sql.alias();
  const column = range ? (descending ? 'high' : 'low') : 'value';
  const expression = `coalesce((select ${descending ? 'max' : 'min'}(${x}.${column}) from ${range ? 'search_range' : 'search_text'} ${x}
    where ${x}.target = c.target and ${x}.param ${sql.oneOf(params)} and ${x}.reader ${sql.readers(type)}), ${last})`;
  return { expression, descending, cast: range ? '::float8' : '' };
}

/** "After the last one of the page before", for any mixture of directions. */
function keyset(sql: SqlBuilder, keys: readonly SortKey[], cursor: Cursor): string {
  let text = `target > ${sql.param(cursor[keys.length] ?? '')}`;
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i]!;
    const value = sql.param(cursor[i] ?? '', key.cast);
    text = `(k${i} ${key.descending ? '<' : '>'} ${value} or (k${i} = ${value} and ${text}))`;
  }
  return text;
}

const shapes = new Set<string>();

function named(text: string): Statement {
  if (!shapes.has(text)) {
    if (shapes.size >= MAX_PREPARED) return { text };
    shapes.add(text);
  }
  return prepared(text);
}
