import type { Condition, SearchPart } from '../../search/index.ts';
import { startsOf } from './candidates.ts';
import type { Candidates } from './candidates.ts';
import { isOfOneRow, isScannable } from './range-scans.ts';
import type { SqlBuilder } from './sql.ts';

/** `paramKey(type, '_id')` and `paramKey(type, '_lastUpdated')`. */
export type KeysOf = (type: string) => { readonly id: number; readonly lastUpdated: number };

export interface OrderKey {
  readonly table: 'text' | 'range';
  readonly descending: boolean;
  /** Where it is kept, for each part of the query. */
  readonly params: readonly (readonly number[])[];
  /** Whether all records that meet the conditions have it. */
  readonly always: boolean;
}

/** In which order the matches stand: the same however they are found, so that each page begins where one ended. */
export interface Order {
  readonly keys: readonly OrderKey[];
  /** What the keys leave equal goes by the target. */
  readonly targetDescending: boolean;
}

/** The keys and the ref of the last record of a page, as text. */
export type Cursor = readonly string[];

/**
 * The order of a search. Where none was asked for and a time is what the matches are found by, they stand by that time:
 * then a page is the next piece of an index, however many there are.
 */
export function orderOf(parts: readonly SearchPart[], keysOf: KeysOf): Order {
  const sort = parts[0]?.sort ?? [];
  if (sort.length === 0) return impliedOrder(parts);
  const ids = sort.findIndex((key) => key.kind === 'id');
  const keys = (ids < 0 ? sort : sort.slice(0, ids)).map(({ kind, descending }, n): OrderKey => {
    const params = parts.map((part) =>
      kind === 'lastUpdated' ? [keysOf(part.type).lastUpdated] : part.sort[n]!.params,
    );
    const table = kind === 'text' ? 'text' : 'range';
    const always = kind === 'lastUpdated' || (table === 'range' && parts.every((part, m) => asksFor(part, params[m]!)));
    return { table, descending, params, always };
  });
  return { keys, targetDescending: (ids < 0 ? keys[0]! : sort[ids]!).descending };
}

function impliedOrder(parts: readonly SearchPart[]): Order {
  const starts = parts.map(({ conditions }) => startsOf(conditions)[0]);
  const params = starts.flatMap((start) => (isTime(start) ? [start.params] : []));
  if (params.length < parts.length) return { keys: [], targetDescending: false };
  return { keys: [{ table: 'range', descending: false, params, always: true }], targetDescending: false };
}

function isTime(start: Condition | undefined): start is Extract<Condition, { kind: 'range' | 'lastUpdated' }> {
  return start !== undefined && (start.kind === 'lastUpdated' || start.kind === 'range') && isOfOneRow(start);
}

/** Whether the conditions hold only of records that have the key. */
function asksFor({ conditions }: SearchPart, params: readonly number[]): boolean {
  return conditions.some(
    (condition) =>
      condition.kind === 'range' && isScannable(condition) && condition.params.every((param) => params.includes(param)),
  );
}

/** Whether an index has the whole order: one key, and targets in its direction. */
export function isOneIndex({ keys, targetDescending }: Order): boolean {
  return keys.length === 0 || (keys.length === 1 && keys[0]!.descending === targetDescending);
}

/** Stands before each text that is a key, so that one can come before and one behind all of them. */
export const VALUE = 'v';

/** The key of records without one, as text: they come last, whichever way the sort goes. */
export function missing({ table, descending }: OrderKey): string {
  if (table === 'range') return descending ? '-Infinity' : 'Infinity';
  return descending ? '' : 'w';
}

/** SQL of that key. */
export function missingKey(key: OrderKey): string {
  return `'${missing(key)}'${key.table === 'range' ? '::float8' : '::text'}`;
}

/** SQL: the key of the record named by the SQL expression `target`, of several values the one that comes first. */
export function keyOf(sql: SqlBuilder, type: string, key: OrderKey, part: number, target: string): string {
  const x = sql.alias();
  const best = key.descending ? 'max' : 'min';
  const where = `${x}.target = ${target} and ${x}.param ${sql.oneOf(key.params[part]!)} and ${x}.reader ${sql.readers(type)}`;
  return key.table === 'range'
    ? `coalesce((select ${best}(${x}.low) from search_range ${x} where ${where} and ${x}.unit = ''), ${missingKey(key)})`
    : `coalesce((select '${VALUE}' || ${best}(${x}.value) from search_text ${x} where ${where}), ${missingKey(key)})`;
}

/** SQL: the key where the candidates `c` bring it along, else a look for it. */
export function keyOfCandidate(
  sql: SqlBuilder,
  type: string,
  key: OrderKey,
  part: number,
  brings: Candidates['brings'],
): string {
  const params = key.params[part]!;
  if (key.table === 'text' || brings === undefined || params.length !== 1 || params[0] !== brings.param) {
    return keyOf(sql, type, key, part, 'c.target');
  }
  if (brings.column === 'low') return 'c.low';
  return `coalesce(nullif(split_part(c.detail, '/', 1), '')::float8, ${missingKey(key)})`;
}

/** SQL: `order by` of rows with columns `k0`, `k1` … and `target`. */
export function orderBy({ keys, targetDescending }: Order): string {
  return [...keys.map((key, n) => `k${n}${direction(key.descending)}`), `target${direction(targetDescending)}`].join(
    ', ',
  );
}

export function direction(descending: boolean): string {
  return descending ? ' desc' : '';
}

/** SQL: "after the last one of the page before", for any mixture of directions. */
export function isAfter(sql: SqlBuilder, { keys, targetDescending }: Order, cursor: Cursor): string {
  let text = `target ${targetDescending ? '<' : '>'} ${sql.param(cursor[keys.length] ?? '')}`;
  for (let n = keys.length - 1; n >= 0; n--) {
    const key = keys[n]!;
    const value = sql.param(cursor[n] ?? '', key.table === 'range' ? '::float8' : '');
    text = `(k${n} ${key.descending ? '<' : '>'} ${value} or (k${n} = ${value} and ${text}))`;
  }
  return text;
}
