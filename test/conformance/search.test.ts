import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#search, https://hl7.org/fhir/R4/search.html: the basics over HTTP */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');

  const people = [
    ['p1', 'Nguyễn', 'female', '1970-01-02'],
    ['p2', 'Müller', 'male', '1980-05-06'],
    ['p3', "O'Brien", 'female', '1990-07-08'],
  ];
  for (const [id, family, gender, birthDate] of people) {
    await home.fetch('PUT', `/Patient/${id}`, {
      resourceType: 'Patient',
      id,
      identifier: [{ system: 'http://h', value: id }],
      name: [{ family }],
      gender,
      birthDate,
    });
  }
  for (const [id, value] of [
    ['o1', '1.10'],
    ['o2', '2.5'],
    ['o3', '1E-22'],
  ]) {
    await home.fetch(
      'PUT',
      `/Observation/${id}`,
      `{"resourceType":"Observation","id":"${id}","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"},"valueQuantity":{"value":${value}}}`,
    );
  }
});
afterAll(() => house.stop());

const idsIn = (body: Json): string[] => (body.entry ?? []).map(({ resource }: Json) => resource.id).sort();

describe('a search finds by', () => {
  test.each([
    ['nothing', '', ['p1', 'p2', 'p3']],
    ['id', '_id=p2', ['p2']],
    ['token', 'gender=female', ['p1', 'p3']],
    ['token with system', 'identifier=http://h|p1', ['p1']],
    ['several values', 'identifier=http://h|p1,http://h|p3', ['p1', 'p3']],
    ['several parameters', 'gender=female&birthdate=ge1980', ['p3']],
    ['a name without its accents', 'name=nguyen', ['p1']],
    ['the beginning of a name', 'family=mull', ['p2']],
    ['a name exactly', 'family:exact=O%27Brien', ['p3']],
    ['a part of a name', 'family:contains=brie', ['p3']],
    ['a date', 'birthdate=1970-01-02', ['p1']],
    ['a year', 'birthdate=1980', ['p2']],
    ['a span', 'birthdate=gt1975&birthdate=lt1985', ['p2']],
    ['what is not', 'gender:not=female', ['p2']],
    ['what is missing', 'death-date:missing=true&gender=male', ['p2']],
    ['reverse chain', '_has:Observation:subject:status=final', ['p1']],
    ['SQL', 'family=%27%20or%201=1--', []],
    ['a wildcard that is none', 'family=%25', []],
    ['another wildcard', 'family=_', []],
  ])('%s', async (_what, query, ids) => {
    const answer = await home.fetch('GET', `/Patient?${query}`);
    expect([answer.status, idsIn(answer.body)]).toEqual([200, ids]);
  });
  test('a chain and an include', async () => {
    const { body } = await home.fetch('GET', '/Observation?subject:Patient.family=nguyen&_include=Observation:subject');
    expect(idsIn(body)).toEqual(['o1', 'o2', 'o3', 'p1']);
    expect(body.entry.map(({ search }: Json) => search.mode).sort()).toEqual(['include', 'match', 'match', 'match']);
  });
  test('a number as it is written', async () => {
    const { text, body } = await home.fetch('GET', '/Observation?value-quantity=1.10');
    expect(idsIn(body)).toEqual(['o1']);
    expect(text).toContain('"value":1.10');
  });
});

test('a page is a searchset with links', async () => {
  const { body, headers } = await home.fetch('GET', '/Patient?gender=female&_total=accurate');
  expect(headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  expect(body).toMatchObject({
    resourceType: 'Bundle',
    type: 'searchset',
    total: 2,
    meta: { lastUpdated: expect.any(String) },
    link: [{ relation: 'self', url: expect.stringMatching(`^${house.url}/fhir/Patient\\?`) }],
  });
  for (const entry of body.entry) {
    expect(entry).toMatchObject({
      fullUrl: `${house.url}/fhir/Patient/${entry.resource.id}`,
      search: { mode: 'match' },
    });
  }
});

test('pages follow each other without losing or repeating anything', async () => {
  const ids: string[] = [];
  let next: string | undefined = '/Patient?_count=1&_sort=birthdate';
  while (next !== undefined) {
    const { body }: { body: Json } = await home.fetch('GET', next);
    ids.push(...body.entry.map(({ resource }: Json) => resource.id));
    next = body.link.find(({ relation }: Json) => relation === 'next')?.url;
  }
  expect(ids).toEqual(['p1', 'p2', 'p3']);
});

test('_sort goes both ways', async () => {
  const { body } = await home.fetch('GET', '/Patient?_sort=-birthdate');
  expect(body.entry.map(({ resource }: Json) => resource.id)).toEqual(['p3', 'p2', 'p1']);
});

test('_count is held to what is given, and told', async () => {
  expect((await home.fetch('GET', '/Patient?_count=1000000')).body.link[0].url).toContain('_count=500');
  expect((await home.fetch('GET', '/Patient?_summary=count')).body).toMatchObject({ total: 3 });
  const none = (await home.fetch('GET', '/Patient?_count=0')).body;
  expect([none.total, none.entry]).toEqual([3, undefined]);
  for (const count of ['-1', 'abc', '1.5'])
    expectOutcome(await home.fetch('GET', `/Patient?_count=${count}`), 400, 'bad-count');
});

test('what is not understood is said in the page, or refused when asked to be strict', async () => {
  const lenient = await home.fetch('GET', '/Patient?gender=male&colour=red');
  expect(lenient.status).toBe(200);
  const told = lenient.body.entry.find(({ search }: Json) => search.mode === 'outcome');
  expect(told.resource.resourceType).toBe('OperationOutcome');
  expect(lenient.body.link[0].url).not.toContain('colour');
  expectOutcome(
    await home.fetch('GET', '/Patient?gender=male&colour=red', undefined, { prefer: 'handling=strict' }),
    400,
    'unknown-parameter',
  );
});

test('a search by POST is the same', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await home.fetch('POST', '/Patient/_search?gender=female', 'birthdate=ge1980', form);
  expect([answer.status, idsIn(answer.body)]).toEqual([200, ['p3']]);
  const long = Array.from({ length: 499 }, (_, n) => `http://h/${'long'.repeat(20)}|x${n}`).join(',');
  expect(
    (await home.fetch('POST', '/Patient/_search', `identifier=${encodeURIComponent(`${long},http://h|p2`)}`, form)).body
      .entry,
  ).toHaveLength(1);
});

describe('a search by POST with parameters in its address', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const post = (query: string, body: string) => home.fetch('POST', `/Patient/_search?${query}`, body, form);

  test('holds to the conditions of both, also where they cannot hold together', async () => {
    expect(idsIn((await post('gender=female', 'gender=male')).body)).toEqual([]);
    expect(idsIn((await post('_id=p1,p2', '_id=p2,p3')).body)).toEqual(['p2']);
    expect(idsIn((await post('_include=Patient:organization', '_include=Patient:link&_id=p1')).body)).toEqual(['p1']);
  });
  test.each([
    ['_count=1', '_count=500'],
    ['_sort=birthdate', '_sort=-birthdate'],
    ['_summary=true', '_summary=false'],
    ['_elements=id', '_elements=name'],
    ['_total=none', '_total=accurate'],
    ['_format=json', '_format=xml'],
    ['_cursor=x', '_cursor=y'],
  ])('is refused where only one of %s and %s can count', async (query, body) => {
    expectOutcome(await post(query, body), 400, 'parameter-conflict');
    expect((await post(query, query)).status).toBe(query.startsWith('_cursor') ? 400 : 200);
  });
});

test('HEAD tells what GET would, without the body', async () => {
  for (const path of ['/Patient?gender=female', '/Patient/p1', '/Patient/p1/Observation', '?_type=Patient']) {
    const [head, get] = [await home.fetch('HEAD', path), await home.fetch('GET', path)];
    expect([path, head.status, head.text]).toEqual([path, get.status, '']);
    for (const name of ['content-type', 'etag', 'last-modified'])
      expect(head.headers.get(name)).toBe(get.headers.get(name));
  }
  const unchanged = await home.fetch('HEAD', '/Patient/p1', undefined, { 'if-none-match': 'W/"1"' });
  expect([unchanged.status, unchanged.text]).toEqual([304, '']);
  expect((await home.fetch('HEAD', '/Patient?birthdate=x')).status).toBe(400);
});

test('_contained=false is what is done anyway; other values are refused', async () => {
  expect(idsIn((await home.fetch('GET', '/Patient?_contained=false&gender=male')).body)).toEqual(['p2']);
  for (const value of ['true', 'both'])
    expect((await home.fetch('GET', `/Patient?_contained=${value}`)).status).toBe(400);
});

describe('includes that are too many', () => {
  test('are cut off, and that is told', async () => {
    const entry = Array.from({ length: 1001 }, (_, n) => ({
      resource: { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: 'Patient/p3' }, id: `x${n}` },
      request: { method: 'PUT', url: `Basic/x${n}` },
    }));
    const sent = await home.fetch('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(sent.status).toBe(200);
    const { body } = await home.fetch('GET', '/Patient?_id=p3&_revinclude=Basic:subject');
    const modes = body.entry.map(({ search }: Json) => search.mode);
    expect([modes.filter((mode: string) => mode === 'include').length, modes.at(-1)]).toEqual([1000, 'outcome']);
    expect(body.entry.at(-1).resource.issue[0].details.coding[0].code).toBe('includes-truncated');
  });
  test('of those that fit nothing is said', async () => {
    const { body } = await home.fetch('GET', '/Patient?_id=p1&_revinclude=Observation:subject');
    expect(body.entry.map(({ search }: Json) => search.mode)).toEqual(['match', 'include', 'include', 'include']);
  });
});

test('an identifier of 20 KB is found again', async () => {
  const value = 'x'.repeat(20_000);
  const made = await home.fetch('POST', '/Basic', {
    resourceType: 'Basic',
    code: { text: 'x' },
    identifier: [{ system: 'http://long', value }],
  });
  expect(made.status).toBe(201);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const found = await home.fetch(
    'POST',
    '/Basic/_search',
    `identifier=${encodeURIComponent(`http://long|${value}`)}`,
    form,
  );
  expect(idsIn(found.body)).toEqual([made.body.id]);
  const other = await home.fetch(
    'POST',
    '/Basic/_search',
    `identifier=${encodeURIComponent(`http://long|${value}y`)}`,
    form,
  );
  expect(idsIn(other.body)).toEqual([]);
});

test.each([
  'birthdate=1970-13',
  'birthdate=0000',
  'birthdate=9999-12-31T23:59:61Z',
  'birthdate=x',
  '_lastUpdated=yesterday',
])('%s is no date', async (query) => {
  const answer = await home.fetch('GET', `/Patient?${query}`);
  expectOutcome(answer, 400, answer.body.issue[0].details.coding[0].code);
});

test.each(['0001-01-01', '9999-12-31', '2016-12-31T23:59:60Z', '2020-01-01T00:00:00.1234567%2B14:00', '1970'])(
  'birthdate=lt%s is a date',
  async (date) => {
    expect((await home.fetch('GET', `/Patient?birthdate=lt${date}`)).status).toBe(200);
  },
);
