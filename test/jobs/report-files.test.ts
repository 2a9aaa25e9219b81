import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { REPORT_COMPOSITION, REPORT_DOCUMENT, REPORT_TRANSLATED } from '../../src/cases/index.ts';
import { documentUuid, recordsOf, referencesOutside, verifyDocument } from '../../src/reports/index.ts';
import type { Verification } from '../../src/reports/index.ts';
import { matches, opinion, sendCase, until, workUntilReview } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { translationProvenance } from '../journeys/programme/acts.ts';
import { create, done, entryOf, patch, read, transact } from '../journeys/programme/moves.ts';
import { guide, to } from '../journeys/programme/words.ts';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { waitUntil } from '../support/wait-until.ts';

/** What comes of an issued report: signed documents and letters, over its whole life. */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let owner: Client;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  owner = new Client({ connectionString: house.database });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await house.stop();
});

/** `Bundle/x` of the documents that a report names, in their order. */
function documentsOf(report: Json): string[] {
  return (report.extension ?? [])
    .filter(({ url }: Json) => url === REPORT_DOCUMENT)
    .map(({ valueReference }: Json) => valueReference.reference);
}

/** The report once it names other documents than these. */
async function filed(ref: string, former: readonly string[] = []): Promise<Json> {
  const isNew = (report: Json): boolean => documentsOf(report).join() !== former.join();
  const { body } = await until(
    () => home.fetch('GET', `/${ref}`),
    (answer) => isNew(answer.body),
  );
  expect(isNew(body)).toBe(true);
  return body;
}

/** Verifies a document with its letter, as the home side has them, by the root that the gateway publishes. */
async function verify(bundle: string, letter: string): Promise<Verification> {
  const root = await (await fetch(`${house.url}/.well-known/consilium-report-root.pem`)).text();
  const { text } = await home.fetch('GET', `/${bundle}`);
  return verifyDocument(text, { roots: [root], now: new Date(), pdf: await bytesOf(letter) });
}

async function bytesOf(binary: string): Promise<Uint8Array> {
  const headers = { authorization: `Bearer ${home.token}`, accept: 'application/pdf' };
  const answer = await fetch(`${house.url}/fhir/${binary}`, { headers });
  expect(answer.headers.get('content-type')).toBe('application/pdf');
  return new Uint8Array(await answer.arrayBuffer());
}

async function statusesOf(report: string): Promise<string[]> {
  const found = await owner.query<{ status: string }>(
    'select status from signed_document where report = $1 order by issued_at, status',
    [report],
  );
  return found.rows.map(({ status }) => status);
}

/** Lets the job of a report run once more. */
async function runAgain(sent: SentCase, report: string): Promise<void> {
  const { rows } = await owner.query<{ id: string }>('select id from cases where service_request = $1', [sent.request]);
  const payload = JSON.stringify({ report, caseId: rows[0]!.id, programme: 'programme' });
  await owner.query(`select graphile_worker.add_job('report-files', $1::json, job_key := 'again')`, [payload]);
  const isDone = async (): Promise<boolean> =>
    (await owner.query(`select 1 from graphile_worker.jobs where key = 'again'`)).rowCount === 0;
  if (!(await waitUntil(isDone))) throw new Error('the job did not end');
}

async function letterStatuses(report: string): Promise<string[]> {
  const { body } = await home.fetch('GET', `/DocumentReference?related=${report}&_sort=date`);
  return body.entry.map(({ resource }: Json) => resource.status);
}

test('a report without sections is filed as a signed document with its letter, again when it changes, and withdrawn', async () => {
  const sent = await sendCase(home, { number: 'plain', programme: 'programme' });
  await workUntilReview(programme, sent.task);
  const own = { contentType: 'text/plain', title: 'Tables', url: await textOf('own form') };
  const report = await create(programme, opinion(sent, { presentedForm: [own] }));
  const issued = await filed(report);

  // The programme's own form stays, the letter comes behind it.
  const [bundle] = documentsOf(issued) as [string];
  expect(issued.presentedForm).toMatchObject([own, { contentType: 'application/pdf', language: 'en' }]);
  const letter: string = issued.presentedForm[1].url;
  expect(await verify(bundle, letter)).toMatchObject({ outcome: 'valid', altered: [], letter: 'same' });

  const document = await read(home, bundle);
  expect(document).toMatchObject({
    type: 'document',
    language: 'en',
    signature: { who: to('Organization/programme') },
  });
  const types = recordsOf(document).map(({ resourceType }) => resourceType);
  expect(types.slice(0, 3)).toEqual(['Composition', 'DiagnosticReport', 'Task']);
  expect(types.at(-1)).toBe('DocumentReference');
  expect(new Set(types)).toEqual(
    new Set(
      'Composition Condition DiagnosticReport DocumentReference MedicationStatement Observation Organization Patient Procedure ServiceRequest Task'.split(
        ' ',
      ),
    ),
  );
  // Nothing leads out of it but bytes.
  expect(referencesOutside(document as never).filter((ref) => !ref.startsWith('Binary/'))).toEqual([]);
  // The document is a copy: what it names belongs to the case only where somebody else named it.
  expect((await home.fetch('GET', `/DocumentReference?related=${report}`)).body.total).toBe(1);

  // Once more does nothing.
  await runAgain(sent, report);
  expect((await read(home, report)).meta.versionId).toBe(issued.meta.versionId);
  expect(await statusesOf(report)).toEqual(['current']);

  // What the server filed is neither lost nor forged by who writes the report anew, and nobody changes it.
  const forged = [{ url: REPORT_DOCUMENT, valueReference: to('Bundle/forged') }];
  const { presentedForm: _forms, extension: _extension, ...bare } = issued;
  const form = { contentType: 'application/pdf', url: 'Binary/forged', extension: forged };
  const rewritten = { ...bare, status: 'amended', conclusion: 'Changed.', extension: forged, presentedForm: [form] };
  const put = await programme.fetch('PUT', `/${report}`, rewritten);
  expect(put.status).toBe(200);
  expect(documentsOf(put.body)).toEqual([bundle]);
  expect(put.body.presentedForm).toEqual([issued.presentedForm[1]]);
  expect((await programme.fetch('PUT', `/${bundle}`, { ...document, timestamp: '2020-01-01T00:00:00Z' })).status).toBe(
    409,
  );

  const amended = await filed(report, [bundle]);
  const [second] = documentsOf(amended) as [string];
  expect(documentsOf(amended)).toHaveLength(1);
  expect(amended.presentedForm).toHaveLength(1);
  expect(await verify(second, amended.presentedForm[0].url)).toMatchObject({ outcome: 'valid', letter: 'same' });
  const [composition] = recordsOf(await read(home, second));
  expect(composition).toMatchObject({
    status: 'amended',
    relatesTo: [{ code: 'replaces', targetIdentifier: { value: `urn:uuid:${documentUuid(document)}` } }],
  });
  // The former ones stay to be read, and say that they are former.
  expect(await verify(bundle, letter)).toMatchObject({ outcome: 'valid', letter: 'same' });
  expect((await letterStatuses(report)).sort()).toEqual(['current', 'superseded']);
  expect((await statusesOf(report)).sort()).toEqual(['current', 'superseded']);

  expect((await patch(programme, report, { status: 'entered-in-error' })).status).toBe(200);
  expect(await waitUntil(async () => (await letterStatuses(report)).every((one) => one === 'entered-in-error'))).toBe(
    true,
  );
  expect(new Set(await statusesOf(report))).toEqual(new Set(['withdrawn']));
  expect(documentsOf(await read(home, report))).toEqual([second]);
}, 120_000);

test('a report in sections and its translation are a pair of documents that name each other', async () => {
  const sent = await sendCase(home, { number: 'pair', programme: 'programme' });
  await workUntilReview(programme, sent.task);
  const { report, translated } = await writePair(sent);
  const issued = await filed(report);
  const [original, translation] = documentsOf(issued) as [string, string];
  expect(documentsOf(issued)).toHaveLength(2);
  expect(issued.presentedForm.map(({ language }: Json) => language)).toEqual(['en', 'vi']);
  const [one, other] = [await read(home, original), await read(home, translation)];
  expect([one.language, other.language]).toEqual(['en', 'vi']);
  for (const [at, bundle] of [original, translation].entries())
    expect(await verify(bundle, issued.presentedForm[at].url)).toMatchObject({ outcome: 'valid', letter: 'same' });
  const [composition] = recordsOf(other);
  expect(composition).toMatchObject({
    id: translated.split('/')[1],
    relatesTo: [
      { code: 'transforms' },
      { code: 'transforms', targetIdentifier: { value: `urn:uuid:${documentUuid(one)}` } },
    ],
  });
  expect(recordsOf(other).at(-1)).toMatchObject({
    resourceType: 'DocumentReference',
    relatesTo: [{ code: 'transforms', target: to(`DocumentReference/${recordsOf(one).at(-1)!.id}`) }],
    content: [
      { attachment: { language: 'vi', extension: [{ valueBase64Binary: await sha256(issued.presentedForm[1].url) }] } },
    ],
  });
  // The reviewer and what the sections name have come along, the other language's text has not.
  const types = recordsOf(one).map(({ resourceType }) => resourceType);
  for (const type of ['PractitionerRole', 'Practitioner', 'Observation']) expect(types).toContain(type);
  expect(types.filter((type) => type === 'Composition')).toHaveLength(1);

  // Changed together, both have new documents, each in the place of its own former one.
  const [english, vietnamese] = [
    await read(programme, `Composition/${recordsOf(one)[0]!.id}`),
    await read(programme, translated),
  ];
  const changed = [english, vietnamese].map((text) =>
    entryOf({
      ...text,
      status: 'amended',
      section: [...text.section, section('changes', 'Changes', 'The date: 2026.')],
    }),
  );
  await done(transact(programme, ...changed, entryOf({ ...(await read(programme, report)), status: 'corrected' })));
  const corrected = documentsOf(await filed(report, [original, translation])) as [string, string];
  const relations = await Promise.all(
    corrected.map(async (bundle) => (recordsOf(await read(home, bundle))[0]!['relatesTo'] as Json[]).slice(-2)),
  );
  const replaced = ({ identifier: { value }, timestamp }: Json): Json => ({
    code: 'replaces',
    targetIdentifier: { value, period: { start: timestamp } },
  });
  expect(relations[0]).toMatchObject([replaced(one)]);
  expect(relations[1]).toMatchObject([replaced(other), { code: 'transforms' }]);
  expect((await statusesOf(report)).sort()).toEqual(['current', 'current', 'superseded', 'superseded']);
  const current = matches(await home.fetch('GET', `/DocumentReference?related=${report}&status=current`));
  expect(current).toHaveLength(2);
}, 120_000);

test('nothing of another home gets into a document, even where the programme names it', async () => {
  const other = await house.register('other-home', 'placer');
  const foreign = await create(other, {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Of somebody else' },
  });
  await sendCase(other, { number: 'foreign', programme: 'programme', supportingInfo: [to(foreign)] });
  await read(programme, foreign);
  const sent = await sendCase(home, { number: 'own', programme: 'programme' });
  await workUntilReview(programme, sent.task);
  const report = await create(programme, opinion(sent, { result: [to(foreign)] }));
  const [bundle] = documentsOf(await filed(report)) as [string];
  const document = await home.fetch('GET', `/${bundle}`);
  expect(document.text).not.toContain('Of somebody else');
  expect(referencesOutside(document.body)).toContain(foreign);
}, 120_000);

async function sha256(binary: string): Promise<string> {
  return createHash('sha256')
    .update(await bytesOf(binary))
    .digest('base64');
}

async function textOf(words: string): Promise<string> {
  const data = Buffer.from(words).toString('base64');
  return create(programme, { resourceType: 'Binary', contentType: 'text/plain', data });
}

function section(code: string, title: string, words: string, more: Json = {}): Json {
  const div = `<div xmlns="http://www.w3.org/1999/xhtml"><p>${words}</p></div>`;
  return { title, code: guide('report-section', code), text: { status: 'additional', div }, ...more };
}

/** A report in English with its translation into Vietnamese, issued. */
async function writePair(sent: SentCase): Promise<{ readonly report: string; readonly translated: string }> {
  await done(
    transact(
      programme,
      entryOf({ resourceType: 'Practitioner', id: 'reviewer', active: true, name: [{ text: 'Dr Reviewer' }] }),
      entryOf({
        resourceType: 'PractitionerRole',
        id: 'reviewer',
        practitioner: to('Practitioner/reviewer'),
        organization: to('Organization/programme'),
      }),
    ),
  );
  const onCase = { basedOn: [to(sent.request)], subject: to(sent.patient) };
  const travel = await create(programme, {
    resourceType: 'Observation',
    status: 'final',
    ...onCase,
    code: guide('opinion-observation', 'travel-advice'),
    valueCodeableConcept: guide('travel-advice', 'do-not-travel'),
  });
  const reviewer = to('PractitionerRole/reviewer');
  const written = {
    resourceType: 'Composition',
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '11488-4' }] },
    subject: to(sent.patient),
    event: [{ detail: [to(sent.request)] }],
    date: '2026-03-02T08:00:00Z',
    author: [reviewer],
    attester: [{ mode: 'professional', time: '2026-03-02T08:00:00Z', party: reviewer }],
  };
  const composition = await create(programme, {
    ...written,
    language: 'en',
    title: 'Second opinion',
    section: [
      section('summary', 'Summary', 'The mass is 34 mm.'),
      section('travel', 'Travel', 'Treatment at home.', { entry: [to(travel)] }),
      section('disclaimer', 'Please note', 'This is advice.'),
    ],
  });
  const translated = await create(programme, {
    ...written,
    language: 'vi',
    title: 'Ý kiến thứ hai',
    relatesTo: [{ code: 'transforms', targetReference: to(composition) }],
    section: [
      section('summary', 'Tóm tắt', 'Khối u 34 mm.'),
      section('travel', 'Đi lại', 'Điều trị tại nhà.', { entry: [to(travel)] }),
      section('disclaimer', 'Lưu ý', 'Đây là lời khuyên.'),
    ],
  });
  const report = opinion(sent, {
    status: 'preliminary',
    language: 'en',
    resultsInterpreter: [reviewer],
    result: [to(travel)],
    extension: [
      { url: REPORT_COMPOSITION, valueReference: to(composition) },
      { url: REPORT_TRANSLATED, valueReference: to(translated) },
    ],
  });
  const ref = await create(programme, report);
  const made = translationProvenance(programme, translated, 'human');
  await create(programme, { ...made, target: [...made.target, to(ref)] });
  await done(patch(programme, ref, { status: 'final' }));
  return { report: ref, translated };
}
