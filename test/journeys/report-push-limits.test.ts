import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { REPORT_COMPOSITION } from '../../src/cases/index.ts';
import { send, startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { EHR_CLIENT, startMockEhr } from '../support/mock-ehr.ts';
import type { EhrOffers, MockEhr } from '../support/mock-ehr.ts';
import { waitUntil } from '../support/wait-until.ts';
import { opinion, sendCase, SYSTEM, workUntilReview } from './packet.ts';
import type { SentCase } from './packet.ts';
import { narrative } from './programme/reports.ts';
import { create, done, entryOf, patch, read, transact } from './programme/moves.ts';
import { guide, to } from './programme/words.ts';

/** Reports on their way into EHRs that cannot do what is needed, or of which no documents come about. */

const HOUR = 3_600_000;

let house: TestHouse;
let home: Partner;
let programme: Partner;
let ehr: MockEhr;
/** By which the clock of cases is ahead, in ms. */
let ahead = 0;

beforeAll(async () => {
  house = await startHouse({ clock: () => new Date(Date.now() + ahead) });
  home = await house.register('home', 'placer', 'system/*.cruds admin');
  programme = await house.register('programme', 'programme');
});
afterEach(() => ehr.stop());
afterAll(() => house.stop());

function ask(method: string, path: string, body?: Json): Promise<Json> {
  const headers = { 'content-type': 'application/json' };
  return send(house.url, home.token, method, path, body, body === undefined ? {} : headers);
}

const look = async (): Promise<Json> => (await ask('GET', '/admin/deliveries/push:home')).body;

/** The hospital has another EHR from now on, which offers this. */
async function connect(offers: EhrOffers = {}): Promise<void> {
  ehr = await startMockEhr(async () => (await fetch(`${house.url}/auth/jwks`)).json(), offers);
  await ask('PUT', '/admin/organization/ehr', { baseUrl: ehr.url, clientId: EHR_CLIENT });
  expect(await waitUntil(async () => (await look()).status === 'active', 100)).toBe(true);
}

/** Until all that was to be pushed is there, or is given up. */
async function settled(events: number): Promise<void> {
  const isSettled = async (): Promise<boolean> => {
    const { events: told, delivered } = await look();
    return told === events && delivered === events;
  };
  expect(await waitUntil(isSettled, 100)).toBe(true);
}

/** A case under review, whose patient the EHR knows. */
async function open(number: string): Promise<SentCase> {
  await ehr.add({ resourceType: 'Patient', identifier: [{ system: SYSTEM, value: `${number}-patient` }] });
  const sent = await sendCase(home, { programme: 'programme', number });
  await workUntilReview(programme, sent.task);
  return sent;
}

async function textsOf(query: string, by: Partner): Promise<string[]> {
  const { entry = [] } = (await by.fetch('GET', `/Communication?${query}&_sort=sent`)).body;
  return entry.flatMap(({ resource }: Json) => resource.payload.map(({ contentString }: Json) => contentString));
}
/** What the home EHR has said on the case. */
const acknowledged = ({ request }: SentCase): Promise<string[]> => textsOf(`based-on=${request}`, programme);
/** What the hospital was told of reports that did not get there. */
const failures = (): Promise<string[]> => textsOf('recipient=Organization/home', home);

async function theirs(report: string, type: string): Promise<Json[]> {
  const [, id = ''] = report.split('/');
  return (await ehr.all(type)).filter(({ identifier }) => JSON.stringify(identifier).includes(id));
}

/** Has an event sent again, as it is told how to. */
async function replay(told: string): Promise<void> {
  const [, address = '', body = ''] = /POST (\S+) with (\{[^}]*\})/.exec(told) ?? [];
  expect((await ask('POST', address, body)).status).toBe(200);
}

test('of a patient in whom others were merged the report arrives like any other', async () => {
  await connect();
  const sent = await open('merged');
  const duplicate = await create(home, { resourceType: 'Patient', active: false });
  await done(patch(home, sent.patient, { link: [{ type: 'replaces', other: to(duplicate) }] }));
  const report = await create(programme, opinion(sent));
  await settled(1);
  expect(await theirs(report, 'DiagnosticReport')).toMatchObject([{ status: 'final' }]);
  expect(await acknowledged(sent)).toHaveLength(1);
  expect((await home.fetch('GET', `/${report}/$document`)).status).toBe(200);
  expect((await programme.fetch('GET', `/${duplicate}`)).status).toBe(404);
  expect(await failures()).toEqual([]);
});

test('what the EHR cannot change or withdraw is not taken over: the hospital is told what stands there', async () => {
  await connect({ lacks: ['update'] });
  const sent = await open('fixed');
  const report = await create(programme, opinion(sent, { conclusion: 'The first text.' }));
  await settled(2);
  const [there] = await theirs(report, 'DiagnosticReport');
  expect(await acknowledged(sent)).toEqual([
    `The home EHR has taken the report over, as DiagnosticReport/${there.id}.`,
  ]);
  await done(patch(programme, report, { status: 'amended', conclusion: 'The second text.' }));
  await settled(3);
  expect(await theirs(report, 'DiagnosticReport')).toEqual([there]);
  expect(await acknowledged(sent)).toHaveLength(1);
  const [amended = '', ...more] = await failures();
  expect(more).toEqual([]);
  expect(amended).toMatch(new RegExp(`^${report} was changed by the programme, .* cannot change what stands there`));
  expect(amended).toContain(`DiagnosticReport/${there.id} (identifier ${there.identifier[0].system}|`);
  expect(amended).toContain('Replace that by hand');

  await done(patch(programme, report, { status: 'entered-in-error' }));
  await settled(4);
  expect(await theirs(report, 'DiagnosticReport')).toEqual([there]);
  expect(await acknowledged(sent)).toHaveLength(1);
  const withdrawn = (await failures())[1] ?? '';
  expect(withdrawn).toMatch(new RegExp(`^${report} was withdrawn by the programme: it was issued in error`));
  expect(withdrawn).toContain(`DiagnosticReport/${there.id} (identifier `);
  expect(withdrawn).toContain('Mark it by hand as entered-in-error');
  const attempts = (await look()).attempts.map(({ outcome, reason }: Json) => `${outcome} ${reason ?? ''}`);
  expect(attempts.filter((one: string) => one.startsWith('dead'))).toHaveLength(2);
});

test('what nobody can look for there is withdrawn all the same', async () => {
  await connect({ lacks: ['search-type'] });
  const sent = await open('unseen');
  const report = await create(programme, opinion(sent));
  await settled(5);
  expect(await acknowledged(sent)).toHaveLength(1);
  await done(patch(programme, report, { status: 'entered-in-error' }));
  await settled(6);
  for (const type of ['DiagnosticReport', 'DocumentReference'])
    expect(await theirs(report, type)).toMatchObject([{ status: 'entered-in-error' }]);
  expect(await failures()).toHaveLength(2);
});

test('a report of which no documents come about keeps the others waiting for an hour, and no longer', async () => {
  await connect();
  const [broken, whole] = [await open('broken'), await open('whole')];
  // Its text speaks of another patient: it is never shown to the home side, and no document is made of it.
  const other = await create(programme, { resourceType: 'Patient' });
  const person = await create(programme, { resourceType: 'Practitioner', name: [{ text: 'Dr Invented' }] });
  const role = { practitioner: to(person), organization: to('Organization/programme') };
  const reviewer = to(await create(programme, { resourceType: 'PractitionerRole', ...role }));
  const composition = await create(programme, {
    resourceType: 'Composition',
    status: 'final',
    language: 'en',
    title: 'Second opinion',
    type: { coding: [{ system: 'http://loinc.org', code: '11488-4' }] },
    subject: to(broken.patient),
    event: [{ detail: [to(broken.request)] }],
    date: '2026-03-02T08:00:00Z',
    author: [reviewer, to(other)],
    attester: [{ mode: 'professional', time: '2026-03-02T08:00:00Z', party: reviewer }],
    section: [
      { title: 'Summary', code: guide('report-section', 'summary'), text: narrative('All is well.') },
      { title: 'Please note', code: guide('report-section', 'disclaimer'), text: narrative('This is advice.') },
    ],
  });
  const extension = [{ url: REPORT_COMPOSITION, valueReference: to(composition) }];
  const stuck = await create(programme, opinion(broken, { language: 'en', resultsInterpreter: [reviewer], extension }));
  const waits = async (): Promise<boolean> =>
    (await look()).attempts.some(({ outcome, reason }: Json) => outcome === 'later' && reason === 'report-unfiled');
  expect(await waitUntil(waits, 100)).toBe(true);
  const healthy = await create(programme, opinion(whole));
  expect(await waitUntil(async () => (await look()).events === 8, 100)).toBe(true);
  expect((await look()).delivered).toBe(6);
  ahead += 2 * HOUR;
  await settled(8);
  expect(await theirs(stuck, 'DiagnosticReport')).toEqual([]);
  expect(await theirs(healthy, 'DiagnosticReport')).toHaveLength(1);
  expect((await look()).status).toBe('active');
  const told = (await failures()).at(-1) ?? '';
  expect(told).toMatch(new RegExp(`^${stuck} was issued, but no letter and signed document of it could be made`));
  expect(told).toContain('nothing is wrong with your connection');
  expect(told).not.toContain('connection and send');

  // The programme mends its text: the documents come about, and what was skipped can be sent once more.
  const text = await read(programme, composition);
  const changes = { title: 'Changes', code: guide('report-section', 'changes'), text: narrative('Who wrote it.') };
  const mended = { ...text, status: 'amended', author: [reviewer], section: [...text.section, changes] };
  const amended = { ...(await read(programme, stuck)), status: 'amended', conclusion: 'Mended.' };
  await done(transact(programme, entryOf(mended), entryOf(amended)));
  await settled(9);
  expect(await theirs(stuck, 'DiagnosticReport')).toMatchObject([{ conclusion: 'Mended.' }]);
  expect(await acknowledged(broken)).toHaveLength(1);
  const arrived = async (): Promise<number> =>
    (await look()).attempts.filter(({ outcome }: Json) => outcome === 'delivered').length;
  const before = await arrived();
  await replay(told);
  expect(await waitUntil(async () => (await arrived()) > before, 100)).toBe(true);
});
