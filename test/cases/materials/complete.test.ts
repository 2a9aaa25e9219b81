import { expect, test } from '@jest/globals';
import { commandOf, decide, NO_RULES } from '../../../src/cases/index.ts';
import type { CaseState, Command, Decision, Step } from '../../../src/cases/index.ts';
import { markComplete } from '../../../src/cases/materials/complete.ts';
import type { BusinessStatus, TaskStatus } from '../../../src/cases/states.ts';
import { ACTORS, NOW, row, scene, task } from '../samples.ts';

const PAID = { ...NO_RULES, payment: { when: 'before-acceptance' as const, coveredBy: [] } };

function open(kind: Step['kind']): Partial<CaseState> {
  return { steps: [{ task: 'Task/s1', kind, status: 'requested', by: 'programme', madeAt: NOW, since: NOW }] };
}

test.each<[TaskStatus, BusinessStatus, Partial<CaseState>, boolean]>([
  ['requested', 'submitted', {}, false],
  ['received', 'completeness-check', { payment: 'settled' }, false],
  ['accepted', 'accepted', { payment: 'settled' }, true],
  ['accepted', 'accepted', { payment: 'covered' }, true],
  ['accepted', 'accepted', { payment: 'waived' }, true],
  ['accepted', 'accepted', { payment: 'awaited' }, false],
  ['accepted', 'accepted', { payment: 'refused' }, false],
  ['accepted', 'accepted', {}, false],
  ['in-progress', 'assigned', { payment: 'settled' }, true],
  ['in-progress', 'cancellation-requested', { payment: 'settled' }, false],
  ['on-hold', 'awaiting-materials', { payment: 'settled' }, false],
  ['accepted', 'accepted', { payment: 'settled', ...open('materials') }, false],
  ['accepted', 'accepted', { payment: 'settled', ...open('information-request') }, false],
  ['accepted', 'accepted', { payment: 'settled', ...open('translation') }, true],
  ['completed', 'report-issued', { payment: 'settled' }, false],
])('%s (%s) with %j: complete %s', (status, businessStatus, state, complete) => {
  expect(markComplete(row(status, businessStatus, state), PAID, NOW).state.completeAt).toBe(complete ? NOW : undefined);
});

test('where nothing has to be paid, acceptance is enough', () => {
  expect(markComplete(row('accepted', 'accepted'), NO_RULES, NOW).state.completeAt).toBe(NOW);
});

test('it is marked once', () => {
  const marked = row('accepted', 'accepted', { completeAt: '2026-03-01T00:00:00Z' });
  expect(markComplete(marked, NO_RULES, NOW)).toBe(marked);
});

test('a clock from complete starts with it, and not while slides travel', () => {
  const services = NO_RULES.services.map((service) => ({
    ...service,
    turnaround: { amount: 14, unit: 'days' as const, from: 'complete' as const },
  }));
  const accept = (state: Partial<CaseState>): Decision => {
    const here = row('received', 'completeness-check', state);
    const after = task('accepted', 'accepted');
    const command = commandOf({ before: task('received', 'completeness-check'), after }, here) as Command;
    return decide(scene(here, ACTORS.programme, { rules: { ...NO_RULES, services } }), command) as Decision;
  };
  const ledger = [{ holder: 'programme' as const, from: '2026-03-01T00:00:00Z' }];
  expect(accept({ ledger }).row.state).toMatchObject({ completeAt: NOW, dueAt: '2026-03-18T09:00:00.000Z' });
  const waits = accept({ ledger, ...open('materials') }).row;
  expect(waits.businessStatus).toBe('awaiting-materials');
  expect(waits.state.completeAt).toBeUndefined();
  expect(waits.state.dueAt).toBeUndefined();
});
