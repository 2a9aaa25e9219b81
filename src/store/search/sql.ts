import { createHash } from 'node:crypto';
import type { Statement } from '../database.ts';
import { organizationOf, recordsOf } from '../reader.ts';
import type { Reader } from '../reader.ts';

/** Sets the caller for row-level security, once, before the first row is looked at. */
export const SET_CALLER = `(select set_config('app.org', $1, true)) is not null`;

/** Statement shapes kept prepared at most; rarer ones are sent without a name. */
const MAX_PREPARED = 400;

/** A statement in the making: its text and the values of its parameters, so that no value ever enters the text. */
export class SqlBuilder {
  readonly values: unknown[];
  /** The name of what the caller's records are read from. */
  readonly records: string;
  readonly #organization: string;
  readonly #shared: ReadonlySet<string>;
  #aliases = 0;

  /** `shared`: the types of which the directory may hold records. `$1` is the caller's organisation. */
  constructor(reader: Reader, shared: ReadonlySet<string>) {
    const organization = organizationOf(reader);
    this.values = [organization];
    this.records = recordsOf(reader);
    this.#organization = organization;
    this.#shared = shared;
  }

  /** Which index rows of a type this caller may use: its own, and those of the directory where there can be any. */
  readers(type: string): string {
    return this.isShared(type) ? `in ($1, '*')` : '= $1';
  }

  /** The same one by one, for scans in the index's own order. */
  eachReader(type: string): string[] {
    return this.isShared(type) ? ['$1', `'*'`] : ['$1'];
  }

  /** Whether the directory may hold records of a type; of `*`, any type, it may. */
  isShared(type: string): boolean {
    return type === '*' || this.#shared.has(type);
  }

  /** The same by their names. */
  readerNames(type: string): string[] {
    return this.#shared.has(type) ? [this.#organization, '*'] : [this.#organization];
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

const shapes = new Map<string, Statement>();

/** A statement that is prepared while there are few of them. */
export function named(text: string): Statement {
  const known = shapes.get(text);
  if (known !== undefined) return known;
  if (shapes.size >= MAX_PREPARED) return { text };
  const statement = prepared(text);
  shapes.set(text, statement);
  return statement;
}

/** Records that this caller may see, once more beside row-level security, which has the last word. */
export function visible(r: string): string {
  return `not ${r}.deleted and ($1 = any (${r}.readers) or '*' = any (${r}.readers))`;
}

/**
 * What a statement finds first, each a `with` step: rows that one condition leaves, fenced off from the rest. With a
 * `cap` no step holds more rows than that and one: `within` then tells whether they are complete.
 */
export class Steps {
  readonly #texts: string[] = [];
  readonly #cap: number | undefined;

  constructor(cap?: number) {
    this.#cap = cap;
  }

  get count(): number {
    return this.#texts.length;
  }

  /** Adds rows and gives their name. */
  add(rows: string): string {
    return this.addLimited(this.#cap === undefined ? rows : `${rows} limit ${this.#cap + 1}`);
  }

  /** Adds rows that have a limit of their own. */
  addLimited(rows: string): string {
    const name = `s${this.#texts.length}`;
    this.#texts.push(`${name} as materialized (${rows})`);
    return name;
  }

  /** SQL: whether the steps from the `first` on are complete. */
  within(first = 0): string {
    const cap = this.#cap;
    if (cap === undefined || this.#texts.length === first) return 'true';
    return this.#texts
      .slice(first)
      .map((_, n) => `(select count(*) from s${first + n}) <= ${cap}`)
      .join(' and ');
  }

  /** `with …` and these steps first. */
  before(...more: readonly string[]): string {
    const all = [...this.#texts, ...more];
    return all.length === 0 ? '' : `with ${all.join(',\n')}\n`;
  }
}
