import type { Circle, Condition, RangeMatch, TextMatch } from '../../search/index.ts';
import type { SqlBuilder } from './sql.ts';
import { wordsProbe } from './words.ts';

/** Keeps PostgreSQL from turning a probe per candidate into a join over all rows that meet the condition. */
const PROBE = 'offset 0';

/** One condition as a probe for the record named by the SQL expression `target`. */
export function probe(sql: SqlBuilder, type: string, condition: Condition, target: string): string {
  const readers = sql.readers(type);
  switch (condition.kind) {
    case 'id':
      return `${target} = any (${sql.param(condition.any.map((id) => `${type}/${id}`))}::text[])`;
    case 'text': {
      const x = sql.alias();
      const exists = `exists (select 1 from search_text ${x} where ${x}.reader ${readers} and ${x}.param ${sql.oneOf(condition.params)}
        and ${textMatches(sql, x, condition.any)} and ${x}.target = ${target} ${PROBE})`;
      return condition.negated === true ? `not ${exists}` : exists;
    }
    case 'range':
    case 'lastUpdated': {
      const x = sql.alias();
      return `exists (select 1 from search_range ${x} where ${x}.target = ${target} and ${x}.reader ${readers}
        and ${x}.param ${sql.oneOf(condition.params)} and ${rangeMatches(sql, x, condition.any)} ${PROBE})`;
    }
    case 'missing': {
      const x = sql.alias();
      const y = sql.alias();
      const param = sql.oneOf(condition.params);
      const { target: only } = condition;
      const ofType =
        only === undefined
          ? ''
          : ` and (${x}.param = ${sql.param(only.unshown)} or strpos('/' || ${x}.value, ${sql.param(`/${only.type}/`)}) > 0)`;
      const present = `(exists (select 1 from search_text ${x} where ${x}.target = ${target} and ${x}.param ${param} and ${x}.reader ${readers}${ofType} ${PROBE})
        or exists (select 1 from search_range ${y} where ${y}.target = ${target} and ${y}.param ${param} and ${y}.reader ${readers} ${PROBE}))`;
      return condition.missing ? `not ${present}` : present;
    }
    case 'chain': {
      const x = sql.alias();
      const inner = condition.conditions
        .map((item) => probe(sql, condition.targetType, item, `${x}.value`))
        .join(' and ');
      const y = sql.alias();
      const there =
        condition.there === undefined
          ? ''
          : ` and exists (select 1 from search_text ${y} where ${y}.reader ${sql.readers(condition.targetType)}
              and ${y}.param = ${sql.param(condition.there)} and ${y}.value = '' and ${y}.target = ${x}.value ${PROBE})`;
      return `exists (select 1 from search_text ${x} where ${x}.target = ${target} and ${x}.param ${sql.oneOf(condition.params)}
        and ${x}.reader ${readers} and ${x}.value ^@ ${sql.param(`${condition.targetType}/`)} and ${inner}${there} ${PROBE})`;
    }
    case 'all':
      return `(${condition.conditions.map((item) => probe(sql, type, item, target)).join(' and ')})`;
    case 'either':
      return `(${condition.conditions.map((item) => probe(sql, type, item, target)).join(' or ')})`;
    case 'has': {
      const x = sql.alias();
      const inner = condition.conditions
        .map((item) => probe(sql, condition.sourceType, item, `${x}.target`))
        .join(' and ');
      return `exists (select 1 from search_text ${x} where ${x}.reader ${sql.readers(condition.sourceType)} and ${x}.param ${sql.oneOf(condition.params)}
        and ${x}.value = ${target} and ${inner} ${PROBE})`;
    }
    case 'tree': {
      const x = sql.alias();
      return `exists (select 1 from search_text ${x} where ${x}.target = ${target} and ${x}.reader ${readers}
        and ${x}.param ${sql.oneOf(condition.params)} and ${x}.value = any (array(${treeSql(sql, condition)})) ${PROBE})`;
    }
    case 'words': {
      const x = sql.alias();
      return `exists (select 1 from search_words ${x} where ${x}.target = ${target} and ${wordsProbe(sql, x, type, condition)} ${PROBE})`;
    }
    case 'near': {
      const x = sql.alias();
      return `exists (select 1 from search_range ${x} where ${x}.target = ${target} and ${x}.reader ${readers}
        and ${x}.param ${sql.oneOf(condition.params)} and ${nearMatches(sql, x, condition.any)} ${PROBE})`;
    }
  }
}

/**
 * The refs of a hierarchy's part, gathered once for the whole statement. Each is taken up once, so that circles end; what
 * the caller may not find leads nowhere.
 */
export function treeSql(
  sql: SqlBuilder,
  { type, links, roots, direction }: Extract<Condition, { kind: 'tree' }>,
): string {
  const t = sql.alias();
  const x = sql.alias();
  const [from, to] = direction === 'below' ? ['value', 'target'] : ['target', 'value'];
  return `with recursive ${t}(ref) as (select unnest(${sql.param(roots)}::text[]) collate "C" union
    select ${x}.${to} from ${t} join search_text ${x} on ${x}.${from} = ${t}.ref
      where ${x}.reader ${sql.readers(type)} and ${x}.param ${sql.oneOf(links)} and ${x}.value <> '') select ref from ${t}`;
}

/** Mean radius of the earth in metres. */
const EARTH = 6_371_008.8;
const DEGREE = (EARTH * Math.PI) / 180;

/** Great-circle distances; the latitudes alone, which the index is ordered by, leave a band around the earth. */
export function nearMatches(sql: SqlBuilder, x: string, any: readonly Circle[]): string {
  const circles = any.map(({ latitude, longitude, radius }) => {
    // A little more than the radius, for what rounding takes away.
    const reach = (radius * 1.000001 + 1) / DEGREE;
    const [lat, long] = [sql.param(latitude, '::float8'), sql.param(longitude, '::float8')];
    const half = `power(sin(radians(${x}.low - ${lat}) / 2), 2)
      + cos(radians(${lat})) * cos(radians(${x}.low)) * power(sin(radians(${x}.high - ${long}) / 2), 2)`;
    return `(${x}.unit = '' and ${x}.low >= ${sql.param(latitude - reach, '::float8')}
      and ${x}.low <= ${sql.param(latitude + reach, '::float8')}
      and ${2 * EARTH} * asin(sqrt(least(1, ${half}))) <= ${sql.param(radius, '::float8')})`;
  });
  return circles.length === 1 ? circles[0]! : `(${circles.join(' or ')})`;
}

export function textMatches(sql: SqlBuilder, x: string, any: readonly TextMatch[]): string {
  const [only] = any;
  if (any.length > 1 && any.every((match) => match.op === 'equal' && match.detail === undefined)) {
    return `${x}.value = any (${sql.param(any.map((match) => ('value' in match ? match.value : '')))}::text[])`;
  }
  if (any.length === 1 && only !== undefined) return textMatch(sql, x, only);
  return `(${any.map((match) => textMatch(sql, x, match)).join(' or ')})`;
}

function textMatch(sql: SqlBuilder, x: string, match: TextMatch): string {
  switch (match.op) {
    case 'equal': {
      const value = `${x}.value = ${sql.param(match.value)}`;
      return match.detail === undefined ? value : `(${value} and ${x}.detail = ${sql.param(match.detail)})`;
    }
    case 'prefix': {
      // PostgreSQL finds the bounds of `^@` for constants only, not for what comes with each question.
      const prefix = sql.param(match.value);
      return `(${x}.value >= ${prefix} and ${x}.value <= ${prefix} || chr(1114111) and ${x}.value ^@ ${prefix})`;
    }
    case 'contains':
      return `strpos(${x}.value, ${sql.param(match.value)}) > 0`;
    case 'among':
      return `(${x}.value, ${x}.detail) in (select * from unnest(${sql.param(match.values)}::text[], ${sql.param(match.details)}::text[]))`;
    case 'version': {
      const detail = sql.param(match.detail);
      return `(${x}.value = ${sql.param(match.value)} and (${x}.detail = ${detail} or ${x}.detail ^@ (${detail} || '.')))`;
    }
    case 'system':
      return `${x}.detail = ${sql.param(match.detail)}`;
    case 'exact':
      return `(${x}.value = ${sql.param(match.value)} and ${x}.detail = ${sql.param(match.detail)})`;
  }
}

export function rangeMatches(sql: SqlBuilder, x: string, any: readonly RangeMatch[]): string {
  return any.length === 1
    ? rangeMatch(sql, x, any[0]!)
    : `(${any.map((match) => rangeMatch(sql, x, match)).join(' or ')})`;
}

function rangeMatch(sql: SqlBuilder, x: string, { and, ...match }: RangeMatch): string {
  const own = boundsMatch(sql, x, match);
  return and === undefined ? own : `(${own} and ${rangeMatch(sql, x, and)})`;
}

/** Interval semantics of https://hl7.org/fhir/R4/search.html#prefix ; intervals are [low, high). */
function boundsMatch(sql: SqlBuilder, x: string, match: Omit<RangeMatch, 'and'>): string {
  const unit = `${x}.unit = ${sql.param(match.unit)} and `;
  const low = (): string => sql.param(match.low, '::float8');
  const high = (): string => sql.param(match.high, '::float8');
  switch (match.prefix) {
    case 'eq':
      return `(${unit}${x}.low >= ${low()} and ${x}.high <= ${high()})`;
    case 'ne':
      return `(${unit}not (${x}.low >= ${low()} and ${x}.high <= ${high()}))`;
    case 'gt':
      return `(${unit}${x}.high > ${high()})`;
    case 'lt':
      return `(${unit}${x}.low < ${low()})`;
    case 'ge':
      return `(${unit}${x}.high > ${low()})`;
    case 'le':
      return `(${unit}${x}.low < ${high()})`;
    case 'sa':
      return `(${unit}${x}.low >= ${high()})`;
    case 'eb':
      return `(${unit}${x}.high <= ${low()})`;
    case 'ap':
      return `(${unit}${x}.low < ${high()} and ${x}.high > ${low()})`;
  }
}
