import type { IANAZone } from 'luxon';
import type { Calendar, Span } from '../programme/rules.ts';
import { instantToLocal, localToInstant, zoneOf } from './local-time.ts';
import type { WorkingDays } from './working-days.ts';
import { countBefore, DAY_MS, dayOf, isWorkingDay, workingDaysOf } from './working-days.ts';

interface Reckoning {
  readonly zone: IANAZone;
  readonly days: WorkingDays;
}

/** A point of working time: so many whole working days since 1970, and a share of the next one. */
interface Point {
  readonly count: number;
  readonly share: number;
}

const HOUR_MS = 60 * 60 * 1000;
/** Half a millisecond, as a share of a day: a share that is closer to a whole one is one. */
const NEXT = 1 - 0.5 / DAY_MS;

/** Zones and holidays are read once for each calendar, not for each date. */
const reckonings = new WeakMap<Calendar, Reckoning>();

/**
 * The instant a span after `at`, or before it for a negative amount. `hours` are hours; `days` and `weeks` keep the local
 * time; `business-days` count each working day as one however long it is, and days off not at all: three of them after
 * Monday 09:00 are Thursday 09:00, and what begins on a day off begins with the next working day.
 * The later of two instants never gets the earlier answer, nor does the longer of two spans.
 * @param at instant
 * @returns instant with milliseconds, in UTC
 */
export function addSpan(at: string, { amount, unit }: Span, calendar: Calendar): string {
  const from = Date.parse(at);
  switch (unit) {
    case 'hours':
      return toInstant(from + amount * HOUR_MS);
    case 'days':
      return toInstant(addDays(from, amount, calendar));
    case 'weeks':
      return toInstant(addDays(from, amount * 7, calendar));
    case 'business-days':
      return toInstant(addBusinessDays(from, amount, calendar));
  }
}

/** How many business days (with a fraction) of the calendar lie between two instants. */
export function workingShare(from: string, to: string, calendar: Calendar): number {
  const reckoning = reckoningOf(calendar);
  const start = pointOf(Date.parse(from), reckoning);
  const end = pointOf(Date.parse(to), reckoning);
  return end.count - start.count + (end.share - start.share);
}

/** The day of the calendar's own place on which an instant lies: `2027-03-08`. */
export function localDay(at: string, calendar: Calendar): string {
  return toInstant(instantToLocal(Date.parse(at), reckoningOf(calendar).zone)).slice(0, 10);
}

/** The end of a day (`2027-03-08`) at the calendar's own place: the last moment before the next one. Instant. */
export function endOfDay(day: string, calendar: Calendar): string {
  const { zone } = reckoningOf(calendar);
  return toInstant(localToInstant(Date.parse(`${day}T00:00:00Z`) + DAY_MS, zone) - 1);
}

export function toInstant(milliseconds: number): string {
  return new Date(Math.round(milliseconds)).toISOString();
}

function addDays(from: number, amount: number, calendar: Calendar): number {
  if (amount === 0) return from;
  const { zone } = reckoningOf(calendar);
  return localToInstant(instantToLocal(from, zone) + amount * DAY_MS, zone);
}

function addBusinessDays(from: number, amount: number, calendar: Calendar): number {
  const reckoning = reckoningOf(calendar);
  const { count, share } = pointOf(from, reckoning);
  const whole = Math.floor(amount);
  const sum = share + (amount - whole);
  const carried = sum >= NEXT ? 1 : 0;
  return instantOf({ count: count + whole + carried, share: Math.max(sum - carried, 0) }, reckoning);
}

function reckoningOf(calendar: Calendar): Reckoning {
  let reckoning = reckonings.get(calendar);
  if (reckoning === undefined) {
    reckoning = { zone: zoneOf(calendar.timeZone), days: workingDaysOf(calendar) };
    reckonings.set(calendar, reckoning);
  }
  return reckoning;
}

function pointOf(instant: number, { zone, days }: Reckoning): Point {
  const day = Math.floor(instantToLocal(instant, zone) / DAY_MS);
  const count = countBefore(day, days);
  if (!isWorkingDay(day, days)) return { count, share: 0 };
  const [start, end] = boundsOf(day, zone);
  return { count, share: (instant - start) / (end - start) };
}

function instantOf({ count, share }: Point, { zone, days }: Reckoning): number {
  const [start, end] = boundsOf(dayOf(count, days), zone);
  return start + share * (end - start);
}

/** From midnight to midnight: 23 or 25 hours where the clocks are changed. */
function boundsOf(day: number, zone: IANAZone): readonly [number, number] {
  return [localToInstant(day * DAY_MS, zone), localToInstant((day + 1) * DAY_MS, zone)];
}
