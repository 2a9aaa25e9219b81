import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/search.html#summary, https://hl7.org/fhir/R4/search.html#elements, over HTTP */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  const text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' };
  await home.fetch('PUT', '/Patient/p', {
    resourceType: 'Patient',
    id: 'p',
    text,
    name: [{ family: 'A' }],
    gender: 'female',
    maritalStatus: { text: 'x' },
  });
  const observation = {
    resourceType: 'Observation',
    id: 'o',
    text,
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/p' },
    valueQuantity: { value: 1 },
    note: [{ text: 'x' }],
  };
  await home.fetch('PUT', '/Observation/o', JSON.stringify(observation).replace('"value":1', '"value":1.10'));
  await home.fetch('PUT', '/Binary/b', {
    resourceType: 'Binary',
    id: 'b',
    contentType: 'text/plain',
    data: 'aGVsbG8=',
  });
});
afterAll(() => house.stop());

const STRICT = { prefer: 'handling=strict' };
const isTagged = (resource: Json): boolean =>
  (resource.meta.tag ?? []).some(({ code }: Json) => code === 'SUBSETTED') as boolean;
const names = (resource: Json): string[] =>
  Object.keys(resource)
    .filter((name) => !NEVER_ASKED.has(name))
    .sort();
const NEVER_ASKED = new Set(['resourceType', 'id', 'meta']);
const resourceIn = ({ body }: Answer, mode: string): Json =>
  body.entry.find(({ search }: Json) => search.mode === mode)?.resource;

describe.each([
  ['a search', '/Observation?_id=o&', (answer: Answer): Json => resourceIn(answer, 'match')],
  ['a search by POST', 'POST', (answer: Answer): Json => resourceIn(answer, 'match')],
  ['a read', '/Observation/o?', (answer: Answer): Json => answer.body],
  ['a vread', '/Observation/o/_history/1?', (answer: Answer): Json => answer.body],
])('%s takes', (_what, address, find) => {
  const ask = (query: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> => {
    if (address !== 'POST') return home.fetch('GET', `${address}${query}`, undefined, headers);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    return home.fetch('POST', '/Observation/_search', `_id=o&${query}`, { ...form, ...headers });
  };

  test.each([
    ['_summary=true', true, ['code', 'status', 'subject', 'valueQuantity']],
    ['_summary=text', true, ['code', 'status', 'text']],
    ['_summary=data', true, ['code', 'note', 'status', 'subject', 'valueQuantity']],
    ['_summary=false', false, ['code', 'note', 'status', 'subject', 'text', 'valueQuantity']],
    ['_elements=value,note', true, ['code', 'note', 'status', 'valueQuantity']],
    ['_elements=subject&_summary=data', true, ['code', 'status', 'subject']],
  ])('%s', async (query, tagged, elements) => {
    const answer = await ask(query);
    expect(answer.status).toBe(200);
    const resource = find(answer);
    expect([names(resource), isTagged(resource)]).toEqual([elements, tagged]);
    if (elements.includes('valueQuantity')) expect(answer.text).toContain('"value":1.10');
  });
  test.each([
    ['_summary=most', 'bad-summary'],
    ['_elements=colour', 'unknown-element'],
  ])('not %s', async (query, key) => {
    expectOutcome(await ask(query, STRICT), 400, key);
  });
});

describe('what is included', () => {
  const ask = (query: string): Promise<Answer> =>
    home.fetch('GET', `/Observation?_id=o&_include=Observation:subject&${query}`);

  test('is summarised with the matches', async () => {
    const answer = await ask('_summary=true');
    expect([names(resourceIn(answer, 'include')), isTagged(resourceIn(answer, 'include'))]).toEqual([
      ['gender', 'name'],
      true,
    ]);
  });
  test('keeps all of its elements: those named are of the matches', async () => {
    const answer = await ask('_elements=subject');
    expect(names(resourceIn(answer, 'match'))).toEqual(['code', 'status', 'subject']);
    const patient = resourceIn(answer, 'include');
    expect([names(patient), isTagged(patient)]).toEqual([['gender', 'maritalStatus', 'name', 'text'], false]);
  });
  test('may have elements of its own type named', async () => {
    const answer = await ask('_elements=Patient.name,value');
    expect(names(resourceIn(answer, 'match'))).toEqual(['code', 'status', 'valueQuantity']);
    expect(names(resourceIn(answer, 'include'))).toEqual(['name']);
    for (const unknown of ['Patient.colour', 'Patients.name', 'Patient.name.family']) {
      const url = `/Observation?_include=Observation:subject&_elements=${unknown}`;
      expectOutcome(await home.fetch('GET', url, undefined, STRICT), 400, 'unknown-element');
    }
  });
  test.each(['_include=Observation:subject', '_revinclude=Provenance:target'])(
    '_summary=text does not go with %s',
    async (include) => {
      expectOutcome(await home.fetch('GET', `/Observation?_summary=text&${include}`), 400, 'summary-with-include');
    },
  );
});

test('_summary=count counts, in a search alone', async () => {
  const { body } = await home.fetch('GET', '/Observation?_summary=count');
  expect([body.total, body.entry]).toEqual([1, undefined]);
  expectOutcome(await home.fetch('GET', '/Observation/o?_summary=count'), 400, 'bad-summary');
});

test('the next link keeps the shape', async () => {
  await home.fetch('PUT', '/Observation/o2', {
    resourceType: 'Observation',
    id: 'o2',
    status: 'final',
    code: { text: 'x' },
    note: [{ text: 'x' }],
  });
  const first = await home.fetch('GET', '/Observation?_count=1&_summary=true');
  const next = first.body.link.find(({ relation }: Json) => relation === 'next').url;
  expect(next).toContain('_summary=true');
  const second = await home.fetch('GET', next);
  expect([names(resourceIn(second, 'match')), isTagged(resourceIn(second, 'match'))]).toEqual([
    ['code', 'status'],
    true,
  ]);
  await home.fetch('DELETE', '/Observation/o2');
});

test('a part of a record does not take its place', async () => {
  const { body } = await home.fetch('GET', '/Observation/o?_elements=status');
  const refused = await home.fetch('PUT', '/Observation/o', body);
  expectOutcome(refused, 422, 'subsetted', 'Observation.meta.tag');
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ resource: body, request: { method: 'PUT', url: 'Observation/o' } }],
  };
  expectOutcome(await home.fetch('POST', '', bundle), 422, 'subsetted');
  const whole = await home.fetch('GET', '/Observation/o');
  expect([whole.body.meta.versionId, names(whole.body)]).toEqual([
    '1',
    ['code', 'note', 'status', 'subject', 'text', 'valueQuantity'],
  ]);
});

test('a part that is a record of its own may be changed', async () => {
  const tag = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' }];
  const part = { resourceType: 'Basic', id: 'part', code: { text: 'x' }, meta: { tag } };
  expect((await home.fetch('PUT', '/Basic/part', part)).status).toBe(201);
  expect((await home.fetch('PUT', '/Basic/part', { ...part, code: { text: 'y' } })).status).toBe(200);
});

describe('a Binary', () => {
  const FHIR = { accept: 'application/fhir+json' };

  test('is reduced as a resource', async () => {
    const whole = await home.fetch('GET', '/Binary/b', undefined, FHIR);
    expect(whole.body.data).toBe('aGVsbG8=');
    const summary = await home.fetch('GET', '/Binary/b?_summary=true', undefined, FHIR);
    expect([names(summary.body), isTagged(summary.body)]).toEqual([['contentType'], true]);
    const data = await home.fetch('GET', '/Binary/b?_elements=data', undefined, FHIR);
    expect(names(data.body)).toEqual(['contentType', 'data']);
  });
  test('is given whole as bytes, which have no elements', async () => {
    const answer = await home.fetch('GET', '/Binary/b?_summary=true', undefined, { accept: '*/*' });
    expect([answer.status, answer.text]).toEqual([200, 'hello']);
  });
});

test.each(['/Observation/o', '/Observation/o/_history/1'])(
  'parameters that mean nothing to %s are told',
  async (path) => {
    const answer = await home.fetch('GET', `${path}?colour=red&_pretty=true&_format=json`);
    expect([answer.status, answer.body.id, isTagged(answer.body)]).toEqual([200, 'o', false]);
    expect(answer.headers.get('warning')).toMatch(/^199 - "A read takes no parameter colour\. [^"]+"$/);
    expectOutcome(await home.fetch('GET', `${path}?colour=red`, undefined, STRICT), 400, 'unknown-parameter');
    const plain = await home.fetch('GET', `${path}?_summary=true`, undefined, STRICT);
    expect([plain.status, plain.headers.get('warning')]).toEqual([200, null]);
  },
);

test('in XML as well', async () => {
  const { text } = await home.fetch('GET', '/Observation/o?_summary=true&_format=xml');
  expect(text).toContain('<code value="SUBSETTED"/>');
  expect(text).toContain('<value value="1.10"/>');
  expect(text).not.toContain('<note>');
});
