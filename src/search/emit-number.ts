import { numberOf } from '../fhir/index.ts';
import type { Emit, ParamKeys, Tools } from './emitter.ts';
import type { RowCollector } from './index-values.ts';
import { exactInterval, MAX_NUMBER, MIN_NUMBER, nextUp } from './number-interval.ts';
import { boundKey } from './param-key.ts';
import type { Place } from './places.ts';
import type { Interval } from './range.ts';
import { UCUM } from './unit-scale.ts';
import type { UnitScale } from './unit-scale.ts';

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
export function emitNumber(place: Place, keys: ParamKeys, tools: Tools): Emit | undefined {
  if (NUMBERS.has(place.type)) {
    return (element, rows) => {
      const number = readNumber(element);
      if (number === undefined) return;
      const { low, high } = exactInterval(number);
      rows.addRange(keys.value, '', low, high);
    };
  }
  return place.type === 'Range' ? emitQuantity(place, keys, tools) : undefined;
}

/** What an interval is told by: in the unit as it is written, or in base units. */
type Measure = (scale: Scale) => Interval | undefined;
type Scale = (number: number) => number;

/** See http://hl7.org/fhir/R4/search.html#quantity. */
export function emitQuantity({ type }: Place, keys: ParamKeys, { scaleOf }: Tools): Emit | undefined {
  const add = (measure: Measure, unit: Quantity, rows: RowCollector): void =>
    addQuantity(keys.value, measure, unit, scaleOf, rows);
  if (QUANTITIES.has(type)) {
    return (element, rows) => {
      const quantity = element as Quantity;
      add((scale) => readQuantity(quantity, scale), quantity, rows);
    };
  }
  switch (type) {
    case 'Money':
      return (element, rows) => {
        const { value, currency } = element as { value?: unknown; currency?: unknown };
        add((scale) => readQuantity({ value }, scale), { system: CURRENCY, code: currency }, rows);
      };
    case 'Range':
      return (element, rows) => {
        const { low, high } = element as { low?: Quantity; high?: Quantity };
        if (low || high) add((scale) => readRange(low, high, scale), low ?? high!, rows);
      };
    case 'SampledData':
      return (element, rows) => {
        const { origin } = element as { origin?: Quantity };
        if (origin) add((scale) => readSamples(element, scale), origin, rows);
      };
    default:
      return undefined;
  }
}

function readRange(low: Quantity | undefined, high: Quantity | undefined, scale: Scale): Interval | undefined {
  const first = low && readQuantity(low, scale);
  const last = high && readQuantity(high, scale);
  if (first === undefined && last === undefined) return undefined;
  return { low: first?.low ?? MIN_NUMBER, high: last?.high ?? MAX_NUMBER };
}

/** `<5` is everything below 5. */
function readQuantity({ value, comparator }: Quantity, scale: Scale): Interval | undefined {
  const written = readNumber(value);
  if (written === undefined) return undefined;
  const number = scale(written);
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
function readSamples(element: unknown, inBaseUnits: Scale): Interval | undefined {
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
  return low <= high ? { low: inBaseUnits(low), high: nextUp(inBaseUnits(high)) } : undefined;
}

function addQuantity(
  param: number,
  measure: Measure,
  { system, code, unit }: Quantity,
  scaleOf: (unit: string) => UnitScale | undefined,
  rows: RowCollector,
): void {
  const interval = measure(asWritten);
  if (interval === undefined) return;
  const { low, high } = interval;
  rows.addRange(param, '', low, high);
  if (typeof code === 'string') {
    const scale = system === UCUM ? scaleOf(code) : undefined;
    const scaled = scale && measure(scale.scale);
    if (scaled !== undefined) rows.addRange(param, scaleKey(scale!), scaled.low, scaled.high);
    else if (typeof system === 'string') rows.addRange(param, unitKey(system, code), low, high);
    rows.addRange(param, unitKey('', code), low, high);
  }
  if (typeof unit === 'string') rows.addRange(param, unitKey('', unit), low, high);
}

function asWritten(number: number): number {
  return number;
}

/** Base units as index rows hold them; no other unit begins so. */
export function scaleKey({ unit }: UnitScale): string {
  return boundKey(`=${unit}`);
}

/** A unit as index rows hold it; `system` is `''` where any will do. */
export function unitKey(system: string, code: string): string {
  return boundKey(`${system}|${code}`);
}

function readNumber(value: unknown): number | undefined {
  const number = numberOf(value);
  return Number.isFinite(number) ? number : undefined;
}
