import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NAMED_COMMANDS, NO_RULES, SERVICE_SYSTEM } from '../../src/cases/index.ts';
import type { ProgrammeRules } from '../../src/cases/index.ts';
import { claimResponse, PAYING } from '../cases/payment/world.ts';
import { issues, move, sendCase } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { execute } from '../support/server.ts';

/** https://consilium.example/fhir/OperationDefinition/case-command */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let other: Partner;
let reader: Partner;
let paying: Partner;
let insurer: Partner;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  other = await house.register('other', 'placer');
  programme = await house.register('programme', 'programme');
  reader = await house.register('strict', 'programme', 'system/ServiceRequest.rs system/Task.r');
  paying = await house.register('paying', 'programme');
  insurer = await house.register('insurer', 'insurer');
  await saveRules('strict', { ...NO_RULES, programme: 'strict', confirmation: { required: true } });
  await saveRules('paying', { ...PAYING, programme: 'paying', confirmation: { required: false } });
});

async function saveRules(organization: string, rules: ProgrammeRules): Promise<void> {
  const text = JSON.stringify(rules);
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('${organization}', 1, $rules$${text}$rules$)`,
  );
}

afterAll(() => house.stop());

type Told = Readonly<Record<string, unknown>>;

const REFERENCES = ['task', 'focus', 'owner', 'replaces', 'provenance'];

function member(name: string, value: unknown): object {
  if (REFERENCES.includes(name)) return { name, valueReference: { reference: value } };
  if (name === 'price') return { name, valueMoney: value };
  if (name === 'until') return { name, valueDateTime: value };
  return { name, [name === 'text' || name === 'number' ? 'valueString' : 'valueCode']: value };
}

function give(by: Partner, { request }: Pick<SentCase, 'request'>, command: string, told: Told = {}): Promise<Answer> {
  const parameter = [member('command', command), ...Object.entries(told).map(([name, value]) => member(name, value))];
  return by.fetch('POST', `/${request}/$command`, { resourceType: 'Parameters', parameter });
}

async function legal(by: Partner, { request }: Pick<SentCase, 'request'>): Promise<Json[]> {
  const answer = await by.fetch('GET', `/${request}/$command`);
  expect({ status: answer.status, text: answer.status === 200 ? '' : answer.text }).toEqual({ status: 200, text: '' });
  return answer.body.parameter ?? [];
}

function codes(listed: readonly Json[]): string[] {
  return listed.map(({ part }) => part.find(({ name }: Json) => name === 'command').valueCode);
}

function part(answer: Answer, name: string): Json {
  expect({ status: answer.status, text: answer.status === 200 ? '' : answer.text }).toEqual({ status: 200, text: '' });
  return answer.body.parameter.find((one: Json) => one.name === name)?.resource;
}

function refused(answer: Answer, status: number, key: string): string {
  expect({ status: answer.status, key: issues(answer)[0]?.key }).toEqual({ status, key });
  return issues(answer)[0]!.text;
}

test('a case is worked by name from its receipt to its withdrawal, each side with its own commands', async () => {
  const sent = await sendCase(home, { number: 'named', programme: 'programme' });
  expect(codes(await legal(programme, sent))).toEqual(expect.arrayContaining(['receive', 'accept', 'decline']));
  expect(codes(await legal(home, sent))).toEqual(expect.arrayContaining(['withdraw', 'add-record', 'order-video']));

  const received = await give(programme, sent, 'receive');
  expect(part(received, 'case')).toMatchObject({
    id: sent.task.slice('Task/'.length),
    status: 'received',
    businessStatus: { coding: [{ code: 'service-confirmation' }] },
  });
  const asked = await give(programme, sent, 'request-information', { text: 'The CT of the chest.' });
  const step = part(asked, 'step');
  expect(step).toMatchObject({
    status: 'requested',
    partOf: [{ reference: sent.task }],
    for: { reference: sent.patient },
    requester: { reference: 'Organization/programme' },
    owner: { reference: 'Organization/home' },
    input: [{ valueString: 'The CT of the chest.' }],
  });
  expect(part(asked, 'case').businessStatus.coding[0].code).toBe('awaiting-information');

  const [toSend] = (await legal(home, sent)).filter((one) => codes([one])[0] === 'send-information');
  expect(toSend.part).toContainEqual({ name: 'task', valueReference: { reference: `Task/${step.id}` } });
  const letter = sent.refs.find((ref) => ref.startsWith('DocumentReference/'))!;
  const answered = await give(home, sent, 'send-information', {
    // An absolute address of this server is the same record.
    focus: `${house.url}/fhir/${letter}`,
    text: 'It is in the letter.',
  });
  expect(part(answered, 'step')).toMatchObject({
    id: step.id,
    status: 'completed',
    output: [{ valueReference: { reference: letter } }, { valueString: 'It is in the letter.' }],
  });
  expect(part(answered, 'case').businessStatus.coding[0].code).toBe('service-confirmation');

  await give(programme, sent, 'accept');
  const assigned = await give(programme, sent, 'assign', { owner: 'PractitionerRole/reviewer' });
  expect(part(assigned, 'case')).toMatchObject({
    status: 'in-progress',
    businessStatus: { coding: [{ code: 'assigned' }] },
  });
  expect(part(assigned, 'step')).toMatchObject({ owner: { reference: 'PractitionerRole/reviewer' } });

  const withdrawn = await give(home, sent, 'withdraw', { text: 'The patient is treated at home.' });
  expect(part(withdrawn, 'request')).toMatchObject({
    status: 'revoked',
    note: [{ text: 'The patient is treated at home.' }],
  });
  expect(part(withdrawn, 'case').businessStatus.coding[0].code).toBe('cancellation-requested');
  const ended = await give(programme, sent, 'give-up', { reason: 'withdrawn' });
  expect(part(ended, 'case')).toMatchObject({ status: 'failed', statusReason: { coding: [{ code: 'withdrawn' }] } });
  expect(await legal(programme, sent)).toEqual([]);
});

test('a command that is not listed is refused, and changes nothing', async () => {
  const sent = await sendCase(home, { number: 'unlisted', programme: 'programme' });
  const listed = new Set(codes(await legal(programme, sent)));
  let tried = 0;
  for (const { code, by } of NAMED_COMMANDS) {
    const told = needsOf(code, sent);
    if (by === 'placer') refused(await give(programme, sent, code, told), 403, 'not-your-move');
    else if (!listed.has(code)) refused(await give(programme, sent, code, told), 422, 'illegal-move');
    else continue;
    tried += 1;
  }
  for (const { code, by } of NAMED_COMMANDS) {
    if (by === 'programme') refused(await give(home, sent, code, needsOf(code, sent)), 403, 'not-your-move');
  }
  expect(tried).toBeGreaterThan(15);
  expect((await home.fetch('GET', `/${sent.task}`)).body).toMatchObject({
    status: 'requested',
    meta: { versionId: '1' },
  });
});

test('a command that is listed is taken with what it needs', async () => {
  const first = await sendCase(home, { number: 'listed', programme: 'programme' });
  for (const by of [programme, home]) {
    for (const code of codes(await legal(by, first))) {
      const sent = await sendCase(home, { number: `listed-${by.organization}-${code}`, programme: 'programme' });
      const answer = await give(by, sent, code, { ...needsOf(code, sent), ...(MORE[code] ?? {}) });
      expect({ code, status: answer.status, text: answer.status === 200 ? '' : answer.text }).toEqual({
        code,
        status: 200,
        text: '',
      });
    }
  }
});

/** What some commands need in one way or another. */
const MORE: Readonly<Record<string, Told>> = { offer: { service: 'pathology-review' } };

function needsOf(code: string, { refs }: SentCase): Told {
  const letter = refs.find((ref) => ref.startsWith('DocumentReference/'))!;
  const values: Told = {
    text: 'Because it is so.',
    reason: 'no-capacity',
    language: 'en',
    service: 'pathology-review',
    owner: 'PractitionerRole/reviewer',
    task: 'Task/none',
    focus: letter,
    replaces: letter,
  };
  const { needs = [] } = NAMED_COMMANDS.find((one) => one.code === code)!;
  return Object.fromEntries(needs.map((name) => [name, values[name]]));
}

describe('a command is refused', () => {
  let sent: SentCase;
  beforeAll(async () => {
    sent = await sendCase(home, { number: 'refused', programme: 'programme' });
  });

  test('like its plain write, with the legal moves', async () => {
    const named = await give(programme, sent, 'start-review');
    const plain = await move(programme, sent.task, 'in-progress', 'under-review');
    expect(issues(named)).toEqual(issues(plain));
    expect(named.status).toBe(422);
  });

  test('where it is not told what it needs, or more than it heeds', async () => {
    expect(refused(await give(programme, sent, 'decline'), 400, 'parameter-missing')).toContain('reason');
    expect(
      refused(await give(programme, sent, 'receive', { owner: 'Practitioner/x' }), 400, 'unknown-parameter'),
    ).toContain('It takes');
    const answer = await programme.fetch('POST', `/${sent.request}/$command`, { resourceType: 'Parameters' });
    refused(answer, 400, 'parameter-missing');
    refused(
      await give(programme, sent, 'assign', { owner: 'https://elsewhere.example/fhir/Practitioner/x' }),
      400,
      'parameter-type',
    );
  });

  test('where there is none of its name', async () => {
    const text = refused(await give(programme, sent, 'recieve'), 400, 'unknown-command');
    expect(text).toContain('receive');
    const [possible = '', others = ''] = text.split('Others:');
    expect(possible).toMatch(/Possible for you now: receive, start-check, .*decline/);
    expect(others).toMatch(/start-review.*withdraw/);
    expect(others).not.toMatch(/\breceive,/);
  });

  test('what it draws has to conform to the guide', async () => {
    const answer = await give(programme, sent, 'decline', { reason: 'no such reason' });
    expect(answer.status).toBe(422);
  });

  test('to who is no party, as if the case were not there', async () => {
    refused(await give(other, sent, 'withdraw'), 404, 'not-found');
    expect((await other.fetch('GET', `/${sent.request}/$command`)).status).toBe(404);
  });

  test('on a request that has opened no case', async () => {
    const draft = await sendDraft();
    refused(await give(home, { request: draft }, 'withdraw'), 422, 'no-case');
  });

  test('by GET with parameters, and in a transaction', async () => {
    refused(await programme.fetch('GET', `/${sent.request}/$command?command=receive`), 400, 'unknown-parameter');
    const bundle = await programme.fetch('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: { resourceType: 'Parameters', parameter: [member('command', 'receive')] },
          request: { method: 'POST', url: `${sent.request}/$command` },
        },
      ],
    });
    refused(bundle, 400, 'operation-alone');
    expect((await home.fetch('GET', `/${sent.task}`)).body.status).toBe('requested');
  });
});

async function sendDraft(): Promise<string> {
  const patient = await home.fetch('POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Invented' }] });
  const draft = await home.fetch('POST', '/ServiceRequest', {
    resourceType: 'ServiceRequest',
    status: 'draft',
    intent: 'order',
    subject: { reference: `Patient/${patient.body.id}` },
  });
  expect(draft.status).toBe(201);
  return `ServiceRequest/${draft.body.id}`;
}

test('who may only read is given no commands, and gives none', async () => {
  const sent = await sendCase(home, { number: 'scopes', programme: 'strict' });
  expect(await legal(reader, sent)).toEqual([]);
  const answer = await give(reader, sent, 'receive');
  expect({ status: answer.status, key: issues(answer)[0]?.key }).toEqual({ status: 403, key: 'scope-missing' });
});

test('a rule of the programme stands in the way of a command, and is set aside with a reason', async () => {
  const strict = await house.register('careful', 'programme');
  const rules = JSON.stringify({ ...NO_RULES, programme: 'careful', confirmation: { required: true } });
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('careful', 1, $rules$${rules}$rules$)`,
  );
  // A process takes the list of revisions for current for two seconds.
  await new Promise((done) => setTimeout(done, 2100));
  const sent = await sendCase(home, { number: 'override', programme: 'careful' });
  refused(await give(strict, sent, 'accept'), 422, 'service-unconfirmed');
  const told = { override: 'service-unconfirmed', text: 'The advisor has spoken with the family by telephone.' };
  const accepted = await give(strict, sent, 'accept', told);
  expect(part(accepted, 'case').status).toBe('accepted');
  expect(part(accepted, 'outcome').issue).toContainEqual(
    expect.objectContaining({
      details: expect.objectContaining({ coding: [expect.objectContaining({ code: 'service-unconfirmed' })] }),
    }),
  );
});

test('the code system has all commands, as the server tells them', async () => {
  const system = await home.fetch('GET', '/CodeSystem/case-command');
  expect(system.body.concept.map(({ code, definition }: Json) => [code, definition])).toEqual(
    NAMED_COMMANDS.map(({ code, text }) => [code, text]),
  );
});

describe('the price of a case', () => {
  let sent: SentCase;
  beforeAll(async () => {
    const code = { coding: [{ system: SERVICE_SYSTEM, code: 'multidisciplinary-opinion' }] };
    sent = await sendCase(home, { number: 'priced', programme: 'paying', request: { code } });
  });

  async function listed(code: string): Promise<Json[]> {
    const [one] = (await legal(paying, sent)).filter((command) => codes([command])[0] === code);
    return one.part;
  }

  const possible = (valueBoolean: boolean): object => ({ name: 'possible', valueBoolean });

  test('is asked for by the parameter that has it', async () => {
    expect(await listed('request-payment')).toEqual(
      expect.arrayContaining([possible(true), { name: 'needs', valueCode: 'price' }]),
    );
    expect(await listed('accept')).toEqual(
      expect.arrayContaining([
        possible(false),
        { name: 'against', valueString: expect.stringMatching(/before it is paid or covered.*payment-waived/) },
      ]),
    );
    const text = refused(await give(paying, sent, 'request-payment'), 422, 'price-missing');
    expect(text).toContain('give it as the parameter price');

    const asked = await give(paying, sent, 'request-payment', { price: { value: 900, currency: 'USD' } });
    const t0 = part(asked, 'case');
    expect(t0.businessStatus.coding[0].code).toBe('awaiting-payment');
    const invoice = t0.output.at(-1).valueReference.reference;
    expect((await home.fetch('GET', `/${invoice}`)).body.totalGross).toEqual({ value: 900, currency: 'USD' });

    const accept = await listed('accept');
    expect(accept).toContainEqual(possible(false));
    expect(accept.find(({ name }) => name === 'against').valueString).toContain(
      `The programme records a PaymentNotice (request: ${invoice})`,
    );
    expect(await listed('waive-payment')).toContainEqual(possible(true));
    refused(await give(paying, sent, 'waive-payment', { text: 'Please.' }), 400, 'override-reason');
  });

  test('is answered by no insurer: its record is kept, and that no case goes by it is said', async () => {
    const answer = await insurer.fetch(
      'POST',
      '/ClaimResponse',
      {
        ...claimResponse({ preAuthRef: 'A-17' }),
        id: undefined,
        patient: { display: 'Invented' },
        insurance: undefined,
      },
      { prefer: 'return=OperationOutcome' },
    );
    expect({ status: answer.status, text: answer.status === 201 ? '' : answer.text }).toEqual({
      status: 201,
      text: '',
    });
    expect(issues(answer).map(({ key }) => key)).toContain('payment-apart');
  });
});

test('a translation is handed over with who made it', async () => {
  const sent = await sendCase(home, { number: 'translated', programme: 'programme' });
  await give(programme, sent, 'accept');
  const letter = sent.refs.find((ref) => ref.startsWith('DocumentReference/'))!;
  await give(programme, sent, 'request-translation', { focus: letter, language: 'en' });
  const provenance = await programme.fetch('POST', '/Provenance', {
    resourceType: 'Provenance',
    target: [{ reference: letter }],
    recorded: '2026-11-22T09:00:00Z',
    agent: [{ who: { reference: 'Organization/programme' } }],
  });
  expect(provenance.status).toBe(201);
  const told = { focus: letter, provenance: `Provenance/${provenance.body.id}` };
  const answer = await give(programme, sent, 'complete-translation', told);
  expect(part(answer, 'step').relevantHistory).toEqual([{ reference: told.provenance }]);
});
