import { rangeAnswers, textAnswers } from '../search/index.ts';
import type { Condition, RangeValue, TextMatch, TextValue } from '../search/index.ts';

/*
 * Which records that are not written yet would meet criteria, by their index rows: the same in code as the store says in
 * SQL. What only the store knows (chains, say) leaves it open.
 */

/** A record that is not written yet, with its index rows by what they stand under. */
export interface Unwritten {
  readonly id: string;
  readonly text: ReadonlyMap<number, readonly TextValue[]>;
  readonly range: ReadonlyMap<number, readonly RangeValue[]>;
}

/** `sure`: those that meet the criteria; `perhaps`: these, and those of which only the store could tell. */
export interface Met<R extends Unwritten> {
  readonly sure: ReadonlySet<R>;
  readonly perhaps: ReadonlySet<R>;
}

/** Many records by many values is long work: it is counted, and others get their turn between its steps. */
export interface Work {
  /** Tells whether it is time to pause. */
  count(comparisons: number): boolean;
  pause(): Promise<void>;
}

/** Those of `among` that meet all conditions. */
export async function findMeeting<R extends Unwritten>(
  conditions: readonly Condition[],
  among: ReadonlySet<R>,
  work: Work,
): Promise<Met<R>> {
  let met: Met<R> = { sure: among, perhaps: among };
  for (const condition of conditions) {
    // Only those that met all so far are asked.
    const { sure, perhaps } = await meeting(condition, met.perhaps, work);
    met = { sure: met.sure.intersection(sure), perhaps };
  }
  return met;
}

async function meeting<R extends Unwritten>(condition: Condition, among: ReadonlySet<R>, work: Work): Promise<Met<R>> {
  switch (condition.kind) {
    case 'id': {
      const ids = new Set(condition.any);
      return known(await having(among, ({ id }) => ids.has(id), work));
    }
    case 'text': {
      const found = await havingRow(among, ({ text }) => text, condition, textAnswers, work);
      return known(condition.negated === true ? among.difference(found) : found);
    }
    case 'range':
      return known(await havingRow(among, ({ range }) => range, condition, rangeAnswers, work));
    case 'missing': {
      const { params, missing, target } = condition;
      // Which type a reference shows is the store's to tell.
      if (target !== undefined) return open(among);
      const has = ({ text, range }: R): boolean => params.some((param) => text.has(param) || range.has(param));
      return known(await having(among, (record) => missing !== has(record), work));
    }
    case 'all':
      return findMeeting(condition.conditions, among, work);
    case 'either': {
      let met: Met<R> = known(new Set());
      for (const each of condition.conditions) {
        const { sure, perhaps } = await meeting(each, among, work);
        met = { sure: met.sure.union(sure), perhaps: met.perhaps.union(perhaps) };
      }
      return met;
    }
    case 'chain':
    case 'has':
    case 'lastUpdated':
    case 'near':
    case 'tree':
    case 'words':
      return open(among);
  }
}

function known<R extends Unwritten>(records: ReadonlySet<R>): Met<R> {
  return { sure: records, perhaps: records };
}

function open<R extends Unwritten>(records: ReadonlySet<R>): Met<R> {
  return { sure: new Set(), perhaps: records };
}

async function having<R>(among: Iterable<R>, holds: (record: R) => boolean, work: Work): Promise<Set<R>> {
  const found = new Set<R>();
  for (const record of among) {
    if (work.count(1)) await work.pause();
    if (holds(record)) found.add(record);
  }
  return found;
}

/** Those that have a row under one of `params` that answers one of `any`. */
async function havingRow<R extends Unwritten, Row, Match extends object>(
  among: Iterable<R>,
  rowsOf: (record: R) => ReadonlyMap<number, readonly Row[]>,
  { params, any }: { readonly params: readonly number[]; readonly any: readonly Match[] },
  holds: (match: Match, row: Row) => boolean,
  work: Work,
): Promise<Set<R>> {
  const found = new Set<R>();
  const costs = any.map((match) => ('values' in match ? (match.values as readonly unknown[]).length : 1));
  for (const record of among) {
    if (work.count(1)) await work.pause();
    const rows = rowsOf(record);
    search: for (const param of params) {
      for (const row of rows.get(param) ?? []) {
        for (let n = 0; n < any.length; n++) {
          if (work.count(costs[n]!)) await work.pause();
          if (!holds(any[n]!, row)) continue;
          found.add(record);
          break search;
        }
      }
    }
  }
  return found;
}

/** A row under `param` with this value, or, where it is none but its first characters, with one that begins so. */
export interface RowKey {
  readonly param: number;
  readonly value: string;
  readonly isBegin: boolean;
}

/** As many characters as rows are known by that are asked for by how they begin. */
const BEGIN = 3;

/** How a value begins, as it is known by; undefined where it is too short. */
export function beginOf(value: string): string | undefined {
  return value.length < BEGIN ? undefined : value.slice(0, BEGIN);
}

/** Of rows, one of which a record has that meets the conditions; undefined where there are none to go by. */
export function keysToMeet(conditions: readonly Condition[]): RowKey[] | undefined {
  for (const condition of conditions) {
    if (condition.kind !== 'text' || condition.negated === true) continue;
    const keys = condition.any.map(keysOfMatch);
    if (keys.includes(undefined)) continue;
    return condition.params.flatMap((param) => keys.flatMap((each) => each!.map((key) => ({ param, ...key }))));
  }
  return undefined;
}

function keysOfMatch(match: TextMatch): Omit<RowKey, 'param'>[] | undefined {
  switch (match.op) {
    case 'equal':
    case 'exact':
    case 'version':
      return [{ value: match.value, isBegin: false }];
    case 'among':
      return match.values.map((value) => ({ value, isBegin: false }));
    case 'prefix': {
      const value = beginOf(match.value);
      return value === undefined ? undefined : [{ value, isBegin: true }];
    }
    case 'contains':
    case 'system':
      return undefined;
  }
}
