import type { Queryable } from '../database.ts';
import { builderFor } from './ask.ts';
import type { Ask, Stage, Way } from './ask.ts';
import { collect, collectAmongAll } from './collect.ts';
import { linkedRecords, MAX_INCLUDED } from './include.ts';
import type { LinkedRow } from './include.ts';
import { isAfter, orderBy } from './order.ts';
import { MAX_PAGE_BYTES } from './records.ts';
import type { FoundRecord } from './records.ts';
import { named, SET_CALLER, Steps, visible } from './sql.ts';
import { tail, walk } from './walk.ts';

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
  /** What is linked to the records that are shown; undefined where that has to be asked for. */
  readonly linked?: readonly LinkedRow[];
}

type Row = LinkedRow & { readonly n: number; readonly keys: string[] | null } & Record<string, unknown>;

/** Of a record that is there. */
type Placed = Pick<PlacedRecord, 'ref' | 'version' | 'at'>;

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
  const linked = linkedRecords(sql, ask.includes, ask.revincludes, () => ({
    starts: `(select ref as target from measured where n <= ${sql.param(ask.count, '::int8')} and (${alone}sum <= ${bytes}))`,
    except: 'array(select ref from measured)',
    most: String(MAX_INCLUDED),
    bytes: `${bytes} - (select coalesce(sum(size), 0) from measured where sum <= ${bytes})`,
  }));
  const text = `${steps.before(
    `page as materialized (
  select target, ${keys} as keys, row_number() over (order by ${by}) as n from (${from}) k${after} order by ${by} limit ${limit}
)`,
    `measured as (
  select r.ref, r.version, date_part('epoch', r.last_updated) * 1000 as at, r.body, p.n, p.keys,
    octet_length(r.body) as size, sum(octet_length(r.body)) over (order by p.n) as sum
  from page p join record r on r.ref = p.target where ${SET_CALLER} and ${visible('r')}
)`,
    ...(linked === undefined ? [] : [linked.step]),
  )}select ref, version, at, case when ${alone}sum <= ${bytes} then body end as body, n, keys
from measured where sum - size <= ${bytes}
union all select '', (select count(*) from page), 0, case when ${incomplete} then '' end, 0, null${
    linked === undefined ? '' : `\nunion all select *, -1, null from (${linked.rows}) i`
  }`;
  const statement = ways.length > FEW_PARTS ? { text } : named(text);
  const rows = await on.query<Row>(statement, sql.values);
  return toPage(rows, linked !== undefined);
}

/** The row 0 tells about the page itself; what is linked comes before it. */
function toPage(rows: readonly Row[], isLinked: boolean): FoundPage {
  const about = rows.find(({ n }) => n === 0);
  const placed = about?.version ?? 0;
  const records = rows
    .filter((row): row is Row & Placed => row.n > 0)
    .sort((a, b) => a.n - b.n)
    .map(({ ref, version, at, body, keys }): PlacedRecord => ({ ref, version, at, body, keys: keys ?? [] }));
  const linked = rows.filter(({ n }) => n < 0).sort((a, b) => (a.ref! < b.ref! ? -1 : 1));
  return {
    records,
    incomplete: about !== undefined && about.body !== null,
    placed,
    // Where a record has gone meanwhile, others are shown than those that were looked from.
    ...(isLinked && records.length === placed ? { linked } : {}),
  };
}
