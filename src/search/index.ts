/**
 * Search as values: which index rows a resource has, and what a search URL asks of them.
 * Words: *parameter* (a search parameter of a resource type), *row* (one value under a parameter), *condition* (what a
 * search demands of the rows), *interval* (`[low, high)`), *ignored* (left out with a warning).
 * Knows no SQL, no callers, no HTTP; fetches nothing and evaluates no FHIRPath at run time.
 */
export { isSupported } from './compile-parameter.ts';
export { dateInterval } from './date-interval.ts';
export { compileExtractor } from './extract.ts';
export type { IndexValues, RangeValue, TextValue } from './index-values.ts';
export { listLinks } from './links.ts';
export { isToldByRows, meets, rangeAnswers, textAnswers } from './meets.ts';
export type { Indexed } from './meets.ts';
export { normaliseString } from './normalise-string.ts';
export { boundKey, paramKey } from './param-key.ts';
export { MAX_LINKS } from './parse-condition.ts';
export { parseSearch } from './parse-search.ts';
export type { ParsedSearch, SearchOptions } from './parse-search.ts';
export type {
  Circle,
  Condition,
  Include,
  RangeMatch,
  SearchPart,
  SearchQuery,
  SortKey,
  TextMatch,
  Wanted,
} from './query.ts';
export { MAX_TIME, MIN_TIME, rangeHolds } from './range.ts';
export type { Interval, RangePrefix } from './range.ts';
export type { Compartment, SearchTarget } from './search-target.ts';
export { compartmentCondition } from './search-target.ts';
export { escapePart } from './split-value.ts';
export { compileWordReader } from './read-words.ts';
export type { Knowledge } from './setting.ts';
export { namedSets } from './value-sets.ts';
export { lexemePrefix } from './words.ts';
export type { Words } from './words.ts';
