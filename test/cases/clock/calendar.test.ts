import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addSpan, localDay, workingShare } from '../../../src/cases/clock/calendar.ts';
import type { Calendar, Span } from '../../../src/cases/programme/rules.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { BERLIN, BERLIN_DAILY, HANOI, NEW_YORK, SHANGHAI, UTC } from './calendars.ts';

const HOUR = 3_600_000;
const CALENDARS = [BERLIN, BERLIN_DAILY, NEW_YORK, SHANGHAI, HANOI, UTC];

const ROWS: readonly (readonly [
  what: string,
  at: string,
  amount: number,
  unit: Span['unit'],
  calendar: Calendar,
  due: string,
])[] = [
  ['hours are hours', '2026-03-28T22:30:00.000Z', 24, 'hours', BERLIN, '2026-03-29T22:30:00.000Z'],
  ['a day over the change to summer time', '2026-03-28T08:00:00.000Z', 1, 'days', BERLIN, '2026-03-29T07:00:00.000Z'],
  ['a week over the change to winter time', '2026-10-20T07:00:00.000Z', 1, 'weeks', BERLIN, '2026-10-27T08:00:00.000Z'],
  [
    'a time that is left out: when the clocks go on',
    '2026-03-28T01:30:00.000Z',
    1,
    'days',
    BERLIN,
    '2026-03-29T01:00:00.000Z',
  ],
  ['the same in New York', '2026-03-07T07:30:00.000Z', 1, 'days', NEW_YORK, '2026-03-08T07:00:00.000Z'],
  ['a time that comes twice: the first', '2026-10-31T05:30:00.000Z', 1, 'days', NEW_YORK, '2026-11-01T05:30:00.000Z'],
  [
    'from its second time: the end of the hour',
    '2026-11-01T06:30:00.000Z',
    1,
    'days',
    NEW_YORK,
    '2026-11-02T07:00:00.000Z',
  ],
  ['days back', '2026-03-29T07:00:00.000Z', -1, 'days', BERLIN, '2026-03-28T08:00:00.000Z'],
  ['a year from a leap day', '2028-02-28T12:00:00.000Z', 2, 'days', UTC, '2028-03-01T12:00:00.000Z'],

  ['three days from Monday 09:00', '2026-06-01T07:00:00.000Z', 3, 'business-days', BERLIN, '2026-06-04T07:00:00.000Z'],
  ['over a weekend', '2026-06-05T07:00:00.000Z', 1, 'business-days', BERLIN, '2026-06-08T07:00:00.000Z'],
  [
    'over the weekend of summer time',
    '2026-03-27T08:00:00.000Z',
    1,
    'business-days',
    BERLIN,
    '2026-03-30T07:00:00.000Z',
  ],
  [
    'over the weekend of winter time',
    '2026-10-30T13:00:00.000Z',
    1,
    'business-days',
    NEW_YORK,
    '2026-11-02T14:00:00.000Z',
  ],
  [
    'a day of 23 hours is one',
    '2026-03-28T23:00:00.000Z',
    1,
    'business-days',
    BERLIN_DAILY,
    '2026-03-29T22:00:00.000Z',
  ],
  ['half of it is half', '2026-03-28T23:00:00.000Z', 0.5, 'business-days', BERLIN_DAILY, '2026-03-29T10:30:00.000Z'],
  [
    'half of a day of 25 hours',
    '2026-10-24T22:00:00.000Z',
    0.5,
    'business-days',
    BERLIN_DAILY,
    '2026-10-25T10:30:00.000Z',
  ],
  ['Easter', '2026-04-02T10:00:00.000Z', 1, 'business-days', BERLIN, '2026-04-07T10:00:00.000Z'],
  ["over the year's end", '2026-12-30T16:00:00.000Z', 2, 'business-days', NEW_YORK, '2027-01-04T16:00:00.000Z'],
  ['Thanksgiving', '2026-11-25T20:00:00.000Z', 1, 'business-days', NEW_YORK, '2026-11-27T20:00:00.000Z'],
  ['Chinese New Year', '2026-02-13T02:00:00.000Z', 1, 'business-days', SHANGHAI, '2026-02-24T02:00:00.000Z'],
  ['Tet', '2026-02-13T02:00:00.000Z', 3, 'business-days', HANOI, '2026-02-23T02:00:00.000Z'],
  ['over a leap day', '2028-02-28T12:00:00.000Z', 2, 'business-days', UTC, '2028-03-01T12:00:00.000Z'],
  ['a start on a day off', '2026-06-06T15:00:00.000Z', 1, 'business-days', BERLIN, '2026-06-08T22:00:00.000Z'],
  [
    'no span from a day off: when work begins',
    '2026-06-06T15:00:00.000Z',
    0,
    'business-days',
    BERLIN,
    '2026-06-07T22:00:00.000Z',
  ],
  ['a start on a holiday', '2026-02-17T06:00:00.000Z', 2, 'business-days', HANOI, '2026-02-23T17:00:00.000Z'],
  ['back over a weekend', '2026-06-08T07:00:00.000Z', -1, 'business-days', BERLIN, '2026-06-05T07:00:00.000Z'],
  [
    'the local day counts, not that of UTC',
    '2026-06-07T23:30:00.000Z',
    1,
    'business-days',
    NEW_YORK,
    '2026-06-09T04:00:00.000Z',
  ],
];

test.each(ROWS)('%s', (_what, at, amount, unit, calendar, due) => {
  expect(addSpan(at, { amount, unit }, calendar)).toBe(due);
});

test('an instant keeps its milliseconds, and any offset is understood', () => {
  expect(addSpan('2026-06-01T09:00:00.123+02:00', { amount: 2, unit: 'days' }, BERLIN)).toBe(
    '2026-06-03T07:00:00.123Z',
  );
  expect(addSpan('2026-06-01T07:00:00.123Z', { amount: 1, unit: 'business-days' }, BERLIN)).toBe(
    '2026-06-02T07:00:00.123Z',
  );
});

test('working time between two instants leaves days off out', () => {
  expect(workingShare('2026-06-05T10:00:00.000Z', '2026-06-08T10:00:00.000Z', BERLIN)).toBeCloseTo(1, 9);
  expect(workingShare('2026-06-05T22:00:00.000Z', '2026-06-07T22:00:00.000Z', BERLIN)).toBe(0);
  expect(workingShare('2026-02-14T00:00:00.000Z', '2026-02-23T00:00:00.000Z', SHANGHAI)).toBe(0);
});

test('far dates are reckoned as quickly as near ones', () => {
  const holidays = Array.from({ length: 400 }, (_, n) =>
    new Date(Date.UTC(2026, 0, 1 + n * 9)).toISOString().slice(0, 10),
  );
  const busy: Calendar = { ...BERLIN, holidays };
  const span: Span = { amount: 1000, unit: 'business-days' };
  addSpan('2026-01-01T00:00:00.000Z', span, busy);
  const begun = cpuTime();
  for (let n = 0; n < 20; n++) addSpan('2026-01-01T00:00:00.000Z', span, busy);
  expect((cpuTime() - begun) / 20).toBeLessThan(5);
});

test('what rules must not say is refused rather than reckoned wrongly', () => {
  const at = '2026-06-01T07:00:00.000Z';
  expect(() => addSpan(at, { amount: 1, unit: 'days' }, { ...UTC, timeZone: 'Mars/Olympus' })).toThrow('Mars/Olympus');
  expect(() => addSpan(at, { amount: 1, unit: 'business-days' }, { ...UTC, workingDays: [] })).toThrow('working days');
});

/** Instants of two years, many of them close to where clocks are changed. */
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) }),
  fc
    .tuple(
      fc.constantFrom('2026-03-29T01:00Z', '2026-10-25T01:00Z', '2026-03-08T07:00Z', '2026-11-01T06:00Z'),
      fc.integer({ min: -30 * HOUR, max: 30 * HOUR }),
    )
    .map(([change, away]) => Date.parse(change) + away),
);
const spans = fc.record({
  amount: fc.integer({ min: -30, max: 400 }),
  unit: fc.constantFrom('hours' as const, 'days' as const, 'weeks' as const, 'business-days' as const),
});
const calendars = fc.constantFrom(...CALENDARS);

test('the later of two instants never gets the earlier answer, nor does the longer of two spans', () => {
  fc.assert(
    fc.property(instants, fc.nat(3 * HOUR), spans, fc.nat(3), calendars, (at, later, span, longer, calendar) => {
      const due = addSpan(iso(at), span, calendar);
      expect(addSpan(iso(at + later), span, calendar) >= due).toBe(true);
      expect(addSpan(iso(at), { ...span, amount: span.amount + longer }, calendar) >= due).toBe(true);
    }),
    { numRuns: 600 },
  );
});

test('some business days and some more are as many at once', () => {
  fc.assert(
    fc.property(instants, fc.nat(60), fc.nat(60), calendars, (at, first, second, calendar) => {
      // From when work begins.
      const start = add(iso(at), 0, calendar);
      const apart = Date.parse(add(add(start, first, calendar), second, calendar));
      const atOnce = Date.parse(add(start, first + second, calendar));
      // A share of a day of 23 or 25 hours is no whole number of milliseconds.
      expect(Math.abs(apart - atOnce)).toBeLessThanOrEqual(calendar === BERLIN_DAILY ? 1 : 0);
      expect(workingShare(start, iso(atOnce), calendar)).toBeCloseTo(first + second, 6);
    }),
    { numRuns: 600 },
  );
});

function add(at: string, amount: number, calendar: Calendar): string {
  return addSpan(at, { amount, unit: 'business-days' }, calendar);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

test('an instant is on another day elsewhere', () => {
  const evening = '2026-03-08T17:30:00.000Z';
  expect([NEW_YORK, UTC, SHANGHAI].map((calendar) => localDay(evening, calendar))).toEqual([
    '2026-03-08',
    '2026-03-08',
    '2026-03-09',
  ]);
});
