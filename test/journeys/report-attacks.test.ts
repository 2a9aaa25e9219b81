import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { REPORT_COMPOSITION, REPORT_DOCUMENT } from '../../src/cases/index.ts';
import { ANSWERED_QUESTION } from '../../src/cases/report/composition.ts';
import { documentUuid, recordsOf } from '../../src/reports/index.ts';
import { named, readHtml } from '../pages/html.ts';
import { openSmartStage, PASSWORD } from '../smart/stage.ts';
import type { SmartStage } from '../smart/stage.ts';
import type { Page, UserAgent } from '../smart/user-agent.ts';
import type { Answer, Json, Partner } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { waitUntil } from '../support/wait-until.ts';
import { sendCase, until, workUntilReview } from './packet.ts';
import type { SentCase } from './packet.ts';
import { create, done, entryOf, patch, read, transact } from './programme/moves.ts';
import { form } from './programme/packet.ts';
import { keysOf } from './programme/checks.ts';
import { narrative } from './programme/reports.ts';
import { guide, to } from './programme/words.ts';

/** Ways to issue a report that is not whole, to change one that is out, and to have its page do what it should not. */

const QUESTIONS = ['Is it so?', 'What now?'];
const EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e';

let stage: SmartStage;
let home: Partner;
let programme: Partner;
let owner: Client;
let reviewer: Json;

beforeAll(async () => {
  stage = await openSmartStage();
  home = stage.ehr;
  programme = await stage.house.register('programme', 'programme');
  owner = new Client({ connectionString: stage.house.database });
  await owner.connect();
  const person = await create(programme, { resourceType: 'Practitioner', name: [{ text: `Dr ${EVIL.slice(0, -1)}` }] });
  const role = { practitioner: to(person), organization: to('Organization/programme') };
  reviewer = to(await create(programme, { resourceType: 'PractitionerRole', ...role }));
});
afterAll(async () => {
  await owner.end();
  await stage.end();
});

interface Written {
  readonly sent: SentCase;
  /** `Composition/x` */
  readonly composition: string;
  /** `DiagnosticReport/x` */
  readonly report: string;
}

const section = (code: string, words: string, more: Json = {}): Json => ({
  title: code,
  code: guide('report-section', code),
  text: narrative(words),
  ...more,
});

const answers = (...words: readonly string[]): Json => ({
  title: 'Answers',
  code: guide('report-section', 'answers'),
  section: words.map((said, n) => ({
    extension: [{ url: ANSWERED_QUESTION, valueString: QUESTIONS[n] }],
    title: QUESTIONS[n],
    text: narrative(said),
  })),
});

/** A case with two questions, and a report on it that is whole and not issued yet. */
async function writeReport(number: string, title = 'Second opinion'): Promise<Written> {
  const sent = await sendCase(home, { number, programme: 'programme' });
  const asked = await create(home, form(to(sent.patient)));
  const request = await read(home, sent.request);
  await done(patch(home, sent.request, { supportingInfo: [...request.supportingInfo, to(asked)] }));
  await workUntilReview(programme, sent.task);
  const composition = await create(programme, {
    resourceType: 'Composition',
    status: 'final',
    language: 'en',
    type: { coding: [{ system: 'http://loinc.org', code: '11488-4' }] },
    subject: to(sent.patient),
    event: [{ detail: [to(sent.request)] }],
    date: '2026-03-02T08:00:00Z',
    author: [reviewer],
    title,
    attester: [{ mode: 'professional', time: '2026-03-02T08:00:00Z', party: reviewer }],
    section: [
      section('summary', 'The plan is confirmed.', { title }),
      answers('Yes.', 'Go on.'),
      section('disclaimer', 'This is advice.'),
    ],
  });
  const report = await create(programme, {
    resourceType: 'DiagnosticReport',
    status: 'preliminary',
    basedOn: [to(sent.request)],
    subject: to(sent.patient),
    code: { text: 'Second opinion' },
    conclusion: 'Confirmed.',
    resultsInterpreter: [reviewer],
    extension: [{ url: REPORT_COMPOSITION, valueReference: to(composition) }],
  });
  return { sent, composition, report };
}

/** The Composition with these as what it answers, and as what has changed. */
async function reworded({ composition }: Written, said: readonly string[], changes?: string): Promise<Json> {
  const current = await read(programme, composition);
  const [summary, , disclaimer] = current.section;
  const more = changes === undefined ? [] : [section('changes', changes)];
  return { ...current, section: [summary, answers(...said), disclaimer, ...more] };
}

async function amendment(written: Written, changes: string): Promise<Answer> {
  const composition = { ...(await reworded(written, ['Yes.', 'Go on.'], changes)), status: 'amended' };
  const report = { ...(await read(programme, written.report)), status: 'amended' };
  return transact(programme, entryOf(composition), entryOf(report));
}

function document({ report }: Written): Promise<Answer> {
  return home.fetch('GET', `/${report}/$document`);
}

/** The signed document, once what the report says is signed. */
function signed(written: Written): Promise<Answer> {
  return until(
    () => document(written),
    ({ status }) => status === 200,
  );
}

async function statusesOf({ report }: Written): Promise<string[]> {
  const { rows } = await owner.query<{ status: string }>(
    'select status from signed_document where report = $1 order by issued_at, status',
    [report],
  );
  return rows.map(({ status }) => status);
}

async function told(uuid: string | undefined): Promise<string | undefined> {
  const page = await (await fetch(`${stage.house.url}/verify/${uuid ?? ''}`)).text();
  return readHtml(page).find(({ attributes }) => attributes['role'] === 'status')?.text;
}

describe('a report that is not whole', () => {
  let written: Written;
  beforeAll(async () => {
    written = await writeReport('A-1');
  });

  test.each([
    ['before the report', true],
    ['behind the report', false],
  ])('is not issued by a Bundle in which its Composition is emptied %s', async (_where, isFirst) => {
    const emptied = entryOf(await reworded(written, ['Yes.', '\u200b\u3164']));
    const final = entryOf({ ...(await read(programme, written.report)), status: 'final' });
    const refused = await transact(programme, ...(isFirst ? [emptied, final] : [final, emptied]));
    expect(keysOf(refused)).toContain('report-question');
    const undone = entryOf({ ...(await read(programme, written.composition)), status: 'preliminary' });
    const open = await transact(programme, ...(isFirst ? [undone, final] : [final, undone]));
    expect(keysOf(open)).toEqual(['report-composition']);
    expect((await read(programme, written.report)).status).toBe('preliminary');
  });

  test('is not issued while somebody empties it', async () => {
    const emptied = await reworded(written, ['Yes.', '…']);
    const [issued, changed] = await Promise.all([
      patch(programme, written.report, { status: 'final' }),
      programme.fetch('PUT', `/${written.composition}`, emptied),
    ]);
    // Whoever comes second is refused.
    expect([issued.status, changed.status].toSorted()).toEqual([200, 422]);
    if (issued.status !== 200) {
      expect(keysOf(issued)).toContain('report-question');
      await done(programme.fetch('PUT', `/${written.composition}`, await reworded(written, ['Yes.', 'Go on.'])));
      await done(patch(programme, written.report, { status: 'final' }));
    }
    const { body } = await signed(written);
    expect(JSON.stringify(recordsOf(body)[0])).toContain('Go on.');
  });

  test('does not become so afterwards, by whatever kind of write', async () => {
    const other = await reworded(written, ['No.', 'Stop.']);
    const { id, ...unnamed } = other;
    const [, ...path] = written.composition.split('/');
    const inBundle = { resource: other, request: { method: 'PUT', url: written.composition } };
    const operations = [{ op: 'replace', path: '/section/1/title', value: 'Other' }];
    const attempts = [
      await programme.fetch('PUT', `/${written.composition}`, other),
      await programme.fetch('PUT', `/Composition?_id=${path.join()}`, unnamed),
      await programme.fetch('PATCH', `/${written.composition}`, JSON.stringify(operations), {
        'content-type': 'application/json-patch+json',
      }),
      await programme.fetch('PATCH', `/Composition?_id=${String(id)}`, JSON.stringify(operations), {
        'content-type': 'application/json-patch+json',
      }),
    ];
    for (const attempt of attempts) expectOutcome(attempt, 422, 'report-fixed');
    const batch = await programme.fetch('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [inBundle] });
    expect(batch.body.entry[0].response.status).toMatch(/^422/);
    // With the report, but without saying that it is changed.
    const same = entryOf(await read(programme, written.report));
    expect((await transact(programme, entryOf(other), same)).status).toBe(422);
    expect((await programme.fetch('DELETE', `/${written.composition}`)).status).toBe(409);
    expect((await read(home, written.report)).status).toBe('final');
    expect(JSON.stringify(await read(home, written.composition))).toContain('Go on.');
  });

  test('is signed once, though two workers are at it while it changes', async () => {
    const other = await writeReport('A-3');
    const { rows } = await owner.query<{ id: string }>('select id from cases where service_request = $1', [
      other.sent.request,
    ]);
    const payload = JSON.stringify({ report: other.report, caseId: rows[0]!.id, programme: 'programme' });
    await owner.query('begin; lock table signed_document in share row exclusive mode');
    await done(patch(programme, other.report, { status: 'final' }));
    const worker = new Client({ connectionString: stage.house.database });
    await worker.connect();
    await worker.query(`select graphile_worker.add_job('report-files', $1::json)`, [payload]);
    const isAtIt = async (): Promise<boolean> => {
      const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return ((await worker.query(waiting)).rowCount ?? 0) > 0;
    };
    expect(await waitUntil(isAtIt)).toBe(true);
    const changing = amendment(other, 'It was put more clearly.');
    await owner.query('rollback');
    await worker.end();
    expect((await changing).status).toBe(200);
    const { body } = await signed(other);
    expect(JSON.stringify(recordsOf(body)[0])).toContain('It was put more clearly.');
    const statuses = await statusesOf(other);
    expect(statuses.filter((status) => status === 'current')).toHaveLength(1);
    const { extension, presentedForm } = await read(home, other.report);
    expect(extension.filter(({ url }: Json) => url === REPORT_DOCUMENT)).toHaveLength(1);
    expect(presentedForm).toHaveLength(1);
  });

  test('changed twice at once ends as one of the two, signed once', async () => {
    const answers = await Promise.all([amendment(written, 'First change.'), amendment(written, 'Second change.')]);
    for (const { status } of answers) expect([200, 409, 412, 422]).toContain(status);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    const again = await amendment(written, 'Third change.');
    expect(again.status).toBe(200);
    const { body } = await signed(written);
    const said = JSON.stringify(recordsOf(body)[0]);
    expect(said).toContain('Third change.');
    expect(said).not.toMatch(/First change|Second change/);
    const statuses = await statusesOf(written);
    expect(statuses.filter((status) => status === 'current')).toHaveLength(1);
    expect(statuses.at(-1)).toBe('current');
    const { extension } = await read(home, written.report);
    expect(extension.filter(({ url }: Json) => url === REPORT_DOCUMENT)).toHaveLength(1);
  });

  test('once withdrawn is told so at once, though nobody has written it down yet', async () => {
    const { text, body } = await signed(written);
    const uuid = documentUuid(body);
    expect(await told(uuid)).toMatch(/^Current/);
    await owner.query('begin; lock table signed_document in share row exclusive mode');
    try {
      await done(patch(programme, written.report, { status: 'entered-in-error' }));
      expect(await statusesOf(written)).toContain('current');
      expect(await told(uuid)).toMatch(/^Withdrawn/);
      const verified = await home.fetch('POST', '/Bundle/$verify', text);
      expect(verified.body.parameter).toContainEqual({ name: 'status', valueCode: 'withdrawn' });
      expectOutcome(await document(written), 410, 'report-withdrawn');
    } finally {
      await owner.query('rollback');
    }
  });
});

describe('the page of a report', () => {
  let written: Written;
  let address: string;
  let browser: UserAgent;
  let page: Page;

  beforeAll(async () => {
    written = await writeReport('A-2', EVIL);
    const composition = await read(programme, written.composition);
    const [, ...others] = composition.section;
    const summary = section(
      'summary',
      '&lt;script&gt;alert(3)&lt;/script&gt; <a href="https://evil.example/">here</a>',
      {
        title: EVIL.slice(0, -1),
      },
    );
    await done(programme.fetch('PUT', `/${written.composition}`, { ...composition, section: [summary, ...others] }));
    await done(patch(programme, written.report, { status: 'final' }));
    await signed(written);
    address = `/auth/reports/${written.report.slice('DiagnosticReport/'.length)}`;
    browser = stage.browser();
    page = await browser.submit(await browser.get(address), 'sign-in', { login: 'binh', password: PASSWORD });
  });

  test('runs nothing and leads nowhere that its writer chose', () => {
    expect(page.status).toBe(200);
    const elements = readHtml(page.text);
    expect(named(elements, 'script').concat(named(elements, 'img'))).toEqual([]);
    expect(
      elements.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => /^on|^style$/.test(name)),
    ).toEqual([]);
    const links = named(elements, 'a').map(({ attributes }) => attributes['href']!);
    for (const href of links) expect(new URL(href, stage.house.url).origin).toBe(stage.house.url);
    expect(page.text).toContain('alert(3)');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('tells who is not signed in nothing, not even whether there is such a report', async () => {
    const [own, none] = await Promise.all([address, '/auth/reports/none'].map((one) => stage.browser().get(one)));
    expect([own!.status, none!.status]).toEqual([200, 200]);
    const bare = ({ text }: Page): string =>
      text.replaceAll(/\/auth\/reports\/[\w-]+/g, '').replaceAll(/name="csrf" value="[^"]*"/g, '');
    expect(bare(own!)).toBe(bare(none!));
    expect(own!.text).not.toContain('A-2');
  });

  test('tells another hospital what it tells of none', async () => {
    const other = stage.browser();
    const mine = await other.submit(await other.get(address), 'sign-in', { login: 'wu', password: PASSWORD });
    const none = await other.get('/auth/reports/none');
    expect([mine.status, none.status]).toEqual([404, 404]);
    const bare = ({ text }: Page): string => text.replace(/<code>[\w:]+<\/code>/, '');
    expect(bare(mine)).toBe(bare(none));
    const letter = await other.get(`${address}/letter.pdf`);
    expect([letter.status, letter.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  });

  test.each([
    ['markup', '?lang=%3Cscript%3E'],
    ['two', '?lang=ar&lang=vi'],
    ['a long one', `?lang=${'a'.repeat(2000)}`],
    ['a line of headers', '?lang=%0d%0aset-cookie:%20a=b'],
  ])('shows what there is, whatever language is asked for: %s', async (_what, query) => {
    const answer = await browser.get(`${address}${query}`);
    expect([answer.status, answer.headers.get('content-language')]).toEqual([200, 'en']);
    expect(answer.text).not.toContain('<script');
  });

  test.each([
    '/reports/..%2f..%2fevil',
    '/reports/%2f%2fevil.example',
    '/reports/%0d%0alocation:%20x',
    '/reports/x?next=//evil.example',
  ])('%s leads to no other place', async (path) => {
    const answer = await fetch(`${stage.house.url}${path}`, { redirect: 'manual' });
    const location = answer.headers.get('location');
    if (answer.status < 400)
      expect(new URL(location ?? '', 'http://elsewhere/').href).toContain(`${stage.house.url}/auth/reports/`);
    else expect(location).toBeNull();
  });

  test('takes no sign-in from another site', async () => {
    const form = new URLSearchParams({ login: 'binh', password: PASSWORD, step: 'sign-in' });
    const forged = await fetch(`${stage.house.url}${address}`, {
      method: 'POST',
      body: form,
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      redirect: 'manual',
    });
    expect([forged.status, forged.headers.getSetCookie().join()]).toEqual([
      400,
      expect.not.stringContaining('session='),
    ]);
  });

  test('asks who it is again after signing out', async () => {
    const leaving = await browser.get('/auth/manage');
    await browser.submit(leaving, 'sign-out');
    const after = await browser.get(address);
    expect(after.text).toContain('name="password"');
    expect(after.text).not.toContain('alert(3)');
    expect((await browser.get(`${address}/letter.pdf`)).text).not.toContain('%PDF');
  });
});
