import type { Calendar } from '../programme/rules.ts';

/*
 * Days are numbered from 1970-01-01, which is day 0 and a Thursday. Working days are numbered, too, so that spans of any
 * length are a matter of adding numbers: no day in between is looked at.
 */

export const DAY_MS = 24 * 60 * 60 * 1000;

/** The working days of one calendar. */
export interface WorkingDays {
  /** How many days of a week are worked on, before each of its days (counted from Thursday), and in all. */
  readonly weekly: readonly number[];
  /** Numbers of the days that would be worked on were they not holidays, in order. */
  readonly holidays: readonly number[];
}

/** @throws Error if no day of the week is a working day: rules like that are not taken in the first place */
export function workingDaysOf({ workingDays, holidays }: Calendar): WorkingDays {
  const weekly = [0];
  for (let day = 0; day < 7; day++) weekly.push(weekly[day]! + (workingDays.includes(isoWeekday(day)) ? 1 : 0));
  if (weekly[7] === 0) throw new Error('a calendar without working days has no business days');
  const days = new Set(holidays.map((date) => Date.parse(`${date}T00:00:00Z`) / DAY_MS));
  const missed = [...days].filter((day) => workingDays.includes(isoWeekday(day)));
  return { weekly, holidays: missed.sort((a, b) => a - b) };
}

function isoWeekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** How many working days there are before a day, counted from day 0. */
export function countBefore(day: number, { weekly, holidays }: WorkingDays): number {
  const week = Math.floor(day / 7);
  return week * weekly[7]! + weekly[day - week * 7]! - holidaysBefore(day, holidays);
}

export function isWorkingDay(day: number, days: WorkingDays): boolean {
  return countBefore(day + 1, days) > countBefore(day, days);
}

/** The day before which there are `count` working days and that is one itself. */
export function dayOf(count: number, { weekly, holidays }: WorkingDays): number {
  let missed = 0;
  for (;;) {
    const day = nthOfWeeks(count + missed, weekly);
    const before = holidaysBefore(day + 1, holidays);
    if (before === missed) return day;
    missed = before;
  }
}

/** The same where there are no holidays. */
function nthOfWeeks(count: number, weekly: readonly number[]): number {
  const week = Math.floor(count / weekly[7]!);
  return week * 7 + weekly.lastIndexOf(count - week * weekly[7]!);
}

function holidaysBefore(day: number, holidays: readonly number[]): number {
  let low = 0;
  let high = holidays.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holidays[middle]! < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
