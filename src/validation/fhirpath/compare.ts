import { ExpressionError } from './tokens.ts';
import { isObject, plain } from './values.ts';

/** Year, month, day, hour, minute, seconds with their fraction, zone. */
const MOMENT = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?)?(Z|[+-]\d\d:\d\d)?)?$/;
const TIME = /^T?(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?$/;

/** A quantity in base units, so that quantities in different units compare; undefined for what is no unit of UCUM. */
export type ToBaseUnits = (
  value: number,
  unit: string,
) => { readonly value: number; readonly unit: string } | undefined;

const UCUM = 'http://unitsofmeasure.org';

/**
 * Negative where `left` comes before `right`, positive where after, 0 where neither; undefined where that cannot be
 * told: dates of different precision, quantities whose units `toBaseUnits` does not bring to the same one
 * (http://hl7.org/fhirpath/N1/#comparison). Throws ExpressionError for values that have no order.
 */
export function compare(
  left: unknown,
  right: unknown,
  areDates: boolean,
  toBaseUnits?: ToBaseUnits,
): number | undefined {
  const a = plain(left);
  const b = plain(right);
  if (a === undefined || b === undefined) return undefined;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return areDates ? compareDates(a, b) : a < b ? -1 : a > b ? 1 : 0;
  if (isObject(a) && isObject(b)) return compareQuantities(a, b, toBaseUnits);
  throw new ExpressionError('These values have no order');
}

function compareQuantities(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  toBaseUnits: ToBaseUnits | undefined,
): number | undefined {
  const left = plain(a['value']);
  const right = plain(b['value']);
  if (typeof left !== 'number' || typeof right !== 'number') return undefined;
  const isOneUnit =
    a['code'] === undefined && b['code'] === undefined
      ? a['unit'] === b['unit']
      : a['code'] === b['code'] && a['system'] === b['system'];
  if (isOneUnit) return left - right;
  const from = unitOf(a);
  const to = unitOf(b);
  if (toBaseUnits === undefined || from === undefined || to === undefined) return undefined;
  const base = toBaseUnits(left, from);
  const other = toBaseUnits(right, to);
  return base !== undefined && base.unit === other?.unit ? base.value - other.value : undefined;
}

/** Only the units of UCUM have a size that is known. */
function unitOf({ system, code }: Readonly<Record<string, unknown>>): string | undefined {
  return plain(system) === UCUM && typeof plain(code) === 'string' ? (plain(code) as string) : undefined;
}

/** Dates and times, each written as FHIR does; to the coarser of both precisions. */
export function compareDates(left: string, right: string): number | undefined {
  const a = split(left);
  const b = split(right);
  if (a === undefined || b === undefined) return undefined;
  if (a.zone !== undefined && b.zone !== undefined && a.parts.length > 4 && b.parts.length > 4) {
    const difference = toMinutes(a) - toMinutes(b);
    if (difference !== 0 || a.parts.length < 6 || b.parts.length < 6) return difference;
    return a.parts[5]! - b.parts[5]!;
  }
  const shared = Math.min(a.parts.length, b.parts.length);
  for (let at = 0; at < shared; at++) {
    const difference = a.parts[at]! - b.parts[at]!;
    if (difference !== 0) return difference;
  }
  return a.parts.length === b.parts.length ? 0 : undefined;
}

interface Moment {
  readonly parts: readonly number[];
  readonly zone: string | undefined;
}

function split(text: string): Moment | undefined {
  const moment = MOMENT.exec(text);
  if (moment !== null) return { parts: toNumbers(moment.slice(1, 7)), zone: moment[7] };
  const time = TIME.exec(text);
  return time === null ? undefined : { parts: toNumbers(time.slice(1)), zone: undefined };
}

function toNumbers(parts: readonly (string | undefined)[]): number[] {
  return parts.filter((part) => part !== undefined).map(Number);
}

function toMinutes({ parts, zone = 'Z' }: Moment): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts;
  const offset = zone === 'Z' ? 0 : Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return Date.UTC(year, month - 1, day, hour, minute) / 60_000 - (zone.startsWith('-') ? -offset : offset);
}
