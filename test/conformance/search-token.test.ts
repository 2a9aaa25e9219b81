import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/search.html#token */

const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';
const ACT = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
const LOINC = 'http://loinc.org';

let house: TestHouse;
let home: Partner;
let other: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  other = await house.register('other', 'placer');
  const put = async (type: string, id: string, more: object): Promise<void> => {
    const { status, text } = await home.fetch('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
    expect([status, status === 201 ? '' : text]).toEqual([201, '']);
  };
  await put('Patient', 'ann', {
    gender: 'female',
    active: true,
    identifier: [
      { type: { coding: [{ system: TYPES, code: 'MR' }], text: 'Record number' }, system: 'urn:h', value: '446053' },
      { system: 'urn:h', value: 'bare' },
    ],
    telecom: [{ system: 'phone', value: '555-1' }],
  });
  await put('Patient', 'bob', {
    gender: 'male',
    active: false,
    identifier: [{ type: { coding: [{ system: TYPES, code: 'PPN' }] }, value: '446053' }],
  });
  await put('Patient', 'kim', {});
  const observation = (id: string, code: object, more: object = {}): Promise<void> =>
    put('Observation', id, { status: 'final', code, ...more });
  await observation('hb', { coding: [{ system: LOINC, code: '718-7', display: 'Hämoglobin im Blut' }] });
  await observation('na', { coding: [{ system: LOINC, code: '2951-2' }], text: 'Sodium' });
  await observation('own', { coding: [{ system: 'urn:codes', code: '718-7' }] });
  await observation('bare', { coding: [{ code: '718-7' }] });
  await observation('said', { text: 'Haemoglobin' });
  const encounter = (id: string, code: string): Promise<void> =>
    put('Encounter', id, { status: 'finished', class: { system: ACT, code } });
  await encounter('inpatient', 'IMP');
  await encounter('acute', 'ACUTE');
  await encounter('virtual', 'VR');
  await put('ValueSet', 'blood', {
    url: 'http://home.example/ValueSet/blood',
    status: 'active',
    compose: { include: [{ system: LOINC, concept: [{ code: '718-7' }, { code: '789-8' }] }] },
  });
});
afterAll(() => house.stop());

const idsIn = (body: Json): string[] =>
  (body.entry ?? [])
    .filter(({ search }: Json) => search.mode === 'match')
    .map(({ resource }: Json) => resource.id)
    .sort();

async function find(query: string): Promise<string[]> {
  const { status, body, text } = await home.fetch('GET', query, undefined, { prefer: 'handling=strict' });
  if (status !== 200) throw new Error(text);
  return idsIn(body);
}

describe('a token', () => {
  test.each([
    ['/Observation?code=718-7', ['bare', 'hb', 'own']],
    [`/Observation?code=${LOINC}|718-7`, ['hb']],
    ['/Observation?code=|718-7', ['bare']],
    [`/Observation?code=${LOINC}|`, ['hb', 'na']],
    [`/Observation?code=${LOINC}|718-7,urn:codes|718-7`, ['hb', 'own']],
    ['/Observation?code:not=718-7', ['na', 'said']],
    ['/Patient?gender:not=male', ['ann', 'kim']],
    ['/Patient?active=true', ['ann']],
    ['/Patient?gender:missing=true', ['kim']],
    ['/Patient?phone=555-1', ['ann']],
    ['/Patient?gender=http://hl7.org/fhir/administrative-gender|male', ['bob']],
    // Display and text, by their beginnings, without case and accents.
    ['/Observation?code:text=haemo', ['said']],
    ['/Observation?code:text=HAMO', ['hb']],
    ['/Patient?identifier:text=record', ['ann']],
  ])('%s', async (query, ids) => {
    expect(await find(query)).toEqual(ids);
  });
});

describe('an identifier of a type', () => {
  test.each([
    [`${TYPES}|MR|446053`, ['ann']],
    [`${TYPES}|PPN|446053`, ['bob']],
    [`${TYPES}|MR|446053,${TYPES}|PPN|446053`, ['ann', 'bob']],
    [`${TYPES}|MR|bare`, []],
    ['urn:other|MR|446053', []],
  ])('%s', async (value, ids) => {
    expect(await find(`/Patient?identifier:of-type=${value}`)).toEqual(ids);
  });

  test('needs all three', async () => {
    for (const value of [`${TYPES}|MR`, `|MR|446053`, '446053']) {
      expectOutcome(await home.fetch('GET', `/Patient?identifier:of-type=${value}`), 400, 'bad-of-type');
    }
  });
});

describe('a value set', () => {
  test.each([
    ['/Patient?gender:in=http://hl7.org/fhir/ValueSet/administrative-gender', ['ann', 'bob']],
    ['/Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender', ['kim']],
    ['/Encounter?class:in=http://terminology.hl7.org/ValueSet/v3-ActEncounterCode', ['acute', 'inpatient', 'virtual']],
    [
      '/Observation?code:not-in=http://hl7.org/fhir/ValueSet/administrative-gender',
      ['bare', 'hb', 'na', 'own', 'said'],
    ],
  ])('that R4 publishes: %s', async (query, ids) => {
    expect(await find(query)).toEqual(ids);
  });

  test.each(['ValueSet/blood', 'http://home.example/ValueSet/blood'])('of its own: %s', async (set) => {
    expect(await find(`/Observation?code:in=${set}`)).toEqual(['hb']);
    expect(await find(`/Observation?code:not-in=${set}`)).toEqual(['bare', 'na', 'own', 'said']);
    // Another organisation's is as if it were not there.
    expectOutcome(await other.fetch('GET', `/Observation?code:in=${set}`), 400, 'value-set-unknown');
  });

  test('that cannot be listed is refused, whether strict or not', async () => {
    const answer = await home.fetch('GET', '/Observation?code:in=http://snomed.info/sct?fhir_vs');
    expectOutcome(answer, 400, 'code-system-not-held');
    expectOutcome(await home.fetch('GET', '/Observation?code:in=urn:nowhere'), 400, 'value-set-unknown');
  });
});

describe('a hierarchy of codes', () => {
  test.each([
    ['below', 'IMP', ['acute', 'inpatient']],
    ['below', 'ACUTE', ['acute']],
    ['above', 'ACUTE', ['acute', 'inpatient']],
    ['above', 'VR', ['virtual']],
  ])('%s %s', async (modifier, code, ids) => {
    expect(await find(`/Encounter?class:${modifier}=${ACT}|${code}`)).toEqual(ids);
  });

  test('that is not held is refused with the name of its system', async () => {
    const answer = await home.fetch('GET', '/Observation?code:below=http://snomed.info/sct|404684003');
    expectOutcome(answer, 400, 'code-system-not-held');
    expect(answer.text).toContain('http://snomed.info/sct');
  });
});

test('labels, profiles, sources and lists are found in all types', async () => {
  const meta = {
    tag: [{ system: 'urn:t', code: 'x' }],
    security: [{ system: 'urn:s', code: 'R' }],
    profile: ['http://a.example/p|1.4.2'],
    source: 'http://a.example/feed#1',
  };
  const basic = { resourceType: 'Basic', id: 'labelled', code: { text: 'x' }, meta };
  expect((await home.fetch('PUT', '/Basic/labelled', basic)).status).toBe(201);
  expect((await home.fetch('PUT', '/Basic/plain', { ...basic, id: 'plain', meta: undefined })).status).toBe(201);
  const entry = [{ item: { reference: 'Basic/plain' } }];
  const list = { resourceType: 'List', id: 'l', status: 'current', mode: 'working', entry };
  expect((await home.fetch('PUT', '/List/l', list)).status).toBe(201);
  const both = ['labelled', 'plain'];
  for (const [query, ids] of [
    ['_tag=urn:t|x', ['labelled']],
    ['_security=urn:s|R', ['labelled']],
    ['_profile=http://a.example/p', ['labelled']],
    ['_profile=http://a.example/p|1.4.2', ['labelled']],
    ['_profile=http://a.example/p|1.4', []],
    ['_profile:below=http://a.example/p|1', ['labelled']],
    ['_profile:below=http://a.example', ['labelled']],
    ['_source=http://a.example/feed%231', ['labelled']],
    ['_source:below=http://a.example', ['labelled']],
    ['_source:below=http://a.example/fee', []],
    ['_tag:not=urn:t|x', ['plain']],
    ['_list=l', ['plain']],
    ['_list=none', []],
    ['_id=labelled,plain', both],
    ['_id=labelled&_id=plain', []],
    ['_lastUpdated=gt2020&_lastUpdated=lt2100', both],
    ['_contained=false', both],
  ] as const) {
    expect([query, await find(`/Basic?${query}`)]).toEqual([query, ids]);
  }
});

test.each([
  ['_filter=gender eq male', 'unsupported-parameter'],
  ['_query=mine', 'unsupported-parameter'],
  ['_contained=true', 'contained-search'],
  ['_contained=both', 'contained-search'],
  ['_list=$current-problems', 'functional-list'],
  ['link.link.link.link.link.link.name=x', 'chain-too-deep'],
])('%s would narrow, and is never left out', async (query, key) => {
  expectOutcome(await home.fetch('GET', `/Patient?${query}`), 400, key);
});
