import type { Issue } from '../base/index.ts';
import type { RangePrefix } from './range.ts';
import type { WordScope } from './words.ts';

/**
 * A parsed search: plain data, for the store to turn into SQL. Each of `params` is a `paramKey`, and a row may stand under
 * any of them; values are bounded and
 * normalised the way index rows are.
 */
export interface SearchQuery {
  /** One for each type that is searched, all with the same number of sort keys of the same kinds; at least one. */
  readonly parts: readonly SearchPart[];
  /** Matches on a page; 0 with `summaryCount`. */
  readonly count: number;
  /** Only the number of matches is wanted: `_summary=count` or `_count=0`. */
  readonly summaryCount: boolean;
  readonly total: 'none' | 'estimate' | 'accurate' | undefined;
  readonly includes: readonly Include[];
  readonly revincludes: readonly Include[];
  /** Top-level element names. */
  readonly elements?: readonly string[];
  readonly summary?: 'true' | 'text' | 'data' | 'count' | 'false';
  /** `_cursor`, as the server's own next link had it. */
  readonly cursor?: string;
  /** The parameters that were really used, for the self link; without `_cursor` and `_pretty`. */
  readonly applied: readonly (readonly [name: string, value: string])[];
  /** Warnings for parameters that were left out, each naming the parameter. */
  readonly ignored: readonly Issue[];
}

/** What is asked of the records of one type. */
export interface SearchPart {
  readonly type: string;
  /** All of them have to hold. */
  readonly conditions: readonly Condition[];
  readonly sort: readonly SortKey[];
}

export interface SortKey {
  readonly params: readonly number[];
  readonly code: string;
  readonly kind: 'text' | 'range' | 'id' | 'lastUpdated';
  readonly descending: boolean;
}

export interface Include {
  /** `*` for any type: `_include:iterate=*` and `_revinclude=*`. */
  readonly sourceType: string;
  /** Reference parameters of `sourceType`; of `*` all that there are. */
  readonly params: readonly number[];
  readonly targetType?: string;
  readonly iterate: boolean;
}

export type Condition =
  /** Some text row answers one of `any`; `negated`: none does. */
  | {
      readonly kind: 'text';
      readonly params: readonly number[];
      readonly any: readonly TextMatch[];
      readonly negated?: boolean;
      /** The date whose bounds stand in the details of these rows: they are those of references. */
      readonly dated?: number;
      /** No record has more than one such row. */
      readonly single?: boolean;
    }
  /** Some range row answers one of `any`. */
  | {
      readonly kind: 'range';
      readonly params: readonly number[];
      readonly any: readonly RangeMatch[];
      /** A record has one row at most under all of `params`: several such conditions are about the same one. */
      readonly single?: boolean;
    }
  /**
   * There is no row (`missing`), or there is one; with `target` only references that show this type count, and all under
   * `unshown`.
   */
  | {
      readonly kind: 'missing';
      readonly params: readonly number[];
      readonly missing: boolean;
      readonly target?: { readonly type: string; readonly unshown: number };
    }
  /** The id is one of these. */
  | { readonly kind: 'id'; readonly any: readonly string[] }
  /** As `range`, on the time of the last change. */
  | { readonly kind: 'lastUpdated'; readonly params: readonly number[]; readonly any: readonly RangeMatch[] }
  /** A resource of `targetType` that `params` refer to meets all conditions: `subject:Patient.name=…`. */
  | {
      readonly kind: 'chain';
      readonly params: readonly number[];
      readonly targetType: string;
      /** The row that each resource of `targetType` has, where the conditions would also hold of one that is not there. */
      readonly there?: number;
      readonly conditions: readonly Condition[];
    }
  /** A resource of `sourceType` whose `params` refer to this one meets all conditions: `_has:Observation:patient:…`. */
  | {
      readonly kind: 'has';
      readonly sourceType: string;
      readonly params: readonly number[];
      readonly conditions: readonly Condition[];
    }
  /**
   * A reference under `params` leads to one of `roots`, or to what is above or below one of them: `links` are the
   * references by which resources of `type` belong to others of it (`Location.partOf`).
   */
  | {
      readonly kind: 'tree';
      readonly params: readonly number[];
      readonly type: string;
      readonly links: readonly number[];
      readonly roots: readonly string[];
      readonly direction: 'above' | 'below';
    }
  /** Some range row, a place on earth (`low` its latitude, `high` its longitude), lies within one of `any`. */
  | { readonly kind: 'near'; readonly params: readonly number[]; readonly any: readonly Circle[] }
  /** The words of the narrative, or of all the content, are what is wanted. */
  | { readonly kind: 'words'; readonly scope: WordScope; readonly wanted: Wanted }
  /** Each of them holds: a part of `either`. */
  | { readonly kind: 'all'; readonly conditions: readonly Condition[] }
  /** At least one holds: a chain through a reference that may lead to several types. */
  | { readonly kind: 'either'; readonly conditions: readonly Condition[] };

/** One word, normalised; all or any of several; never of none. */
export type Wanted =
  { readonly op: 'word'; readonly word: string } | { readonly op: 'all' | 'any'; readonly of: readonly Wanted[] };

export type TextMatch =
  /** The value, and the detail (system, version) where one is given; `detail: ''` means: without one. */
  | { readonly op: 'equal'; readonly value: string; readonly detail?: string }
  /** The string is this one, with its case and accents (`detail`); `value` is for the index. */
  | { readonly op: 'exact'; readonly value: string; readonly detail: string }
  | { readonly op: 'prefix'; readonly value: string }
  | { readonly op: 'contains'; readonly value: string }
  /** Any code of this system. */
  | { readonly op: 'system'; readonly detail: string }
  /** One of these values, each with its detail: the codes of a value set. Both lists are of the same length. */
  | { readonly op: 'among'; readonly values: readonly string[]; readonly details: readonly string[] }
  /** The value, in this version or one below it: the detail is `1.4`, or begins with `1.4.`. */
  | { readonly op: 'version'; readonly value: string; readonly detail: string };

/** Degrees, and metres. */
export interface Circle {
  readonly latitude: number;
  readonly longitude: number;
  readonly radius: number;
}

/**
 * A row answers when its unit is `unit` and its `[low, high)`, called r, stands to this `[low, high)`, called q, as:
 * eq: r.low ≥ q.low and r.high ≤ q.high · ne: not eq · gt: r.high > q.high · lt: r.low < q.low · ge: r.high > q.low ·
 * le: r.low < q.high · sa: r.low ≥ q.high · eb: r.high ≤ q.low · ap: r.low < q.high and r.high > q.low.
 * The same in code: `rangeHolds`. See http://hl7.org/fhir/R4/search.html#prefix.
 */
export interface RangeMatch {
  /** As rows have it (`RangeValue`). */
  readonly unit: string;
  readonly prefix: RangePrefix;
  /** Epoch milliseconds or a number. */
  readonly low: number;
  readonly high: number;
  /** The same row stands so to this one, too. */
  readonly and?: RangeMatch;
}
