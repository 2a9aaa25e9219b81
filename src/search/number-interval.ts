import type { Interval, RangePrefix } from './range.ts';

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
/** Longer numbers are nonsense, and cost time. */
const LONGEST = 100;

/** The bounds of numbers without end; finite, because not every carrier on the way to the index has infinity. */
export const MIN_NUMBER = -Number.MAX_VALUE;
export const MAX_NUMBER = Number.MAX_VALUE;

/** A single number as the narrowest interval that holds it: `[n, next float)`. */
export function exactInterval(number: number): Interval {
  return { low: number, high: nextUp(number) };
}

/**
 * The numbers that a search for `text` means: half a unit of its last digit to each side (`5.40` is [5.395, 5.405)).
 * With an exponent, `1` counts as `1.0`, for the specification has `1e2` as [95, 105). Undefined where it is no decimal.
 * See http://hl7.org/fhir/R4/search.html#number.
 */
export function precisionInterval(text: string): Interval | undefined {
  const match = text.length > LONGEST ? null : DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, written = '', exponent] = match;
  const fraction = exponent !== undefined && written === '' ? '0' : written;
  // One digit more, in whole numbers, keeps the bounds as exact as floats can be.
  const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}0`);
  const power = Number(exponent ?? 0) - fraction.length - 1;
  const low = Number(`${digits - 5n}e${power}`);
  const high = Number(`${digits + 5n}e${power}`);
  return Number.isFinite(low) && Number.isFinite(high) ? { low, high } : undefined;
}

/** The numbers `[low, high)` that answer a search for `[low, high)`: numbers of records are exact. */
export function numbersSought({ prefix, low, high }: Interval & { readonly prefix: RangePrefix }): Interval[] {
  switch (prefix) {
    case 'eq':
    case 'ap':
      return [{ low, high }];
    case 'ne':
      return [
        { low: MIN_NUMBER, high: low },
        { low: high, high: MAX_NUMBER },
      ];
    case 'gt':
    case 'sa':
      return [{ low: high, high: MAX_NUMBER }];
    case 'ge':
      return [{ low, high: MAX_NUMBER }];
    case 'lt':
    case 'eb':
      return [{ low: MIN_NUMBER, high: low }];
    case 'le':
      return [{ low: MIN_NUMBER, high }];
  }
}

const float = new DataView(new ArrayBuffer(8));

/** The next larger float. */
export function nextUp(number: number): number {
  if (number === 0) return Number.MIN_VALUE;
  float.setFloat64(0, number);
  float.setBigInt64(0, float.getBigInt64(0) + (number > 0 ? 1n : -1n));
  const next = float.getFloat64(0);
  return Number.isFinite(next) ? next : MAX_NUMBER;
}
