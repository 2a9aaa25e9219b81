import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CANONICAL, NO_RULES } from '../../src/cases/index.ts';
import { packet, refOf, workUntilReview } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { translationProvenance } from '../journeys/programme/acts.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { startHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { execute } from '../support/server.ts';

/** https://consilium.example/fhir/OperationDefinition/draft-report */

const QUESTIONS = ['Is the diagnosis right?', 'What comes next?'];
const DISCLAIMER = 'Invented words of the programme.';

let house: TestHouse;
let home: Partner;
let programme: Partner;
let sent: SentCase;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  const rules = {
    ...NO_RULES,
    programme: 'programme',
    report: { sections: 'optional', disclaimer: { en: DISCLAIMER } },
  };
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('programme', 1, $rules$${JSON.stringify(rules)}$rules$)`,
  );
  sent = await sendWithQuestions('D-1');
  await workUntilReview(programme, sent.task);
  await review();
});
afterAll(() => house.stop());

const coded = (system: string, code: string) => ({ coding: [{ system: `${CANONICAL}/CodeSystem/${system}`, code }] });

async function sendWithQuestions(number: string): Promise<SentCase> {
  const form = `urn:uuid:00000000-0000-4000-8000-00000000000${number.at(-1)}`;
  const bundle = packet({ number, programme: 'programme', supportingInfo: [{ reference: form }] });
  const letter = bundle.entry.find(({ resource }) => resource['resourceType'] === 'DocumentReference')!;
  Object.assign(letter.resource, {
    category: [coded('packet-document-kind', 'first-opinion')],
    date: '2026-02-01T00:00:00Z',
    description: 'Operate at once.',
  });
  const questions = {
    fullUrl: form,
    resource: {
      resourceType: 'QuestionnaireResponse',
      questionnaire: `${CANONICAL}/Questionnaire/narrative-and-questions`,
      status: 'completed',
      subject: { reference: bundle.entry[0]!.fullUrl },
      item: [{ linkId: 'questions', answer: QUESTIONS.map((valueString) => ({ valueString })) }],
    },
    request: { method: 'POST', url: 'QuestionnaireResponse' },
  };
  const answer = await home.fetch('POST', '', { ...bundle, entry: [questions, ...bundle.entry] });
  const refs = written(answer);
  const request = refs.at(-1)!;
  const found = await home.fetch('GET', `/Task?based-on=${request}`);
  return { number, request, task: `Task/${found.body.entry[0].resource.id}`, patient: refs[1]!, refs };
}

/** A reviewer of the programme who has done the review. */
async function review(): Promise<void> {
  const person = {
    resourceType: 'Practitioner',
    id: 'rev',
    active: true,
    name: [{ text: 'Dr Invented' }],
    qualification: [{ code: { text: 'Board certified' } }],
    communication: [{ coding: [{ system: 'urn:ietf:bcp:47', code: 'en' }] }],
  };
  const role = {
    resourceType: 'PractitionerRole',
    id: 'rev',
    active: true,
    practitioner: { reference: 'Practitioner/rev' },
    organization: { reference: 'Organization/programme' },
  };
  for (const record of [person, role]) {
    const answer = await programme.fetch('PUT', `/${record.resourceType}/rev`, record);
    if (answer.status !== 201) throw new Error(answer.text);
  }
  const task = {
    resourceType: 'Task',
    status: 'in-progress',
    intent: 'order',
    code: coded('case-task-kind', 'review'),
    partOf: [{ reference: sent.task }],
    focus: { reference: sent.request },
    for: { reference: sent.patient },
    requester: { reference: 'Organization/programme' },
    owner: { reference: 'PractitionerRole/rev' },
  };
  const made = await programme.fetch('POST', '/Task', task);
  if (made.status !== 201) throw new Error(made.text);
  const output = [{ type: coded('case-output', 'statement'), valueString: 'All records were read.' }];
  const done = await programme.fetch('PUT', `/Task/${made.body.id}`, { ...made.body, status: 'completed', output });
  if (done.status !== 200) throw new Error(done.text);
}

function written(answer: Answer): string[] {
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body.entry.map(({ response }: Json) => refOf(response.location));
}

const address = (more = '') => `/${sent.request}/$draft-report${more}`;
const resourcesOf = (bundle: Json): Json[] => bundle.entry.map(({ resource }: Json) => resource);
const compositionIn = (bundle: Json): Json =>
  resourcesOf(bundle).find(({ resourceType }) => resourceType === 'Composition');
const codes = ({ section }: Json): string[] => section.map(({ code }: Json) => code.coding[0].code);

/** An activity that is kept as the first plan has it. */
function judged({ detail: { statusReason: _mark, ...detail } }: Json): Json {
  return { detail };
}

/** The draft as somebody has filled it in. */
function fillIn(draft: Json, status: string): Json {
  const said = { status: 'additional', div: '<div xmlns="http://www.w3.org/1999/xhtml">Said.</div>' };
  const write = (section: Json): Json => ({
    ...section,
    ...(section.text?.status === 'empty' ? { text: said } : {}),
    ...(section.section === undefined ? {} : { section: section.section.map(write) }),
  });
  const filled = (resource: Json): Json => {
    switch (resource.resourceType) {
      case 'Composition':
        return {
          ...resource,
          status,
          attester: resource.attester.map((one: Json) => ({ ...one, time: '2026-03-05T09:00:00Z' })),
          section: resource.section.map(write),
        };
      case 'Observation':
        return { ...resource, status: 'final', note: [{ text: 'The records do not tell.' }] };
      case 'CarePlan':
        return { ...resource, status: 'active', activity: resource.activity.map(judged) };
      case 'Claim':
        return { ...resource, status: 'active' };
      default:
        return resource;
    }
  };
  return { ...draft, entry: draft.entry.map((one: Json) => ({ ...one, resource: filled(one.resource) })) };
}

describe('the draft', () => {
  test('has the questions, the first plan, the records and who reviewed', async () => {
    const answer = await programme.fetch('GET', address());
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ resourceType: 'Bundle', type: 'transaction' });
    const composition = compositionIn(answer.body);
    const section = (code: string): Json => composition.section[codes(composition).indexOf(code)];
    expect(composition).toMatchObject({
      language: 'en',
      status: 'preliminary',
      subject: { reference: sent.patient },
      event: [{ detail: [{ reference: sent.request }] }],
      attester: [{ mode: 'professional', party: { reference: 'PractitionerRole/rev', display: 'Dr Invented' } }],
    });
    expect(section('answers').section.map(({ extension }: Json) => extension[0].valueString)).toEqual(QUESTIONS);
    expect(section('differences').text.div).toContain(`<td>Diagnosis ${sent.number}</td><td></td>`);
    expect(section('differences').text.div).toContain('<td>Operate at once.</td><td></td>');
    expect(section('records').entry).toHaveLength(5);
    expect(section('disclaimer').text.div).toContain(DISCLAIMER);
    const posted = await programme.fetch('POST', address(), {
      resourceType: 'Parameters',
      parameter: [
        { name: 'language', valueCode: 'vi' },
        { name: 'travel', valueBoolean: true },
      ],
    });
    expect(codes(compositionIn(posted.body))).toContain('travel');
    expect(compositionIn(posted.body).title).toContain('Ý kiến thứ hai');
    expect(resourcesOf(posted.body).map(({ resourceType }) => resourceType)).toContain('Claim');
  });

  test('is taken as it is, cannot go out as it is, and can once it is written', async () => {
    const draft = (await programme.fetch('GET', address('?travel=true'))).body;
    const refs = written(await programme.fetch('POST', '', draft));
    const report = (await programme.fetch('GET', `/${refs.at(-1)!}`)).body;
    expect(report.status).toBe('preliminary');
    const refused = await programme.fetch('PUT', `/${refs.at(-1)!}`, { ...report, status: 'final' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('Still to be written');
    expect(refused.text).toContain('is preliminary');
    expect(refused.text).toContain('is a draft');
    expect(refused.text).toContain('nobody has judged it');
    const issued = await writeAndIssue(draft);
    expect((await home.fetch('GET', `/${issued}`)).body.status).toBe('final');
    const found = await home.fetch(
      'GET',
      `/Observation?code=${CANONICAL}/CodeSystem/opinion-observation|difference&value-concept=${CANONICAL}/CodeSystem/concordance|undetermined`,
    );
    expect(found.body.entry.length).toBeGreaterThanOrEqual(2);
    await expectVersions(issued);
  });
});

/** Writes what was drafted, and issues it; gives `DiagnosticReport/x`. */
async function writeAndIssue(draft: Json): Promise<string> {
  const { entry, ...bundle } = fillIn(draft, 'final');
  const issued = entry.map((one: Json) =>
    one.resource.resourceType === 'DiagnosticReport' ? { ...one, resource: { ...one.resource, status: 'final' } } : one,
  );
  return written(await programme.fetch('POST', '', { ...bundle, entry: issued })).at(-1)!;
}

/** Of an issued report the draft is that of its next version, or of its translation. */
async function expectVersions(issued: string): Promise<void> {
  const id = idOf(issued);
  const report = (await programme.fetch('GET', `/${issued}`)).body;
  const original = report.extension[0].valueReference.reference;
  const next = (await programme.fetch('GET', address(`?report=${id}`))).body;
  expect(compositionIn(next)).toMatchObject({
    status: 'preliminary',
    relatesTo: [{ code: 'replaces', targetReference: { reference: original } }],
  });
  expect(codes(compositionIn(next))).toContain('changes');
  const [drafted] = written(await programme.fetch('POST', '', next));
  expectOutcome(await home.fetch('GET', `/${drafted!}`), 404, 'not-found');

  const translation = (await programme.fetch('GET', address('?translate-to=vi'))).body;
  expect(compositionIn(translation)).toMatchObject({
    language: 'vi',
    relatesTo: [{ code: 'transforms', targetReference: { reference: original } }],
  });
  written(await programme.fetch('POST', '', translation));
  const ofDraft = (await programme.fetch('GET', address(`?translate-to=vi&composition=${idOf(drafted!)}`))).body;
  expect(compositionIn(ofDraft).relatesTo).toEqual([{ code: 'transforms', targetReference: { reference: drafted } }]);
  expect(codes(compositionIn(ofDraft))).toContain('changes');
  const foreign = await composeElsewhere();
  expectOutcome(await programme.fetch('GET', address(`?composition=${foreign}`)), 422, 'report-composition');
  expectOutcome(await programme.fetch('GET', address('?translate-to=EN')), 422, 'translation-language');
  expectOutcome(await programme.fetch('GET', address('?report=another')), 422, 'report-composition');

  // Without a consultation there is nothing to sum up.
  expectOutcome(await programme.fetch('GET', address()), 422, 'illegal-move');

  const [version] = written(await programme.fetch('POST', '', fillIn(next, 'final')));
  await amendInBoth(issued, report, version!);
  await expectKept(id);
}

const asked = (composition: string): string => address(`?translate-to=vi&composition=${idOf(composition)}`);

/** The report goes on in this version and in its translation. */
async function amendInBoth(issued: string, report: Json, version: string): Promise<void> {
  const { entry, ...bundle } = fillIn((await programme.fetch('GET', asked(version))).body, 'final');
  const translated = entry[0].fullUrl;
  const provenance = translationProvenance(programme, translated, 'human');
  const extension = [
    { ...report.extension[0], valueReference: { reference: version } },
    { url: `${CANONICAL}/StructureDefinition/report-translated`, valueReference: { reference: translated } },
  ];
  const amended = { ...report, status: 'amended', extension };
  written(
    await programme.fetch('POST', '', {
      ...bundle,
      entry: [
        ...entry,
        { resource: provenance, request: { method: 'POST', url: 'Provenance' } },
        { resource: amended, request: { method: 'PUT', url: issued } },
      ],
    }),
  );
}

/** What the next version leaves as it was is not translated again. */
async function expectKept(id: string): Promise<void> {
  const next = (await programme.fetch('GET', address(`?report=${id}`))).body;
  const [version] = written(await programme.fetch('POST', '', next));
  const { section } = compositionIn((await programme.fetch('GET', asked(version!))).body);
  const open = section.filter(({ text }: Json) => text?.status === 'empty');
  expect(codes({ section: open })).toEqual(['changes']);
}

function idOf(ref: string): string {
  return ref.slice(ref.indexOf('/') + 1);
}

/** A Composition of the same programme on another case; gives its id. */
async function composeElsewhere(): Promise<string> {
  const other = await sendWithQuestions('D-2');
  await expectTooEarly(other);
  await workUntilReview(programme, other.task);
  const draft = (await programme.fetch('GET', `/${other.request}/$draft-report`)).body;
  const answer = await programme.fetch('POST', '/Composition', {
    ...compositionIn(draft),
    section: compositionIn(draft).section.filter(({ entry }: Json) => entry === undefined),
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.id;
}

/** Where no report can be begun, its draft is refused in the words in which the report would be. */
async function expectTooEarly({ request, patient }: SentCase): Promise<void> {
  const drafted = await programme.fetch('GET', `/${request}/$draft-report`);
  const begun = await programme.fetch('POST', '/DiagnosticReport', {
    resourceType: 'DiagnosticReport',
    status: 'preliminary',
    code: { text: 'Second opinion' },
    basedOn: [{ reference: request }],
    subject: { reference: patient },
    performer: [{ reference: 'Organization/programme' }],
  });
  expectOutcome(drafted, 422, 'illegal-move');
  expect(drafted.body.issue).toEqual(begun.body.issue);
}

describe('nobody else', () => {
  test('drafts a report', async () => {
    expectOutcome(await home.fetch('GET', address()), 403, 'not-your-move');
    const insurer = await house.register('insurer', 'insurer');
    const stranger = await house.register('stranger', 'placer');
    const other = await house.register('other', 'programme');
    for (const partner of [insurer, stranger, other]) {
      expectOutcome(await partner.fetch('GET', address()), 404, 'not-found');
      expectOutcome(await partner.fetch('POST', address('?translate-to=vi')), 404, 'not-found');
    }
  });

  test('and no client that may not read what it is made of', async () => {
    const scope = 'system/ServiceRequest.rs system/QuestionnaireResponse.rs system/DocumentReference.rs';
    const reader = await house.register('reader', 'programme', scope);
    expectOutcome(await reader.fetch('GET', address()), 403, 'scope-missing');
  });

  test('nor without a case, or with parameters that mean nothing', async () => {
    const draft = await home.fetch('POST', '', packet({ number: 'D-9', programme: 'programme', status: 'draft' }));
    const unsent = refOf(draft.body.entry.at(-1).response.location);
    expectOutcome(await home.fetch('GET', `/${unsent}/$draft-report`), 422, 'no-case');
    expectOutcome(await programme.fetch('GET', address('?language=x y')), 400, 'parameter-type');
    expectOutcome(await programme.fetch('GET', address('?persist=true')), 400, 'unknown-parameter');
  });
});

test('the definition is among the guide’s', async () => {
  const { body } = await home.fetch('GET', '/OperationDefinition/draft-report');
  expect(body).toMatchObject({ code: 'draft-report', resource: ['ServiceRequest'], affectsState: false });
});
