import { expect, test } from '@jest/globals';
import { dueAt, isPaused } from '../../../src/cases/clock/due.ts';
import type { LedgerSpan } from '../../../src/cases/state.ts';
import { BERLIN, UTC } from './calendars.ts';
import { ASKING, businessDays, days, ISSUED, rulesWith, SLIDES, stateWith, SUBMITTED, WORKING } from './standings.ts';

const NOW = '2026-06-20T00:00:00.000Z';

/** Two days with the home side, from Friday 12:00 to Sunday 12:00 in Berlin; then with the programme again. */
const OVER_WEEKEND: LedgerSpan[] = [
  { holder: 'programme', from: SUBMITTED, to: '2026-06-05T10:00:00.000Z' },
  { holder: 'home', from: '2026-06-05T10:00:00.000Z', to: '2026-06-07T10:00:00.000Z' },
  { holder: 'programme', from: '2026-06-07T10:00:00.000Z' },
];

test('a clock from the submission', () => {
  expect(dueAt(stateWith(), rulesWith(BERLIN, days(7)), SUBMITTED, NOW)).toBe('2026-06-08T07:00:00.000Z');
  expect(dueAt(stateWith(), rulesWith(BERLIN, businessDays(7)), SUBMITTED, NOW)).toBe('2026-06-10T07:00:00.000Z');
});

test('a clock from the moment when all is there', () => {
  const rules = rulesWith(BERLIN, days(14, 'complete'));
  expect(dueAt(stateWith(), rules, SUBMITTED, NOW)).toBeUndefined();
  const completeAt = '2026-06-06T10:00:00.000Z';
  // Of the two days with the home side, one lay before the start.
  const state = stateWith({ completeAt, ledger: OVER_WEEKEND });
  expect(dueAt(state, rules, SUBMITTED, NOW)).toBe('2026-06-21T10:00:00.000Z');
});

test('no turn-around, no due date; nor for a service that the programme does not have', () => {
  expect(dueAt(stateWith(), rulesWith(BERLIN, undefined), SUBMITTED, NOW)).toBeUndefined();
  expect(dueAt(stateWith({ service: 'other' }), rulesWith(BERLIN, days(7)), SUBMITTED, NOW)).toBeUndefined();
});

test('pauses move it on: by their length, or by what of them would have been worked on', () => {
  const state = stateWith({ ledger: OVER_WEEKEND });
  expect(dueAt(state, rulesWith(BERLIN, days(7)), SUBMITTED, NOW)).toBe('2026-06-10T07:00:00.000Z');
  // Half of the Friday: from Wednesday 09:00 to Wednesday 21:00.
  expect(dueAt(state, rulesWith(BERLIN, businessDays(7)), SUBMITTED, NOW)).toBe('2026-06-10T19:00:00.000Z');
});

test('only those who pause the clock of this programme do', () => {
  const rules = rulesWith(BERLIN, days(7), { clock: { pausedBy: ['courier'] } });
  expect(dueAt(stateWith({ ledger: OVER_WEEKEND }), rules, SUBMITTED, NOW)).toBe('2026-06-08T07:00:00.000Z');
  expect([ASKING, SLIDES, WORKING, ISSUED].map((standing) => isPaused(standing, rules))).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

test('a pause that lasts counts until now', () => {
  const ledger: LedgerSpan[] = [
    { holder: 'programme', from: SUBMITTED, to: '2026-06-02T07:00:00.000Z' },
    { holder: 'courier', from: '2026-06-02T07:00:00.000Z' },
  ];
  const rules = rulesWith(UTC, days(7));
  expect(dueAt(stateWith({ ledger }), rules, SUBMITTED, '2026-06-05T07:00:00.000Z')).toBe('2026-06-11T07:00:00.000Z');
  expect(dueAt(stateWith({ ledger }), rules, SUBMITTED, '2026-06-01T00:00:00.000Z')).toBe('2026-06-08T07:00:00.000Z');
});
