import type { Condition, TextMatch } from '../../search/index.ts';
import type { Ask } from './ask.ts';
import { isOnRowOf } from './candidates.ts';
import { direction, isAfter, isOneIndex, keyOf, missing, missingKey, VALUE } from './order.ts';
import type { OrderKey } from './order.ts';
import { probe } from './probe.ts';
import { isOfOneRow, rangeScans } from './range-scans.ts';
import type { RangeCondition } from './range-scans.ts';
import type { SqlBuilder } from './sql.ts';

/** A walk along one index, for one reader and one key: an index has the order only within those. */
export interface Strand {
  readonly rows: string;
  /** What is looked at on the way, bounded. */
  readonly from: string;
}

/** Rows of one code are in the order of targets, too: along them every look is a hit for one condition at least. */
export function idStrands(sql: SqlBuilder, ask: Ask, part: number, start: Condition | undefined): Strand[] {
  const { type } = ask.parts[part]!;
  const { targetDescending } = ask.order;
  const after = ask.cursor?.at(-1);
  const order = `order by d.target${direction(targetDescending)} limit ${ask.limit}`;
  const match = start === undefined ? undefined : oneValueOf(start);
  return sql.eachReader(type).map((reader) => {
    if (match === undefined) {
      const from = idRows(sql, ask, part, reader, after);
      const where = probes(sql, ask, part);
      return {
        rows: `select d.target from (${from}) d${where.length === 0 ? '' : ` where ${where.join(' and ')}`} ${order}`,
        from,
      };
    }
    const begin = after === undefined ? '' : ` and t.target ${targetDescending ? '<' : '>'} ${sql.param(after)}`;
    const from = `select t.target, t.detail from search_text t where t.reader = ${reader} and t.param = ${sql.param(match.param)} and t.value = ${sql.param(match.value)}${begin}
      order by t.target${direction(targetDescending)} limit ${ask.bounds.walked}`;
    const x = sql.alias();
    const once =
      match.detail === undefined
        ? `not exists (select 1 from search_text ${x} where ${x}.reader = ${reader} and ${x}.param = ${sql.param(match.param)}
          and ${x}.value = ${sql.param(match.value)} and ${x}.target = d.target and ${x}.detail < d.detail offset 0)`
        : `d.detail = ${sql.param(match.detail)}`;
    const where = [once, ...probes(sql, ask, part, [start!])];
    return { rows: `select d.target from (${from}) d where ${where.join(' and ')} ${order}`, from };
  });
}

function oneValueOf(start: Condition): { param: number; value: string; detail?: string } | undefined {
  if (start.kind !== 'text' || start.negated === true || start.any.length !== 1 || start.params.length !== 1)
    return undefined;
  const match: TextMatch = start.any[0]!;
  if (match.op !== 'equal' && match.op !== 'exact') return undefined;
  const { value, detail } = match;
  return { param: start.params[0]!, value, ...(detail === undefined ? {} : { detail }) };
}

export function rangeStrands(sql: SqlBuilder, ask: Ask, part: number, key: OrderKey): Strand[] {
  const { type, conditions } = ask.parts[part]!;
  const params = key.params[part]!;
  // Conditions on the very row that the walk goes along say where it begins and ends.
  const own = conditions.filter((one): one is RangeCondition => isOnKey(one, params));
  const matches = own.flatMap(({ any }) => any);
  const single = own.length > 0 || params[0] === ask.context.keys(type).lastUpdated;
  return sql.eachReader(type).flatMap((reader) =>
    params.flatMap((param) => {
      const keys = (x: string): string => `${x}.reader = ${reader} and ${x}.param = ${sql.param(param)}`;
      const scans =
        own.length === 0
          ? [`search_range t where ${keys('t')} and t.unit = ''`]
          : rangeScans(sql, 't', keys, matches, own[0]!.kind);
      return scans.map((scan): Strand => {
        const begin = beginning(sql, ask, key, 't.low', (text) => sql.param(text, '::float8'));
        const from = `select t.target, t.low, t.high, t.param from ${scan}${begin}
          order by ${inOrder('t.low', 't.target', ask, key)} limit ${ask.bounds.walked}`;
        const where = [...(single ? [] : [isBest(sql, key, params, reader)]), ...probes(sql, ask, part, own)];
        return { rows: strandRows(sql, ask, part, 'd.low', 'd.low', from, where), from };
      });
    }),
  );
}

export function textStrands(sql: SqlBuilder, ask: Ask, part: number, key: OrderKey): Strand[] {
  const params = key.params[part]!;
  return sql.eachReader(ask.parts[part]!.type).flatMap((reader) =>
    params.map((param): Strand => {
      const begin = beginning(sql, ask, key, 't.value', (text) => sql.param(text.slice(VALUE.length)));
      const from = `select t.target, t.value, t.detail, t.param from search_text t where t.reader = ${reader} and t.param = ${sql.param(param)}${begin}
        order by ${inOrder('t.value', 't.target', ask, key)} limit ${ask.bounds.walked}`;
      const where = [isBest(sql, key, params, reader), ...probes(sql, ask, part)];
      return { rows: strandRows(sql, ask, part, 'd.value', `'${VALUE}' || d.value`, from, where), from };
    }),
  );
}

/** Along the ids of those that lack the only key of the order. */
export function tailStrands(sql: SqlBuilder, ask: Ask, part: number, key: OrderKey): Strand[] {
  const { type } = ask.parts[part]!;
  const after = ask.cursor?.[0] === missing(key) ? ask.cursor[1] : undefined;
  return sql.eachReader(type).map((reader): Strand => {
    const x = sql.alias();
    const from = idRows(sql, ask, part, reader, after);
    const unit = key.table === 'range' ? ` and ${x}.unit = ''` : '';
    const without = `not exists (select 1 from search_${key.table} ${x} where ${x}.target = d.target and ${x}.param ${sql.oneOf(key.params[part]!)}
      and ${x}.reader = ${reader}${unit} offset 0)`;
    const rows = `select d.target, ${missingKey(key)} as k0 from (${from}) d where ${[without, ...probes(sql, ask, part)].join(' and ')}
      order by d.target${direction(ask.order.targetDescending)} limit ${ask.limit}`;
    return { rows, from };
  });
}

/** SQL: where a strand goes on behind the last page; beginning at its last key where the index has only that. */
function beginning(
  sql: SqlBuilder,
  ask: Ask,
  key: OrderKey,
  column: string,
  toParam: (text: string) => string,
): string {
  if (ask.cursor === undefined) return '';
  const sign = key.descending ? '<' : '>';
  const value = toParam(ask.cursor[0]!);
  return isOneIndex(ask.order)
    ? ` and (${column}, t.target) ${sign} (${value}, ${sql.param(ask.cursor[1])})`
    : ` and ${column} ${sign}= ${value}`;
}

function inOrder(column: string, target: string, ask: Ask, { descending }: OrderKey): string {
  const order = `${column}${direction(descending)}`;
  return isOneIndex(ask.order) ? `${order}, ${target}${direction(descending)}` : order;
}

function strandRows(
  sql: SqlBuilder,
  ask: Ask,
  part: number,
  column: string,
  keyed: string,
  from: string,
  where: readonly string[],
): string {
  const [key, ...more] = ask.order.keys;
  const filter = where.length === 0 ? '' : ` where ${where.join(' and ')}`;
  if (isOneIndex(ask.order)) {
    return `select d.target, ${keyed} as k0 from (${from}) d${filter} order by ${inOrder(column, 'd.target', ask, key!)} limit ${ask.limit}`;
  }
  const { type } = ask.parts[part]!;
  const keys = more.map((one, n) => `, ${keyOf(sql, type, one, part, 'd.target')} as k${n + 1}`);
  const names = ask.order.keys.map((_, n) => `k${n}`).join(', ');
  const after = ask.cursor === undefined ? '' : ` where ${isAfter(sql, ask.order, ask.cursor)}`;
  // All that are equal by the first key, so that the others can decide among them.
  return `select target, ${names} from (select d.target, ${column} as o, ${keyed} as k0${keys.join('')} from (${from}) d${filter} offset 0) d${after}
    order by o${direction(key!.descending)} fetch first ${ask.limit} rows with ties`;
}

function idRows(sql: SqlBuilder, ask: Ask, part: number, reader: string, after: string | undefined): string {
  const { targetDescending } = ask.order;
  const idKey = ask.context.keys(ask.parts[part]!.type).id;
  const begin = after === undefined ? '' : ` and t.target ${targetDescending ? '<' : '>'} ${sql.param(after)}`;
  return `select t.target from search_text t where t.reader = ${reader} and t.param = ${sql.param(idKey)} and t.value = ''${begin}
    order by t.target${direction(targetDescending)} limit ${ask.bounds.walked}`;
}

/** SQL: of the rows of one record, the one that comes first in the order. */
function isBest(sql: SqlBuilder, key: OrderKey, params: readonly number[], reader: string): string {
  const x = sql.alias();
  const [column, also, unit] = key.table === 'range' ? ['low', 'high', ` and ${x}.unit = ''`] : ['value', 'detail', ''];
  return `not exists (select 1 from search_${key.table} ${x} where ${x}.target = d.target and ${x}.param ${sql.oneOf(params)} and ${x}.reader = ${reader}${unit}
    and (${x}.${column} ${key.descending ? '>' : '<'} d.${column} or (${x}.${column} = d.${column} and (${x}.param, ${x}.${also}) < (d.param, d.${also}))) offset 0)`;
}

function isOnKey(condition: Condition, params: readonly number[]): boolean {
  return (
    (condition.kind === 'range' || condition.kind === 'lastUpdated') &&
    condition.params.length === params.length &&
    condition.params.every((param, n) => param === params[n]) &&
    isOfOneRow(condition) &&
    isOnRowOf(condition, condition)
  );
}

function probes(sql: SqlBuilder, ask: Ask, part: number, except?: readonly Condition[]): string[] {
  const { type, conditions } = ask.parts[part]!;
  return conditions
    .filter((condition) => except?.includes(condition) !== true)
    .map((condition) => probe(sql, type, condition, 'd.target'));
}
