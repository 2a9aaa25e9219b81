/**
 * Search as values: which index rows a resource has, and what a search URL asks of them.
 * Words: *parameter* (a search parameter of a resource type), *row* (one value under a parameter), *condition* (what a
 * search demands of the rows), *interval* (`[low, high)`), *ignored* (left out with a warning).
 * Knows no SQL, no callers, no HTTP; fetches nothing and evaluates no FHIRPath at run time.
 */
export { dateInterval } from './date-interval.ts';
export { compileExtractor } from './extract.ts';
export type { IndexValues, RangeValue, TextValue } from './index-values.ts';
export { normaliseString } from './normalise-string.ts';
export { boundKey, paramKey } from './param-key.ts';
export { parseSearch } from './parse-search.ts';
export type { ParsedSearch, SearchOptions } from './parse-search.ts';
export type { Condition, Include, RangeMatch, SearchQuery, SortKey, TextMatch } from './query.ts';
export { MAX_TIME, MIN_TIME, rangeHolds } from './range.ts';
export type { Interval, RangePrefix } from './range.ts';
