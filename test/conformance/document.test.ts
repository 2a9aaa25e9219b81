import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { REPORT_BUNDLE, REPORT_COMPOSITION, REPORT_DOCUMENT } from '../../src/cases/index.ts';
import { REPORT_TRANSLATED } from '../../src/cases/report/composition.ts';
import { opinion, sendCase, until, workUntilReview } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { translationProvenance } from '../journeys/programme/acts.ts';
import { create, done, patch } from '../journeys/programme/moves.ts';
import { guide, to } from '../journeys/programme/words.ts';
import { named, readHtml } from '../pages/html.ts';
import { get, launch, openSmartStage, PASSWORD } from '../smart/stage.ts';
import type { App, SmartStage } from '../smart/stage.ts';
import type { UserAgent } from '../smart/user-agent.ts';
import type { Answer, Json, Partner } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/*
 * A report as it is read at home: as a document (https://hl7.org/fhir/R4/composition-operation-document.html and
 * https://consilium.example/fhir/OperationDefinition/report-document), as a PDF, and as pages.
 */

let stage: SmartStage;
let home: Partner;
let programme: Partner;
let app: App;
let sent: SentCase;
/** Of one report: the text in English, the one in Arabic, and `DiagnosticReport/x`. */
let english: string;
let arabic: string;
let report: string;
/** As it was while it was a draft. */
let draft: Answer;

beforeAll(async () => {
  stage = await openSmartStage();
  home = stage.ehr;
  programme = await stage.house.register('programme', 'programme');
  app = await stage.addApp();
  sent = await sendCase(home, { number: 'D-1', programme: 'programme' });
  await workUntilReview(programme, sent.task);
  await writeReport();
  draft = await document(programme);
  await done(patch(programme, report, { status: 'final' }));
  await until(() => document(home), isReady);
});
afterAll(() => stage.end());

function document(by: Partner, query = '', headers: Record<string, string> = {}): Promise<Answer> {
  return by.fetch('GET', `/${report}/$document${query}`, undefined, headers);
}

function isReady({ status }: Answer): boolean {
  return status === 200;
}

const section = (code: string, title: string, words: string, more: Json = {}): Json => ({
  title,
  code: guide('report-section', code),
  text: { status: 'additional', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${words}</p></div>` },
  ...more,
});

async function writeReport(): Promise<void> {
  const person = await create(programme, { resourceType: 'Practitioner', name: [{ text: 'Dr Reviewer' }] });
  const role = { practitioner: to(person), organization: to('Organization/programme') };
  const reviewer = to(await create(programme, { resourceType: 'PractitionerRole', ...role }));
  const onCase = { basedOn: [to(sent.request)], subject: to(sent.patient) };
  const travel = await create(programme, {
    resourceType: 'Observation',
    status: 'final',
    ...onCase,
    code: guide('opinion-observation', 'travel-advice'),
    valueCodeableConcept: guide('travel-advice', 'do-not-travel'),
  });
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
  english = await create(programme, {
    ...written,
    language: 'en',
    title: 'Second opinion',
    section: [
      section('summary', 'Summary', 'The plan is <b>confirmed</b>.'),
      section('travel', 'Travel', 'Treatment at home.', { entry: [to(travel)] }),
      section('disclaimer', 'Please note', 'This is advice.'),
    ],
  });
  arabic = await create(programme, {
    ...written,
    language: 'ar',
    title: 'رأي ثانٍ',
    relatesTo: [{ code: 'transforms', targetReference: to(english) }],
    section: [
      section('summary', 'الخلاصة', 'تم تأكيد الخطة.'),
      section('travel', 'السفر', 'العلاج في بلد الإقامة.', { entry: [to(travel)] }),
      section('disclaimer', 'تنبيه', 'هذه مشورة.'),
    ],
  });
  report = await create(
    programme,
    opinion(sent, {
      status: 'preliminary',
      language: 'en',
      resultsInterpreter: [reviewer],
      result: [to(travel)],
      extension: [
        { url: REPORT_COMPOSITION, valueReference: to(english) },
        { url: REPORT_TRANSLATED, valueReference: to(arabic) },
      ],
    }),
  );
  await create(programme, translatedBy('machine-then-human', arabic, report));
}

/** Who made a translation, sent apart from it. */
function translatedBy(method: string, ...targets: readonly string[]): Json {
  return { ...translationProvenance(programme, targets[0]!, method), target: targets.map((ref) => to(ref)) };
}

/** Amends the report with texts in place of those that it names: `Composition/x` in English and in Arabic. */
async function replaceTexts(): Promise<string[]> {
  const [urn, other] = [
    'urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e1e01',
    'urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e1e02',
  ];
  const text = async (ref: string, relations: Json[]): Promise<Json> => {
    const { text: told } = await home.fetch('GET', `/${ref}`);
    const {
      id: _id,
      meta: _meta,
      ...former
    } = JSON.parse(told.replace('The wording.', 'A name.').replace('الصياغة.', 'اسم.'));
    return { ...former, relatesTo: [{ code: 'replaces', targetReference: to(ref) }, ...relations] };
  };
  const post = (resource: Json, fullUrl: string): Json => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: 'Composition' },
  });
  const { extension, ...current } = (await programme.fetch('GET', `/${report}`)).body;
  const renamed = (extension as Json[]).map(({ url, valueReference }) =>
    url === REPORT_COMPOSITION
      ? { url, valueReference: to(urn) }
      : url === REPORT_TRANSLATED
        ? { url, valueReference: to(other) }
        : { url, valueReference },
  );
  const answer = await programme.fetch('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      post(await text(english, []), urn),
      post(await text(arabic, [{ code: 'transforms', targetReference: to(urn) }]), other),
      { resource: { ...current, extension: renamed }, request: { method: 'PUT', url: report } },
      { resource: translatedBy('human', other), request: { method: 'POST', url: 'Provenance' } },
    ],
  });
  expect([answer.status, answer.body.issue]).toEqual([200, undefined]);
  await until(() => document(home), isReady);
  return (answer.body.entry as Json[])
    .slice(0, 2)
    .map(({ response }) => response.location.split('/_history')[0].split('/fhir/').at(-1));
}

/** `Bundle/x` in which the signed documents of the report are, the original's first. */
async function signed(): Promise<string[]> {
  const { body } = await home.fetch('GET', `/${report}`);
  const named: Json[] = body.extension.filter(({ url }: Json) => url === REPORT_DOCUMENT);
  return named.map(({ valueReference }) => valueReference.reference);
}

/** The text of a signed document as it is stored. */
async function stored(at: 0 | 1): Promise<string> {
  return (await home.fetch('GET', `/${(await signed())[at]!}`)).text;
}

describe('DiagnosticReport/[id]/$document', () => {
  test('gives an issued report as it was signed, byte for byte, to both parties', async () => {
    const answer = await document(home);
    expect(answer.body).toMatchObject({
      type: 'document',
      language: 'en',
      signature: { sigFormat: 'application/jose' },
    });
    expect(answer.text).toBe(await stored(0));
    expect((await document(programme)).text).toBe(answer.text);
    const posted = await home.fetch('POST', `/${report}/$document`, { resourceType: 'Parameters' });
    expect(posted.text).toBe(answer.text);
  });

  test.each([
    ['?language=ar', {}, 1],
    ['?language=ar-EG', {}, 1],
    ['?language=en', { 'accept-language': 'ar' }, 0],
    ['', { 'accept-language': 'ar, en;q=0.5' }, 1],
    ['', { 'accept-language': 'fr, vi' }, 0],
  ] as const)('%s %j chooses the language', async (query, headers, at) => {
    expect((await document(home, query, headers)).text).toBe(await stored(at));
  });

  test('of a translation says who made it, and how', async () => {
    const { body } = await document(home, '?language=ar');
    const found = body.entry.filter(({ resource }: Json) => resource.resourceType === 'Provenance');
    expect(found).toMatchObject([
      { resource: { target: [to(arabic), to(report)], agent: [{ who: to('Organization/programme') }] } },
    ]);
    expect(JSON.stringify((await document(home)).body)).not.toContain('"Provenance"');
  });

  test('says so where it is not there in the language that is asked for', async () => {
    expectOutcome(await document(home, '?language=vi'), 404, 'no-such-language');
    expectOutcome(await document(home, '?lang=en'), 400, 'unknown-parameter');
  });

  test('comes as XML, too', async () => {
    const xml = await document(home, '?_format=xml');
    expect([xml.status, xml.headers.get('content-type')]).toEqual([200, 'application/fhir+xml; charset=utf-8']);
    expect(xml.text).toContain('<Bundle xmlns="http://hl7.org/fhir">');
  });

  test('of a draft it is made when it is asked for, and not signed', () => {
    expect(draft.status).toBe(200);
    expect(draft.body).toMatchObject({ type: 'document', language: 'en', entry: expect.anything() });
    expect(draft.body.signature).toBeUndefined();
    expect(draft.body.entry[0].fullUrl).toBe(`${stage.fhir}/${english}`);
  });

  test('what is no report of an opinion has no document', async () => {
    const prior = sent.refs.find((ref) => ref.startsWith('DiagnosticReport/'))!;
    expectOutcome(await home.fetch('GET', `/${prior}/$document`), 422, 'no-document');
  });
});

describe('who is given a document', () => {
  test('strangers learn nothing, and who pays is given none', async () => {
    const stranger = await stage.house.register('stranger', 'placer');
    expectOutcome(await document(stranger), 404, 'not-found');
    expectOutcome(await stranger.fetch('GET', `/${english}/$document`), 404, 'not-found');
    const insurer = await stage.house.register('insurer', 'insurer');
    expectOutcome(await document(insurer), 403, 'not-your-move');
  });

  const ask = async (scope: string, patient = sent.patient, of = report) => {
    const { token } = await launch(stage, app, `launch/patient ${scope}`, {
      patient: patient.slice('Patient/'.length),
    });
    return get(stage, token.access_token, `/${of}/$document`);
  };

  test('an app that may read all records of the patient, though a Bundle is of nobody', async () => {
    const answer = await ask('patient/*.rs');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(JSON.parse(await stored(0)));
  });

  test('an app for another patient finds no report', async () => {
    expectOutcome(await ask('patient/*.rs', 'Patient/tran'), 404, 'not-found');
  });

  test('who may not read a type of record in it is given none of it, and told what is needed', async () => {
    const answer = await ask('patient/DiagnosticReport.rs patient/Composition.rs patient/Patient.rs');
    expectOutcome(answer, 403, 'document-not-whole');
    expect(answer.body.issue[0].details.text).toContain('patient/Observation.r');
    expectOutcome(
      await ask('patient/DiagnosticReport.rs patient/Composition.rs', sent.patient, english),
      403,
      'document-not-whole',
    );
    expectOutcome(await ask('patient/Composition.rs'), 403, 'scope-missing');
  });

  test('who may read a type only in part is not given a thinner one', async () => {
    const lab = 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory';
    const { body } = await document(home);
    const types = new Set<string>(body.entry.map(({ resource }: Json) => resource.resourceType));
    types.delete('Observation');
    const scopes = [...types].map((type) => `patient/${type}.rs`).join(' ');
    expectOutcome(await ask(`${scopes} patient/Observation.rs?category=${lab}`), 403, 'document-not-whole');
    expect((await ask(`${scopes} patient/Observation.rs`)).status).toBe(200);
  });
});

describe('Composition/[id]/$document', () => {
  test('gives the signed document of which it is the text', async () => {
    expect((await home.fetch('GET', `/${english}/$document`)).text).toBe(await stored(0));
    expect((await home.fetch('GET', `/${arabic}/$document?persist=true`)).text).toBe(await stored(1));
  });

  test('of any other one is made of what it names, not signed, and not stored', async () => {
    const own = await create(home, {
      resourceType: 'Composition',
      status: 'final',
      type: { text: 'Discharge letter' },
      subject: to(sent.patient),
      date: '2026-03-01',
      author: [{ display: 'Dr Invented' }],
      title: 'Discharge letter',
      section: [{ entry: [to(sent.refs[1]!)] }],
    });
    const answer = await home.fetch('GET', `/${own}/$document`);
    expect(answer.body.entry.map(({ fullUrl }: Json) => fullUrl)).toEqual(
      [own, sent.patient, sent.refs[1]!].map((ref) => `${stage.fhir}/${ref}`),
    );
    expect([answer.body.type, answer.body.meta, answer.body.signature]).toEqual(['document', undefined, undefined]);
    const judged = await home.fetch('POST', '/Bundle/$validate', answer.body);
    expect(judged.body.issue.filter(({ severity }: Json) => severity === 'error')).toEqual([]);
    expectOutcome(await home.fetch('GET', `/${own}/$document?persist=true`), 422, 'persist-not-served');
    expect((await home.fetch('GET', `/Bundle?_profile=${REPORT_BUNDLE}`)).body.total).toBe(2);
  });

  test('serves no graph', async () => {
    expectOutcome(await home.fetch('GET', `/${english}/$document?graph=x`), 422, 'parameter-not-served');
  });
});

describe('the letter as bytes', () => {
  const ask = async (method: string, headers: Record<string, string> = {}, at = 0) => {
    const { body } = await home.fetch('GET', `/${report}`);
    const { url } = body.presentedForm[at];
    return fetch(`${stage.fhir}/${url}`, {
      method,
      headers: { authorization: `Bearer ${home.token}`, accept: 'application/pdf', ...headers },
    });
  };

  test('is a PDF under a name that tells the case and no patient', async () => {
    const answer = await ask('GET');
    const { body } = await home.fetch('GET', `/${sent.task}`);
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="second-opinion-${body.groupIdentifier.value}.pdf"`,
    );
    expect((await ask('HEAD', {}, 1)).headers.get('content-disposition')).toBe(
      `attachment; filename="second-opinion-${body.groupIdentifier.value}-ar.pdf"`,
    );
    expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  });

  test('HEAD tells of it without it; a range is not served, which HTTP allows', async () => {
    const head = await ask('HEAD');
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, 'application/pdf', '']);
    const part = await ask('GET', { range: 'bytes=0-9' });
    expect([200, 206]).toContain(part.status);
    const bytes = Buffer.from(await part.arrayBuffer());
    expect(part.status === 200 ? bytes.subarray(0, 5).toString() : bytes.length).toBe(
      part.status === 200 ? '%PDF-' : 10,
    );
  });

  test("what others sent as PDF has no name of the server's", async () => {
    const answer = await home.fetch('GET', '/Binary/letter-D-1', undefined, { accept: 'application/pdf' });
    expect(answer.headers.get('content-disposition')).toBe('attachment');
  });
});

describe('a report as a page', () => {
  const idOf = () => report.slice('DiagnosticReport/'.length);
  let browser: UserAgent;

  test('is shown after signing in, and leads to the PDF and the other language', async () => {
    browser = stage.browser();
    const asked = await browser.get(`/reports/${idOf()}`);
    expect([asked.status, asked.url]).toEqual([200, `${stage.house.url}/auth/reports/${idOf()}`]);
    expect(asked.text).not.toContain('confirmed');
    const wrong = await browser.submit(asked, 'sign-in', { login: 'binh', password: 'wrong' });
    expect(wrong.status).toBe(400);
    const page = await browser.submit(asked, 'sign-in', { login: 'binh', password: PASSWORD });
    expect(page.status).toBe(200);
    const elements = readHtml(page.text);
    expect(named(elements, 'html')[0]!.attributes).toEqual({ lang: 'en', dir: 'ltr' });
    expect(named(elements, 'strong').map(({ text }) => text)).toContain('confirmed');
    expect(named(elements, 'h2').map(({ text }) => text)).toEqual(expect.arrayContaining(['Summary', 'Please note']));
    expect(page.text).toContain('Organisation programme');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self'/);
    expect(page.headers.get('cache-control')).toBe('no-store');
    const links = named(elements, 'a').map(({ attributes }) => attributes['href']!);
    const pdf = await browser.get(links.find((href) => href.includes('/letter.pdf'))!);
    expect([pdf.status, pdf.text.slice(0, 5)]).toEqual([200, '%PDF-']);
    expect(pdf.headers.get('content-disposition')).toMatch(/^inline; filename="second-opinion-SO-[\w-]+\.pdf"$/);
    const other = await browser.get(links.find((href) => href.endsWith('?lang=ar'))!);
    expect(named(readHtml(other.text), 'html')[0]!.attributes).toEqual({ lang: 'ar', dir: 'rtl' });
    expect([other.text, other.headers.get('content-language')]).toEqual([
      expect.stringContaining('تم تأكيد الخطة'),
      'ar',
    ]);
  });

  test('says what the signed document says: its digest, and where to check it', async () => {
    const page = await browser.get(`/auth/reports/${idOf()}`);
    const uuid = JSON.parse(await stored(0)).identifier.value.slice('urn:uuid:'.length);
    expect(page.text).toContain(`${stage.house.url}/verify/${uuid}`);
  });

  test('is audited as what the person reads', async () => {
    const client = new Client({ connectionString: stage.house.database });
    await client.connect();
    const { rows } = await client.query(
      `select interaction, person, client from audit where ref = $1 and person is not null and client = 'consilium'`,
      [report],
    );
    await client.end();
    expect(rows).toEqual(expect.arrayContaining([expect.objectContaining({ person: 'Practitioner/dr-binh' })]));
  });

  test('is not there for another hospital, nor for another patient', async () => {
    await stage.addUser('tran-home', 'Patient/tran', { patients: ['Patient/tran'] });
    for (const login of ['wu', 'tran-home']) {
      const other = stage.browser();
      const asked = await other.get(`/auth/reports/${idOf()}`);
      const page = await other.submit(asked, 'sign-in', { login, password: PASSWORD });
      expect([login, page.status]).toEqual([login, 404]);
      expect(page.text).not.toContain('confirmed');
      expect((await other.get(`/auth/reports/${idOf()}/letter.pdf`)).status).toBe(404);
    }
  });

  test('the patient reads it, too', async () => {
    await stage.addUser('patient', sent.patient, { patients: [sent.patient] });
    const own = stage.browser();
    const asked = await own.get(`/auth/reports/${idOf()}`);
    const page = await own.submit(asked, 'sign-in', { login: 'patient', password: PASSWORD });
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('confirmed')]);
    const pdf = await own.get(`/auth/reports/${idOf()}/letter.pdf`);
    expect([pdf.status, pdf.text.slice(0, 5)]).toEqual([200, '%PDF-']);
  });

  test('nobody who is not signed in is given the PDF', async () => {
    const page = await stage.browser().get(`/auth/reports/${idOf()}/letter.pdf`);
    expect(page.url).toBe(`${stage.house.url}/auth/reports/${idOf()}`);
    expect(page.text).toContain('name="password"');
  });
});

describe('what everybody may know of a signed document', () => {
  const look = async (uuid: string, language = 'en') => {
    const answer = await fetch(`${stage.house.url}/verify/${uuid}`, { headers: { 'accept-language': language } });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const statusOf = ({ text }: { text: string }) =>
    readHtml(text).find(({ attributes }) => attributes['role'] === 'status')?.text;
  const uuidOf = async (at: 0 | 1) => JSON.parse(await stored(at)).identifier.value.slice('urn:uuid:'.length) as string;

  test('who issued it, that it holds, and its digest, without a word on the patient', async () => {
    const page = await look(await uuidOf(0));
    expect([page.status, statusOf(page)]).toEqual([200, expect.stringMatching(/^Current/)]);
    expect(page.text).toContain('Organisation programme');
    for (const secret of ['Family-D-1', 'Given', '1970-01-02', sent.patient, report, 'D-1'])
      expect(page.text).not.toContain(secret);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    const arabicPage = await look(await uuidOf(0), 'ar-EG, en;q=0.5');
    expect(named(readHtml(arabicPage.text), 'html')[0]!.attributes['dir']).toBe('rtl');
  });

  test.each(['0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e1e00', 'x', '%27%3B', '..%2Fauth'])('%s is of none', async (uuid) => {
    const page = await look(uuid);
    expect([page.status, statusOf(page)]).toEqual([404, undefined]);
    expect(page.text).toContain('No such report is known here');
  });

  // Last, since the report changes.
  test('of an amended report never the former document is given, of a withdrawn one none', async () => {
    const former = await document(home);
    const [uuid, other] = [await uuidOf(0), await uuidOf(1)];
    const compositions = await Promise.all(
      [english, arabic].map(async (ref) => (await home.fetch('GET', `/${ref}`)).body),
    );
    const texts = [
      section('changes', 'What has changed', 'The wording.'),
      section('changes', 'ما الذي تغيّر', 'الصياغة.'),
    ];
    const current = (await programme.fetch('GET', `/${report}`)).body;
    const entry = [
      ...compositions.map((one, at) => ({ ...one, status: 'amended', section: [...one.section, texts[at]] })),
      { ...current, status: 'amended' },
    ].map((resource) => ({ resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } }));
    const amended = await programme.fetch('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(amended.status).toBe(200);
    const seen: Answer[] = [];
    await until(async () => {
      const answer = await document(home);
      seen.push(answer);
      return answer;
    }, isReady);
    for (const answer of seen.slice(0, -1)) {
      expectOutcome(answer, 503, 'document-pending');
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    expect(seen.at(-1)!.status).toBe(200);
    expect(seen.at(-1)!.body.identifier).not.toEqual(former.body.identifier);
    expect([statusOf(await look(uuid)), statusOf(await look(other))]).toEqual([
      expect.stringMatching(/^Replaced/),
      expect.stringMatching(/^Replaced/),
    ]);
    const browser = stage.browserOf('binh');
    const asked = await browser.get(`/auth/reports/${report.slice('DiagnosticReport/'.length)}`);
    const page = asked.text.includes('name="password"')
      ? await browser.submit(asked, 'sign-in', { login: 'binh', password: PASSWORD })
      : asked;
    expect(statusOf(page)).toContain('was changed');
    expect(page.text).toContain(
      `Replaces the document urn:uuid:${uuid}, issued ${former.body.timestamp.slice(0, 10)}.`,
    );

    const issued = await document(home);
    const heirs = await replaceTexts();
    expect((await home.fetch('GET', `/${english}/$document`)).text).toBe(issued.text);
    expect((await home.fetch('GET', `/${heirs[0]}/$document`)).body.entry[0].fullUrl).toBe(`${stage.fhir}/${heirs[0]}`);
    const never = (await home.fetch('GET', `/${heirs[0]}`)).body;
    const unnamed = await create(programme, { ...never, id: undefined, meta: undefined });
    const told = await programme.fetch('GET', `/${unnamed}/$document`);
    expectOutcome(told, 409, 'composition-replaced');
    expect(told.text).toContain(`${report} (${heirs.join(', ')})`);
    const next = { ...never, id: undefined, meta: undefined, status: 'preliminary' };
    const unsigned = await programme.fetch('GET', `/${await create(programme, next)}/$document`);
    expect([unsigned.status, unsigned.body.signature]).toEqual([200, undefined]);

    await done(patch(programme, report, { status: 'entered-in-error' }));
    expectOutcome(await document(home), 410, 'report-withdrawn');
    for (const ref of [english, arabic, ...heirs])
      expectOutcome(await home.fetch('GET', `/${ref}/$document`), 410, 'report-withdrawn');
    const withdrawn = await browser.get(`/auth/reports/${report.slice('DiagnosticReport/'.length)}`);
    expect([withdrawn.status, named(readHtml(withdrawn.text), 'h1')[0]!.text]).toEqual([
      410,
      'This report was withdrawn',
    ]);
    await until(
      async () => ({ status: 200, headers: new Headers(), text: '', body: statusOf(await look(uuid)) }),
      ({ body }) => String(body).startsWith('Withdrawn'),
    );
    expect(statusOf(await look(uuid))).toMatch(/^Withdrawn/);
  });
});

describe('a document and other patients', () => {
  test('of a patient in whom another was merged, is there for both parties, and shows none but that patient', async () => {
    const one = await sendCase(home, { number: 'D-merged', programme: 'programme' });
    const duplicate = await create(home, { resourceType: 'Patient', name: [{ family: 'Twice' }], active: false });
    await done(patch(home, one.patient, { link: [{ type: 'replaces', other: to(duplicate) }] }));
    await workUntilReview(programme, one.task);
    // Of whom a step speaks beside the patient is told by that step, which both parties see.
    const donor = await create(programme, { resourceType: 'Patient', name: [{ family: 'Donor' }] });
    await done(patch(programme, one.task, { input: [{ type: { text: 'donor' }, valueReference: to(donor) }] }));
    const issued = await create(programme, opinion(one));
    const given = (by: Partner) => (): Promise<Answer> => by.fetch('GET', `/${issued}/$document`);
    const { text } = await until(given(home), isReady);
    expect(text).toContain(duplicate);
    expect((await given(programme)()).text).toBe(text);
    expect(text).toContain(donor);
    for (const word of ['Twice', 'Donor']) expect(text).not.toContain(word);
    expect((await programme.fetch('GET', `/${duplicate}`)).status).toBe(404);
    expect((await home.fetch('GET', `/${donor}`)).status).toBe(404);
  });

  test('that somebody else made joins a case with its patient, and not with another', async () => {
    const [own, other] = [
      await create(home, { resourceType: 'Patient', link: [{ type: 'replaces', other: to('Patient/duplicate') }] }),
      await create(home, { resourceType: 'Patient' }),
    ];
    const summaryOf = async (ref: string, ...more: Json[]): Promise<string> => {
      const patient = await stage.ehr.fetch('GET', `/${ref}`);
      const text = {
        resourceType: 'Composition',
        id: 'text',
        status: 'final',
        type: { text: 'Summary' },
        subject: to(ref),
        date: '2026-03-02T08:00:00Z',
        author: [{ display: 'The ward' }],
        title: 'Summary',
      };
      const entry = [text, patient.body, ...more].map((resource) => ({
        fullUrl: `https://home.example/fhir/${resource.resourceType}/${resource.id}`,
        resource,
      }));
      const identifier = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${randomUUID()}` };
      const timestamp = '2026-03-02T08:00:00Z';
      return create(home, { resourceType: 'Bundle', type: 'document', identifier, timestamp, entry });
    };
    const condition = { resourceType: 'Condition', id: 'stray', subject: to(other) };
    const documents = [await summaryOf(own), await summaryOf(other), await summaryOf(own, condition)];
    await sendCase(home, {
      number: 'D-summaries',
      programme: 'programme',
      request: { subject: to(own), supportingInfo: documents.map((ref) => to(ref)) },
    });
    const seen = await Promise.all(documents.map((ref) => programme.fetch('GET', `/${ref}`)));
    expect(seen.map(({ status }) => status)).toEqual([200, 404, 404]);
  });
});
