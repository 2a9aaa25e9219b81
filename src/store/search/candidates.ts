import type { Condition, RangeMatch, TextMatch } from '../../search/index.ts';
import { nearMatches, probe, textMatches, treeSql } from './probe.ts';
import { isOfOneRow, isScannable, rangeScans } from './range-scans.ts';
import type { RangeCondition } from './range-scans.ts';
import { SET_CALLER, visible } from './sql.ts';
import type { SqlBuilder, Steps } from './sql.ts';
import { wordsMatch } from './words.ts';

type TextCondition = Extract<Condition, { kind: 'text' }>;

/** Rows to start from: a step with a column `target`, in which a record may stand more than once. */
export interface Candidates {
  readonly step: string;
  /** What of the record stands beside its target: the column, and the key of the date or range that it is of. */
  readonly brings?: { readonly column: 'detail' | 'low'; readonly param: number };
}

/**
 * How few rows a condition commonly leaves, more where they are fewer; 0 where it can only be asked of a record that is
 * found already. For the order in which conditions are tried: what they really leave is counted.
 */
export function rankOf(condition: Condition): number {
  switch (condition.kind) {
    case 'id':
      return 7;
    case 'text':
      return condition.negated === true ? 0 : rankOfText(condition);
    case 'words':
      return 3;
    case 'range':
    case 'lastUpdated':
      return isScannable(condition) ? 2 : 0;
    case 'near':
      return 2;
    case 'tree':
      return 4;
    case 'chain':
    case 'has':
      return oneLess(Math.max(0, ...condition.conditions.map(rankOf)));
    case 'all':
      return Math.max(0, ...condition.conditions.map(rankOf));
    case 'either':
      return oneLess(Math.min(...condition.conditions.map(rankOf)));
    case 'missing':
      return 0;
  }
}

/** A link further away: a little worse, but still to be had. */
function oneLess(rank: number): number {
  return rank === 0 ? 0 : Math.max(rank - 0.5, 0.5);
}

function rankOfText({ any }: TextCondition): number {
  if (any.some((match) => match.op === 'contains' || match.op === 'system')) return 1;
  if (any.some((match) => match.op === 'prefix')) return 3;
  // References, identifiers and other long values leave few rows, codes from small sets many.
  const shortest = Math.min(...any.flatMap((match) => (valuesOf(match) ?? ['']).map(({ length }) => length)));
  return shortest > 16 ? 6 : shortest > 8 ? 5 : 4;
}

/** The conditions that can be started from, the likeliest first. */
export function startsOf(conditions: readonly Condition[]): Condition[] {
  return conditions
    .map((condition) => ({ condition, rank: rankOf(condition) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ condition }) => condition);
}

/**
 * The records of a type that meet `start`, found from inside: of a chain first what is at its end, then what refers to
 * that. The cost follows what is found there, not the records of the type.
 * @param conditions all that are asked; those on the same row as `start` bound its scan, too.
 */
export function findFrom(
  sql: SqlBuilder,
  steps: Steps,
  type: string,
  start: Condition,
  conditions: readonly Condition[],
): Candidates {
  switch (start.kind) {
    case 'id': {
      const refs = sql.param(start.any.map((id) => `${type}/${id}`));
      const rows = `select r.ref as target from ${sql.records} r where ${SET_CALLER} and r.ref = any (${refs}::text[]) and ${visible('r')}`;
      return { step: steps.add(rows) };
    }
    case 'range':
    case 'lastUpdated':
      return rangeRows(sql, steps, type, start, conditions);
    case 'text':
      return textRows(sql, steps, type, start);
    default:
      return { step: linkedRows(sql, steps, type, start) };
  }
}

/**
 * Whether what is found from a condition may be a reference to nothing that the caller has, or a record whose words are
 * not gone yet.
 */
export function mayBeAbsent(condition: Condition): boolean {
  if (condition.kind !== 'either' && condition.kind !== 'all')
    return condition.kind === 'has' || condition.kind === 'words';
  return condition.conditions.some((one) => one.kind === 'id' || mayBeAbsent(one));
}

/** SQL: whether the caller has the record that `target`, an SQL expression, names; `idKey` is the `_id` of its type. */
export function isThere(sql: SqlBuilder, type: string, idKey: number, target: string): string {
  const x = sql.alias();
  return `exists (select 1 from search_text ${x} where ${x}.reader ${sql.readers(type)} and ${x}.param = ${sql.param(idKey)}
    and ${x}.value = '' and ${x}.target = ${target} offset 0)`;
}

/** As `findFrom`, for what stands within a chain or `_has`: like their probes, it takes references as they are. */
function linkedRows(sql: SqlBuilder, steps: Steps, type: string, condition: Condition): string {
  switch (condition.kind) {
    case 'id':
      return steps.add(`select unnest(${sql.param(condition.any.map((id) => `${type}/${id}`))}::text[]) as target`);
    case 'chain': {
      const { targetType, there } = condition;
      const end = meetingAll(sql, steps, targetType, condition.conditions);
      const filter = there === undefined ? '' : ` t where ${isThere(sql, targetType, there, 't.target')}`;
      return steps.add(`select x.target from (select distinct target from ${end}${filter}) p cross join lateral (
        select y.target from search_text y where y.reader ${sql.readers(type)} and y.param ${sql.oneOf(condition.params)}
          and y.value = p.target offset 0) x`);
    }
    case 'has': {
      const end = meetingAll(sql, steps, condition.sourceType, condition.conditions);
      return steps.add(`select x.value as target from (select distinct target from ${end}) p cross join lateral (
        select y.value from search_text y where y.target = p.target and y.reader ${sql.readers(condition.sourceType)}
          and y.param ${sql.oneOf(condition.params)} and y.value ^@ ${sql.param(`${type}/`)} offset 0) x`);
    }
    case 'tree': {
      const refs = steps.add(`select ref as target from (${treeSql(sql, condition)}) r`);
      return steps.add(`select x.target from ${refs} p cross join lateral (
        select y.target from search_text y where y.reader ${sql.readers(type)} and y.param ${sql.oneOf(condition.params)}
          and y.value = p.target offset 0) x`);
    }
    case 'near':
      return steps.add(`select d.target from search_range d where d.reader ${sql.readers(type)} and d.param ${sql.oneOf(condition.params)}
        and ${nearMatches(sql, 'd', condition.any)}`);
    case 'words':
      return steps.add(`select d.target from search_words d where ${wordsMatch(sql, 'd', type, condition)}`);
    case 'all':
      return meetingAll(sql, steps, type, condition.conditions);
    case 'either': {
      const found = condition.conditions.map((one) => linkedRows(sql, steps, type, one));
      return steps.add(`select * from (${found.map((step) => `select target from ${step}`).join(' union all ')}) e`);
    }
    default:
      return findFrom(sql, steps, type, condition, [condition]).step;
  }
}

function meetingAll(sql: SqlBuilder, steps: Steps, type: string, conditions: readonly Condition[]): string {
  const [start] = startsOf(conditions);
  if (start === undefined) throw new Error('There is nothing to start from.');
  const step = linkedRows(sql, steps, type, start);
  const rest = conditions.filter((condition) => condition !== start);
  if (rest.length === 0) return step;
  const probes = rest.map((condition) => probe(sql, type, condition, 'd.target'));
  return steps.add(`select d.target from ${step} d where ${probes.join(' and ')}`);
}

function textRows(sql: SqlBuilder, steps: Steps, type: string, { params, any, dated }: TextCondition): Candidates {
  const keys = (x: string): string[] => [`${x}.reader ${sql.readers(type)}`, `${x}.param ${sql.oneOf(params)}`];
  const brings = dated === undefined ? {} : { brings: { column: 'detail', param: dated } as const };
  const columns = dated === undefined ? 'd.target' : 'd.target, d.detail';
  const values = any.map(valuesOf);
  const detailed = any.some((match) => 'details' in match || 'detail' in match);
  const from =
    detailed && values.every((some) => some !== undefined)
      ? // Details are compared with what the values leave, fenced off: in the index the target stands before the
        // detail, and PostgreSQL 18 takes skipping over all targets for so dear that it would rather read the table.
        `(select t.target, t.value, t.detail from search_text t where ${[...keys('t'), `t.value = any (${sql.param(values.flat())}::text[])`].join(' and ')} offset 0) d where `
      : `search_text d where ${keys('d').join(' and ')} and `;
  return { step: steps.add(`select ${columns} from ${from}${textMatches(sql, 'd', any)}`), ...brings };
}

/** The values of the rows that can answer, where they are known. */
function valuesOf(match: TextMatch): readonly string[] | undefined {
  if (match.op === 'among') return match.values;
  return match.op === 'equal' || match.op === 'exact' || match.op === 'version' ? [match.value] : undefined;
}

function rangeRows(
  sql: SqlBuilder,
  steps: Steps,
  type: string,
  start: RangeCondition,
  conditions: readonly Condition[],
): Candidates {
  const groups = isOfOneRow(start)
    ? [conditions.flatMap((one) => (isOnRowOf(one, start) ? one.any : []))]
    : start.any.map((match): RangeMatch[] => [match]);
  const keys = (x: string): string => `${x}.reader ${sql.readers(type)} and ${x}.param ${sql.oneOf(start.params)}`;
  const scans = groups.flatMap((matches) =>
    rangeScans(sql, 'd', keys, matches, start.kind).map((from) => `select d.target, d.low from ${from}`),
  );
  const step = steps.add(scans.length === 1 ? scans[0]! : `select * from (${scans.join(' union all ')}) d`);
  const [param] = start.params;
  return { step, ...(isOfOneRow(start) && param !== undefined ? { brings: { column: 'low', param } } : {}) };
}

/** Whether what is found from `start` meets a condition by that alone. */
export function isMetBy(condition: Condition, start: Condition): boolean {
  if (condition === start) return true;
  return (start.kind === 'range' || start.kind === 'lastUpdated') && isOfOneRow(start) && isOnRowOf(condition, start);
}

/** Whether a condition is on the one row that `start` is on. */
export function isOnRowOf(condition: Condition, start: RangeCondition): condition is RangeCondition {
  return (
    (condition.kind === 'range' || condition.kind === 'lastUpdated') &&
    isScannable(condition) &&
    isOfOneRow(condition) &&
    condition.params.length === start.params.length &&
    condition.params.every((param, n) => param === start.params[n])
  );
}
