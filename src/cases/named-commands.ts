import type { TaskKind } from './catalogue.ts';
import type { Party } from './module.ts';
import type { CommandParameter, Effect, Given, NamedCommand } from './named/command.ts';
import { REPORT_ACKNOWLEDGED } from './report/acknowledgement.ts';
import type { BusinessStatus, TaskStatus } from './states.ts';

/*
 * The commands to a case by name, one line each: who gives it, what it writes, and what it has to be told. Each is a short
 * way to say a plain write of the Task, of one of its steps or of the request, and is decided like that.
 */

const PROGRAMME: readonly NamedCommand[] = [
  move('receive', 'Take the case up; an advisor confirms the service.', 'received', 'service-confirmation'),
  move('start-check', 'Begin to check the records.', 'received', 'completeness-check'),
  asking('request-payment', 'Ask for payment, and wait for it: price, where it is not fixed.', 'awaiting-payment'),
  asking('await-coverage', 'Ask whether a payer covers it, and wait for the answer.', 'awaiting-coverage'),
  move('accept', 'Take the case on.', 'accepted', 'accepted'),
  {
    code: 'waive-payment',
    by: 'programme',
    text: 'Take the case on without payment; text says why.',
    effects: [{ write: 'case', to: ['accepted', 'accepted'], override: 'payment-waived' }],
    needs: ['text'],
  },
  { ...move('decline', 'Decline the case; reason says why.', 'rejected', 'declined'), needs: ['reason'] },
  move('start-translation', 'Have the records translated.', 'in-progress', 'translating'),
  {
    code: 'assign',
    by: 'programme',
    text: 'Ask a reviewer for the opinion: owner.',
    effects: [
      { write: 'case', to: ['in-progress', 'assigned'], while: ['accepted', 'translating'] },
      { write: 'new', kind: 'review', owner: 'named' },
    ],
    needs: ['owner'],
  },
  {
    code: 'reassign',
    by: 'programme',
    text: 'Give a review to another reviewer: owner.',
    effects: [{ write: 'step', kind: 'review', owner: true }],
    needs: ['owner'],
  },
  move('start-review', 'Begin the review.', 'in-progress', 'under-review'),
  answer(
    'complete-review',
    'programme',
    'Say that a review is done: focus names its report.',
    'review',
    [['focus', 'report']],
    ['focus'],
  ),
  {
    code: 'convene-team',
    by: 'programme',
    text: 'Ask a team to discuss the case: focus names the CareTeam.',
    effects: [{ write: 'new', kind: 'mdt', owner: 'programme', about: 'focus' }],
    needs: ['focus'],
  },
  move('schedule-meeting', 'Say that the meeting of the team has a date.', 'in-progress', 'mdt-scheduled'),
  move('close-meeting', 'Say that the team has met.', 'in-progress', 'mdt-complete'),
  move('report-preliminary', 'Say that a preliminary report can be read.', 'in-progress', 'preliminary-outcome'),
  move('translate-report', 'Have the report translated.', 'in-progress', 'report-translation'),
  { ...move('give-up', 'Give the case up; reason says why.', 'failed', 'cancelled'), needs: ['reason'] },
  answer('accept-abort', 'programme', 'End the case, as the home side has asked.', 'abort', []),
  {
    code: 'confirm-service',
    by: 'programme',
    text: 'Confirm the service, or another one that fits: service.',
    effects: [
      { write: 'step', kind: 'service-confirmation', to: 'completed', output: [['service', 'service']], orMade: true },
    ],
    needs: ['service'],
  },
  {
    code: 'request-information',
    by: 'programme',
    text: 'Ask the home side for records or answers: text.',
    effects: [{ write: 'new', kind: 'information-request', owner: 'placer', input: [['text', 'wanted-record']] }],
    needs: ['text'],
  },
  {
    code: 'request-translation',
    by: 'programme',
    text: 'Have a record translated: focus, into language.',
    effects: [
      {
        write: 'new',
        kind: 'translation',
        owner: 'programme',
        about: 'focus',
        input: [['language', 'target-language']],
      },
    ],
    needs: ['focus', 'language'],
  },
  {
    code: 'complete-translation',
    by: 'programme',
    text: 'Hand a translation over: focus. Its provenance says who made it and how.',
    effects: [
      {
        write: 'step',
        kind: 'translation',
        to: 'completed',
        output: [['focus', 'translated-document']],
        history: true,
      },
    ],
    needs: ['focus'],
  },
  answer('receive-materials', 'programme', 'Say that materials have arrived: focus, or text.', 'materials', [
    ['focus', 'materials'],
    ['text', 'materials', 'All that was sent.'],
  ]),
  {
    code: 'offer',
    by: 'programme',
    text: 'Offer something else: another service, a price, or a date (until).',
    effects: [
      {
        write: 'new',
        kind: 'offer',
        owner: 'placer',
        input: [
          ['service', 'service'],
          ['price', 'price'],
        ],
      },
    ],
  },
  answer(
    'give-quote',
    'programme',
    'Answer with an estimate of the cost: focus.',
    'quote',
    [['focus', 'cost-estimate']],
    ['focus'],
  ),
];

const PLACER: readonly NamedCommand[] = [
  answer(
    'send-information',
    'placer',
    'Answer a request for information: focus names records, text says it.',
    'information-request',
    [
      ['focus', 'sent-records'],
      ['text', 'answer'],
    ],
  ),
  {
    code: 'refuse-information',
    by: 'placer',
    text: 'Say that what was asked for cannot be had, and why: text.',
    effects: [{ write: 'step', kind: 'information-request', to: 'rejected' }],
    needs: ['text'],
  },
  answer('accept-offer', 'placer', 'Accept what is offered.', 'offer', [['text', 'accepted-offer', 'Accepted.']]),
  {
    code: 'reject-offer',
    by: 'placer',
    text: 'Reject what is offered; text says why.',
    effects: [{ write: 'step', kind: 'offer', to: 'rejected' }],
    needs: ['text'],
  },
  answer(
    'answer-follow-up',
    'placer',
    'Tell how the patient has fared: focus names the answers.',
    'follow-up',
    [['focus', 'follow-up-answers']],
    ['focus'],
  ),
  {
    code: 'add-record',
    by: 'placer',
    text: 'Add records to the packet: focus.',
    effects: [{ write: 'request' }],
    needs: ['focus'],
  },
  {
    code: 'correct',
    by: 'placer',
    text: 'Put a record of the packet in the place of another: focus, instead of replaces.',
    effects: [{ write: 'request' }],
    needs: ['focus', 'replaces'],
  },
  {
    code: 'withdraw',
    by: 'placer',
    text: 'Withdraw the request.',
    effects: [{ write: 'request', to: 'revoked' }],
  },
  {
    code: 'abort',
    by: 'placer',
    text: 'Ask that work on the case ends.',
    effects: [{ write: 'new', kind: 'abort', owner: 'programme', about: 'case' }],
  },
  {
    code: 'retract',
    by: 'placer',
    text: 'Say that the request was sent in error.',
    effects: [{ write: 'request', to: 'entered-in-error' }],
  },
  {
    code: 'acknowledge',
    by: 'placer',
    text: 'Say that the report is here: focus, where there are several.',
    effects: [
      {
        write: 'message',
        category: REPORT_ACKNOWLEDGED,
        otherwise: 'The report has been received.',
      },
    ],
  },
  {
    code: 'close',
    by: 'placer',
    text: 'Close the request after the report.',
    effects: [{ write: 'request', to: 'completed' }],
  },
];

const EITHER: readonly NamedCommand[] = [
  {
    code: 'expect-materials',
    by: 'either',
    text: 'Say that slides or other materials are to come: focus or number of the consignment, where there is one.',
    effects: [
      { write: 'new', kind: 'materials', owner: 'other', about: 'focus', input: [['number', 'courier-number']] },
    ],
  },
  {
    code: 'ask-quote',
    by: 'either',
    text: 'Ask what it would cost.',
    effects: [{ write: 'new', kind: 'quote', owner: 'programme' }],
  },
  {
    code: 'order-video',
    by: 'either',
    text: 'Ask for a video consultation; focus names slots that would suit.',
    effects: [{ write: 'new', kind: 'video-consultation', owner: 'programme', input: [['focus', 'slot']] }],
  },
  {
    code: 'cancel-step',
    by: 'either',
    text: 'Cancel a step that is open: task.',
    effects: [{ write: 'step', kind: 'any', to: 'cancelled' }],
    needs: ['task'],
  },
];

/** All of them, in the order in which a case mostly comes to them. */
export const NAMED_COMMANDS: readonly NamedCommand[] = [...PROGRAMME, ...PLACER, ...EITHER];

export function namedCommand(code: string): NamedCommand | undefined {
  return NAMED_COMMANDS.find((command) => command.code === code);
}

function move(code: string, text: string, status: TaskStatus, businessStatus: BusinessStatus): NamedCommand {
  return { code, by: 'programme', text, effects: [{ write: 'case', to: [status, businessStatus] }] };
}

/** Asks for what the case costs. */
function asking(code: string, text: string, to: 'awaiting-payment' | 'awaiting-coverage'): NamedCommand {
  const effect: Effect = { write: 'case', to: ['received', to], input: [['price', 'price']] };
  return { code, by: 'programme', text, effects: [effect] };
}

/** Completes a step that is open with what came of it. */
function answer(
  code: string,
  by: Party,
  text: string,
  kind: TaskKind,
  output: readonly Given[],
  needs: readonly CommandParameter[] = [],
): NamedCommand {
  return { code, by, text, effects: [{ write: 'step', kind, to: 'completed', output }], needs };
}
