import { describe, expect, test } from '@jest/globals';
import {
  BUSINESS_STATUS_NAMES,
  BUSINESS_STATUS_SYSTEM,
  CASE_OUTPUT_SYSTEM,
  commandOf,
  decide,
  drawCommand,
  inputIssues,
  isDrawn,
  NAMED_COMMANDS,
  namedCommand,
  sayParameter,
  SERVICE_SYSTEM,
  STATUS_REASON_SYSTEM,
  TASK_KIND_SYSTEM,
} from '../../../src/cases/index.ts';
import type {
  BusinessStatus,
  CaseRow,
  Command,
  CommandInput,
  Decision,
  Party,
  Step,
} from '../../../src/cases/index.ts';
import type { Issue } from '../../../src/base/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, NOW, request, row, scene, task } from '../samples.ts';

const MESSAGE_SYSTEM = 'https://consilium.example/fhir/CodeSystem/message-kind';
const FOLLOW_UP_ANSWER = 'https://consilium.example/fhir/CodeSystem/follow-up-answer';

/** Answers to what the case awaits may come while it waits; the records are those that the commands name. */
const RECORDS = new Map<string, Resource>(
  [
    request({ id: 'r1' }),
    { resourceType: 'DocumentReference', id: 'n1', status: 'current', subject: { reference: 'Patient/p1' } },
    {
      resourceType: 'Claim',
      id: 'c1',
      status: 'active',
      use: 'predetermination',
      referral: { reference: 'ServiceRequest/r1' },
    },
    {
      resourceType: 'QuestionnaireResponse',
      id: 'q1',
      status: 'completed',
      questionnaire: 'https://consilium.example/fhir/Questionnaire/follow-up',
      subject: { reference: 'Patient/p1' },
      item: [
        { linkId: 'followed', answer: [{ valueCoding: { system: FOLLOW_UP_ANSWER, code: 'yes' } }] },
        { linkId: 'changed', answer: [{ valueCoding: { system: FOLLOW_UP_ANSWER, code: 'no' } }] },
      ],
    },
  ].map((resource) => [`${resource.resourceType}/${resource.id}`, resource]),
);

const REASON = {
  statusReason: {
    coding: [{ system: STATUS_REASON_SYSTEM, code: 'no-capacity', display: 'No reviewer available in time' }],
  },
};

function coded(system: string, code: string): object {
  return { coding: [{ system, code }] };
}

const input = (type: string, value: object): object => ({
  type: coded('https://consilium.example/fhir/CodeSystem/case-input', type),
  ...value,
});
const output = (type: string, value: object): object => ({ type: coded(CASE_OUTPUT_SYSTEM, type), ...value });
const reference = (ref: string): object => ({ valueReference: { reference: ref } });

/** A step as it stands, by its id. */
function child(kind: string, changes: Record<string, unknown> = {}): Resource {
  const code =
    kind === 'abort'
      ? { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'abort' }] }
      : { coding: [{ system: TASK_KIND_SYSTEM, code: kind }] };
  return {
    resourceType: 'Task',
    id: 's1',
    partOf: [{ reference: 'Task/t0' }],
    status: 'requested',
    intent: 'order',
    code,
    ...changes,
  };
}

const PROG = { reference: 'Organization/prog' };
const HOSP = { reference: 'Organization/hosp' };

/** What a party writes that makes a step. */
function made(kind: string, by: Party, owner: object, changes: Record<string, unknown> = {}): Resource {
  return child(kind, {
    id: 'new',
    for: { reference: 'Patient/p1' },
    authoredOn: NOW,
    lastModified: NOW,
    requester: by === 'placer' ? HOSP : PROG,
    owner,
    ...changes,
  });
}

function open(kind: Step['kind'], changes: Partial<Step> = {}): { steps: Step[] } {
  const at = '2026-03-01T08:00:00Z';
  const by = kind === 'abort' ? 'placer' : 'programme';
  return { steps: [{ task: 'Task/s1', kind, status: 'requested', by, madeAt: at, since: at, ...changes }] };
}

interface Case {
  readonly here: CaseRow;
  readonly by: Party;
  readonly told?: CommandInput;
  /** The plain writes: before and after, nothing before what is new. */
  readonly plain: readonly (readonly [Resource | undefined, Resource])[];
}

function moves(
  here: CaseRow,
  status: string,
  businessStatus: BusinessStatus,
  told?: CommandInput,
  more: Record<string, unknown> = {},
): Case {
  const before = task(here.status, here.businessStatus);
  const display = BUSINESS_STATUS_NAMES[businessStatus];
  const businessConcept = { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: businessStatus, display }] };
  const after = { ...before, status, businessStatus: businessConcept, ...more };
  return { here, by: 'programme', ...(told === undefined ? {} : { told }), plain: [[before, after]] };
}

function makes(here: CaseRow, by: Party, after: Resource, told?: CommandInput): Case {
  return { here, by, ...(told === undefined ? {} : { told }), plain: [[undefined, after]] };
}

function changes(here: CaseRow, by: Party, before: Resource, more: Record<string, unknown>, told?: CommandInput): Case {
  const after = { ...before, ...more, lastModified: NOW };
  return { here, by, ...(told === undefined ? {} : { told }), plain: [[before, after]] };
}

const checking = row('received', 'completeness-check');
const accepted = row('accepted', 'accepted');
const assigned = row('in-progress', 'assigned');
const answered = row('completed', 'report-issued');
const asked = row('received', 'awaiting-information', open('information-request'));
const offered = row('received', 'awaiting-information', open('offer'));
const note = (text: string): Record<string, unknown> => ({ note: [{ time: NOW, text }] });
const override = (rule: string, reason: string): Record<string, unknown> => ({
  extension: [
    {
      url: 'https://consilium.example/fhir/StructureDefinition/override',
      extension: [
        { url: 'rule', valueCode: rule },
        { url: 'reason', valueString: reason },
      ],
    },
  ],
});
const why = 'The foundation pays for all of its patients.';

const CASES: Readonly<Record<string, Case>> = {
  receive: moves(row('requested', 'submitted'), 'received', 'service-confirmation'),
  'start-check': moves(
    row('requested', 'submitted'),
    'received',
    'completeness-check',
    { text: 'By Friday.' },
    note('By Friday.'),
  ),
  'request-payment': moves(
    checking,
    'received',
    'awaiting-payment',
    { price: { value: 900, currency: 'USD' } },
    { input: [input('price', { valueMoney: { value: 900, currency: 'USD' } })] },
  ),
  'await-coverage': moves(checking, 'received', 'awaiting-coverage'),
  accept: moves(checking, 'accepted', 'accepted'),
  'waive-payment': moves(checking, 'accepted', 'accepted', { text: why }, override('payment-waived', why)),
  decline: moves(checking, 'rejected', 'declined', { reason: 'no-capacity' }, REASON),
  'start-translation': moves(accepted, 'in-progress', 'translating'),
  assign: {
    ...moves(accepted, 'in-progress', 'assigned', { owner: 'PractitionerRole/rev' }),
    plain: [
      ...moves(accepted, 'in-progress', 'assigned').plain,
      [undefined, made('review', 'programme', { reference: 'PractitionerRole/rev' })],
    ],
  },
  reassign: changes(
    row('in-progress', 'assigned', open('review', { owner: 'PractitionerRole/rev' })),
    'programme',
    child('review', { owner: { reference: 'PractitionerRole/rev' } }),
    { owner: { reference: 'PractitionerRole/other' } },
    { owner: 'PractitionerRole/other' },
  ),
  'start-review': moves(assigned, 'in-progress', 'under-review'),
  'complete-review': changes(
    row('in-progress', 'under-review', open('review', { status: 'in-progress', owner: 'PractitionerRole/rev' })),
    'programme',
    child('review', { status: 'in-progress', owner: { reference: 'PractitionerRole/rev' } }),
    { status: 'completed', output: [output('report', reference('DiagnosticReport/d1'))] },
    { focus: ['DiagnosticReport/d1'] },
  ),
  'convene-team': makes(
    assigned,
    'programme',
    made('mdt', 'programme', PROG, { focus: { reference: 'CareTeam/c1' } }),
    {
      focus: ['CareTeam/c1'],
    },
  ),
  'schedule-meeting': moves(assigned, 'in-progress', 'mdt-scheduled'),
  'close-meeting': moves(row('in-progress', 'mdt-scheduled'), 'in-progress', 'mdt-complete'),
  'report-preliminary': moves(assigned, 'in-progress', 'preliminary-outcome'),
  'translate-report': moves(assigned, 'in-progress', 'report-translation'),
  'give-up': moves(assigned, 'failed', 'cancelled', { reason: 'no-capacity' }, REASON),
  'accept-abort': changes(
    row('in-progress', 'cancellation-requested', open('abort')),
    'programme',
    child('abort', { owner: PROG }),
    { status: 'completed' },
  ),
  'confirm-service': changes(
    row('received', 'service-confirmation', open('service-confirmation', { by: 'server' })),
    'programme',
    child('service-confirmation', { owner: PROG }),
    {
      status: 'completed',
      output: [output('service', { valueCodeableConcept: coded(SERVICE_SYSTEM, 'comprehensive-opinion') })],
    },
    { service: 'comprehensive-opinion' },
  ),
  'request-information': makes(
    checking,
    'programme',
    made('information-request', 'programme', HOSP, { input: [input('wanted-record', { valueString: 'The CT.' })] }),
    { text: 'The CT.' },
  ),
  'request-translation': makes(
    accepted,
    'programme',
    made('translation', 'programme', PROG, {
      focus: { reference: 'DocumentReference/n1' },
      input: [input('target-language', { valueCode: 'en' })],
    }),
    { focus: ['DocumentReference/n1'], language: 'en' },
  ),
  'complete-translation': changes(
    row('in-progress', 'translating', open('translation')),
    'programme',
    child('translation', { owner: PROG }),
    {
      status: 'completed',
      output: [output('translated-document', reference('DocumentReference/n2'))],
      relevantHistory: [{ reference: 'Provenance/p1' }],
    },
    { focus: ['DocumentReference/n2'], provenance: ['Provenance/p1'] },
  ),
  'receive-materials': changes(
    row('on-hold', 'awaiting-materials', open('materials')),
    'programme',
    child('materials'),
    { status: 'completed', output: [output('materials', { valueString: 'All that was sent.' })] },
  ),
  offer: makes(
    checking,
    'programme',
    made('offer', 'programme', HOSP, {
      description: 'The slides are better read again.',
      input: [
        input('service', { valueCodeableConcept: coded(SERVICE_SYSTEM, 'pathology-review') }),
        input('price', { valueMoney: { value: 600, currency: 'USD' } }),
      ],
      restriction: { period: { end: '2026-03-20' } },
    }),
    {
      service: 'pathology-review',
      price: { value: 600, currency: 'USD' },
      until: '2026-03-20',
      text: 'The slides are better read again.',
    },
  ),
  'give-quote': changes(
    row('in-progress', 'assigned', open('quote')),
    'programme',
    child('quote', { owner: PROG }),
    { status: 'completed', output: [output('cost-estimate', reference('Claim/c1'))] },
    { focus: ['Claim/c1'] },
  ),
  'send-information': changes(
    asked,
    'placer',
    child('information-request', { owner: HOSP }),
    {
      status: 'completed',
      output: [
        output('sent-records', reference('DocumentReference/n1')),
        output('answer', { valueString: 'The MRI does not exist.' }),
      ],
    },
    { focus: ['DocumentReference/n1'], text: 'The MRI does not exist.' },
  ),
  'refuse-information': changes(
    asked,
    'placer',
    child('information-request', { owner: HOSP }),
    { status: 'rejected', statusReason: { text: 'It was never made.' } },
    { text: 'It was never made.' },
  ),
  'accept-offer': changes(offered, 'placer', child('offer', { owner: HOSP }), {
    status: 'completed',
    output: [output('accepted-offer', { valueString: 'Accepted.' })],
  }),
  'reject-offer': changes(
    offered,
    'placer',
    child('offer', { owner: HOSP }),
    { status: 'rejected', statusReason: { text: 'Too late for us.' } },
    { text: 'Too late for us.' },
  ),
  'answer-follow-up': changes(
    row('completed', 'report-issued', open('follow-up', { by: 'server' })),
    'placer',
    child('follow-up', { owner: HOSP }),
    { status: 'completed', output: [output('follow-up-answers', reference('QuestionnaireResponse/q1'))] },
    { focus: ['QuestionnaireResponse/q1'] },
  ),
  'add-record': {
    here: checking,
    by: 'placer',
    told: { focus: ['DocumentReference/n1', 'DocumentReference/n2'] },
    plain: [
      [
        request({ supportingInfo: [{ reference: 'DocumentReference/n1' }] }),
        request({ supportingInfo: [{ reference: 'DocumentReference/n1' }, { reference: 'DocumentReference/n2' }] }),
      ],
    ],
  },
  correct: {
    here: checking,
    by: 'placer',
    told: { focus: ['DocumentReference/n2'], replaces: 'DocumentReference/n1' },
    plain: [
      [
        request({ supportingInfo: [{ reference: 'DocumentReference/n1' }, { reference: 'Procedure/x' }] }),
        request({ supportingInfo: [{ reference: 'Procedure/x' }, { reference: 'DocumentReference/n2' }] }),
      ],
    ],
  },
  withdraw: { here: assigned, by: 'placer', plain: [[request(), request({ status: 'revoked' })]] },
  abort: makes(assigned, 'placer', made('abort', 'placer', PROG, { focus: { reference: 'Task/t0' } })),
  retract: { here: checking, by: 'placer', plain: [[request(), request({ status: 'entered-in-error' })]] },
  acknowledge: makes(answered, 'placer', {
    resourceType: 'Communication',
    id: 'new',
    basedOn: [{ reference: 'ServiceRequest/r1' }],
    partOf: [{ reference: 'Task/t0' }],
    status: 'completed',
    category: [{ coding: [{ system: MESSAGE_SYSTEM, code: 'report-acknowledged' }] }],
    subject: { reference: 'Patient/p1' },
    about: [{ reference: 'DiagnosticReport/d1' }],
    recipient: [PROG],
    sender: HOSP,
    sent: NOW,
    payload: [{ contentString: 'The report has been received.' }],
  }),
  close: { here: answered, by: 'placer', plain: [[request(), request({ status: 'completed' })]] },
  'expect-materials': makes(
    accepted,
    'placer',
    made('materials', 'placer', PROG, {
      focus: { reference: 'SupplyDelivery/d1' },
      input: [input('courier-number', { valueString: '4711' })],
    }),
    { focus: ['SupplyDelivery/d1'], number: '4711' },
  ),
  'ask-quote': makes(checking, 'placer', made('quote', 'placer', PROG)),
  'order-video': makes(
    answered,
    'placer',
    made('video-consultation', 'placer', PROG, { input: [input('slot', reference('Slot/s1'))] }),
    { focus: ['Slot/s1'] },
  ),
  'cancel-step': changes(
    asked,
    'programme',
    child('information-request', { owner: HOSP }),
    { status: 'cancelled' },
    {
      task: 'Task/s1',
    },
  ),
};

interface Done {
  readonly row: unknown;
  readonly events: unknown;
  readonly told: unknown;
  readonly changed: unknown;
}

/** What the writes lead to, one after the other. */
function run({ here, by }: Case, writes: Case['plain']): Done[] {
  let next = here;
  return writes.map(([before, after]) => {
    const command = commandOf({ ...(before === undefined ? {} : { before }), after }, next) as Command;
    const decision = decided(decide(scene(next, ACTORS[by], { records: RECORDS }), command));
    next = decision.row;
    const changed = [...(decision.changes ?? [])].map(([ref, change]) => [ref, change(after)]);
    return { row: decision.row, events: decision.events, told: decision.remarks, changed };
  });
}

function decided(decision: Decision | Issue[]): Decision {
  if (Array.isArray(decision)) throw new Error(decision.map(({ text }) => text).join(' '));
  return decision;
}

function draw(code: string, { here, by, told = {} }: Case) {
  const command = namedCommand(code)!;
  return drawCommand(command, told, { row: here, party: by, now: NOW, patient: 'Patient/p1' });
}

test('all commands are in the table', () => {
  expect(Object.keys(CASES).sort()).toEqual(NAMED_COMMANDS.map(({ code }) => code).sort());
});

describe('a command is decided as its plain write', () => {
  test.each(Object.entries(CASES))('%s', (code, one) => {
    const command = namedCommand(code)!;
    expect([one.by, 'either']).toContain(command.by);
    expect(inputIssues(command, one.told ?? {})).toEqual([]);
    const drawn = draw(code, one);
    if (!isDrawn(drawn)) throw new Error(JSON.stringify(drawn));
    const writes = drawn.map((write, n): Case['plain'][number] => {
      const [before] = one.plain[n]!;
      if ('made' in write) return [undefined, { ...write.made, id: 'new' }];
      expect(write.ref).toBe(`${before!.resourceType}/${before!.id}`);
      return [before, write.edit(before!)];
    });
    expect(writes.map(([, after]) => after)).toEqual(one.plain.map(([, after]) => after));
    expect(run(one, writes)).toEqual(run(one, one.plain));
  });
});

describe('what is told with a command', () => {
  test.each([
    ['decline', {}, ['parameter-missing']],
    ['assign', { text: 'Soon.' }, ['parameter-missing']],
    ['correct', { focus: ['DocumentReference/n1'] }, ['parameter-missing']],
    ['accept', { service: 'pathology-review' }, ['unknown-parameter']],
    ['withdraw', { reason: 'withdrawn' }, ['unknown-parameter']],
    ['waive-payment', { text: why, override: 'payment-waived' }, ['unknown-parameter']],
    ['accept', { override: 'packet-incomplete', text: 'It is enough for this question.' }, []],
    ['order-video', {}, []],
    ['assign', { owner: 'PractitionerRole/b', override: 'reviewer-unfit' }, ['override-reason']],
    ['assign', { owner: 'PractitionerRole/b', override: 'reviewer-unfit', text: 'Because' }, ['override-reason']],
    ['assign', { owner: 'PractitionerRole/b', override: 'reviewer-unfit', text: why }, []],
    ['waive-payment', { text: ' Please. \u200b  ' }, ['override-reason']],
    ['waive-payment', {}, ['parameter-missing']],
    ['await-coverage', { price: { value: 900, currency: 'USD' } }, []],
    ['complete-review', { focus: ['DiagnosticReport/d'], provenance: ['Provenance/p1'] }, ['unknown-parameter']],
  ] as const)('%s with %j: %j', (code, told: CommandInput, keys) => {
    expect(inputIssues(namedCommand(code)!, told).map(({ key }) => key)).toEqual(keys);
  });

  test('the rule that is set aside and the reason stand on the Task', () => {
    const told = { override: 'packet-incomplete', text: 'It is enough for this question.' };
    const [drawn] = draw('accept', { here: checking, by: 'programme', told, plain: [] });
    if (drawn === undefined || !('edit' in drawn)) throw new Error('nothing was drawn');
    const after = drawn.edit(task('received', 'completeness-check'));
    expect(after).toMatchObject(override(told.override, told.text));
    expect(after.note).toBeUndefined();
  });
});

describe('the step that is meant', () => {
  const two = row('received', 'awaiting-information', {
    steps: [...open('information-request').steps, ...open('information-request', { task: 'Task/s2' }).steps],
  });

  test.each([
    [two, {}, 'task-needed', 'Task/s1, Task/s2'],
    [two, { task: 'Task/s9' }, 'illegal-move', 'none of them'],
    [checking, {}, 'illegal-move', 'no step information-request open'],
    [offered, {}, 'illegal-move', 'no step information-request open'],
    [offered, { task: 'Task/s1' }, 'illegal-move', 'none of them'],
  ] as const)('is told where it is not clear', (here, told: CommandInput, key, text) => {
    const drawn = draw('send-information', { here, by: 'placer', told, plain: [] });
    expect(drawn).toMatchObject([{ key }]);
    expect((drawn[0] as Issue).text).toContain(text);
  });

  test('is found by its Task', () => {
    const drawn = draw('send-information', { here: two, by: 'placer', told: { task: 'Task/s2' }, plain: [] });
    expect(drawn).toMatchObject([{ ref: 'Task/s2' }]);
  });

  test('is made where a confirmation was not asked for', () => {
    const [drawn] = draw('confirm-service', {
      here: checking,
      by: 'programme',
      told: { service: 'pathology-review' },
      plain: [],
    });
    expect(drawn).toMatchObject({ made: { status: 'completed', owner: PROG } });
  });
});

test('a reviewer who is added later leaves the case where it is', () => {
  for (const here of [row('in-progress', 'under-review'), row('on-hold', 'awaiting-materials')]) {
    const drawn = draw('assign', { here, by: 'programme', told: { owner: 'PractitionerRole/b' }, plain: [] });
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toHaveProperty('made');
  }
});

test('a price that is told takes the place of the last one; what is set for a service that is added stays', () => {
  const added = {
    type: {
      coding: [
        ...(input('price', {}) as { type: { coding: object[] } }).type.coding,
        { system: SERVICE_SYSTEM, code: 'video-consultation' },
      ],
    },
    valueMoney: { value: 250, currency: 'USD' },
  };
  const note = { type: { text: 'Note' }, valueString: 'By bank transfer' };
  const last = input('price', { valueMoney: { value: 900, currency: 'USD' } });
  const price = { value: 850, currency: 'USD' };
  const [drawn] = draw('request-payment', { here: checking, by: 'programme', told: { price }, plain: [] });
  if (drawn === undefined || !('edit' in drawn)) throw new Error('nothing was drawn');
  const before = task('received', 'completeness-check', { input: [last, added, note] });
  expect(drawn.edit(before).input).toEqual([added, note, input('price', { valueMoney: price })]);
});

describe('a refusal speaks of the parameter that mends it', () => {
  const issue: Issue = {
    severity: 'error',
    code: 'required',
    key: 'price-missing',
    text: 'How much?',
    expression: 'Task.input',
  };

  test('where the command takes it', () => {
    expect(sayParameter(namedCommand('request-payment')!, issue)).toMatchObject({
      key: 'price-missing',
      text: expect.stringContaining('give it as the parameter price'),
      expression: 'Task.input',
    });
    const provenance = { ...issue, key: 'translation-provenance' };
    expect(sayParameter(namedCommand('complete-translation')!, provenance).text).toMatch(/parameter provenance\.$/);
  });

  test('and stays as it is where it does not, or where there is none', () => {
    expect(sayParameter(namedCommand('accept')!, issue)).toBe(issue);
    const other = { ...issue, key: 'illegal-move' };
    expect(sayParameter(namedCommand('request-payment')!, other)).toBe(other);
  });
});
