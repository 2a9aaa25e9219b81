import { numberOf } from '../fhir/index.ts';
import type { Emit, ParamKeys } from './emitter.ts';
import type { RowCollector } from './index-values.ts';
import { exactInterval, MAX_NUMBER, MIN_NUMBER, nextUp } from './number-interval.ts';
import { boundKey } from './param-key.ts';
import type { Place } from './places.ts';
import type { Interval } from './range.ts';

const NUMBERS = new Set(['decimal', 'integer', 'positiveInt', 'unsignedInt']);
const QUANTITIES = new Set(['Quantity', 'Age', 'Count', 'Distance', 'Duration', 'SimpleQuantity', 'MoneyQuantity']);
const CURRENCY = 'urn:iso:std:iso:4217';

interface Quantity {
  readonly value?: unknown;
  readonly comparator?: unknown;
  readonly system?: unknown;
  readonly code?: unknown;
  readonly unit?: unknown;
}

/** Numbers of a record are exact, whatever their precision: http://hl7.org/fhir/R4/search.html#number. */
export function emitNumber(place: Place, keys: ParamKeys): Emit | undefined {
  if (NUMBERS.has(place.type)) {
    return (element, rows) => {
      const number = readNumber(element);
      if (number === undefined) return;
      const { low, high } = exactInterval(number);
      rows.addRange(keys.value, '', low, high);
    };
  }
  return place.type === 'Range' ? emitQuantity(place, keys) : undefined;
}

/** See http://hl7.org/fhir/R4/search.html#quantity. */
export function emitQuantity({ type }: Place, keys: ParamKeys): Emit | undefined {
  if (QUANTITIES.has(type)) {
    return (element, rows) => {
      const quantity = element as Quantity;
      addQuantity(keys.value, readQuantity(quantity), quantity, rows);
    };
  }
  switch (type) {
    case 'Money':
      return (element, rows) => {
        const { value, currency } = element as { value?: unknown; currency?: unknown };
        addQuantity(keys.value, readQuantity({ value }), { system: CURRENCY, code: currency }, rows);
      };
    case 'Range':
      return (element, rows) => {
        const { low, high } = element as { low?: Quantity; high?: Quantity };
        const first = low && readQuantity(low);
        const last = high && readQuantity(high);
        if (first === undefined && last === undefined) return;
        const interval = { low: first?.low ?? MIN_NUMBER, high: last?.high ?? MAX_NUMBER };
        addQuantity(keys.value, interval, low ?? high!, rows);
      };
    case 'SampledData':
      return (element, rows) => {
        const { origin } = element as { origin?: Quantity };
        if (origin) addQuantity(keys.value, readSamples(element), origin, rows);
      };
    default:
      return undefined;
  }
}

/** `<5` is everything below 5. */
function readQuantity({ value, comparator }: Quantity): Interval | undefined {
  const number = readNumber(value);
  if (number === undefined) return undefined;
  switch (comparator) {
    case '<':
      return { low: MIN_NUMBER, high: number };
    case '<=':
      return { low: MIN_NUMBER, high: nextUp(number) };
    case '>':
      return { low: nextUp(number), high: MAX_NUMBER };
    case '>=':
      return { low: number, high: MAX_NUMBER };
    default:
      return exactInterval(number);
  }
}

/** From the smallest to the largest sample (`origin + sample × factor`); E, L and U stand for no number. */
function readSamples(element: unknown): Interval | undefined {
  const { origin, factor, data } = element as { origin?: Quantity; factor?: unknown; data?: unknown };
  const zero = readNumber(origin?.value);
  if (zero === undefined || typeof data !== 'string') return undefined;
  const scale = readNumber(factor) ?? 1;
  let low = Infinity;
  let high = -Infinity;
  for (const sample of data.trim().split(/\s+/)) {
    const number = zero + Number(sample) * scale;
    if (number < low) low = number;
    if (number > high) high = number;
  }
  return low <= high ? { low, high: nextUp(high) } : undefined;
}

function addQuantity(param: number, interval: Interval | undefined, quantity: Quantity, rows: RowCollector): void {
  if (interval === undefined) return;
  const { low, high } = interval;
  const { system, code, unit } = quantity;
  rows.addRange(param, '', low, high);
  if (typeof code === 'string') {
    if (typeof system === 'string') rows.addRange(param, unitKey(system, code), low, high);
    rows.addRange(param, unitKey('', code), low, high);
  }
  if (typeof unit === 'string') rows.addRange(param, unitKey('', unit), low, high);
}

/** A unit as index rows hold it; `system` is `''` where any will do. */
export function unitKey(system: string, code: string): string {
  return boundKey(`${system}|${code}`);
}

function readNumber(value: unknown): number | undefined {
  const number = numberOf(value);
  return Number.isFinite(number) ? number : undefined;
}
