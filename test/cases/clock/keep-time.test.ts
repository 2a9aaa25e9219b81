import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CaseRow } from '../../../src/cases/case.ts';
import { keepTime } from '../../../src/cases/clock/keep-time.ts';
import { heldBy, holderOf } from '../../../src/cases/clock/ledger.ts';
import { addSpan } from '../../../src/cases/clock/calendar.ts';
import type { ProgrammeRules } from '../../../src/cases/programme/rules.ts';
import { PHASES } from '../../../src/cases/states.ts';
import { BERLIN, UTC } from './calendars.ts';
import { ASKING, businessDays, caseAt, days, ISSUED, moveTo, rulesWith, SUBMITTED, WORKING } from './standings.ts';

const RULES: ProgrammeRules = rulesWith(UTC, days(7), {
  clock: { pausedBy: ['home'], warn: { amount: 1, unit: 'days' } },
});
const DUE = '2026-06-08T07:00:00.000Z';

function submit(rules = RULES): CaseRow {
  const opened = caseAt('requested', 'submitted', { ledger: [] });
  return keepTime(opened, opened, rules, SUBMITTED);
}

function move(before: CaseRow, standing: Parameters<typeof moveTo>[1], now: string, rules = RULES): CaseRow {
  return keepTime(before, moveTo(before, standing), rules, now);
}

test('the opening begins the ledger and gives the due date', () => {
  const { state } = submit();
  expect(state.ledger).toEqual([{ holder: 'programme', from: SUBMITTED }]);
  expect(state.dueAt).toBe(DUE);
  expect(submit(rulesWith(UTC, undefined)).state).not.toHaveProperty('dueAt');
});

test('asking stops the clock, the answer starts it again, the report ends it', () => {
  const asked = move(submit(), ASKING, '2026-06-03T07:00:00.000Z');
  expect(asked.state.ledger.at(-1)).toEqual({ holder: 'home', from: '2026-06-03T07:00:00.000Z' });
  expect(asked.state.dueAt).toBe(DUE);
  const answered = move(asked, WORKING, '2026-06-05T07:00:00.000Z');
  expect(answered.state.dueAt).toBe('2026-06-10T07:00:00.000Z');
  const issued = move(answered, ISSUED, '2026-06-09T07:00:00.000Z');
  expect(issued.state.ledger.at(-1)).toEqual({
    holder: 'programme',
    from: '2026-06-05T07:00:00.000Z',
    to: '2026-06-09T07:00:00.000Z',
  });
  expect(issued.state.dueAt).toBe('2026-06-10T07:00:00.000Z');
});

test('a clock that starts later has no due date before', () => {
  const rules = rulesWith(UTC, days(14, 'complete'));
  const waiting = submit(rules);
  expect(waiting.state).not.toHaveProperty('dueAt');
  const complete = { ...waiting, state: { ...waiting.state, completeAt: '2026-06-04T07:00:00.000Z' } };
  const counted = keepTime(waiting, complete, rules, '2026-06-04T07:00:00.000Z');
  expect(counted.state.dueAt).toBe('2026-06-18T07:00:00.000Z');
  // The service was changed for one that has no turn-around.
  const other = { ...counted, state: { ...counted.state, service: 'other' } };
  expect(keepTime(counted, other, rules, '2026-06-05T07:00:00.000Z').state).not.toHaveProperty('dueAt');
});

test('what was said of a due date is said again of a later one, and only where that lies ahead', () => {
  const said = { ...submit(), state: { ...submit().state, done: ['first-contact', 'warned', 'breached'] } };
  // Asked after the due date: it moves on, and has passed all the same.
  const late = move(said, ASKING, '2026-06-09T07:00:00.000Z');
  const stillLate = move(late, WORKING, '2026-06-11T07:00:00.000Z');
  expect(stillLate.state.dueAt).toBe('2026-06-10T07:00:00.000Z');
  expect(stillLate.state.done).toEqual(['first-contact', 'warned', 'breached']);
  // Asked in time, between warning and breach.
  const warned = { ...said, state: { ...said.state, done: ['first-contact', 'warned'] } };
  const asked = move(warned, ASKING, '2026-06-07T19:00:00.000Z');
  expect(asked.state.done).toEqual(['first-contact', 'warned']);
  const answered = move(asked, WORKING, '2026-06-10T19:00:00.000Z');
  // Half a day is left: the warning holds.
  expect(answered.state.done).toEqual(['first-contact', 'warned']);
  const longer = rulesWith(UTC, days(30), { clock: RULES.clock });
  expect(keepTime(said, said, longer, '2026-06-11T07:00:00.000Z').state.done).toEqual(['first-contact']);
});

test('a clock that is set back does not make anything be said twice', () => {
  const said = { ...submit(), state: { ...submit().state, done: ['warned', 'breached'] } };
  expect(move(said, WORKING, '2026-06-02T07:00:00.000Z').state.done).toEqual(['warned', 'breached']);
});

const open = PHASES.filter((phase) => holderOf(phase) !== undefined);
const HOUR = 3_600_000;
const walks = fc.array(fc.tuple(fc.constantFrom(...open), fc.integer({ min: -20 * HOUR, max: 90 * HOUR })), {
  maxLength: 20,
});
const rules = fc.constantFrom(
  RULES,
  rulesWith(BERLIN, businessDays(7)),
  rulesWith(
    BERLIN,
    { amount: 2, unit: 'weeks', from: 'submission' },
    { clock: { pausedBy: ['home', 'payer', 'courier'] } },
  ),
);

test('kept twice it is kept once, and what paused the clock is what the due date has moved by', () => {
  fc.assert(
    fc.property(walks, rules, (walk, programme) => {
      let row = submit(programme);
      let now = Date.parse(SUBMITTED);
      for (const [standing, passed] of walk) {
        now += passed;
        const instant = new Date(now).toISOString();
        const next = move(row, standing, instant, programme);
        expect(keepTime(row, next, programme, instant)).toEqual(next);
        expect(keepTime(next, next, programme, instant)).toEqual(next);
        expect(next.state.ledger.at(-1)!.holder).toBe(holderOf(next));
        row = next;
      }
      const end = new Date(now).toISOString();
      const { turnaround } = programme.services[0]!;
      const least = addSpan(SUBMITTED, turnaround!, programme.calendar);
      expect(row.state.dueAt! >= least).toBe(true);
      if (programme === RULES) {
        const paused = heldBy(row.state.ledger, end).home;
        expect(Date.parse(row.state.dueAt!)).toBe(Date.parse(least) + paused);
      }
    }),
    { numRuns: 200 },
  );
});
