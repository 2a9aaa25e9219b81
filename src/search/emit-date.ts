import { dateInterval, periodInterval } from './date-interval.ts';
import type { Emit, ParamKeys } from './emitter.ts';
import type { Place } from './places.ts';
import type { Interval } from './range.ts';

const READERS: Readonly<Record<string, (element: unknown) => Interval | undefined>> = {
  date: readDate,
  dateTime: readDate,
  instant: readDate,
  Period: readPeriod,
  Timing: readTiming,
};

/** See http://hl7.org/fhir/R4/search.html#date. */
export function emitDate(place: Place, keys: ParamKeys): Emit | undefined {
  const read = READERS[place.type];
  if (read === undefined) return undefined;
  return (element, rows) => {
    const interval = read(element);
    if (interval !== undefined) rows.addRange(keys.value, '', interval.low, interval.high);
  };
}

function readDate(element: unknown): Interval | undefined {
  return typeof element === 'string' ? dateInterval(element) : undefined;
}

function readPeriod(element: unknown): Interval | undefined {
  const { start, end } = element as { start?: unknown; end?: unknown };
  return periodInterval(start, end);
}

/** Only the outer limits matter, says the specification: those of the events and of `repeat.boundsPeriod`. */
function readTiming(element: unknown): Interval | undefined {
  const { event, repeat } = element as { event?: unknown; repeat?: { boundsPeriod?: unknown } };
  const intervals = (Array.isArray(event) ? event : []).map(readDate);
  if (repeat?.boundsPeriod) intervals.push(readPeriod(repeat.boundsPeriod));
  const known = intervals.filter((interval) => interval !== undefined);
  if (known.length === 0) return undefined;
  return { low: Math.min(...known.map(({ low }) => low)), high: Math.max(...known.map(({ high }) => high)) };
}
