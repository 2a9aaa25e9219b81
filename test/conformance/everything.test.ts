import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { paramKey } from '../../src/search/index.ts';
import { packet, refOf, sendCase } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { execute } from '../support/server.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/patient-operation-everything.html, and the same for the record of a case */

let house: TestHouse;
let home: Partner;
let programme: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
});
afterAll(() => house.stop());

async function put(partner: Partner, ref: string, more: object = {}): Promise<string> {
  const [resourceType, id] = ref.split('/');
  const answer = await partner.fetch('PUT', `/${ref}`, { resourceType, id, ...more });
  if (answer.status !== 201) throw new Error(answer.text);
  return ref;
}

/** `match Patient/x`, in the order of the answer. */
function found({ status, body }: Answer): string[] {
  expect(status).toBe(200);
  expect(body).toMatchObject({ resourceType: 'Bundle', type: 'searchset' });
  return (body.entry ?? []).map(
    ({ search, resource }: Json) => `${search.mode} ${resource.resourceType}/${resource.id ?? ''}`,
  );
}

async function walk(partner: Partner, address: string): Promise<{ found: string[]; pages: number }> {
  const all: string[] = [];
  let pages = 0;
  for (let url: string | undefined = address; url !== undefined; pages++) {
    const page = await partner.fetch('GET', url);
    all.push(...found(page));
    url = page.body.link.find(({ relation }: Json) => relation === 'next')?.url;
  }
  return { found: all, pages };
}

describe('everything of a patient', () => {
  const subject = { reference: 'Patient/p' };
  const observation = { status: 'final', code: { text: 'Invented' }, subject };
  const EXPECTED = [
    'match Patient/p',
    'match AllergyIntolerance/a',
    'match Condition/c',
    'match Coverage/v',
    'match Observation/o1',
    'match Observation/o2',
    'include Organization/sponsor',
    'include Practitioner/doctor',
  ];
  beforeAll(async () => {
    await put(home, 'Practitioner/doctor', { name: [{ family: 'Invented' }] });
    await put(home, 'Organization/sponsor', { name: 'Invented payer' });
    await put(home, 'Patient/other');
    await put(home, 'Patient/p', {
      generalPractitioner: [{ reference: 'Practitioner/doctor' }],
      link: [{ other: { reference: 'Patient/other' }, type: 'seealso' }],
    });
    await put(home, 'Observation/o1', { ...observation, effectiveDateTime: '2020-03-01' });
    await put(home, 'Observation/o2', {
      ...observation,
      effectiveDateTime: '2024-03-01',
      performer: [{ reference: 'Practitioner/doctor' }],
    });
    await put(home, 'Observation/theirs', { ...observation, subject: { reference: 'Patient/other' } });
    const coding = [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'resolved' }];
    const times = { onsetDateTime: '2019-01-01', abatementDateTime: '2022-06-01' };
    await put(home, 'Condition/c', { subject, clinicalStatus: { coding }, ...times });
    const active = { system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' };
    await put(home, 'AllergyIntolerance/a', { patient: subject, clinicalStatus: { coding: [active] } });
    await put(home, 'Coverage/v', {
      status: 'active',
      beneficiary: subject,
      payor: [{ reference: 'Organization/sponsor' }],
    });
    await put(home, 'Observation/gone', observation);
    await home.fetch('DELETE', '/Observation/gone');
  });

  test('is the patient first, the compartment, and what is referred to, once', async () => {
    const answer = await home.fetch('GET', '/Patient/p/$everything');
    expect(found(answer)).toEqual(EXPECTED);
    expect([answer.body.total, answer.body.link.length]).toEqual([6, 1]);
    const checked = await home.fetch('POST', '/Bundle/$validate', answer.body);
    expect(checked.body.issue.filter(({ severity }: Json) => severity === 'error')).toEqual([]);
    expect(found(await home.fetch('POST', '/Patient/p/$everything'))).toEqual(EXPECTED);
  });

  test.each([1, 2, 3, 5, 6, 7, 8])('comes in pages of %i, each record once', async (count) => {
    const { found: all, pages } = await walk(home, `/Patient/p/$everything?_count=${count}`);
    expect(all).toEqual(EXPECTED);
    expect(pages).toBeLessThanOrEqual(Math.ceil(8 / count) + 1);
  });

  test('_type says which types; what only others refer to is among them', async () => {
    const ask = async (types: string): Promise<string[]> =>
      found(await home.fetch('GET', `/Patient/p/$everything?_type=${types}`));
    expect(await ask('Observation')).toEqual(['match Observation/o1', 'match Observation/o2']);
    expect(await ask('Practitioner,Condition')).toEqual(['match Condition/c', 'include Practitioner/doctor']);
    expectOutcome(await home.fetch('GET', '/Patient/p/$everything?_type=Nonsense'), 400, 'unknown-type');
  });

  test('start and end are about the time of care; what has no such time stays', async () => {
    const ask = async (query: string): Promise<string[]> =>
      found(
        await home.fetch('GET', `/Patient/p/$everything?_type=Patient,Observation,Condition,Coverage&${query}`),
      ).map((line) => line.replace('match ', ''));
    const both = ['Patient/p', 'Condition/c', 'Coverage/v', 'Observation/o1'];
    expect(await ask('start=2020-01-01&end=2020-12-31')).toEqual(both);
    // The condition began before and ended after.
    // By when others find the same record nothing is told.
    await execute(
      house.database,
      `insert into search_range (reader, param, unit, low, high, target)
        select 'programme', param, unit, low + 31536e7, high + 31536e7, target from search_range
        where target = 'Observation/o1' and param = ${paramKey('Observation', 'date')}`,
    );
    expect(await ask('start=2030')).toEqual(['Patient/p', 'Coverage/v']);
    expect(await ask('start=2021&end=2021')).toEqual(['Patient/p', 'Condition/c', 'Coverage/v']);
    expect(await ask('start=2023')).toEqual(['Patient/p', 'Coverage/v', 'Observation/o2']);
    expect(await ask('end=2020-03-01')).toEqual(both);
    expect(await ask('end=2020-02-29')).toEqual(['Patient/p', 'Condition/c', 'Coverage/v']);
    expectOutcome(await home.fetch('GET', '/Patient/p/$everything?start=soon'), 400, 'bad-parameter');
  });

  test('_since is about the last change', async () => {
    await new Promise((done) => setTimeout(done, 10));
    const { body } = await home.fetch('PUT', '/Observation/o1', {
      resourceType: 'Observation',
      id: 'o1',
      ...observation,
      effectiveDateTime: '2020-03-01',
    });
    const since = body.meta.lastUpdated;
    expect(found(await home.fetch('GET', `/Patient/p/$everything?_since=${since}`))).toEqual(['match Observation/o1']);
    const parameters = { resourceType: 'Parameters', parameter: [{ name: '_since', valueInstant: since }] };
    const posted = await home.fetch('POST', '/Patient/p/$everything', parameters);
    expect(found(posted)).toEqual(['match Observation/o1']);
  });

  test('is for who may see the patient, and as far as the scopes go, which is said', async () => {
    expectOutcome(await programme.fetch('GET', '/Patient/p/$everything'), 404, 'not-found');
    expectOutcome(await home.fetch('GET', '/Patient/never/$everything'), 404, 'not-found');
    const narrow = await house.register('narrow', 'placer', 'system/Patient.cruds system/Condition.cruds');
    await put(narrow, 'Patient/n');
    await put(narrow, 'Condition/n', { subject: { reference: 'Patient/n' } });
    const answer = await narrow.fetch('GET', '/Patient/n/$everything');
    expect(found(answer)).toEqual(['match Patient/n', 'match Condition/n', 'outcome OperationOutcome/']);
    const [{ details }] = answer.body.entry[2].resource.issue;
    expect(details.coding[0].code).toBe('types-left-out');
    expect(details.text).toMatch(/Observation/);
    expect(details.text).not.toMatch(/Condition,/);
    const none = await house.register('none', 'placer', 'system/Condition.cruds');
    expectOutcome(await none.fetch('GET', '/Patient/n/$everything'), 403, 'scope-missing');
  });

  test('what cannot be asked is refused', async () => {
    expectOutcome(await home.fetch('GET', '/Patient/p/$everything?_count=0'), 400, 'bad-parameter');
    expectOutcome(await home.fetch('GET', '/Patient/p/$everything?_sinse=2020'), 400, 'unknown-parameter');
    expectOutcome(await home.fetch('GET', '/Patient/p/$everything?_cursor=x'), 400, 'bad-cursor');
    expectOutcome(await home.fetch('GET', '/Observation/o1/$everything'), 404, 'unknown-operation');
    expectOutcome(await home.fetch('GET', '/Patient/$everything'), 404, 'unknown-operation');
  });
});

describe('everything of a case', () => {
  let sent: SentCase;
  let cover: string;
  beforeAll(async () => {
    await house.register('payer', 'insurer');
    const coverage = await home.fetch('POST', '/Coverage', {
      resourceType: 'Coverage',
      status: 'active',
      beneficiary: { display: 'The patient' },
      payor: [{ reference: 'Organization/payer' }],
    });
    cover = `Coverage/${coverage.body.id}`;
    const insurance = [{ reference: cover }];
    sent = await sendCase(home, { number: 'C-1', programme: 'programme', request: { insurance } });
    // Of the same patient, and not of the case.
    await home.fetch('POST', '/Observation', {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'Unsent' },
      subject: { reference: sent.patient },
    });
  });

  test('is the request first, and the same record for both parties', async () => {
    const ask = async (partner: Partner): Promise<string[]> =>
      found(await partner.fetch('GET', `/${sent.request}/$everything`));
    const seen = await ask(home);
    expect(seen[0]).toBe(`match ${sent.request}`);
    const matches = seen.filter((line) => line.startsWith('match ')).map((line) => line.slice('match '.length));
    const parties = ['Organization/home', 'Organization/programme'];
    expect([...matches].sort()).toEqual([...sent.refs, sent.task, cover, ...parties].sort());
    // Everybody's records come along.
    expect(seen.filter((line) => line.startsWith('include '))).toEqual(['include Organization/payer']);
    expect(await ask(programme)).toEqual(seen);
    expect((await walk(programme, `/${sent.request}/$everything?_count=4`)).found).toEqual(seen);
  });

  test('_type and _since narrow it', async () => {
    const { request, task } = sent;
    const tasks = await programme.fetch('GET', `/${request}/$everything?_type=Task`);
    expect(found(tasks)).toEqual([`match ${task}`]);
    const later = await programme.fetch('GET', `/${request}/$everything?_since=2999`);
    expect(found(later)).toEqual([]);
    expectOutcome(await home.fetch('GET', `/${request}/$everything?start=2020`), 400, 'unknown-parameter');
  });

  test('is for the parties of the case; a request without one has none', async () => {
    const other = await house.register('other', 'placer');
    expectOutcome(await other.fetch('GET', `/${sent.request}/$everything`), 404, 'not-found');
    const answer = await home.fetch('POST', '', packet({ number: 'C-2', programme: 'programme', status: 'draft' }));
    const draft = refOf(answer.body.entry.at(-1).response.location);
    expectOutcome(await home.fetch('GET', `/${draft}/$everything`), 422, 'no-case');
  });

  test('its definition is among the guide’s', async () => {
    const { body } = await home.fetch('GET', '/OperationDefinition/case-everything');
    expect(body).toMatchObject({
      code: 'everything',
      resource: ['ServiceRequest'],
      instance: true,
      affectsState: false,
    });
    const [rest] = (await home.fetch('GET', '/metadata')).body.rest;
    const { operation } = rest.resource.find(({ type }: Json) => type === 'ServiceRequest');
    expect(operation).toContainEqual({ name: 'everything', definition: body.url });
  });
});
