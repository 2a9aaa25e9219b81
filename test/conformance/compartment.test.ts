import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/compartmentdefinition.html, https://hl7.org/fhir/R4/http.html#vsearch */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const [x, y] = [{ reference: 'Patient/x' }, { reference: 'Patient/y' }];
  const code = { text: 'x' };
  const records: Json[] = [
    {
      resourceType: 'Patient',
      id: 'x',
      link: [{ other: y, type: 'seealso' }],
      generalPractitioner: [{ reference: 'Practitioner/d' }],
    },
    { resourceType: 'Patient', id: 'y' },
    { resourceType: 'Practitioner', id: 'd' },
    { resourceType: 'RelatedPerson', id: 'r', patient: x },
    { resourceType: 'Device', id: 'v', patient: x },
    { resourceType: 'Encounter', id: 'e', status: 'finished', class: { code: 'AMB' }, subject: x },
    {
      resourceType: 'Observation',
      id: 'o1',
      status: 'final',
      code,
      subject: x,
      encounter: { reference: 'Encounter/e' },
      effectiveDateTime: '2026-01-01',
    },
    {
      resourceType: 'Observation',
      id: 'o2',
      status: 'preliminary',
      code,
      subject: x,
      effectiveDateTime: '2026-01-02',
      device: { reference: 'Device/v' },
    },
    {
      resourceType: 'Observation',
      id: 'o3',
      status: 'final',
      code,
      subject: y,
      performer: [{ reference: 'Patient/x' }],
    },
    {
      resourceType: 'Observation',
      id: 'o4',
      status: 'final',
      code,
      subject: y,
      performer: [{ reference: 'Practitioner/d' }],
    },
    {
      resourceType: 'Observation',
      id: 'o5',
      status: 'final',
      code,
      subject: y,
      performer: [{ reference: 'RelatedPerson/r' }],
    },
    { resourceType: 'Condition', id: 'c', subject: x },
  ];
  for (const record of records) {
    const answer = await home.fetch('PUT', `/${record.resourceType}/${record.id}`, record);
    expect({ id: record.id, status: answer.status }).toEqual({ id: record.id, status: 201 });
  }
});
afterAll(() => house.stop());

const refsOf = ({ body }: Answer, mode = 'match'): string[] =>
  (body.entry ?? [])
    .filter(({ search }: Json) => search.mode === mode)
    .map(({ resource }: Json) => `${resource.resourceType}/${resource.id}`);
const linkOf = ({ body }: Answer, relation: string): string | undefined =>
  body.link.find((link: Json) => link.relation === relation)?.url;

test.each([
  ['/Patient/x/Observation', ['Observation/o1', 'Observation/o2', 'Observation/o3']],
  ['/Patient/x/Observation?status=final', ['Observation/o1', 'Observation/o3']],
  ['/Patient/x/Observation?status:not=final&date=ge2026', ['Observation/o2']],
  ['/Patient/x/Observation?_id=o1,o4', ['Observation/o1']],
  ['/Patient/y/Observation', ['Observation/o3', 'Observation/o4', 'Observation/o5']],
  ['/Patient/x/Condition', ['Condition/c']],
  // It belongs to its own compartment, and to that of a patient who is linked to it.
  ['/Patient/x/Patient', ['Patient/x']],
  ['/Patient/y/Patient', ['Patient/x', 'Patient/y']],
  ['/Practitioner/d/Observation', ['Observation/o4']],
  ['/Practitioner/d/Patient', ['Patient/x']],
  ['/RelatedPerson/r/Observation', ['Observation/o5']],
  ['/RelatedPerson/r/RelatedPerson', ['RelatedPerson/r']],
  ['/Device/v/Observation', ['Observation/o2']],
  ['/Encounter/e/Observation', ['Observation/o1']],
  ['/Encounter/e/Encounter', ['Encounter/e']],
])('GET %s', async (path, refs) => {
  const answer = await home.fetch('GET', path);
  expect([answer.status, refsOf(answer).sort()]).toEqual([200, refs]);
});

describe('everything in it', () => {
  const ALL = [
    'Condition/c',
    'Encounter/e',
    'Observation/o1',
    'Observation/o2',
    'Observation/o3',
    'Patient/x',
    'RelatedPerson/r',
  ];

  test('is found under *', async () => {
    expect(refsOf(await home.fetch('GET', '/Patient/x/*')).sort()).toEqual(ALL);
  });
  test('page by page', async () => {
    const found: string[] = [];
    let pages = 0;
    for (let url: string | undefined = '/Patient/x/*?_count=2'; url !== undefined; pages += 1) {
      const page = await home.fetch('GET', url);
      found.push(...refsOf(page));
      url = linkOf(page, 'next');
    }
    expect([found.sort(), pages]).toEqual([ALL, 4]);
  });
  test('is narrowed by _type', async () => {
    expect(refsOf(await home.fetch('GET', '/Patient/x/*?_type=Condition,Encounter')).sort()).toEqual([
      'Condition/c',
      'Encounter/e',
    ]);
    expectOutcome(await home.fetch('GET', '/Patient/x/*?_type=Practitioner'), 400, 'not-in-compartment');
  });
  test('is counted', async () => {
    const { body } = await home.fetch('GET', '/Patient/x/*?_summary=count');
    expect([body.total, body.entry]).toEqual([ALL.length, undefined]);
  });
});

test('links, includes and order are those of any search', async () => {
  const answer = await home.fetch('GET', '/Patient/x/Observation?_sort=-date&_count=1&_include=Observation:subject');
  expect([refsOf(answer), refsOf(answer, 'include')]).toEqual([['Observation/o2'], ['Patient/x']]);
  const base = `${house.url}/fhir/Patient/x/Observation?`;
  expect(linkOf(answer, 'self')).toContain(base);
  const next = linkOf(answer, 'next')!;
  expect([next.startsWith(base), refsOf(await home.fetch('GET', next))]).toEqual([true, ['Observation/o1']]);
});

test.each(['/Patient/x/Observation', '/Patient/x/*'])('POST %s/_search is the same', async (path) => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const posted = await home.fetch('POST', `${path}/_search`, '_id=o1', form);
  expect([posted.status, refsOf(posted)]).toEqual([200, ['Observation/o1']]);
});

test.each(['/Patient/nobody/Observation', '/Patient/nobody/*'])('GET %s is empty', async (path) => {
  const answer = await home.fetch('GET', path);
  expect([answer.status, refsOf(answer)]).toEqual([200, []]);
});

test("another organisation's patient is like none", async () => {
  const other = await house.register('other', 'placer');
  const [hidden, absent] = [await other.fetch('GET', '/Patient/x/*'), await other.fetch('GET', '/Patient/nobody/*')];
  expect([hidden.status, refsOf(hidden)]).toEqual([200, []]);
  const plain = (text: string): string => text.replaceAll('nobody', 'x').replace(/"lastUpdated":"[^"]*"/, '');
  expect(plain(hidden.text)).toBe(plain(absent.text));
});

test.each([
  ['/Organization/x/Observation', 404, 'unknown-compartment'],
  ['/Patient/x/Medication', 400, 'not-in-compartment'],
  ['/Patient/x/Device', 400, 'not-in-compartment'],
  ['/Patient/x/observation', 404, 'unknown-type'],
  ['/Patient/x/$nothing', 404, 'unknown-operation'],
  ['/Patient/x/_nothing', 404, 'unknown-operation'],
  ['/Patient/x%20y/Observation', 400, 'bad-id'],
  ['/Patient/x/Observation?_type=Observation', 400, 'unsupported-parameter'],
])('GET %s: %i %s', async (path, status, key) => {
  expectOutcome(await home.fetch('GET', path, undefined, { prefer: 'handling=strict' }), status, key);
});

describe('scopes', () => {
  test('one type needs its own', async () => {
    const narrow = await house.register('narrow', 'placer', 'system/Condition.rs');
    expectOutcome(await narrow.fetch('GET', '/Patient/x/Observation'), 403, 'scope-missing');
    expect((await narrow.fetch('GET', '/Patient/x/Condition')).status).toBe(200);
    const all = await narrow.fetch('GET', '/Patient/x/*');
    const [outcome] = all.body.entry.map(({ resource }: Json) => resource.issue[0]);
    expect([outcome.severity, outcome.details.coding[0].code]).toEqual(['information', 'types-not-searched']);
    expect(outcome.details.text).toContain('Observation');
    expect(outcome.details.text).not.toContain('Condition,');
  });
});
