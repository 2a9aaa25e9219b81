/** The bounds of dates without end: the first and last moment that a JavaScript Date can hold. */
export const MIN_TIME = -8.64e15;
export const MAX_TIME = 8.64e15;

/** Half open: holds `low`, does not hold `high`. Epoch milliseconds, or numbers. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** The prefixes of http://hl7.org/fhir/R4/search.html#prefix. */
export type RangePrefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

/**
 * Whether an index row (`target`) answers a search (`sought`): the meaning of each prefix, which SQL has to follow.
 * Numbers are stored as `[n, next float)` and sought the same way, so that no prefix needs a second meaning for them.
 * `ge` and `le` also take a target that begins before (ends after) the sought interval and ends (begins) within it.
 */
export function rangeHolds(prefix: RangePrefix, target: Interval, sought: Interval): boolean {
  switch (prefix) {
    case 'eq':
      return target.low >= sought.low && target.high <= sought.high;
    case 'ne':
      return target.low < sought.low || target.high > sought.high;
    case 'gt':
      return target.high > sought.high;
    case 'lt':
      return target.low < sought.low;
    case 'ge':
      return target.high > sought.low;
    case 'le':
      return target.low < sought.high;
    case 'sa':
      return target.low >= sought.high;
    case 'eb':
      return target.high <= sought.low;
    case 'ap':
      return target.low < sought.high && target.high > sought.low;
  }
}
