import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#search, over all types: GET [base]?parameters, POST [base]/_search */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const tag = [{ system: 'http://example.org/tags', code: 'mine' }];
  for (const record of [
    { resourceType: 'Patient', id: 'p', meta: { tag }, name: [{ family: 'A' }] },
    { resourceType: 'Patient', id: 'q' },
    { resourceType: 'Basic', id: 'b', meta: { tag }, code: { text: 'x' }, subject: { reference: 'Patient/p' } },
    {
      resourceType: 'Observation',
      id: 'o',
      meta: { tag },
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/p' },
    },
  ]) {
    expect((await home.fetch('PUT', `/${record.resourceType}/${record.id}`, record)).status).toBe(201);
  }
});
afterAll(() => house.stop());

const refsOf = ({ body }: Answer, mode = 'match'): string[] =>
  (body.entry ?? [])
    .filter(({ search }: Json) => search.mode === mode)
    .map(({ resource }: Json) => `${resource.resourceType}/${resource.id}`);
const linkOf = ({ body }: Answer, relation: string): string | undefined =>
  body.link.find((link: Json) => link.relation === relation)?.url;
const TAGGED = ['Basic/b', 'Observation/o', 'Patient/p'];

test.each([
  ['?_tag=mine', TAGGED],
  ['/?_tag=mine', TAGGED],
  ['?_type=Patient,Basic&_tag=mine', ['Basic/b', 'Patient/p']],
  ['?_type=Patient', ['Patient/p', 'Patient/q']],
  ['?_type=Patient&name=a', ['Patient/p']],
  ['?_type=Patient,Basic&_type=Basic,Observation', ['Basic/b']],
  ['?_type=Basic,Observation&subject=Patient/p', ['Basic/b', 'Observation/o']],
  ['?_id=p,b', ['Basic/b', 'Patient/p']],
])('GET [base]%s', async (query, refs) => {
  const answer = await home.fetch('GET', query);
  expect([answer.status, refsOf(answer).sort()]).toEqual([200, refs]);
});

test('POST [base]/_search is the same', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await home.fetch('POST', '/_search?_type=Patient,Basic', '_tag=mine', form);
  expect([answer.status, refsOf(answer).sort()]).toEqual([200, ['Basic/b', 'Patient/p']]);
});

test('pages, order and totals go over all types', async () => {
  const found: string[] = [];
  const totals: number[] = [];
  const query = '_type=Patient,Basic,Observation&_sort=-_lastUpdated&_count=2&_total=accurate&_elements=meta';
  for (let url: string | undefined = `?${query}`; url !== undefined;) {
    const page = await home.fetch('GET', url);
    found.push(...refsOf(page));
    totals.push(page.body.total);
    url = linkOf(page, 'next');
    expect(linkOf(page, 'first')).toBe(
      `${house.url}/fhir?_type=${encodeURIComponent('Patient,Basic,Observation')}&${query.split('&').slice(1).join('&')}`,
    );
  }
  expect(found).toEqual(['Observation/o', 'Basic/b', 'Patient/q', 'Patient/p']);
  expect(totals).toEqual([4, 4]);
});

test('includes go along', async () => {
  const answer = await home.fetch('GET', '?_type=Basic,Observation&_include=Observation:subject');
  expect([refsOf(answer).sort(), refsOf(answer, 'include')]).toEqual([['Basic/b', 'Observation/o'], ['Patient/p']]);
});

test('a parameter that not all types have is told, or refused', async () => {
  const lenient = await home.fetch('GET', '?_type=Patient,Basic&name=a&_tag=mine');
  expect([lenient.status, refsOf(lenient).sort(), refsOf(lenient, 'outcome')]).toEqual([
    200,
    ['Basic/b', 'Patient/p'],
    ['OperationOutcome/undefined'],
  ]);
  const strict = { prefer: 'handling=strict' };
  expectOutcome(await home.fetch('GET', '?_type=Patient,Basic&name=a', undefined, strict), 400, 'unknown-parameter');
});

test.each([
  ['?_type=Patients', 400, 'unknown-type'],
  ['?_type=Patient&_type=Basic', 400, 'no-types'],
])('GET [base]%s: %i %s', async (query, status, key) => {
  expectOutcome(await home.fetch('GET', query), status, key);
});

describe('scopes', () => {
  test('a type that is named has to be allowed; others are left out, and that is told', async () => {
    const narrow = await house.register('narrow', 'placer', 'system/Patient.cruds system/Basic.r');
    await narrow.fetch('PUT', '/Patient/n', { resourceType: 'Patient', id: 'n' });
    expectOutcome(await narrow.fetch('GET', '?_type=Patient,Basic'), 403, 'scope-missing');
    const answer = await narrow.fetch('GET', '');
    expect([answer.status, refsOf(answer)]).toEqual([200, ['Patient/n']]);
    const issue = answer.body.entry.find(({ search }: Json) => search.mode === 'outcome').resource.issue[0];
    expect(issue.details.coding[0].code).toBe('types-not-searched');
    expect(issue.details.text).toMatch(/\bBasic, /);
    expect(issue.details.text).not.toMatch(/\bPatient\b/);
  });
  test('without any to search with there is nothing to be searched', async () => {
    const none = await house.register('none', 'placer', 'system/Patient.cru');
    expectOutcome(await none.fetch('GET', ''), 403, 'scope-missing');
  });
  test('what a condition looks into has to be allowed', async () => {
    const locations = await house.register('locations', 'placer', 'system/Encounter.cruds system/Patient.s');
    expect((await locations.fetch('GET', '/Encounter?subject:Patient.name=a')).status).toBe(200);
    for (const query of [
      'Encounter?location.name=a',
      'Encounter?location:below=Location/x',
      'Patient?_has:Observation:subject:status=final',
      'Patient?_has:Encounter:subject:location.name=a',
    ]) {
      expectOutcome(await locations.fetch('GET', `/${query}`), 403, 'scope-missing');
    }
  });
  test('what comes along by a wildcard has to be allowed as if it had been searched for', async () => {
    const wild = await house.register(
      'wild',
      'placer',
      'system/Patient.cruds system/Basic.cru system/Observation.cruds',
    );
    for (const record of [
      { resourceType: 'Patient', id: 'w' },
      { resourceType: 'Basic', id: 'w1', code: { text: 'x' }, subject: { reference: 'Patient/w' } },
      {
        resourceType: 'Observation',
        id: 'w2',
        status: 'final',
        code: { text: 'x' },
        subject: { reference: 'Patient/w' },
      },
    ]) {
      expect((await wild.fetch('PUT', `/${record.resourceType}/${record.id}`, record)).status).toBe(201);
    }
    expectOutcome(await wild.fetch('GET', '/Patient?_revinclude=Basic:subject'), 403, 'scope-missing');
    const answer = await wild.fetch('GET', '/Patient?_revinclude=*');
    expect([answer.status, refsOf(answer, 'include')]).toEqual([200, ['Observation/w2']]);
  });
  test('what comes along without having been named has to be allowed, too', async () => {
    const some = await house.register('some', 'placer', 'system/Observation.cruds system/Patient.cud');
    await some.fetch('PUT', '/Patient/s', { resourceType: 'Patient', id: 's' });
    const observation = {
      resourceType: 'Observation',
      id: 't',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/s' },
    };
    expect((await some.fetch('PUT', '/Observation/t', observation)).status).toBe(201);
    const answer = await some.fetch('GET', '/Observation?_include=Observation:subject');
    expect([refsOf(answer), refsOf(answer, 'include')]).toEqual([['Observation/t'], []]);
    const issue = answer.body.entry.at(-1).resource.issue[0];
    expect(issue.details.coding[0].code).toBe('includes-not-allowed');
    expect(JSON.stringify(issue)).not.toContain('Patient');
    const asked = await some.fetch('GET', '/Observation?_include=Observation:subject:Patient');
    expect(refsOf(asked, 'include')).toEqual([]);
    expect(JSON.stringify(asked.body.entry.at(-1).resource.issue)).toContain('Patient');
  });
});

test('nobody finds what is of others', async () => {
  const other = await house.register('other', 'placer');
  expect(refsOf(await other.fetch('GET', '?_tag=mine'))).toEqual([]);
});
