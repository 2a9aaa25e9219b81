import { MAX_TIME, MIN_TIME } from './range.ts';
import type { Interval } from './range.ts';

const DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(0\d|1[0-3]|14(?=:00)):([0-5]\d))?)?)?)?$/;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * The time that a date, dateTime or instant covers, in epoch milliseconds: `2020` is the whole year, a second lasts
 * until the next. Without a time zone it is UTC. Undefined where the text is no date.
 * See http://hl7.org/fhir/R4/search.html#date.
 */
export function dateInterval(text: string): Interval | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, zoneHour, zoneMinute] = match;
  const y = Number(year);
  if (y === 0) return undefined;
  if (month === undefined) return { low: utc(y, 0, 1), high: utc(y + 1, 0, 1) };
  const m = Number(month) - 1;
  if (m < 0 || m > 11) return undefined;
  if (day === undefined) return { low: utc(y, m, 1), high: utc(y, m + 1, 1) };
  const d = Number(day);
  const midnight = utc(y, m, d);
  if (d < 1 || midnight >= utc(y, m + 1, 1)) return undefined;
  if (hour === undefined) return { low: midnight, high: midnight + 24 * 60 * MINUTE };
  // A leap second (60) is the first of the next minute here, as POSIX time has no place for it.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 60) return undefined;
  const zone = sign === undefined ? 0 : (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  const low = midnight + (Number(hour) * 60 + Number(minute) - zone) * MINUTE;
  if (second === undefined) return { low, high: low + MINUTE };
  const start = low + Number(second) * SECOND;
  if (fraction === undefined) return { low: start, high: start + SECOND };
  const width = Math.max(1, SECOND / 10 ** fraction.length);
  const at = start + Number(fraction.slice(0, 3).padEnd(3, '0'));
  return { low: at, high: at + width };
}

function utc(year: number, month: number, day: number): number {
  if (year >= 100) return Date.UTC(year, month, day);
  // Date.UTC takes the years 0 to 99 as 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month, day);
}

/** From the first moment of `start` to the last of `end`; a missing one is open. Undefined where neither is a date. */
export function periodInterval(start: unknown, end: unknown): Interval | undefined {
  const first = typeof start === 'string' ? dateInterval(start) : undefined;
  const last = typeof end === 'string' ? dateInterval(end) : undefined;
  if (first === undefined && last === undefined) return undefined;
  return { low: first?.low ?? MIN_TIME, high: last?.high ?? MAX_TIME };
}
