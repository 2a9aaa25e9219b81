import { describe, expect, test } from '@jest/globals';
import { legalCommands, NO_RULES } from '../../../src/cases/index.ts';
import type { CaseState, Party, Step } from '../../../src/cases/index.ts';
import type { BusinessStatus, TaskStatus } from '../../../src/cases/states.ts';
import { PAYING, priceInput } from '../payment/world.ts';
import { NOW, row, task } from '../samples.ts';

function step(kind: Step['kind'], by: Step['by'], status: Step['status'] = 'requested'): Step {
  return { task: `Task/${kind}`, kind, status, by, madeAt: NOW, since: NOW };
}

function legal(
  status: TaskStatus,
  businessStatus: BusinessStatus,
  party: Party,
  steps: readonly Step[] = [],
): string[] {
  const here = { row: row(status, businessStatus, { steps }), rules: NO_RULES, records: new Map() };
  return legalCommands(here, party).map(({ command, tasks, against }) => {
    expect(against).toEqual([]);
    return [command.code, ...tasks].join(' ');
  });
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
    [
      'answer-follow-up Task/follow-up',
      'retract',
      'acknowledge',
      'close',
      'ask-quote',
      'order-video',
      'cancel-step Task/follow-up',
    ],
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
  const here = {
    row: row('accepted', 'accepted'),
    rules: { ...NO_RULES, steps: ['review'] as const },
    records: new Map(),
  };
  const codes = legalCommands(here, 'programme').map(({ command }) => command.code);
  expect(codes).toContain('assign');
  for (const code of ['request-translation', 'convene-team', 'order-video', 'expect-materials']) {
    expect(codes).not.toContain(code);
  }
});

describe('beside a command stands', () => {
  function listed(
    code: string,
    businessStatus: BusinessStatus,
    state: Partial<CaseState>,
    party: Party = 'programme',
    input: readonly object[] = [],
  ) {
    const here = row('received', businessStatus, { service: 'single-specialist-opinion', ...state });
    const records = new Map([['Task/t0', task('received', businessStatus, { input })]]);
    return legalCommands({ row: here, rules: PAYING, records }, party).find(({ command }) => command.code === code);
  }

  test.each<[string, BusinessStatus, Partial<CaseState>, readonly RegExp[]]>([
    ['accept', 'completeness-check', {}, [/advisor.*override service-unconfirmed/, /awaiting-payment.*payment-waived/]],
    ['accept', 'completeness-check', { confirmed: true }, [/before it is paid or covered/]],
    ['accept', 'completeness-check', { confirmed: true, payment: 'settled' }, []],
    ['accept', 'completeness-check', { confirmed: true, service: 'pathology-review' }, []],
    ['accept', 'awaiting-payment', { confirmed: true, payment: 'awaited' }, [/programme records a PaymentNotice/]],
    ['waive-payment', 'awaiting-payment', { confirmed: true, payment: 'awaited' }, []],
    ['waive-payment', 'completeness-check', {}, [/^An advisor.* in its output\.$/]],
    ['request-payment', 'completeness-check', {}, [/advisor/]],
    ['order-video', 'completeness-check', {}, [/after the report/]],
    [
      'offer',
      'awaiting-information',
      { steps: [step('offer', 'programme')] },
      [/Task\/offer is open: cancel it first/],
    ],
  ])('what is known to stand against it: %s while %s, %j', (code, businessStatus, state, expected) => {
    expect(listed(code, businessStatus, state)?.against).toEqual(expected.map((text) => expect.stringMatching(text)));
  });

  test.each<[string, Partial<CaseState>, readonly object[], readonly string[]]>([
    ['a price that is fixed', {}, [], []],
    ['a band', { service: 'multidisciplinary-opinion' }, [], ['price']],
    ['a band out of which T0 has one', { service: 'multidisciplinary-opinion' }, [priceInput(900)], []],
    ['a price on request', { service: 'comprehensive-opinion' }, [], ['price']],
    ['one that was agreed on', { service: 'comprehensive-opinion', facts: { 'payment.agreed': 'Task/o' } }, [], []],
  ])('the price, where it has to be told: %s', (_what, state, input, needs) => {
    expect(listed('request-payment', 'completeness-check', state, 'programme', input)?.needs).toEqual(needs);
  });
});
