import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { Logger } from '../../src/base/index.ts';
import { REPORT_COMPOSITION, REPORT_DOCUMENT } from '../../src/cases/index.ts';
import { recordsOf } from '../../src/reports/index.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { waitUntil } from '../support/wait-until.ts';
import { matches, opinion, sendCase, until, workUntilReview } from './packet.ts';
import type { SentCase } from './packet.ts';
import { create, done, entryOf, patch, read, transact, writtenBy } from './programme/moves.ts';
import { narrative } from './programme/reports.ts';
import { guide, to } from './programme/words.ts';

/** What somebody would like a signed report to say, and what they would like to read that is not theirs. */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let other: Partner;
let owner: Client;
const log: string[] = [];
const write = (fields: Record<string, unknown>, message: string): void =>
  void log.push(JSON.stringify([message, fields]));
const logger: Logger = { debug: write, info: write, warn: write, error: write };

beforeAll(async () => {
  house = await startHouse({ logger });
  home = await house.register('home', 'placer');
  other = await house.register('other-home', 'placer');
  programme = await house.register('programme', 'programme');
  owner = new Client({ connectionString: house.database });
  await owner.connect();
  await create(programme, { resourceType: 'Practitioner', id: 'reviewer', name: [{ text: 'Dr Reviewer' }] });
  await create(programme, {
    resourceType: 'PractitionerRole',
    id: 'reviewer',
    practitioner: to('Practitioner/reviewer'),
    organization: to('Organization/programme'),
  });
});

afterAll(async () => {
  await owner.end();
  await house.stop();
});

const REVIEWER = to('PractitionerRole/reviewer');
const ATTESTED = '2026-03-02T08:00:00Z';

async function openCase(by: Partner, number: string, supportingInfo: readonly object[] = []): Promise<SentCase> {
  const sent = await sendCase(by, { number, programme: 'programme', supportingInfo });
  await workUntilReview(programme, sent.task);
  return sent;
}

const section = (code: string, words: string, more: Json = {}): Json => ({
  title: code,
  code: guide('report-section', code),
  text: narrative(words),
  ...more,
});

/** A Composition that may be issued, with these as entries of its plan. */
function compositionOn(sent: SentCase, entry: readonly string[], more: Json = {}): Json {
  return {
    resourceType: 'Composition',
    status: 'final',
    language: 'en',
    type: { coding: [{ system: 'http://loinc.org', code: '11488-4' }] },
    subject: to(sent.patient),
    event: [{ detail: [to(sent.request)] }],
    date: ATTESTED,
    author: [REVIEWER],
    attester: [{ mode: 'professional', time: ATTESTED, party: REVIEWER }],
    title: 'Second opinion',
    section: [
      section('summary', 'The plan is confirmed.'),
      section('plan', 'As before.', entry.length === 0 ? {} : { entry: entry.map((ref) => to(ref)) }),
      section('disclaimer', 'This is advice.'),
    ],
    ...more,
  };
}

/** Issues a report in sections: `DiagnosticReport/x` and `Composition/y`. */
async function issue(sent: SentCase, entry: readonly string[] = [], more: Json = {}): Promise<[string, string]> {
  const composition = await create(programme, compositionOn(sent, entry));
  const report = await create(programme, sectioned(sent, composition, more));
  return [report, composition];
}

function sectioned(sent: SentCase, composition: string, more: Json = {}): Json {
  const extension = [{ url: REPORT_COMPOSITION, valueReference: to(composition) }];
  return opinion(sent, { resultsInterpreter: [REVIEWER], extension, ...more });
}

function documentsOf(report: Json): string[] {
  return (report.extension ?? [])
    .filter(({ url }: Json) => url === REPORT_DOCUMENT)
    .map(({ valueReference }: Json) => valueReference.reference);
}

/** The report once it names another document than this. */
async function filed(by: Partner, ref: string, former?: string): Promise<Json> {
  const isNew = ({ body }: Answer): boolean => documentsOf(body).length > 0 && documentsOf(body)[0] !== former;
  const answer = await until(() => by.fetch('GET', `/${ref}`), isNew);
  expect(isNew(answer)).toBe(true);
  return answer.body;
}

async function documentOf(by: Partner, report: string): Promise<Json> {
  return read(by, documentsOf(await filed(by, report))[0]!);
}

async function membersOf(sent: SentCase): Promise<string[]> {
  const { rows } = await owner.query<{ ref: string }>(
    `select m.ref from case_member m join cases c on c.id = m.case_id where c.service_request = $1 order by m.ref`,
    [sent.request],
  );
  return rows.map(({ ref }) => ref);
}

/** `Type/id`s of what is in a document. */
function namesOf(document: Json): string[] {
  return recordsOf(document).map(({ resourceType, id }) => `${resourceType}/${id ?? ''}`);
}

/** What the home side is told of a document with a letter beside it: outcome, and whether it is its letter. */
async function verdictOf(document: Json, pdf: string): Promise<string[]> {
  const parameter = [
    { name: 'document', resource: document },
    { name: 'pdf', valueBase64Binary: pdf },
  ];
  const told = await done(home.fetch('POST', '/Bundle/$verify', { resourceType: 'Parameters', parameter }));
  return ['outcome', 'letter'].map((name) => told.parameter.find((one: Json) => one.name === name).valueCode);
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

/** An Observation of the programme on a case. */
function result(sent: SentCase): Json {
  return { resourceType: 'Observation', status: 'final', code: { text: 'Own' }, subject: to(sent.patient) };
}

const URN = 'urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e1e01';
const CANARY = 'Canary of another case';
const CLINICAL = { resourceType: 'Observation', status: 'final', code: { text: CANARY } };

describe('what another case holds', () => {
  test('of the same home, and does not say whose it is, gets neither into the case nor into the document', async () => {
    const others = [
      { resourceType: 'QuestionnaireResponse', status: 'completed', item: [{ linkId: 'x', text: CANARY }] },
      { ...CLINICAL, subject: { display: 'Somebody else' } },
      { resourceType: 'DocumentReference', status: 'current', content: [{ attachment: { title: CANARY } }] },
    ];
    const refs: string[] = [];
    for (const one of others) refs.push(await create(home, one));
    await sendCase(home, { number: 'A-1', programme: 'programme', supportingInfo: refs.map((ref) => to(ref)) });
    const sent = await openCase(home, 'A-2');
    const way = await create(programme, { ...result(sent), derivedFrom: [to(refs[2]!)] });
    // In sections, and without; by what a result names, too.
    const [report] = await issue(sent, refs.slice(0, 2), { result: [to(way)] });
    const document = await documentOf(home, report);
    expect(JSON.stringify(document)).not.toContain(CANARY);
    expect(namesOf(document)).toContain(way);
    const third = await openCase(home, 'A-3');
    const plain = await create(programme, opinion(third, { result: [to(refs[1]!)] }));
    expect(JSON.stringify(await documentOf(home, plain))).not.toContain(CANARY);
    for (const one of [sent, third]) for (const ref of refs) expect(await membersOf(one)).not.toContain(ref);
  });

  test('what the placer itself names for a second case is of that one, too', async () => {
    const lab = await create(home, CLINICAL);
    await sendCase(home, { number: 'A-4', programme: 'programme', supportingInfo: [to(lab)] });
    const sent = await openCase(home, 'A-5', [to(lab)]);
    const [report] = await issue(sent, [lab]);
    expect(namesOf(await documentOf(home, report))).toContain(lab);
  });

  test.each<[string, (observation: Json) => Promise<Json>]>([
    ['written-now', async (one) => entryOf(one, URN)],
    ['written-before', async (one) => entryOf({ ...one, id: (await create(programme, one)).split('/')[1] }, URN)],
  ])('a record of the programme (%s) is not shared with two homes by one Bundle', async (how, write) => {
    const [one, two] = [await openCase(home, `B-1-${how}`), await openCase(other, `B-2-${how}`)];
    const written = transact(
      programme,
      await write(CLINICAL),
      entryOf(opinion(one, { result: [to(URN)] })),
      entryOf(opinion(two, { result: [to(URN)] })),
    );
    const ref = writtenBy(await done(written))[0]!;
    const seen = await Promise.all([home, other].map(async (by) => (await by.fetch('GET', `/${ref}`)).status));
    expect(seen.sort()).toEqual([200, 404]);
    const texts = await Promise.all([one, two].map(async (sent) => (await membersOf(sent)).includes(ref)));
    expect(texts.filter(Boolean)).toHaveLength(1);
  });

  test("another home's case is not opened by changing, in the same Bundle, what belongs to it", async () => {
    const two = await openCase(other, 'B-3');
    const theirs = await create(programme, CLINICAL);
    await create(programme, opinion(two, { status: 'preliminary', result: [to(theirs)] }));
    const one = await openCase(home, 'B-4');
    const changed = { ...(await read(programme, theirs)), note: [{ text: 'New.' }] };
    const mine = opinion(one, { status: 'preliminary', result: [to(theirs)] });
    await done(transact(programme, entryOf(changed), entryOf(mine)));
    expect((await home.fetch('GET', `/${theirs}`)).status).toBe(404);
    expect((await other.fetch('GET', `/${theirs}`)).status).toBe(200);
  });
});

describe('whose report it is', () => {
  test("no reviewer of another programme signs it, nor one who is not there; another patient's records are refused", async () => {
    const rival = await house.register('rival', 'programme');
    await create(rival, { resourceType: 'Practitioner', id: 'famous', name: [{ text: 'Dr Famous' }] });
    await create(rival, {
      resourceType: 'PractitionerRole',
      id: 'famous',
      practitioner: to('Practitioner/famous'),
      organization: to('Organization/rival'),
    });
    const [sent, apart] = [await openCase(home, 'C-1'), await openCase(home, 'C-2')];
    for (const who of ['famous', 'absent'].map((id) => to(`PractitionerRole/${id}`))) {
      const attester = [{ mode: 'professional', time: ATTESTED, party: who }];
      const text = await create(programme, compositionOn(sent, [], { author: [who], attester }));
      const answer = await programme.fetch(
        'POST',
        '/DiagnosticReport',
        sectioned(sent, text, { resultsInterpreter: [who] }),
      );
      expectOutcome(answer, 422, 'report-attester');
    }
    const plan = await create(programme, {
      resourceType: 'CarePlan',
      status: 'active',
      intent: 'proposal',
      subject: to(apart.patient),
    });
    const text = await create(programme, compositionOn(sent, [plan, await create(programme, result(apart))]));
    const answer = await programme.fetch('POST', '/DiagnosticReport', sectioned(sent, text));
    expectOutcome(answer, 422, 'report-patient');
    expect(answer.body.issue).toHaveLength(2);
    // Another programme finds nothing to write on.
    const forged = await rival.fetch('POST', '/DiagnosticReport', opinion(sent));
    expectOutcome(forged, 422, 'case-reference-unknown');
  });
});

describe('after issue', () => {
  test('the home side corrects its own records, and the programme none of what it signed', async () => {
    const lab = await create(home, { ...CLINICAL, valueString: 'wrong' });
    const sent = await openCase(home, 'D-1', [to(lab)]);
    const drug = await create(programme, {
      resourceType: 'MedicationRequest',
      status: 'draft',
      intent: 'proposal',
      subject: to(sent.patient),
      medicationCodeableConcept: { text: 'Invented' },
      dosageInstruction: [{ text: '10 mg' }],
    });
    const planned = await create(programme, {
      resourceType: 'MedicationRequest',
      ...{ status: 'draft', intent: 'proposal', subject: to(sent.patient) },
      medicationCodeableConcept: { text: 'Invented, too' },
    });
    const plan = await create(programme, {
      resourceType: 'CarePlan',
      ...{ status: 'active', intent: 'proposal', subject: to(sent.patient) },
      activity: [{ reference: to(planned) }],
    });
    const [report, composition] = await issue(sent, [drug, plan, lab]);
    const [document] = documentsOf(await filed(home, report));
    const corrected = { ...(await read(home, lab)), status: 'corrected', valueString: 'right' };
    expect((await home.fetch('PUT', `/${lab}`, corrected)).status).toBe(200);
    const more = { dosageInstruction: [{ text: '100 mg' }] };
    for (const ref of [drug, planned]) {
      const altered = { ...(await read(programme, ref)), ...more };
      expectOutcome(await programme.fetch('PUT', `/${ref}`, altered), 422, 'report-fixed', 'MedicationRequest');
      expectOutcome(await patch(programme, ref, more), 422, 'report-fixed');
      const query = `MedicationRequest?_id=${ref.split('/')[1]}`;
      expectOutcome(await programme.fetch('PUT', `/${query}`, altered), 422, 'report-fixed');
      expectOutcome(await transact(programme, entryOf(altered)), 422, 'report-fixed');
    }
    for (const ref of [drug, plan, composition, report])
      expect([ref, (await programme.fetch('DELETE', `/${ref}`)).status]).toEqual([ref, 409]);
    await runAgain(sent, report);
    expect(documentsOf(await read(home, report))).toEqual([document]);
  });

  test('nor what it says in the moment in which it goes out', async () => {
    const sent = await openCase(home, 'H-1');
    // Until the report names it, nothing says to which case it belongs.
    const composition = await create(programme, compositionOn(sent, []));
    const text = await read(programme, composition);
    const undone = { ...text, status: 'preliminary' };
    await owner.query('begin');
    await owner.query('select 1 from record where ref = $1 for update', [composition]);
    const put = programme.fetch('PUT', `/${composition}`, undone);
    await untilWaiting(1);
    const report = programme.fetch('POST', '/DiagnosticReport', sectioned(sent, composition));
    await untilWaiting(2);
    await owner.query('commit');
    expect((await put).status).toBe(200);
    expectOutcome(await report, 422, 'report-composition');
  });

  /** Until as many requests wait for what somebody holds. */
  async function untilWaiting(count: number): Promise<void> {
    const isSo = async (): Promise<boolean> => {
      // Within a transaction the first look is kept.
      await owner.query('select pg_stat_clear_snapshot()');
      const { rows } = await owner.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
      );
      return rows[0]!.n >= count;
    };
    if (!(await waitUntil(isSo))) throw new Error(`there are not ${count} that wait`);
  }

  test('a former letter that the new version names does not pass for its letter', async () => {
    const sent = await openCase(home, 'E-1');
    const [report, composition] = await issue(sent);
    const first = await filed(home, report);
    const former = matches(await home.fetch('GET', `/DocumentReference?related=${report}`))[0]!;
    const text = await read(programme, composition);
    const changes = section('changes', 'All is new.', { entry: [to(former)] });
    const changed = { ...text, status: 'amended', section: [...text.section, changes] };
    await done(
      transact(programme, entryOf(changed), entryOf({ ...(await read(programme, report)), status: 'amended' })),
    );
    const second = await filed(home, report, documentsOf(first)[0]);
    const document = await read(home, documentsOf(second)[0]!);
    expect(namesOf(document)).toContain(former);
    const letterOf = async ({ presentedForm }: Json): Promise<string> => {
      const headers = { authorization: `Bearer ${home.token}`, accept: 'application/pdf' };
      const answer = await fetch(`${house.url}/fhir/${presentedForm.at(-1).url}`, { headers });
      return Buffer.from(await answer.arrayBuffer()).toString('base64');
    };
    expect(await verdictOf(document, await letterOf(first))).toEqual(['other-letter', 'other']);
    expect(await verdictOf(document, await letterOf(second))).toEqual(['valid', 'same']);
    expect(await verdictOf(await read(home, documentsOf(first)[0]!), await letterOf(first))).toEqual(['valid', 'same']);
  });

  /** A record as such, though it may hold bytes. */
  async function standing(ref: string): Promise<Json> {
    return done(home.fetch('GET', `/${ref}`, undefined, { accept: 'application/fhir+json' }));
  }

  test('what the server filed is changed and deleted by nobody, and is not there for others', async () => {
    const sent = await openCase(home, 'F-1');
    const [report] = await issue(sent);
    const issued = await filed(home, report);
    const [bundle] = documentsOf(issued) as [string];
    const letter = recordsOf(await read(home, bundle)).at(-1)!;
    const filedAs = [bundle, `DocumentReference/${letter.id}`, issued.presentedForm[0].url];
    const strangers = await Promise.all(
      (['placer', 'programme', 'insurer', 'employer'] as const).map((role) => house.register(`other-${role}`, role)),
    );
    for (const ref of filedAs) {
      const stands = await standing(ref);
      const isBytes = stands.resourceType === 'Binary';
      const altered = isBytes ? { ...stands, data: 'b3RoZXI=' } : { ...stands, language: 'fr' };
      const operations = isBytes ? { contentType: 'text/html' } : { language: 'fr' };
      for (const [by, status] of [
        [programme, 409],
        [home, 403],
      ] as const) {
        const answers = [
          await by.fetch('DELETE', `/${ref}`),
          await by.fetch('PUT', `/${ref}`, altered),
          await transact(by, entryOf(altered)),
          await patch(by, ref, operations),
        ];
        expect([ref, ...answers.map((answer) => answer.status)]).toEqual([ref, status, status, status, status]);
      }
      for (const by of strangers) {
        for (const path of [`/${ref}`, `/${ref}/_history`, `/${ref}/_history/1`])
          expect([path, (await by.fetch('GET', path)).status]).toEqual([path, 404]);
        expect((await by.fetch('GET', `/${ref.replace('/', '?_id=')}`)).body).toMatchObject({ total: 0 });
      }
      expect(await standing(ref)).toEqual(stands);
    }
    const [, id] = bundle.split('/');
    const pages = [`/${report}/$document`, `/Bundle/${id}/$verify`, `/Patient/${sent.patient.split('/')[1]}/$summary`];
    for (const by of strangers) {
      for (const path of pages) {
        const absent = path.replace(/\/[^/]+\/\$/, '/absent/$');
        const [asked, nothing] = [await by.fetch('GET', path), await by.fetch('GET', absent)];
        expect([403, 404]).toContain(asked.status);
        // What is hidden and what is not there look alike.
        expect([path, asked.status, asked.text.replaceAll(/\/[\w-]+\/?/g, '')]).toEqual([
          path,
          nothing.status,
          nothing.text.replaceAll(/\/[\w-]+\/?/g, ''),
        ]);
      }
      expect(
        (await by.fetch('GET', `/DocumentReference/$docref?patient=${sent.patient.split('/')[1]}`)).body.total,
      ).toBe(0);
    }
  });
});

describe('what is said', () => {
  const WORD = 'zqcanaryx';

  test('stands in records and letters alone: neither in the log, in audit, events and jobs, nor in the register of documents', async () => {
    const sent = await openCase(home, 'G-1');
    const said = (part: string): string => `${WORD} ${part}`;
    const plan = await create(programme, {
      resourceType: 'CarePlan',
      ...{ status: 'active', intent: 'proposal', subject: to(sent.patient), description: said('plan') },
    });
    const sections = [section('summary', said('summary')), section('plan', said('way'), { entry: [to(plan)] })];
    const text = compositionOn(sent, [], { title: said('title') });
    const composition = await create(programme, { ...text, section: [...sections, text.section.at(-1)] });
    // Once refused, with what is said in it.
    const bare = sectioned(sent, composition, {
      conclusion: said('conclusion'),
      resultsInterpreter: [to('PractitionerRole/absent')],
    });
    const refused = await programme.fetch('POST', '/DiagnosticReport', bare);
    expectOutcome(refused, 422, 'report-attester');
    expect(refused.text).not.toContain(WORD);
    const report = await create(programme, { ...bare, resultsInterpreter: [REVIEWER] });
    expect(JSON.stringify(await documentOf(home, report))).toContain(WORD);
    await done(home.fetch('GET', `/${report}/$document`));
    await done(patch(programme, report, { status: 'entered-in-error' }));
    expect((await home.fetch('GET', `/${report}/$document`)).status).toBe(410);
    expect(log.length).toBeGreaterThan(0);
    expect(log.filter((line) => line.includes(WORD))).toEqual([]);
    // Words come in the background.
    await waitUntil(async () => (await tablesWith(WORD)).includes('public.search_words'));
    expect(await tablesWith(WORD)).toEqual(
      ['record', 'record_version', 'search_text', 'search_words'].map((name) => `public.${name}`),
    );
  });

  /** Tables in which a row holds a word: the search has it, too. */
  async function tablesWith(word: string): Promise<string[]> {
    const { rows } = await owner.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname in ('public', 'graphile_worker') order by 1`,
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const { rowCount } = await owner.query(`select 1 from ${name} t where t::text like $1 limit 1`, [`%${word}%`]);
      if (rowCount !== 0) found.push(name);
    }
    expect(rows.length).toBeGreaterThan(20);
    return found;
  }
});
