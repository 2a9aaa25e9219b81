/** A range of ICD-10 codes and what it stands for. */
export interface CodeRange<T> {
  /** Codes as {@link plainCode} gives them; `to` is the end of all that stands below the last code. */
  readonly from: string;
  readonly to: string;
  readonly value: T;
}

/** Finds what codes stand for; made by {@link compileRanges}. */
export type RangeLookup<T> = (code: string) => T[];

/** Follows every letter and digit of a code. */
const END = '\u{ffff}';

/** `C50.911` as `C50911`; undefined for what is no code of ICD-10 or of one of its national versions. */
export function plainCode(code: string): string | undefined {
  const plain = code.toUpperCase().replaceAll(/[.†*+!\s]/gu, '');
  return /^[A-Z]\d[0-9A-Z]{1,5}$/u.test(plain) ? plain : undefined;
}

/**
 * Reads `C18-C20` or `C50.1`: from the first code to the last, each with all that stands below it.
 * @returns undefined where it is neither
 */
export function parseRange(text: string): Pick<CodeRange<unknown>, 'from' | 'to'> | undefined {
  const [first = '', last = first, ...more] = text.split('-').map((part) => part.trim());
  const from = plainCode(first);
  const to = plainCode(last);
  if (from === undefined || to === undefined || more.length > 0 || `${to}${END}` < from) return undefined;
  return { from, to: `${to}${END}` };
}

/**
 * Sorts ranges once, so that a code is found by halving: the lookup gives what all ranges around the code stand for,
 * the narrowest first. Of ranges that are the same the one given first wins.
 */
export function compileRanges<T>(ranges: readonly CodeRange<T>[]): RangeLookup<T> {
  const sorted = ranges
    .map((range, index) => ({ range, index }))
    .sort((a, b) => compare(a.range.from, b.range.from) || compare(b.range.to, a.range.to) || b.index - a.index)
    .map(({ range }) => range);
  // The nearest range before each that reaches it: whatever is around a code stands on this chain.
  const around: number[] = [];
  for (const [index, { from }] of sorted.entries()) {
    let outer = index - 1;
    while (outer >= 0 && sorted[outer]!.to < from) outer = around[outer]!;
    around.push(outer);
  }
  return (code) => {
    const found: T[] = [];
    for (let index = lastFrom(sorted, code); index >= 0; index = around[index]!) {
      if (sorted[index]!.to >= code) found.push(sorted[index]!.value);
    }
    return found;
  };
}

/** The last range that begins at the code or before it; -1: none. */
function lastFrom(sorted: readonly CodeRange<unknown>[], code: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]!.from <= code) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
