import type { Definitions } from '../../definitions/index.ts';
import type { ToBaseUnits } from './compare.ts';
import type { Expression } from './parse.ts';
import { ExpressionError } from './tokens.ts';
import type { Items } from './values.ts';

/** What an expression may look at beside its item. */
export interface Scope {
  /** The resource that the item is part of. */
  readonly resource: unknown;
  /** The one that contains it, or the same. */
  readonly rootResource: unknown;
  /** The item that the whole expression is asked of. */
  readonly context: unknown;
  /** `%extension` in the invariant of an extension's context. */
  readonly extension?: unknown;
  /** `$index` */
  index: number;
  /** How many more items may be walked over; an expression that needs more is given up. */
  budget: number;
  /** What tells the objects apart that were compared so far. */
  keys?: Map<object, string>;
  /** Collections of which membership was asked, as the keys of their items. */
  keySets?: Map<Items, ReadonlySet<unknown>>;
  /** What is the same for every item, as far as it was worked out. */
  constants?: Map<Expression, Items>;
  /** The resource behind a reference, where it is at hand: contained, or in the same Bundle. */
  resolve(reference: string): unknown;
  /** Whether the item conforms to a profile; undefined where it is not known. */
  conforms?(item: unknown, profile: string): boolean | undefined;
  /** Whether a code, Coding or CodeableConcept is in a value set; undefined where that cannot be told. */
  isMember?(item: unknown, valueSet: string): boolean | undefined;
  readonly toBaseUnits?: ToBaseUnits;
}

/** Asked of one item, which is `$this`. */
export type Run = (item: unknown, scope: Scope) => Items;

export interface Program {
  readonly run: Run;
  /** The FHIR type of what comes out, where it is always the same. */
  readonly type?: string;
  /** Whether an array comes of it at most once. */
  readonly isDate?: boolean;
  /** Only those of one type, where the element has a choice. */
  readonly narrow?: (type: string) => Program | undefined;
}

/** Where an expression stands while it is compiled. */
export interface Place {
  readonly definitions: Definitions;
  /** Type of `$this`, where it is known. */
  readonly type: string | undefined;
  /** Compiles a part, with `$this` of `type`. */
  compile(expression: Expression, type: string | undefined): Program;
}

/** Dates are compared as such, not as texts. */
const DATES = new Set(['date', 'dateTime', 'instant', 'time']);

export function program(run: Run, type?: string): Program {
  return { run, ...(type === undefined ? {} : { type, isDate: DATES.has(type) }) };
}

/** Takes `count` items off the budget. Throws ExpressionError when that is spent. */
export function spend(scope: Scope, count: number): void {
  scope.budget -= count;
  if (scope.budget < 0) throw new ExpressionError('The expression walks over too much');
}
