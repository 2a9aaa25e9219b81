import { isMeasure } from './units.ts';
import type { Value } from './value.ts';

/** Values of one side that are written alike, for which nothing has been found on the other side yet. */
interface Heap {
  readonly value: Value;
  left: number;
}

export interface Unmatched {
  /** Of the first side, of the second. */
  readonly missing: readonly Value[];
  readonly added: readonly Value[];
  /** Pairs with the same number in different units. */
  readonly otherUnit: readonly (readonly [first: Value, second: Value])[];
}

type Fits = (a: Value, b: Value) => boolean;

/**
 * Finds for every number of one side the same number on the other: first those that agree in all, then those of which one
 * leaves something unsaid, then words that may be numbers, at last the same number in another unit. The work grows with
 * the text: what is written alike is counted together, and for one number there are only as many ways as there are units.
 */
export function matchValues(first: readonly Value[], second: readonly Value[]): Unmatched {
  const a = heap(first);
  const b = heap(second);
  const byReading = Map.groupBy(
    b.flatMap((one) => one.value.readings.map((reading) => ({ reading, one }))),
    ({ reading }) => reading,
  );
  const otherUnit: [Value, Value][] = [];
  const pair = (fits: Fits, note?: (pairs: [Value, Value], count: number) => void): void => {
    for (const mine of a) {
      for (const reading of mine.value.readings) {
        for (const { one } of byReading.get(reading) ?? []) {
          if (mine.left === 0) break;
          if (one.left === 0 || !fits(mine.value, one.value)) continue;
          const count = Math.min(mine.left, one.left);
          mine.left -= count;
          one.left -= count;
          note?.([mine.value, one.value], count);
        }
      }
    }
  };
  const both =
    (fits: Fits): Fits =>
    (x, y) =>
      x.isLoose !== true && y.isLoose !== true && fits(x, y);
  pair(both((x, y) => x.readings.length === y.readings.length && x.unit === y.unit && x.tail === y.tail));
  pair(both((x, y) => x.unit === y.unit && isTailAlike(x, y)));
  pair(both((x, y) => isUnitUnsaid(x, y) && isTailAlike(x, y)));
  pair((x, y) => (x.isLoose ?? false) !== (y.isLoose ?? false) && isUnitAlike(x, y));
  pair(
    both(() => true),
    (values, count) => {
      for (let one = 0; one < count; one += 1) otherUnit.push(values);
    },
  );
  return { missing: remaining(a), added: remaining(b), otherUnit };
}

function heap(values: readonly Value[]): Heap[] {
  const heaps = new Map<string, Heap>();
  for (const value of values) {
    const { readings, unit, tail, isShared, isLoose } = value;
    const key = [readings.join(' '), unit, tail, isShared, isLoose].join('|');
    const known = heaps.get(key);
    if (known === undefined) heaps.set(key, { value, left: 1 });
    else known.left += 1;
  }
  return [...heaps.values()];
}

/** mg/kg may be 'mg for each kg', in which the second unit stands elsewhere. */
function isTailAlike(a: Value, b: Value): boolean {
  return a.tail === undefined || b.tail === undefined || a.tail === b.tail;
}

/** Weeks, cycles and stages may go without saying; milligrams may not. */
function isUnitUnsaid(a: Value, b: Value): boolean {
  if (a.isShared === true || b.isShared === true) return true;
  if (a.unit !== undefined && b.unit !== undefined) return a.unit === b.unit;
  return !isMeasure(a.unit ?? b.unit);
}

/** Of a word that may be a number; alone it stands for no milligrams. */
function isUnitAlike(a: Value, b: Value): boolean {
  if (a.unit === b.unit || a.isShared === true || b.isShared === true) return true;
  return (a.unit === undefined || b.unit === undefined) && !isMeasure(a.unit ?? b.unit);
}

function remaining(heaps: readonly Heap[]): Value[] {
  return heaps.flatMap(({ value, left }) => (value.isLoose === true ? [] : Array.from({ length: left }, () => value)));
}
