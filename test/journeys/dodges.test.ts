import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PAYING } from '../cases/payment/world.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { execute } from '../support/server.ts';
import { issues, move, packet, sendCase } from './packet.ts';
import type { SentCase } from './packet.ts';
import { create, patch, read, step, transact } from './programme/moves.ts';
import { concept, guide, input, output, to } from './programme/words.ts';

/** What somebody may try over HTTP, or does by mistake, so that one case would be taken for another. */

const PAYMENT_STATUS = 'http://terminology.hl7.org/CodeSystem/paymentstatus';

let server: TestHouse;
let home: Partner;
let programme: Partner;

beforeAll(async () => {
  server = await startHouse();
  home = await server.register('home', 'placer');
  programme = await server.register('programme', 'programme');
  const rules = { ...PAYING, programme: 'programme', confirmation: { required: false }, thirdOpinion: 'never' };
  await execute(
    server.database,
    `insert into programme_rules (organization, revision, rules) values ('programme', 1, $rules$${JSON.stringify(rules)}$rules$)`,
  );
});

afterAll(() => server.stop());

function send(number: string): Promise<SentCase> {
  const request = { code: guide('second-opinion-service', 'single-specialist-opinion') };
  return sendCase(home, { number, programme: 'programme', request });
}

function keys(answer: Answer): string[] {
  expect(answer.status).toBe(422);
  return issues(answer).map(({ key }) => key);
}

async function invoiced(sent: SentCase): Promise<string> {
  expect((await move(programme, sent.task, 'received', 'awaiting-payment')).status).toBe(200);
  return (await read(home, sent.task)).output.at(-1).valueReference.reference;
}

test('money that has come for one case does not count for another', async () => {
  const [one, other] = [await send('paid'), await send('unpaid')];
  const [first, second] = [await invoiced(one), await invoiced(other)];
  const notice = {
    resourceType: 'PaymentNotice',
    status: 'active',
    request: to(first),
    created: '2026-11-22',
    payment: { display: 'Bank transfer' },
    recipient: to('Organization/programme'),
    amount: { value: 600, currency: 'USD' },
    paymentStatus: concept(PAYMENT_STATUS, 'cleared'),
  };
  expect(keys(await programme.fetch('POST', '/PaymentNotice', { ...notice, response: to(second) }))).toEqual([
    'one-case',
  ]);
  const told = await create(programme, notice);
  expect(keys(await patch(programme, told, { request: to(second) }))).toEqual(['one-case']);
  expect((await read(home, first)).status).toBe('balanced');
  expect((await read(home, second)).status).toBe('issued');
});

test('another patient’s record answers no request, and stays unseen', async () => {
  const [one, other] = [await send('asked'), await send('other')];
  const asked = [input('wanted-record', { valueString: 'The operative report' })];
  const task = await create(programme, step(one, 'information-request', 'Organization/home', { input: asked }));
  const sent = { status: 'completed', output: [output('sent-records', { valueReference: to(other.patient) })] };
  expect(keys(await patch(home, task, sent))).toEqual(['sent-record-unfit']);
  expect((await read(home, task)).status).toBe('requested');
});

test('an opinion is based on one about the same patient, also in one Bundle', async () => {
  const earlier = await send('earlier');
  const next = packet({ number: 'next', programme: 'programme', request: { basedOn: [to(earlier.request)] } });
  expect(keys(await home.fetch('POST', '', next))).toContain('based-on-patient');

  const first = packet({ number: 'both', programme: 'programme' });
  const request = first.entry.at(-1)!;
  const second: Json = {
    fullUrl: 'urn:uuid:2f1c9b1e-3d0a-4b57-8e55-0d7c1f3a9b02',
    resource: {
      ...request.resource,
      identifier: [{ system: 'https://home.example/ids', value: 'both-2' }],
      basedOn: [to(request.fullUrl)],
    },
    request: { method: 'POST', url: 'ServiceRequest' },
  };
  expect(keys(await transact(home, ...first.entry, second))).toEqual(['third-opinion']);
});

test('a request that is only asked about may hold whatever it likes', async () => {
  const { entry } = packet({ number: 'odd', programme: 'programme' });
  const odd = [
    { resourceType: 'QuestionnaireResponse', id: 'q', status: 'completed', questionnaire: '__proto__' },
    {
      resourceType: 'Procedure',
      id: 'p',
      status: 'completed',
      category: concept('http://snomed.info/sct', 'constructor'),
    },
    { resourceType: 'Condition', id: 'c', code: { coding: [{ system: 'http://snomed.info/sct', code: {} }] } },
    { resourceType: 'constructor', id: 'k' },
  ];
  const request = {
    ...entry.at(-1)!.resource,
    supportingInfo: odd.map(({ resourceType, id }) => to(`${resourceType}/${id}`)),
    reasonReference: [to('Condition/c')],
  };
  const bundle = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [...odd, request].map((resource) => ({ resource })),
  };
  expect((await home.fetch('POST', '/ServiceRequest/$check-completeness', bundle)).status).toBe(200);
  const alone = { ...request, performer: [null], subject: 7, insurance: 'x' };
  expect((await home.fetch('POST', '/ServiceRequest/$check-completeness', alone)).status).toBe(200);
});
