import { expect, test } from '@jest/globals';
import { clock } from '../../../src/cases/clock/module.ts';
import { clockTick, clockTimers } from '../../../src/cases/clock/timers.ts';
import type { ProgrammeRules } from '../../../src/cases/programme/rules.ts';
import { BERLIN } from './calendars.ts';
import { ASKING, caseAt, days, ISSUED, moveTo, rulesWith, WORKING } from './standings.ts';

const DUE = '2026-06-08T07:00:00.000Z';
const RULES: ProgrammeRules = rulesWith(BERLIN, days(7), {
  confirmation: { required: true, firstContact: { amount: 1, unit: 'business-days' } },
  clock: { pausedBy: ['home'], warn: { amount: 1, unit: 'business-days' } },
});
const FIRST = { key: 'first-contact', at: '2026-06-02T07:00:00.000Z' };
const WARN = { key: 'warned', at: '2026-06-05T07:00:00.000Z' };
const BREACH = { key: 'breached', at: DUE };

test('first contact while nobody has looked at the case; warning and breach until it is closed', () => {
  const submitted = caseAt('requested', 'submitted', { dueAt: DUE });
  expect(clockTimers(submitted, RULES)).toEqual([FIRST, WARN, BREACH]);
  expect(clockTimers(moveTo(submitted, { status: 'received', businessStatus: 'completeness-check' }), RULES)).toEqual([
    WARN,
    BREACH,
  ]);
  expect(clockTimers(moveTo(submitted, ISSUED), RULES)).toEqual([]);
});

test('none while the clock stands still', () => {
  expect(clockTimers(moveTo(caseAt('in-progress', 'assigned', { dueAt: DUE }), ASKING), RULES)).toEqual([]);
});

test('none that were done, none that the rules do not have, none without a date', () => {
  const working = caseAt('in-progress', 'assigned', { dueAt: DUE, done: ['warned'] });
  expect(clockTimers(working, RULES)).toEqual([BREACH]);
  const plain = rulesWith(BERLIN, days(7));
  expect(clockTimers(caseAt('requested', 'submitted', { dueAt: DUE }), plain)).toEqual([BREACH]);
  expect(clockTimers(caseAt('requested', 'submitted', { ledger: [] }), RULES)).toEqual([]);
});

test('each says what it has to say, at the time when it is said', () => {
  const row = caseAt('in-progress', 'assigned', { dueAt: DUE });
  const told = (now: string, timer: typeof WARN) => clockTick({ row, now }, timer).map(({ type, at }) => [type, at]);
  const friday = '2026-06-05T07:00:01.000Z';
  expect(told(friday, FIRST)).toEqual([['first-contact-overdue', friday]]);
  expect(told(friday, WARN)).toEqual([['due-soon', friday]]);
  expect(clockTick({ row, now: friday }, WARN)).toMatchObject([{ detail: { due: DUE } }]);
  const late = '2026-06-09T07:00:00.000Z';
  expect(told(late, BREACH)).toEqual([['overdue', late]]);
  // Too late to warn.
  expect(told(late, WARN)).toEqual([]);
});

test('as a part of the engine it answers for its own timers alone', () => {
  const row = moveTo(caseAt('requested', 'submitted', { dueAt: DUE }), WORKING);
  expect(clock.timers?.({ row, rules: RULES })).toEqual([WARN, BREACH]);
  const scene = {
    row,
    rules: RULES,
    now: DUE,
    actor: { organization: 'prog', role: 'programme' as const },
    records: new Map(),
    mint: () => 'none',
  };
  const decided = clock.tick?.(scene, BREACH);
  expect(decided?.row).toBe(row);
  expect(decided?.events).toMatchObject([{ type: 'overdue', focus: row.task, businessStatus: 'under-review' }]);
  expect(clock.tick?.(scene, { key: 'remind Task/x 1', at: DUE })).toBeUndefined();
});
