import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { NO_RULES } from '../../src/cases/index.ts';
import { documentDigest, verifyDocument } from '../../src/reports/index.ts';
import { send, startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { EHR_CLIENT, startMockEhr } from '../support/mock-ehr.ts';
import type { MockEhr } from '../support/mock-ehr.ts';
import { execute } from '../support/server.ts';
import { waitUntil } from '../support/wait-until.ts';
import { move, SYSTEM } from './packet.ts';
import { publishReviewers } from './programme/acts.ts';
import { done, patch, read, stepsOf } from './programme/moves.ts';
import { fullPacket, sendPacket } from './programme/packet.ts';
import type { ProgrammeCase } from './programme/packet.ts';
import { issueReport, translateReport, writeReport } from './programme/reports.ts';
import { override } from './programme/words.ts';

/** A report arrives in the hospital's own EHR by itself: in English first, then in both languages, and is withdrawn there. */

/** Bears the name of a shipped programme, whose disclaimers it has. */
const PROGRAMME = 'specialist-or-panel';

let house: TestHouse;
let home: Partner;
let programme: Partner;
let ehr: MockEhr;
let sent: ProgrammeCase;
/** `DiagnosticReport/x` */
let report: string;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer', 'system/*.cruds admin');
  programme = await house.register(PROGRAMME, 'programme');
  const rules = {
    ...NO_RULES,
    programme: PROGRAMME,
    languages: { ...NO_RULES.languages, bilingual: true },
    report: { sections: 'required' },
  };
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('${PROGRAMME}', 1, $rules$${JSON.stringify(rules)}$rules$)`,
  );
  await publishReviewers(programme, [{ id: 'oncologist', specialty: '394593009', speaks: ['en'] }]);
  ehr = await startMockEhr(async () => (await fetch(`${house.url}/auth/jwks`)).json());
  await ehr.add({
    resourceType: 'Patient',
    id: 'theirs',
    identifier: [{ system: `${SYSTEM}/patients`, value: 'P-RP-1' }],
  });
  await ehr.add({ resourceType: 'ServiceRequest', id: 'order', identifier: [{ system: SYSTEM, value: 'RP-1' }] });
});
afterAll(async () => {
  await house.stop();
  await ehr.stop();
});

function administer(partner: Partner, method: string, body?: Json): Promise<Json> {
  const headers = { 'content-type': 'application/json' };
  return send(house.url, partner.token, method, '/admin/organization/ehr', body, body === undefined ? {} : headers);
}

/** What the placer has said to the programme about the report. */
async function messages(): Promise<string[]> {
  const { entry = [] } = (await programme.fetch('GET', `/Communication?based-on=${sent.request}&_sort=sent`)).body;
  return entry.flatMap(({ resource }: Json) => resource.payload.map(({ contentString }: Json) => contentString));
}

const languagesOf = (documents: readonly Json[]): string[] =>
  documents.map(({ content }) => content[0].attachment.language).sort();

test("the hospital's administrator names its EHR", async () => {
  expect((await administer(home, 'GET')).status).toBe(404);
  const connection = { baseUrl: `${ehr.url}/`, clientId: EHR_CLIENT };
  const refused = await administer(home, 'PUT', {
    ...connection,
    baseUrl: 'http://ehr.example/fhir',
    kinds: ['chart'],
  });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('absolute https URL');
  // One that is not there is found before there is a report for it.
  expect((await administer(home, 'PUT', { ...connection, baseUrl: 'http://127.0.0.1:9/fhir' })).status).toBe(200);
  const look = (): Promise<Json> => send(house.url, home.token, 'GET', '/admin/deliveries/push:home');
  expect(await waitUntil(async () => (await look()).text.includes('ehr-unreachable'), 100)).toBe(true);
  const told = { baseUrl: ehr.url, clientId: EHR_CLIENT, enabled: true };
  const set = await administer(home, 'PUT', connection);
  expect([set.status, set.body]).toEqual([200, told]);
  expect((await administer(home, 'GET')).body).toEqual(told);
  expect(await waitUntil(async () => (await look()).body.status === 'active', 100)).toBe(true);
  expect(ehr.tokens).toHaveLength(1);
  expect((await administer(programme, 'GET')).status).toBe(403);
});

test('what is issued is there soon, of the right patient, and the programme hears that it is', async () => {
  const wanted = { programme: PROGRAMME, number: 'RP-1', service: 'single-specialist-opinion', language: 'vi' };
  sent = await sendPacket(home, fullPacket({ ...wanted, at: '2026-03-01T09:00:00Z' }));
  await done(move(programme, sent.task, 'accepted', 'accepted'));
  await done(move(programme, sent.task, 'in-progress', 'under-review'));
  report = await writeReport(programme, sent, 'oncologist', 'preliminary');
  await done(issueReport(programme, report, override('translation-open', 'The patient waits for it.')));
  expect(await waitUntil(async () => (await messages()).length === 1, 100)).toBe(true);
  const [there] = await ehr.all('DiagnosticReport');
  expect(await messages()).toEqual([`The home EHR has taken the report over, as DiagnosticReport/${there.id}.`]);
  expect(there).toMatchObject({
    status: 'final',
    subject: { reference: 'Patient/theirs' },
    basedOn: [{ reference: 'ServiceRequest/order' }],
  });
  expect(JSON.stringify(there)).not.toContain(sent.patient);
});

test('where the EHR does not know the patient, the hospital is told so, and how to have it sent once more', async () => {
  const nobody = { status: 200, body: JSON.stringify({ resourceType: 'Bundle', type: 'searchset', entry: [] }) };
  ehr.trouble = ({ method, path }) => (method === 'GET' && path.startsWith('Patient') ? nobody : undefined);
  const [asked] = await stepsOf(programme, sent, 'translation');
  await done(translateReport(programme, asked, 'vi'));
  const failures = async (): Promise<Json[]> =>
    ((await home.fetch('GET', `/Communication?recipient=Organization/home`)).body.entry ?? []).flatMap(
      ({ resource }: Json) => (resource.category?.[0]?.text === 'delivery-failed' ? [resource] : []),
    );
  expect(await waitUntil(async () => (await failures()).length > 0, 100)).toBe(true);
  const [{ payload }] = await failures();
  expect(payload[0].contentString).toMatch(new RegExp(`^${report} could not be written .*ehr-patient: not found`));
  expect(await ehr.all('DocumentReference')).toHaveLength(1);
  // The programme hears nothing of it.
  expect((await programme.fetch('GET', '/Communication?recipient=Organization/home')).text).not.toContain('could not');
  const standing = async (): Promise<Json> =>
    (await send(house.url, home.token, 'GET', '/admin/deliveries/push:home')).body;
  expect(await standing()).toMatchObject({ waiting: 0, givenUp: [2] });
  ehr.trouble = () => undefined;
  const [, address = '', body = ''] = /POST (\S+) with (\{.*\})/.exec(payload[0].contentString) ?? [];
  const again = await send(house.url, home.token, 'POST', address, body, { 'content-type': 'application/json' });
  expect([again.status, again.body]).toEqual([200, expect.anything()]);
  expect(await waitUntil(async () => (await standing()).givenUp === undefined, 100)).toBe(true);
});

test('its translation follows; both are what was signed, to the letter', async () => {
  expect(await waitUntil(async () => (await ehr.all('DocumentReference')).length === 2, 100)).toBe(true);
  const documents = await ehr.all('DocumentReference');
  expect(languagesOf(documents)).toEqual(['en', 'vi']);
  const root = await (await fetch(`${house.url}/.well-known/consilium-report-root.pem`)).text();
  const filed = await read(home, report);
  for (const { content, subject } of documents) {
    expect(subject).toEqual({ reference: 'Patient/theirs' });
    const [{ attachment: letter }, { attachment: document }] = content;
    const pdf = Buffer.from((await readThere(letter.url)).data, 'base64');
    const sha = createHash('sha256').update(pdf).digest('base64');
    expect(letter.extension[0].valueBase64Binary).toBe(sha);
    const form = filed.presentedForm.find(({ language }: Json) => language === letter.language);
    expect(form.extension[0].valueBase64Binary).toBe(sha);
    const theirs = await readThere(document.url);
    const ours = await read(home, form.extension[1].valueReference.reference);
    expect(documentDigest(theirs)).toBe(documentDigest(ours));
    expect(theirs.entry).toEqual(ours.entry);
    const proof = await verifyDocument(JSON.stringify(theirs), { roots: [root], now: new Date(), pdf });
    expect(proof).toMatchObject({ outcome: 'valid', altered: [], letter: 'same' });
  }
  expect(await ehr.all('DiagnosticReport')).toHaveLength(1);
  expect(await ehr.all('Bundle')).toHaveLength(2);
  expect(ehr.excesses).toEqual([]);
});

/** What the EHR has under a reference of its own. */
async function readThere(reference: string): Promise<Json> {
  const [type = '', id] = reference.split('/').slice(-2);
  return (await ehr.all(type)).find((one) => one.id === id);
}

test('one that was in error says so there, too', async () => {
  await done(patch(programme, report, { status: 'entered-in-error' }));
  const standing = async (): Promise<Json[]> => [
    ...(await ehr.all('DocumentReference')),
    ...(await ehr.all('DiagnosticReport')),
  ];
  const isWithdrawn = async (): Promise<boolean> =>
    (await standing()).every(({ status }) => status === 'entered-in-error');
  expect(await waitUntil(isWithdrawn, 100)).toBe(true);
  expect(await standing()).toHaveLength(3);
  expect((await administer(home, 'DELETE')).status).toBe(204);
  expect((await administer(home, 'DELETE')).status).toBe(404);
});
