import type { Queryable } from '../database.ts';
import { builderFor } from './ask.ts';
import type { Ask, Stage, Way } from './ask.ts';
import { collect, collectAmongAll } from './collect.ts';
import { linkedRecords, MAX_INCLUDED } from './include.ts';
import type { LinkedRow } from './include.ts';
import { isAfter, orderBy } from './order.ts';
import type { FoundRecord } from './records.ts';
import { named, SET_CALLER, Steps, visible } from './sql.ts';
import type { SqlBuilder } from './sql.ts';
import { tail, walk } from './walk.ts';

/** A record in its place; without a body it begins the next page, since this one has no place or no room for it. */
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

/**
 * A record of the page (`n` from 1), one that is linked to it (-1), or the sign that the page is incomplete (0). What
 * has gone meanwhile has no version; what was withheld for its size has no body. `v0`, `v1` … are the keys.
 */
type Row = LinkedRow & { readonly n: number } & Record<string, unknown>;

type Placed = Pick<PlacedRecord, 'version' | 'at' | 'body'>;

/** Parts of a search up to which its statement is worth being kept prepared. */
const FEW_PARTS = 4;
/** Records up to which each has a share of the bytes that is rarely too small for it. */
const FEW_RECORDS = 101;

/**
 * One page, each part found in its own way, in one statement.
 * @param room bytes that all bodies may have together; on an empty page, a first record that is larger stands alone.
 */
export async function findPage(on: Queryable, ask: Ask, ways: readonly Way[], room: number): Promise<FoundPage> {
  const shared = ask.limit <= FEW_RECORDS ? await findByShare(on, ask, ways, room) : undefined;
  return shared ?? findByMeasure(on, ask, ways, room);
}

/**
 * The page where no body is larger than its share of the room: adding up what they take, in the statement, would cost
 * more than all the rest of it. Those behind the page are found without their bodies. Undefined where this will not do.
 */
async function findByShare(
  on: Queryable,
  ask: Ask,
  ways: readonly Way[],
  room: number,
): Promise<FoundPage | undefined> {
  const { sql, steps, page, incomplete, none } = openStatement(ask, ways);
  const half = Math.floor(room / 2);
  const share = sql.param(Math.floor(half / ask.count), '::int8');
  const count = sql.param(ask.count, '::int8');
  const linked = linkedRecords(sql, ask.includes, ask.revincludes, () => {
    const shown = `select target from page where n <= ${count}`;
    return {
      starts: `(${shown})`,
      except: `array(${shown})`,
      most: String(MAX_INCLUDED),
      bytes: sql.param(half, '::int8'),
      known: (param) => knownValue(ask, param),
    };
  });
  const keys = ask.order.keys.map((_, n) => `, p.v${n}`).join('');
  const text = `${steps.before(page, ...(linked === undefined ? [] : [linked.step]))}select p.target as ref, r.version,
  date_part('epoch', r.last_updated) * 1000 as at, case when p.n <= ${count} and octet_length(r.body) <= ${share} then r.body end as body, p.n${keys}
from page p left join ${sql.records} r on r.ref = p.target and ${visible('r')} where ${SET_CALLER}${
    incomplete === 'false' ? '' : `\nunion all select '', 0, 0, '', 0${none} where ${incomplete}`
  }${linked === undefined ? '' : `\nunion all select *, -1${none} from (${linked.rows}) i`}`;
  const rows = await run(on, text, sql, ways);
  const isWithheld = ({ n, version, body }: Row): boolean => n <= ask.count && version !== null && body === null;
  // Where one has gone meanwhile, the first behind the page moves up.
  const hasGone = ({ n, version }: Row): boolean => n > 0 && version === null;
  if (rows.some((row) => isWithheld(row) || hasGone(row))) return undefined;
  return toPage(ask, rows, linked !== undefined);
}

/** The page with as many bodies as there is room for. */
async function findByMeasure(on: Queryable, ask: Ask, ways: readonly Way[], room: number): Promise<FoundPage> {
  const { sql, steps, page, incomplete, none } = openStatement(ask, ways);
  const bytes = sql.param(room, '::int8');
  const fits = room === ask.bounds.bytes ? `(sum = size or sum <= ${bytes})` : `sum <= ${bytes}`;
  const linked = linkedRecords(sql, ask.includes, ask.revincludes, () => {
    const shown = `from measured where n <= ${sql.param(ask.count, '::int8')} and ${fits}`;
    return {
      starts: `(select ref as target ${shown})`,
      except: `array(select ref ${shown})`,
      most: String(MAX_INCLUDED),
      bytes: `${bytes} - (select coalesce(sum(size), 0) ${shown})`,
    };
  });
  const keys = ask.order.keys.map((_, n) => `, v${n}`).join('');
  const measured = `measured as (
  select p.target as ref, r.version, date_part('epoch', r.last_updated) * 1000 as at, r.body, p.n${keys},
    coalesce(octet_length(r.body), 0) as size, coalesce(sum(octet_length(r.body)) over (order by p.n), 0) as sum
  from page p left join ${sql.records} r on r.ref = p.target and ${visible('r')} where ${SET_CALLER}
)`;
  const text = `${steps.before(page, measured, ...(linked === undefined ? [] : [linked.step]))}select ref, version, at,
  case when ${fits} then body end as body, n${keys}
from measured
union all select '', 0, 0, '', 0${none} where ${incomplete}${
    linked === undefined ? '' : `\nunion all select *, -1${none} from (${linked.rows}) i`
  }`;
  return toPage(ask, await run(on, text, sql, ways), linked !== undefined);
}

/** What both statements begin with, up to the step `page` of the targets in their order. */
function openStatement(ask: Ask, ways: readonly Way[]) {
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
  const keys = order.keys.map((_, n) => `, k${n}::text as v${n}`).join('');
  const page = `page as materialized (
  select target${keys}, row_number() over (order by ${by}) as n from (${from}) k${after} order by ${by} limit ${limit}
)`;
  const open = stages.map(({ incomplete }) => incomplete).filter((text) => text !== 'false');
  const incomplete = open.length === 0 ? 'false' : open.join(' or ');
  return { sql, steps, page, incomplete, none: ', null'.repeat(order.keys.length) };
}

/**
 * The reference that all matches hold under a key, because they were found by it and hold no other there: what is
 * commonly included is the patient whose records were asked for.
 */
function knownValue({ parts }: Ask, param: number): string | undefined {
  if (parts.length > 1) return undefined;
  for (const condition of parts[0]!.conditions) {
    if (condition.kind !== 'text' || condition.single !== true || condition.negated === true) continue;
    const [match, ...others] = condition.any;
    const isIt = condition.params.length === 1 && condition.params[0] === param && others.length === 0;
    if (isIt && match?.op === 'equal' && match.detail === undefined) return match.value;
  }
  return undefined;
}

function run(on: Queryable, text: string, sql: SqlBuilder, ways: readonly Way[]): Promise<Row[]> {
  return on.query<Row>(ways.length > FEW_PARTS ? { text } : named(text), sql.values);
}

function toPage({ order: { keys } }: Ask, rows: readonly Row[], isLinked: boolean): FoundPage {
  const placed = rows.filter(({ n }) => n > 0);
  const records = placed
    .filter((row): row is Row & Placed & { ref: string } => row.version !== null)
    .sort((a, b) => a.n - b.n)
    .map((row): PlacedRecord => {
      const { ref, version, at, body } = row;
      return { ref, version, at, body, keys: keys.map((_, n) => row[`v${n}`] as string) };
    });
  return {
    records,
    incomplete: rows.some(({ n }) => n === 0),
    placed: placed.length,
    // Where a record has gone meanwhile, others are shown than those that were looked from.
    ...(isLinked && records.length === placed.length ? { linked: rows.filter(({ n }) => n < 0).sort(byRef) } : {}),
  };
}

function byRef(a: LinkedRow, b: LinkedRow): number {
  return a.ref! < b.ref! ? -1 : 1;
}
