import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildHouse } from '../../src/app.ts';
import { silentLogger } from '../../src/base/index.ts';
import { CANONICAL } from '../../src/cases/index.ts';
import { loadConfig } from '../../src/config.ts';
import { runDueTimers } from '../../src/interactions/index.ts';
import type { House } from '../../src/interactions/index.ts';
import { openDatabase, saveProgrammeRules } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { because, input, output, RULES } from '../cases/steps/asked.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { TEST_MASTER_KEY } from '../support/server.ts';
import { issues, matches, move, opinion, packet, refOf } from './packet.ts';
import type { SentCase } from './packet.ts';

/** A programme that reads Chinese and English, has all else translated, and asks how its patients have fared. */

const DAY = 86_400_000;
const KIND = `${CANONICAL}/CodeSystem/case-task-kind`;
const METHOD = `${CANONICAL}/CodeSystem/translation-method`;
const PARTICIPANT = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const FOLLOW_UP = `${CANONICAL}/CodeSystem/follow-up-answer`;

let server: TestHouse;
let home: Partner;
let programme: Partner;
let other: Partner;
let owner: Database;
/** Rooms of the test's own, for clocks of its own. */
let house: House;
const endings: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startHouse();
  endings.push(() => server.stop());
  home = await server.register('home', 'placer');
  programme = await server.register('programme', 'programme');
  other = await server.register('other', 'programme');
  owner = openDatabase({ url: server.database, size: 1, logger: silentLogger });
  endings.push(() => owner.close());
  await saveProgrammeRules(owner, 'programme', JSON.stringify({ ...RULES, programme: 'programme' }));
  const folder = await mkdtemp(join(tmpdir(), 'consilium-information-'));
  const requests = openDatabase({ url: server.database, role: 'consilium_app', size: 2, logger: silentLogger });
  const settings = { DATABASE_URL: server.database, DATA_DIR: folder, MASTER_KEY: TEST_MASTER_KEY, PORT: '1' };
  const built = await buildHouse(loadConfig(settings), requests, silentLogger);
  house = built.house;
  endings.push(
    () => rm(folder, { recursive: true, force: true }),
    () => requests.close(),
    () => built.close(),
  );
});

afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

/** A case whose letter is in Vietnamese. */
async function send(number: string): Promise<SentCase> {
  const bundle = packet({ number, programme: 'programme' });
  const letter = bundle.entry.find(({ resource }) => resource['resourceType'] === 'DocumentReference')!;
  const [{ attachment }] = letter.resource['content'] as [{ attachment: Record<string, unknown> }];
  attachment['language'] = 'vi';
  const sent = await home.fetch('POST', '', bundle);
  expect({ status: sent.status, text: sent.status === 200 ? '' : sent.text }).toEqual({ status: 200, text: '' });
  const refs = sent.body.entry.map(({ response }: Json) => refOf(response.location));
  const request = refs.at(-1);
  const found = await home.fetch('GET', `/Task?based-on=${request}`);
  return { number, request, task: matches(found)[0]!, patient: refs[0], refs };
}

async function ask(sent: SentCase): Promise<Json> {
  const made = await programme.fetch('POST', '/Task', {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    partOf: [{ reference: sent.task }],
    code: { coding: [{ system: KIND, code: 'information-request' }] },
    for: { reference: sent.patient },
    requester: { reference: 'Organization/programme' },
    owner: { reference: 'Organization/home' },
    input: [input('wanted-record', { valueString: 'The operative report' })],
  });
  expect({ status: made.status, text: made.status === 201 ? '' : made.text }).toEqual({ status: 201, text: '' });
  return made.body;
}

/** What the Task hands over, in one Bundle with it. */
function handOver(partner: Partner, task: Json, outputs: readonly object[], records: readonly Json[]): Promise<Answer> {
  return partner.fetch('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      ...records.map(({ fullUrl, ...resource }) => ({
        fullUrl,
        resource,
        request: { method: 'POST', url: resource.resourceType },
      })),
      {
        resource: { ...task, status: 'completed', output: outputs },
        request: { method: 'PUT', url: `Task/${task.id}` },
      },
    ],
  });
}

const DOCUMENT = 'urn:uuid:6d1f3c0e-0d0c-4c55-9f25-8b7f5f3c1a01';

function document(sent: SentCase, language: string, more: Readonly<Record<string, unknown>> = {}): Json {
  return {
    fullUrl: DOCUMENT,
    resourceType: 'DocumentReference',
    status: 'current',
    subject: { reference: sent.patient },
    content: [{ attachment: { contentType: 'text/plain', language, data: 'SW52ZW50ZWQ=' } }],
    ...more,
  };
}

function provenance(target: string, method = 'human'): Json {
  return {
    fullUrl: 'urn:uuid:6d1f3c0e-0d0c-4c55-9f25-8b7f5f3c1a02',
    resourceType: 'Provenance',
    target: [{ reference: target }],
    recorded: '2026-11-24T02:00:00Z',
    agent: [
      {
        type: { coding: [{ system: PARTICIPANT, code: 'performer' }] },
        role: [{ coding: [{ system: METHOD, code: method }] }],
        who: { reference: 'Organization/programme' },
      },
    ],
  };
}

async function standing(sent: SentCase): Promise<string> {
  const { body } = await home.fetch('GET', `/${sent.task}`);
  return `${body.status} ${body.businessStatus.coding[0].code}`;
}

async function stepsOf(partner: Partner, sent: SentCase, kind: string): Promise<Json[]> {
  const found = await partner.fetch('GET', `/Task?part-of=${sent.task}&code=${KIND}|${kind}`);
  return (found.body.entry ?? []).map(({ resource }: Json) => resource);
}

async function letTimePass(sent: SentCase, days: number): Promise<void> {
  const [row] = await owner.query<{ id: string }>({ name: 'case_id', text: 'select id from cases where task = $1' }, [
    sent.task,
  ]);
  const later: House = { ...house, clock: () => new Date(Date.now() + days * DAY) };
  await runDueTimers(later, { case: row!.id, programme: 'programme', task: sent.task });
}

async function eventsOf(partner: Partner, sent: SentCase): Promise<string[]> {
  const { body } = await partner.fetch('GET', `/${sent.request}/$timeline`);
  return body.parameter
    .filter(({ name }: Json) => name === 'event')
    .map(({ part }: Json) => part.find(({ name }: Json) => name === 'type').valueCoding.code);
}

const sentDocument = output('sent-records', { valueReference: { reference: DOCUMENT } });
const translated = output('translated-document', { valueReference: { reference: DOCUMENT } });

test('what is missing is asked for and sent, what is not read is translated, and at last it is asked how the patient fared', async () => {
  const sent = await send('asked');
  const request = await ask(sent);
  expect(await standing(sent)).toBe('received awaiting-information');
  expect((await home.fetch('GET', `/Task/${request.id}`)).status).toBe(200);
  expect((await other.fetch('GET', `/Task/${request.id}`)).status).toBe(404);

  // A message is delivered, and answers nothing.
  const message = await home.fetch(
    'POST',
    '/Communication',
    {
      resourceType: 'Communication',
      status: 'completed',
      about: [{ reference: `Task/${request.id}` }],
      subject: { reference: sent.patient },
      payload: [{ contentString: 'It comes tomorrow.' }],
    },
    { prefer: 'return=OperationOutcome' },
  );
  expect(message.status).toBe(201);
  expect(issues(message).map(({ key }) => key)).toContain('request-still-open');
  expect(
    (await programme.fetch('GET', `/Communication/${message.headers.get('location')!.split('/').at(-3)}`)).status,
  ).toBe(200);
  const held = await move(programme, sent.task, 'accepted', 'accepted');
  expectOutcome(held, 422, 'still-awaited');

  // The answer is for the home side, with what it sends.
  expectOutcome(
    await programme.fetch('PUT', `/Task/${request.id}`, {
      ...request,
      status: 'completed',
      output: [output('answer', { valueString: 'None.' })],
    }),
    403,
    'not-your-move',
  );
  expectOutcome(
    await home.fetch('PUT', `/Task/${request.id}`, { ...request, status: 'completed' }),
    422,
    'answer-missing',
  );
  const answered = await handOver(home, request, [sentDocument], [document(sent, 'vi-VN')]);
  expect({ status: answered.status, text: answered.status === 200 ? '' : answered.text }).toEqual({
    status: 200,
    text: '',
  });
  expect(await standing(sent)).toBe('received completeness-check');
  const operation = refOf(answered.body.entry[0].response.location);
  expect((await programme.fetch('GET', `/${operation}`)).status).toBe(200);
  expect((await other.fetch('GET', `/${operation}`)).status).toBe(404);

  // Accepted: both Vietnamese documents are to be translated before the review.
  expect((await move(programme, sent.task, 'accepted', 'accepted')).status).toBe(200);
  const [first, second, ...more] = await stepsOf(programme, sent, 'translation');
  expect(more).toEqual([]);
  const letter = sent.refs.find((ref) => ref.startsWith('DocumentReference/'));
  expect([first.focus.reference, second.focus.reference].sort()).toEqual([letter, operation].sort());
  expect((await move(programme, sent.task, 'in-progress', 'translating')).status).toBe(200);
  expectOutcome(await move(programme, sent.task, 'in-progress', 'assigned'), 422, 'translation-open');

  // One comes with its Provenance in one Bundle, the other one's was sent before.
  const translation = (task: Json): Json =>
    document(sent, 'zh', { relatesTo: [{ code: 'transforms', target: task.focus }] });
  expectOutcome(await handOver(programme, first, [translated], [translation(first)]), 422, 'translation-provenance');
  expectOutcome(
    await handOver(home, first, [translated], [translation(first), provenance(DOCUMENT)]),
    403,
    'not-the-owner',
  );
  const together = await handOver(programme, first, [translated], [translation(first), provenance(DOCUMENT)]);
  expect({ status: together.status, text: together.status === 200 ? '' : together.text }).toEqual({
    status: 200,
    text: '',
  });
  const { fullUrl: _, ...apart } = translation(second);
  const filed = await programme.fetch('POST', '/DocumentReference', apart);
  const { fullUrl: __, ...how } = provenance(`DocumentReference/${filed.body.id}`, 'machine');
  const told = await programme.fetch('POST', '/Provenance', how);
  const handed = await programme.fetch(
    'PUT',
    `/Task/${second.id}`,
    {
      ...second,
      status: 'completed',
      relevantHistory: [{ reference: `Provenance/${told.body.id}` }],
      output: [output('translated-document', { valueReference: { reference: `DocumentReference/${filed.body.id}` } })],
    },
    { prefer: 'return=OperationOutcome' },
  );
  expect(handed.status).toBe(200);
  expect(issues(handed).map(({ key }) => key)).toContain('machine-translated');
  expect((await home.fetch('GET', `/DocumentReference/${filed.body.id}`)).status).toBe(200);
  expect((await move(programme, sent.task, 'in-progress', 'assigned')).status).toBe(200);

  // The report goes home in Vietnamese, too.
  const draft = await programme.fetch('POST', '/DiagnosticReport', opinion(sent, { status: 'preliminary' }));
  expect((await move(programme, sent.task, 'in-progress', 'report-translation')).status).toBe(200);
  const report = `DiagnosticReport/${draft.body.id}`;
  const home2 = (await stepsOf(programme, sent, 'translation')).find(({ focus }) => focus.reference === report);
  expect(home2.input[0].valueCode).toBe('vi');
  const final = { ...draft.body, status: 'final' };
  expectOutcome(await programme.fetch('PUT', `/${report}`, final), 422, 'translation-open');
  const inVietnamese = document(sent, 'vi', { context: { related: [{ reference: report }] } });
  expect((await handOver(programme, home2, [translated], [inVietnamese, provenance(DOCUMENT)])).status).toBe(200);
  expect((await programme.fetch('PUT', `/${report}`, final)).status).toBe(200);
  expect(await standing(sent)).toBe('completed report-issued');

  // A month later the home side is asked, and answers in codes.
  await letTimePass(sent, 31);
  const [asked] = await stepsOf(home, sent, 'follow-up');
  expect(asked).toMatchObject({ status: 'requested', for: { reference: sent.patient } });
  const answers: Json = {
    fullUrl: DOCUMENT,
    resourceType: 'QuestionnaireResponse',
    questionnaire: asked.input[0].valueCanonical,
    status: 'completed',
    subject: { reference: sent.patient },
    item: ['followed', 'changed'].map((linkId) => ({
      linkId,
      answer: [{ valueCoding: { system: FOLLOW_UP, code: 'yes' } }],
    })),
  };
  const given = output('follow-up-answers', { valueReference: { reference: DOCUMENT } });
  const half = { ...answers, item: answers.item.slice(0, 1) };
  expectOutcome(await handOver(home, asked, [given], [half]), 422, 'follow-up-answers');
  const fared = await handOver(home, asked, [given], [answers]);
  expect({ status: fared.status, text: fared.status === 200 ? '' : fared.text }).toEqual({ status: 200, text: '' });
  const form = refOf(fared.body.entry[0].response.location);
  expect((await programme.fetch('GET', `/${form}`)).status).toBe(200);

  expect(await eventsOf(programme, sent)).toEqual([
    'case-submitted',
    'information-requested',
    'clock-stopped',
    'message-sent',
    'information-received',
    'clock-started',
    'case-accepted',
    'translation-requested',
    'translation-requested',
    'case-moved',
    'translation-completed',
    'translation-completed',
    'case-moved',
    'report-progressed',
    'case-moved',
    'translation-requested',
    'record-added',
    'translation-completed',
    'report-issued',
    'follow-up-asked',
    'follow-up-answered',
  ]);
}, 60_000);

test('what is not answered is asked for again, and closes the case in the end', async () => {
  const sent = await send('silent');
  const request = await ask(sent);
  await letTimePass(sent, 3);
  expect(await standing(sent)).toBe('received awaiting-information');
  await letTimePass(sent, 22);
  expect(await standing(sent)).toBe('rejected declined');
  const t0 = await home.fetch('GET', `/${sent.task}`);
  expect(t0.body.statusReason.coding[0].code).toBe('insufficient-records');
  const over = await home.fetch('GET', `/Task/${request.id}`);
  expect(over.body).toMatchObject({
    status: 'failed',
    statusReason: { coding: [{ code: 'insufficient-records' }] },
  });
  expect(await eventsOf(home, sent)).toEqual([
    'case-submitted',
    'information-requested',
    'clock-stopped',
    'information-reminded',
    'information-expired',
    'case-declined',
  ]);
});

test('records that were here before are shared by naming them, those of other patients are not', async () => {
  const sent = await send('known');
  const foreign = await send('foreign');
  const request = await ask(sent);
  const { fullUrl: _, ...mine } = document(sent, 'en');
  const filed = await home.fetch('POST', '/DocumentReference', mine);
  const ref = `DocumentReference/${filed.body.id}`;
  expect((await programme.fetch('GET', `/${ref}`)).status).toBe(404);
  const naming = (reference: string): Promise<Answer> =>
    handOver(home, request, [output('sent-records', { valueReference: { reference } })], []);
  const theirs = foreign.refs.find((one) => one.startsWith('DocumentReference/'))!;
  expectOutcome(await naming(theirs), 422, 'sent-record-unfit');
  expectOutcome(await naming('DocumentReference/nowhere'), 422, 'sent-record-unknown');
  expect(await standing(sent)).toBe('received awaiting-information');
  expect((await naming(ref)).status).toBe(200);
  expect((await programme.fetch('GET', `/${ref}`)).status).toBe(200);
  expect(await standing(sent)).toBe('received completeness-check');
});

test('what cannot be had is said, and the case goes on without it', async () => {
  const sent = await send('refused');
  const request = await ask(sent);
  const bare = await home.fetch('PUT', `/Task/${request.id}`, { ...request, status: 'rejected' });
  expect({ status: bare.status, keys: issues(bare).map(({ key }) => key) }).toEqual({
    status: 422,
    keys: ['task-reason'],
  });
  const refused = { ...request, status: 'rejected', ...because('insufficient-records') };
  expect((await home.fetch('PUT', `/Task/${request.id}`, refused)).status).toBe(200);
  expect(await standing(sent)).toBe('received completeness-check');
});

test('a letter that is replaced is not translated, its successor is', async () => {
  const sent = await send('replaced');
  expect((await move(programme, sent.task, 'accepted', 'accepted')).status).toBe(200);
  const letter = sent.refs.find((ref) => ref.startsWith('DocumentReference/'))!;
  const stored = await home.fetch('GET', `/${letter}`);
  expect((await home.fetch('PUT', `/${letter}`, { ...stored.body, status: 'superseded' })).status).toBe(200);
  const [step] = await stepsOf(programme, sent, 'translation');
  expect(step).toMatchObject({ status: 'cancelled', statusReason: { coding: [{ code: 'superseded' }] } });
  const { fullUrl: _, ...next } = document(sent, 'vi', {
    relatesTo: [{ code: 'replaces', target: { reference: letter } }],
    context: { related: [{ reference: sent.request }] },
  });
  expect((await home.fetch('POST', '/DocumentReference', next)).status).toBe(201);
  expect((await stepsOf(programme, sent, 'translation')).map(({ status }) => status).sort()).toEqual([
    'cancelled',
    'requested',
  ]);
});

test('a number that is sent twice is told, while the first case is open', async () => {
  const numbered = (value: string): Json => {
    const bundle = packet({ number: `IN-${randomUUID()}`, programme: 'programme' });
    const request = bundle.entry.at(-1)!.resource as Json;
    request.identifier[0].value = value;
    return bundle;
  };
  const submit = (value: string, placer = home): Promise<Answer> =>
    placer.fetch('POST', '', numbered(value), { prefer: 'return=OperationOutcome' });
  const requestOf = ({ body }: Answer): string => refOf(body.entry.at(-1).response.location);
  const told = ({ body }: Answer): string[] =>
    body.entry
      .flatMap(({ response }: Json) => response.outcome?.issue ?? [])
      .filter(({ details }: Json) => details.coding[0].code === 'same-number')
      .map(({ details }: Json) => details.text);

  const first = await submit('IN|9,1$');
  expect(told(first)).toEqual([]);
  expect(told(await submit('IN|9'))).toEqual([]);
  const twice = await submit('IN|9,1$');
  expect(told(twice)).toEqual([expect.stringContaining(requestOf(first))]);
  // Another hospital numbers its own.
  expect(told(await submit('IN|9,1$', await server.register('elsewhere', 'placer')))).toEqual([]);
  for (const request of [first, twice].map(requestOf)) {
    const { body } = await home.fetch('GET', `/${request}`);
    expect((await home.fetch('PUT', `/${request}`, { ...body, status: 'revoked' })).status).toBe(200);
  }
  expect(told(await submit('IN|9,1$'))).toEqual([]);
});

test('T0 stays tied to its case, and who writes it otherwise is told', async () => {
  const sent = await send('IN-10');
  const task = await programme.fetch('GET', `/${sent.task}`);
  const otherwise = { ...task.body, owner: { reference: 'Organization/other' }, note: [{ text: 'Called.' }] };
  const written = await programme.fetch('PUT', `/${sent.task}`, otherwise, { prefer: 'return=OperationOutcome' });
  expect(written.status).toBe(200);
  expect(issues(written)).toMatchObject([{ key: 'kept-elements' }]);
  expect(written.text).toContain('Task.owner');
  const kept = await programme.fetch('GET', `/${sent.task}`);
  expect(kept.body).toMatchObject({ owner: task.body.owner, note: [{ text: 'Called.' }] });
});
