import type { Condition, SearchPart } from '../../search/index.ts';
import type { Queryable } from '../database.ts';
import { builderFor } from './ask.ts';
import type { Ask } from './ask.ts';
import { findFrom, startsOf } from './candidates.ts';
import { matchesAmongAll, matchesFrom } from './collect.ts';
import { named, SET_CALLER, Steps, visible } from './sql.ts';
import type { SqlBuilder } from './sql.ts';

/** Up to here an estimate is counted, beyond it is the planner's guess. */
const COUNTED = 10_000;

/** The number of matches, each of them looked at: its time grows with them. */
export async function countAll(on: Queryable, ask: Ask): Promise<number> {
  const sql = builderFor(ask);
  const steps = new Steps();
  const rows = allMatches(sql, steps, ask);
  const text = `${steps.before()}select count(*) as total from (${rows}) c join ${sql.records} r on r.ref = c.target where ${SET_CALLER} and ${visible('r')}`;
  const [row] = await on.query<{ total: number }>(named(text), sql.values);
  return row?.total ?? 0;
}

/**
 * About how many matches there are, in bounded time: exact while there are few.
 * https://hl7.org/fhir/R4/search.html#total
 */
export async function estimateAll(on: Queryable, ask: Ask): Promise<number> {
  const sql = builderFor(ask);
  const steps = new Steps(COUNTED);
  const rows = allMatches(sql, steps, ask);
  const text = `${steps.before(`few as materialized (select target from (${rows}) c limit ${COUNTED + 1})`)}select count(*) as total, ${steps.within()} as complete from few`;
  const [row] = await on.query<{ total: number; complete: boolean }>(named(text), sql.values);
  if (row === undefined) return 0;
  if (row.complete && row.total <= COUNTED) return row.total;
  return Math.max(row.total, COUNTED + 1, await guess(on, ask));
}

/** What the planner expects, by its statistics and these very values. */
async function guess(on: Queryable, ask: Ask): Promise<number> {
  const sql = builderFor(ask);
  const steps = new Steps();
  const rows = allMatches(sql, steps, ask);
  const [row] = await on.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    { text: `explain (format json) ${steps.before()}${rows}` },
    sql.values,
  );
  return row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}

/** SQL of the targets of all matches, each once. */
export function allMatches(sql: SqlBuilder, steps: Steps, { parts, context }: Ask): string {
  return parts
    .map((part) => {
      const idKey = context.keys(part.type).id;
      const [start] = startsOf(part.conditions);
      return start === undefined ? matchesAmongAll(sql, part, idKey) : matchesFrom(sql, steps, part, idKey, start).rows;
    })
    .map((rows) => `(${rows})`)
    .join('\nunion all ');
}

/** A condition to start from, and how many rows it leaves as far as they were counted. */
export interface Sized {
  readonly start: Condition;
  readonly size: number;
}

/** How many rows each condition of each part leaves that can be started from, counted up to the bound, fewest first. */
export async function sizeStarts(on: Queryable, ask: Ask, parts: readonly SearchPart[]): Promise<Sized[][]> {
  const sql = builderFor(ask);
  const { collected } = ask.bounds;
  const steps = new Steps(collected);
  const starts = parts.map((part) => startsOf(part.conditions));
  const sizes = parts.flatMap((part, n) =>
    starts[n]!.map((start) => {
      const first = steps.count;
      const { step } = findFrom(sql, steps, part.type, start, part.conditions);
      return `case when ${steps.within(first)} then (select count(*) from ${step}) else ${collected + 1} end`;
    }),
  );
  const text = `${steps.before()}select array[${sizes.join(', ')}]::float8[] as sizes`;
  const [row] = await on.query<{ sizes: number[] }>(parts.length > 1 ? { text } : named(text), sql.values);
  let next = 0;
  return starts.map((some) =>
    some.map((start): Sized => ({ start, size: row?.sizes[next++] ?? collected + 1 })).sort((a, b) => a.size - b.size),
  );
}
