import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { REPORT_COMPOSITION, REPORT_DOCUMENT } from '../../src/cases/index.ts';
import { recordsOf } from '../../src/reports/index.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { waitUntil } from '../support/wait-until.ts';
import { opinion, sendCase, until, workUntilReview } from './packet.ts';
import type { SentCase } from './packet.ts';
import { create, done, entryOf, patch, read, transact } from './programme/moves.ts';
import { narrative } from './programme/reports.ts';
import { guide, to } from './programme/words.ts';

/** What somebody would like a signed report to say, and what they would like to read that is not theirs. */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let other: Partner;
let owner: Client;

beforeAll(async () => {
  house = await startHouse();
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
    date: '2026-03-02T08:00:00Z',
    author: [REVIEWER],
    attester: [{ mode: 'professional', time: '2026-03-02T08:00:00Z', party: REVIEWER }],
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

const refs = (document: Json): string[] => recordsOf(document).map(({ resourceType, id }) => `${resourceType}/${id}`);

const CANARY = 'Canary of another case';

describe('what another case holds', () => {
  test('explore: no subject', async () => {
    const form = await create(home, { resourceType: 'QuestionnaireResponse', status: 'completed', item: [{ linkId: 'x', text: CANARY }] });
    const lab = await create(home, { resourceType: 'Observation', status: 'final', code: { text: CANARY }, subject: { display: 'Somebody' } });
    const doc = await create(home, { resourceType: 'DocumentReference', status: 'current', description: CANARY, content: [{ attachment: { title: CANARY } }] });
    await sendCase(home, { number: 'A-1', programme: 'programme', supportingInfo: [form, lab, doc].map((ref) => to(ref)) });
    const sent = await openCase(home, 'A-2');
    const mine = await create(programme, { resourceType: 'Observation', status: 'final', code: { text: 'mine' }, derivedFrom: [to(doc)] });
    const [report] = await issue(sent, [form, lab, mine], { result: [to(mine)] });
    const document = await documentOf(home, report);
    console.log(refs(document), JSON.stringify(document).includes(CANARY), (await membersOf(sent)).filter((r) => [form, lab, doc, mine].includes(r)), [form, lab, doc, mine]);
  });

  test('explore: one transaction two placers', async () => {
    const [one, two] = [await openCase(home, 'B-1'), await openCase(other, 'B-2')];
    const urn = 'urn:uuid:0b1f4c6e-8b0d-4a1e-9f52-3a5c7d9e1e01';
    const observation = { resourceType: 'Observation', status: 'final', code: { text: CANARY } };
    const answer = await transact(
      programme,
      entryOf(observation, urn),
      entryOf(opinion(one, { result: [to(urn)] })),
      entryOf(opinion(two, { result: [to(urn)] })),
    );
    console.log(answer.status, answer.text.slice(0, 600));
    if (answer.status === 200) {
      const ref = answer.body.entry[0].response.location.match(/Observation\/[^/]+/)[0];
      console.log((await home.fetch('GET', `/${ref}`)).status, (await other.fetch('GET', `/${ref}`)).status);
    }
    // unshared stored, one after the other
    const stored = await create(programme, observation);
    const [three, four] = [await openCase(home, 'B-3'), await openCase(other, 'B-4')];
    const again = await transact(programme, entryOf(opinion(three, { result: [to(stored)] })), entryOf(opinion(four, { result: [to(stored)] })));
    console.log(again.status, (await home.fetch('GET', `/${stored}`)).status, (await other.fetch('GET', `/${stored}`)).status);
  });
});

describe('after issue', () => {
  test('explore: placer corrects own, programme alters prescription', async () => {
    const lab = await create(home, { resourceType: 'Observation', status: 'final', code: { text: 'lab' }, valueString: 'wrong' });
    const sent = await openCase(home, 'C-1', [to(lab)]);
    const dose = { resourceType: 'MedicationRequest', status: 'draft', intent: 'proposal', subject: to(sent.patient), medicationCodeableConcept: { text: 'Invented' }, dosageInstruction: [{ text: '10 mg' }] };
    const drug = await create(programme, dose);
    const [report] = await issue(sent, [drug, lab]);
    const first = await filed(home, report);
    const fix = await home.fetch('PUT', `/${lab}`, { ...(await read(home, lab)), valueString: 'right' });
    console.log('placer corrects', fix.status, fix.text.slice(0, 400));
    const alter = await programme.fetch('PUT', `/${drug}`, { ...(await read(programme, drug)), dosageInstruction: [{ text: '100 mg' }] });
    console.log('programme alters', alter.status);
    const { rows } = await owner.query<{ id: string }>('select id from cases where service_request = $1', [sent.request]);
    await owner.query(`select graphile_worker.add_job('report-files', $1::json, job_key := 'again')`, [JSON.stringify({ report, caseId: rows[0]!.id, programme: 'programme' })]);
    await waitUntil(async () => (await owner.query(`select 1 from graphile_worker.jobs where key = 'again'`)).rowCount === 0);
    console.log('documents', documentsOf(first), documentsOf(await read(home, report)));
  });

  test('explore: old letter named in the new version', async () => {
    const sent = await openCase(home, 'D-1');
    const [report, composition] = await issue(sent);
    const first = await filed(home, report);
    const letters = await home.fetch('GET', `/DocumentReference?related=${report}`);
    const old = `DocumentReference/${letters.body.entry[0].resource.id}`;
    const text = await read(programme, composition);
    const changed = { ...text, status: 'amended', section: [...text.section, section('changes', 'All is new.', { entry: [to(old)] })] };
    await done(transact(programme, entryOf(changed), entryOf({ ...(await read(programme, report)), status: 'amended' })));
    const second = await filed(home, report, documentsOf(first)[0]);
    const document = await read(home, documentsOf(second)[0]!);
    console.log(refs(document), old);
    const bytes = (await home.fetch('GET', `/${first.presentedForm[0].url}`, undefined, { accept: 'application/fhir+json' })).body.data;
    const told = await home.fetch('POST', '/Bundle/$verify', { resourceType: 'Parameters', parameter: [{ name: 'document', resource: document }, { name: 'pdf', valueBase64Binary: bytes }] });
    console.log(told.status, told.body.parameter.filter((p: Json) => ['result', 'outcome', 'letter', 'status'].includes(p.name)));

    for (const by of [programme, home, other]) {
      for (const ref of [documentsOf(second)[0]!, old, first.presentedForm[0].url, documentsOf(first)[0]!]) {
        const gone = await by.fetch('DELETE', `/${ref}`);
        const put = await by.fetch('PUT', `/${ref}`, { ...(await read(home, ref)), language: 'fr' });
        console.log(by.organization, ref.slice(0, 20), gone.status, put.status);
      }
    }
    const gone = await programme.fetch('DELETE', `/${report}`);
    const c = await programme.fetch('DELETE', `/${composition}`);
    console.log(gone.status, c.status);
    void patch;
  });
});
