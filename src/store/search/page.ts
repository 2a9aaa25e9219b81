import type { Queryable } from '../database.ts';
import { builderFor } from './ask.ts';
import type { Ask, Stage, Way } from './ask.ts';
import { collect, collectAmongAll } from './collect.ts';
import { isAfter, orderBy } from './order.ts';
import { named, SET_CALLER, Steps, visible } from './sql.ts';
import { tail, walk } from './walk.ts';

export interface FoundRecord {
  readonly ref: string;
  readonly version: number;
  readonly at: number;
  readonly body: string;
}

/** A record in its place; without a body it begins the next page, since all of them together are too large. */
export type PlacedRecord = Omit<FoundRecord, 'body'> & {
  readonly body: string | null;
  readonly keys: readonly string[];
};

export interface FoundPage {
  readonly records: readonly PlacedRecord[];
  /** Whether there are records behind these that the way taken did not come to, or some among them. */
  readonly incomplete: boolean;
  /** How many there are on the page, of which some may have gone by the time they were read. */
  readonly placed: number;
}

type Row = Omit<FoundRecord, 'body'> & {
  body: string | null;
  n: number;
  keys: string[] | null;
  [name: string]: unknown;
};

/** Bytes of all bodies on one page at most. */
export const MAX_PAGE_BYTES = 32 * 1024 * 1024;
/** Parts of a search up to which its statement is worth being kept prepared. */
const FEW_PARTS = 4;

/**
 * One page, each part found in its own way, in one statement.
 * @param room bytes that all bodies may have together; on an empty page, a first record that is larger stands alone.
 */
export async function findPage(on: Queryable, ask: Ask, ways: readonly Way[], room: number): Promise<FoundPage> {
  const sql = builderFor(ask);
  const { collected } = ask.bounds;
  const steps = new Steps(collected === Infinity ? undefined : collected);
  const stages = ways.map((way, part): Stage => {
    if (way.kind === 'collect') return collect(sql, steps, ask, part, way.start);
    if (way.kind === 'all') return collectAmongAll(sql, ask, part);
    return way.kind === 'walk' ? walk(sql, steps, ask, part, way.start) : tail(sql, steps, ask, part);
  });
  const { order, cursor, limit } = ask;
  const from = stages.map(({ rows }) => `(${rows})`).join('\nunion all ');
  const after = cursor === undefined ? '' : ` where ${isAfter(sql, order, cursor)}`;
  const by = orderBy(order);
  const keys =
    order.keys.length === 0 ? 'null::text[]' : `array[${order.keys.map((_, n) => `k${n}::text`).join(', ')}]`;
  const incomplete = stages.map((stage) => stage.incomplete).join(' or ');
  const bytes = sql.param(room, '::int8');
  const alone = room === MAX_PAGE_BYTES ? 'sum = size or ' : '';
  const text = `${steps.before(
    `page as materialized (
  select target, ${keys} as keys, row_number() over (order by ${by}) as n from (${from}) k${after} order by ${by} limit ${limit}
)`,
    `measured as (
  select r.ref, r.version, date_part('epoch', r.last_updated) * 1000 as at, r.body, p.n, p.keys,
    octet_length(r.body) as size, sum(octet_length(r.body)) over (order by p.n) as sum
  from page p join record r on r.ref = p.target where ${SET_CALLER} and ${visible('r')}
)`,
  )}select ref, version, at, case when ${alone}sum <= ${bytes} then body end as body, n, keys
from measured where sum - size <= ${bytes}
union all select '', (select count(*) from page), 0, case when ${incomplete} then '' end, 0, null`;
  const statement = ways.length > FEW_PARTS ? { text } : named(text);
  const rows = await on.query<Row>(statement, sql.values);
  return toPage(rows);
}

/** The row 0 tells about the page itself. */
function toPage(rows: readonly Row[]): FoundPage {
  const sorted = rows.toSorted((a, b) => a.n - b.n);
  const [about, ...records] = sorted;
  return {
    records: records.map(({ ref, version, at, body, keys }) => ({ ref, version, at, body, keys: keys ?? [] })),
    incomplete: about !== undefined && about.body !== null,
    placed: about?.version ?? 0,
  };
}
