import { expect, test } from '@jest/globals';
import { legalCommands, NO_RULES } from '../../../src/cases/index.ts';
import type { Party, Step } from '../../../src/cases/index.ts';
import type { BusinessStatus, TaskStatus } from '../../../src/cases/states.ts';
import { NOW, row } from '../samples.ts';

function step(kind: Step['kind'], by: Step['by'], status: Step['status'] = 'requested'): Step {
  return { task: `Task/${kind}`, kind, status, by, madeAt: NOW, since: NOW };
}

function legal(
  status: TaskStatus,
  businessStatus: BusinessStatus,
  party: Party,
  steps: readonly Step[] = [],
): string[] {
  return legalCommands(row(status, businessStatus, { steps }), NO_RULES, party).map(({ command, tasks }) =>
    [command.code, ...tasks].join(' '),
  );
}

const HOME = ['add-record', 'correct', 'withdraw', 'retract', 'ask-quote'];

test.each<[TaskStatus, BusinessStatus, Party, readonly Step[], readonly string[]]>([
  ['requested', 'submitted', 'placer', [], [...HOME, 'expect-materials', 'order-video']],
  [
    'requested',
    'submitted',
    'programme',
    [],
    [
      'receive',
      'start-check',
      'request-payment',
      'await-coverage',
      'accept',
      'waive-payment',
      'decline',
      'confirm-service',
      'request-information',
      'offer',
      'expect-materials',
      'ask-quote',
      'order-video',
    ],
  ],
  [
    'received',
    'awaiting-information',
    'placer',
    [step('information-request', 'programme')],
    [
      'send-information Task/information-request',
      'refuse-information Task/information-request',
      'cancel-step Task/information-request',
      ...HOME,
      'expect-materials',
      'order-video',
    ],
  ],
  [
    'on-hold',
    'awaiting-materials',
    'programme',
    [step('materials', 'placer'), step('review', 'programme', 'completed')],
    [
      'assign',
      'convene-team',
      'give-up',
      'request-information',
      'request-translation',
      'receive-materials Task/materials',
      'expect-materials',
      'ask-quote',
      'order-video',
      'cancel-step Task/materials',
    ],
  ],
  [
    'completed',
    'report-issued',
    'placer',
    [step('follow-up', 'server')],
    ['answer-follow-up Task/follow-up', 'retract', 'close', 'ask-quote', 'order-video', 'cancel-step Task/follow-up'],
  ],
  ['entered-in-error', 'under-review', 'placer', [], []],
  ['entered-in-error', 'under-review', 'programme', [], []],
  ['in-progress', 'cancellation-requested', 'programme', [step('abort', 'placer')], []],
])('%s (%s), the %s', (status, businessStatus, party, steps, expected) => {
  const told = legal(status, businessStatus, party, steps);
  if (businessStatus === 'cancellation-requested') {
    expect(told).toEqual(expect.arrayContaining(['give-up', 'accept-abort Task/abort']));
    expect(told).not.toContain('start-review');
  } else expect([...told].sort()).toEqual([...expected].sort());
});

test('steps that the programme does not use are not listed', () => {
  const codes = legalCommands(row('accepted', 'accepted'), { ...NO_RULES, steps: ['review'] }, 'programme').map(
    ({ command }) => command.code,
  );
  expect(codes).toContain('assign');
  for (const code of ['request-translation', 'convene-team', 'order-video', 'expect-materials']) {
    expect(codes).not.toContain(code);
  }
});
