import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packet, refOf } from '../journeys/packet.ts';
import { get, launch, openSmartStage } from '../smart/stage.ts';
import type { SmartStage } from '../smart/stage.ts';
import type { Answer, Json, Partner } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/*
 * What another system asks of a patient as a whole: the summary (http://hl7.org/fhir/uv/ips/OperationDefinition/summary)
 * and the documents (http://hl7.org/fhir/uv/ipa/OperationDefinition/docref).
 */

let stage: SmartStage;
let home: Partner;
let programme: Partner;
/** `Patient/x` of a case of both. */
let patient: string;
let id: string;

beforeAll(async () => {
  stage = await openSmartStage();
  home = stage.ehr;
  programme = await stage.house.register('programme', 'programme');
  const answer = await home.fetch('POST', '', packet({ number: 'S-1', programme: 'programme' }));
  patient = refOf(answer.body.entry[0].response.location);
  id = patient.slice('Patient/'.length);
  await put('AllergyIntolerance', 'unshared', {
    patient: { reference: patient },
    code: { text: 'Only known at home' },
    clinicalStatus: ACTIVE,
  });
  await put('Condition', 'of-another', { subject: { reference: 'Patient/tran' }, code: { text: 'Another patient' } });
  for (const [name, more] of Object.entries(DOCUMENTS)) {
    await put('DocumentReference', name, { status: 'current', subject: { reference: patient }, ...CONTENT, ...more });
  }
});
afterAll(() => stage.end());

const ACTIVE = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
};
const CONTENT = { content: [{ attachment: { contentType: 'text/plain', url: 'https://home.example/x' } }] };
const DOCUMENTS: Readonly<Record<string, object>> = {
  'letter-2024': {
    date: '2026-01-01T00:00:00Z',
    context: { period: { start: '2024-05-01', end: '2024-05-20' } },
    type: { coding: [{ system: 'http://loinc.org', code: '11488-4' }] },
  },
  'undated-care': { date: '2025-02-03T00:00:00Z', type: { coding: [{ system: 'http://loinc.org', code: '18842-5' }] } },
  replaced: { status: 'superseded', date: '2025-02-03T00:00:00Z' },
  wrong: { status: 'entered-in-error', date: '2025-02-03T00:00:00Z' },
};

async function put(type: string, name: string, more: object): Promise<void> {
  const answer = await home.fetch('PUT', `/${type}/${name}`, { resourceType: type, id: name, ...more });
  if (answer.status !== 201) throw new Error(answer.text);
}

const parameters = (...parameter: object[]): object => ({ resourceType: 'Parameters', parameter });

describe('Patient/[id]/$summary', () => {
  const titles = ({ body }: { body: Json }): string[] => body.entry[0].resource.section.map(({ title }: Json) => title);
  const refs = ({ body }: { body: Json }): string[] =>
    body.entry.map(({ resource }: Json) => `${resource.resourceType}/${resource.id ?? ''}`);

  test('gives a document of what the caller sees of this patient', async () => {
    const answer = await home.fetch('GET', `/${patient}/$summary`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ resourceType: 'Bundle', type: 'document' });
    expect(titles(answer)).toEqual([
      'Medication summary',
      'Allergies and intolerances',
      'Problems',
      'History of procedures',
      'Results',
    ]);
    expect(refs(answer)).toEqual(expect.arrayContaining(['AllergyIntolerance/unshared', patient]));
    expect(answer.text).not.toContain('Another patient');
    const judged = await home.fetch('POST', '/Bundle/$validate', answer.body);
    expect(judged.body.issue.filter(({ severity }: Json) => severity === 'error')).toEqual([]);
    expect((await home.fetch('GET', '/Bundle?_summary=count')).body.total).toBe(0);
  });

  test('the programme is given what came with the case, and nothing else of the patient', async () => {
    const answer = await programme.fetch('POST', `/${patient}/$summary`, parameters());
    expect(refs(answer)).toEqual(expect.arrayContaining([patient, expect.stringMatching(/^MedicationStatement/)]));
    expect(answer.text).not.toContain('Only known at home');
    expect(answer.body.entry[0].resource.section[1].emptyReason.coding[0].code).toBe('unavailable');
  });

  test('speaks the language that is asked for, and comes as XML', async () => {
    const answer = await home.fetch('GET', `/${patient}/$summary`, undefined, { 'accept-language': 'vi' });
    expect(titles(answer)[1]).toBe('Dị ứng và không dung nạp');
    const xml = await home.fetch('GET', `/${patient}/$summary?_format=xml`);
    expect([xml.status, xml.text.slice(0, 100)]).toEqual([
      200,
      expect.stringContaining('<Bundle xmlns="http://hl7.org/fhir">'),
    ]);
  });

  test('finds the patient by an identifier', async () => {
    const identifier = encodeURIComponent('https://home.example/ids|S-1-patient');
    const answer = await home.fetch('GET', `/Patient/$summary?identifier=${identifier}`);
    expect(answer.body.entry[1].fullUrl).toBe(`${stage.fhir}/${patient}`);
    expectOutcome(await home.fetch('GET', '/Patient/$summary?identifier=nobody'), 404, 'not-found');
    expectOutcome(await home.fetch('GET', '/Patient/$summary'), 400, 'parameter-missing');
    for (const twin of ['twin-1', 'twin-2']) await put('Patient', twin, { identifier: [{ value: 'twins' }] });
    expectOutcome(await home.fetch('GET', '/Patient/$summary?identifier=twins'), 412, 'multiple-matches');
  });

  test('is made by the profiles of IPS alone', async () => {
    const ask = (profile: string) => home.fetch('GET', `/${patient}/$summary?profile=${encodeURIComponent(profile)}`);
    const ips = 'http://hl7.org/fhir/uv/ips/StructureDefinition';
    for (const url of [`${ips}/Composition-uv-ips|2.0.0`, `${ips}/Bundle-uv-ips`])
      expect((await ask(url)).status).toBe(200);
    expectOutcome(
      await ask('http://hl7.org.au/fhir/ps/StructureDefinition/au-ps-composition'),
      422,
      'profile-not-served',
    );
    expectOutcome(await home.fetch('GET', `/${patient}/$summary?graph=x`), 422, 'parameter-not-served');
    expectOutcome(await home.fetch('GET', `/${patient}/$summary?identifier=x`), 400, 'unknown-parameter');
  });

  test('a stranger learns nothing; who pays is given none', async () => {
    const stranger = await stage.house.register('stranger', 'placer');
    expectOutcome(await stranger.fetch('GET', `/${patient}/$summary`), 404, 'not-found');
    expectOutcome(await home.fetch('GET', '/Patient/absent/$summary'), 404, 'not-found');
    const insurer = await stage.house.register('insurer', 'insurer');
    expectOutcome(await insurer.fetch('GET', `/${patient}/$summary`), 403, 'not-your-move');
  });

  test('marks as withheld what an app may not read, and as a part what it may read in part', async () => {
    const app = await stage.addApp();
    await put('Observation', 'tran-lab', {
      status: 'final',
      code: { text: 'Haemoglobin' },
      subject: { reference: 'Patient/tran' },
      category: [
        { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
      ],
    });
    const lab = 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory';
    const scope = `launch/patient patient/Patient.rs patient/Condition.rs patient/Observation.rs?category=${lab}`;
    const { token } = await launch(stage, app, scope);
    const answer = await get(stage, token.access_token, '/Patient/tran/$summary');
    const sections = answer.body.entry[0].resource.section;
    const told = sections.map(({ title, entry, emptyReason }: Json) => [
      title,
      emptyReason?.coding[0].code ?? entry.length,
    ]);
    expect(told).toEqual(
      expect.arrayContaining([
        ['Medication summary', 'withheld'],
        ['Allergies and intolerances', 'withheld'],
        ['Problems', 1],
        ['Results', 1],
      ]),
    );
    expect(sections.find(({ title }: Json) => title === 'Results').text.div).toContain('Only a part');
    expectOutcome(await get(stage, token.access_token, `/${patient}/$summary`), 404, 'not-found');
  });
});

describe('DocumentReference/$docref', () => {
  /** Ids in their order; `summary` for the entry that is made on demand. */
  function found({ status, body }: Pick<Answer, 'status' | 'body'>): string[] {
    expect(status).toBe(200);
    expect(body).toMatchObject({ resourceType: 'Bundle', type: 'searchset', total: (body.entry ?? []).length });
    return (body.entry ?? [])
      .map(({ resource }: Json) => resource.id ?? 'summary')
      .filter((name: string) => name.length < 20);
  }
  const ask = (more = '', by = home) => by.fetch('GET', `/DocumentReference/$docref?patient=${id}${more}`);

  test('gives the current documents of a patient, the latest first, and the summary', async () => {
    const answer = await ask();
    expect(found(answer)).toEqual(['summary', 'letter-2024', 'undated-care']);
    // The letter of the packet has neither date nor type.
    expect(answer.body.total).toBe(4);
    const { resource } = answer.body.entry[0];
    expect(resource).toMatchObject({
      status: 'current',
      type: { coding: [{ system: 'http://loinc.org', code: '60591-5' }] },
      subject: { reference: patient },
      content: [{ attachment: { contentType: 'application/fhir+json', url: `${stage.fhir}/${patient}/$summary` } }],
    });
    expect((await home.fetch('GET', resource.content[0].attachment.url)).status).toBe(200);
    expect((await home.fetch('POST', '/DocumentReference/$validate', resource)).body.issue).toEqual([
      expect.objectContaining({ severity: 'information' }),
    ]);
  });

  test('is asked by POST as testers do', async () => {
    const answer = await home.fetch('POST', '/DocumentReference/$docref', parameters({ name: 'patient', valueId: id }));
    expect(answer.body.total).toBe(4);
  });

  test('the range is of care, and of the own date where care has none', async () => {
    expect(found(await ask('&start=2024-05-10&end=2024-06-01'))).toEqual(['letter-2024']);
    expect(found(await ask('&start=2025-01-01T00:00:00Z&end=2025-12-31'))).toEqual(['undated-care']);
    expect(found(await ask('&start=2025-01-01'))).toEqual(['summary', 'undated-care']);
    expect(found(await ask('&end=2023-01-01'))).toEqual([]);
    expect((await ask('&start=soon')).status).toBe(400);
  });

  test('type, profile and on-demand choose', async () => {
    const loinc = encodeURIComponent('http://loinc.org|');
    expect(found(await ask(`&type=${loinc}11488-4`))).toEqual(['letter-2024']);
    expect(found(await ask(`&type=${loinc}11488-4&type=${loinc}60591-5`))).toEqual(['summary', 'letter-2024']);
    const coding = { system: 'http://loinc.org', code: '18842-5' };
    const body = parameters({ name: 'patient', valueId: id }, { name: 'type', valueCoding: coding });
    expect(found(await home.fetch('POST', '/DocumentReference/$docref', body))).toEqual(['undated-care']);
    expect(found(await ask('&on-demand=true'))).toEqual(['summary']);
    expect(found(await ask(`&on-demand=true&type=${loinc}11488-4`))).toEqual([]);
    const ips = encodeURIComponent('http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips|2.0.0');
    expect(found(await ask(`&profile=${ips}`))).toEqual(['summary']);
    expect(found(await ask('&profile=http://other.example/profile'))).toEqual([]);
  });

  test('of a patient that is not there or not theirs the answer is the same: nothing', async () => {
    const stranger = await stage.house.register('passer-by', 'placer');
    expect(found(await ask('', stranger))).toEqual([]);
    expect(found(await home.fetch('GET', '/DocumentReference/$docref?patient=absent'))).toEqual([]);
    expect(found(await ask('', programme))).toEqual(['summary']);
    expect((await ask('', programme)).body.total).toBe(2);
    expectOutcome(await home.fetch('GET', '/DocumentReference/$docref'), 400, 'parameter-missing');
    expectOutcome(await home.fetch('GET', '/DocumentReference/$docref?patient=a/b'), 400, 'bad-id');
  });

  test('an app is given the documents of its patient alone', async () => {
    const app = await stage.addApp();
    const { token } = await launch(stage, app, 'launch/patient patient/DocumentReference.rs');
    const other = await get(stage, token.access_token, `/DocumentReference/$docref?patient=${id}`);
    expect(found(other)).toEqual([]);
    const { token: narrow } = await launch(stage, app, 'launch/patient patient/Patient.rs');
    expectOutcome(
      await get(stage, narrow.access_token, `/DocumentReference/$docref?patient=tran`),
      403,
      'scope-missing',
    );
  });
});
