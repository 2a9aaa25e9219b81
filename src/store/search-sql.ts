import { createHash } from 'node:crypto';
import type { Condition, RangeMatch, SearchQuery, TextMatch } from '../search/index.ts';
import type { Statement } from './database.ts';

/** Sets the caller for row-level security, once, before the first row is looked at. */
export const SET_CALLER = `(select set_config('app.org', $1, true)) is not null`;

/** A statement in the making: its text and the values of its parameters, so that no value ever enters the text. */
export class SqlBuilder {
  readonly values: unknown[];
  readonly #shared: ReadonlySet<string>;
  #aliases = 0;

  /** `shared`: the types of which the directory may hold records. `$1` is the caller's organisation. */
  constructor(organization: string, shared: ReadonlySet<string>) {
    this.values = [organization];
    this.#shared = shared;
  }

  /** Which index rows of a type this caller may use: its own, and those of the directory where there can be any. */
  readers(type: string): string {
    return this.#shared.has(type) ? `in ($1, '*')` : '= $1';
  }

  param(value: unknown, cast = ''): string {
    this.values.push(value);
    return `$${this.values.length}${cast}`;
  }

  /** `= $4`, or `= any ($4)` for several. */
  oneOf(params: readonly number[]): string {
    return params.length === 1 ? `= ${this.param(params[0])}` : `= any (${this.param(params)}::int4[])`;
  }

  alias(): string {
    this.#aliases += 1;
    return `x${this.#aliases}`;
  }
}

/** Names a statement by its text, so that each shape is prepared once per connection. */
export function prepared(text: string): Statement {
  return { name: `s_${createHash('sha1').update(text).digest('base64url')}`, text };
}

/** The driving rows of a page: candidates in one index, the rest of the conditions probe for each. */
export interface Driver {
  /** Table and alias `d`. */
  readonly from: string;
  readonly where: readonly string[];
  /** Whether one record can show up more than once. */
  readonly repeats: boolean;
  /** The date whose bounds stand in `d.detail` as `low/high`. */
  readonly dated?: number;
}

/**
 * Picks what to start from: the condition that commonly leaves fewest rows. Everything else becomes an index probe per
 * candidate, so the cost follows the candidates, not the store.
 */
export function drive(
  sql: SqlBuilder,
  query: SearchQuery,
  idParam: number,
): { driver: Driver; rest: readonly Condition[] } {
  const ranked = query.conditions
    .map((condition) => ({ condition, rank: rankOf(condition) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank);
  const best = ranked[0]?.condition;
  const rest = query.conditions.filter((condition) => condition !== best);
  if (best?.kind === 'text') return { driver: driveByText(sql, query.type, best), rest };
  if (best?.kind === 'range' || best?.kind === 'lastUpdated') {
    const where = [
      `d.reader ${sql.readers(query.type)}`,
      `d.param ${sql.oneOf(best.params)}`,
      rangeMatches(sql, 'd', best.any),
    ];
    return { driver: { from: 'search_range d', where, repeats: true }, rest };
  }
  const all = [`d.reader ${sql.readers(query.type)}`, `d.param = ${sql.param(idParam)}`, `d.value = ''`];
  return { driver: { from: 'search_text d', where: all, repeats: false }, rest: query.conditions };
}

type TextCondition = Extract<Condition, { kind: 'text' }>;

function driveByText(sql: SqlBuilder, type: string, { params, any, dated }: TextCondition): Driver {
  const keys = (x: string): string[] => [`${x}.reader ${sql.readers(type)}`, `${x}.param ${sql.oneOf(params)}`];
  const known = any.filter((match) => match.op === 'equal' || match.op === 'exact');
  const detailed = known.some((match) => match.detail !== undefined);
  // A record has one row for a reference, and one for a code of a system.
  const repeats = !(any.length === 1 && params.length === 1 && (detailed || dated !== undefined));
  const driver = { repeats, ...(dated === undefined ? {} : { dated }) };
  if (!detailed || known.length < any.length) {
    return { ...driver, from: 'search_text d', where: [...keys('d'), textMatches(sql, 'd', any)] };
  }
  // Details are compared with what the values leave, fenced off: in the index the target stands before the detail, and
  // PostgreSQL 18 takes skipping over all targets for so dear that it would rather read the whole table.
  const values = `t.value = any (${sql.param(known.map(({ value }) => value))}::text[])`;
  const rows = `select t.target, t.value, t.detail from search_text t where ${[SET_CALLER, ...keys('t'), values].join(' and ')} offset 0`;
  return { ...driver, from: `(${rows}) d`, where: [textMatches(sql, 'd', any)] };
}

function rankOf(condition: Condition): number {
  if (condition.kind === 'range' || condition.kind === 'lastUpdated')
    return condition.any.some((match) => match.prefix === 'ne') ? 0 : 2;
  if (condition.kind !== 'text' || condition.negated === true) return 0;
  if (condition.any.some((match) => match.op === 'contains' || match.op === 'system')) return 1;
  if (condition.any.some((match) => match.op === 'prefix')) return 3;
  // References, identifiers and other long values leave few rows, codes from small sets many.
  const shortest = Math.min(...condition.any.map((match) => ('value' in match ? match.value.length : 0)));
  return shortest > 16 ? 6 : shortest > 8 ? 5 : 4;
}

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
  }
}

function textMatches(sql: SqlBuilder, x: string, any: readonly TextMatch[]): string {
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
    case 'prefix':
      return `${x}.value ^@ ${sql.param(match.value)}`;
    case 'contains':
      return `strpos(${x}.value, ${sql.param(match.value)}) > 0`;
    case 'system':
      return `${x}.detail = ${sql.param(match.detail)}`;
    case 'exact':
      return `(${x}.value = ${sql.param(match.value)} and ${x}.detail = ${sql.param(match.detail)})`;
  }
}

function rangeMatches(sql: SqlBuilder, x: string, any: readonly RangeMatch[]): string {
  return any.length === 1
    ? rangeMatch(sql, x, any[0]!)
    : `(${any.map((match) => rangeMatch(sql, x, match)).join(' or ')})`;
}

/** Interval semantics of https://hl7.org/fhir/R4/search.html#prefix ; intervals are [low, high). */
function rangeMatch(sql: SqlBuilder, x: string, match: RangeMatch): string {
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
