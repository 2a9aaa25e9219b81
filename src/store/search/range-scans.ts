import type { Condition, RangeMatch } from '../../search/index.ts';
import { rangeMatches } from './probe.ts';
import type { SqlBuilder } from './sql.ts';

const DAY = 86_400_000;
/** From here on, a bound is a moment and no number: April 1970 in epoch milliseconds. */
const FIRST_MOMENT = 1e10;

/**
 * Rows that are longer than a day, or as numbers longer than their own precision. They alone can reach far beyond where
 * they begin, and stand in an index by their end, `search_range_long`, whose predicate this is.
 */
function isLong(x: string): string {
  return `${x}.high > ${x}.low + case when ${x}.low >= 1e10 then 86400000 else 1e-15 * least(greatest(abs(${x}.low), 1e-290), 1e300) end`;
}

/** A row that is not long and ends after `over` begins here or later. */
function floorOf(over: number): number {
  return over >= FIRST_MOMENT ? over - DAY : over - 4e-15 * Math.min(Math.max(Math.abs(over), 1e-290), 1e300);
}

export type RangeCondition = Extract<Condition, { kind: 'range' | 'lastUpdated' }>;

/** Whether the rows that answer can be told by where they begin and end. */
export function isScannable({ any }: RangeCondition): boolean {
  return any.every((match) => match.prefix !== 'ne');
}

/** Whether all these have to hold of one and the same row: each record has one at most. */
export function isOfOneRow(condition: RangeCondition): boolean {
  return condition.any.length === 1 && (condition.kind === 'lastUpdated' || condition.single === true);
}

/**
 * The rows `x` that answer all of `matches`, as scans that have no row in common and each begin and end within one index:
 * SQL that stands behind `from`, with a `where` that may go on.
 * @param keys SQL of the readers and parameters of a row, by its name.
 * @param kind rows of `lastUpdated` are one millisecond long.
 */
export function rangeScans(
  sql: SqlBuilder,
  x: string,
  keys: (x: string) => string,
  matches: readonly RangeMatch[],
  kind: RangeCondition['kind'],
): string[] {
  const holds = matches.map((match) => rangeMatches(sql, x, [match]));
  const from = Math.max(...matches.map(firstLow));
  const to = Math.min(...matches.map(endOfLows));
  const over = Math.max(...matches.map(endsAfter));
  if (to < Infinity) holds.push(`${x}.low < ${sql.param(to, '::float8')}`);
  if (over === -Infinity) {
    if (from > -Infinity) holds.push(`${x}.low >= ${sql.param(from, '::float8')}`);
    return [`search_range ${x} where ${[keys(x), ...holds].join(' and ')}`];
  }
  const floor = Math.max(from, kind === 'lastUpdated' ? over - 1 : floorOf(over));
  const bound = sql.param(floor, '::float8');
  const near = `search_range ${x} where ${[keys(x), ...holds, `${x}.low >= ${bound}`].join(' and ')}`;
  if (from >= floor || kind === 'lastUpdated') return [near];
  if (from > -Infinity) holds.push(`${x}.low >= ${sql.param(from, '::float8')}`);
  const [unit, end] = [sql.param(matches[0]!.unit), sql.param(over, '::float8')];
  // Fenced off, or PostgreSQL would look for where these rows begin, which most rows of the parameter do before `bound`.
  const long = `select * from search_range l where ${keys('l')} and l.unit = ${unit} and l.high > ${end} and ${isLong('l')} offset 0`;
  return [near, `(${long}) ${x} where ${[...holds, `${x}.low < ${bound}`].join(' and ')}`];
}

function firstLow({ prefix, low, high }: RangeMatch): number {
  if (prefix === 'eq') return low;
  return prefix === 'sa' ? high : -Infinity;
}

function endOfLows({ prefix, low, high }: RangeMatch): number {
  if (prefix === 'lt' || prefix === 'eb') return low;
  return prefix === 'eq' || prefix === 'le' || prefix === 'ap' ? high : Infinity;
}

function endsAfter({ prefix, low, high }: RangeMatch): number {
  if (prefix === 'gt') return high;
  return prefix === 'ge' || prefix === 'ap' ? low : -Infinity;
}
