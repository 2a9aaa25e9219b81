import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#cond-update */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

const SYSTEM = 'http://h.example';
const identified = (value: string, more: object = {}): object => ({
  resourceType: 'Patient',
  identifier: [{ system: SYSTEM, value }],
  ...more,
});
const putWhere = (query: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  home.fetch('PUT', `/Patient?${query}`, body, headers);
const of = (value: string): string => `identifier=${encodeURIComponent(`${SYSTEM}|${value}`)}`;
const all = async (value: string): Promise<Json[]> =>
  ((await home.fetch('GET', `/Patient?${of(value)}`)).body.entry ?? []).map(({ resource }: Json) => resource);

describe('no match', () => {
  test('without an id: it is created under a new one', async () => {
    const answer = await putWhere(of('new'), identified('new'));
    expect([answer.status, answer.headers.get('etag')]).toEqual([201, 'W/"1"']);
    expect(answer.headers.get('location')).toBe(`${house.url}/fhir/Patient/${answer.body.id}/_history/1`);
    expect(await all('new')).toEqual([answer.body]);
  });
  test('with an id that is free: it is created under that one', async () => {
    const answer = await putWhere(of('own'), identified('own', { id: 'own-id' }));
    expect([answer.status, answer.body.id]).toEqual([201, 'own-id']);
  });
  test('with an id that was deleted: it comes back', async () => {
    await home.fetch('PUT', '/Patient/was-there', { resourceType: 'Patient', id: 'was-there' });
    await home.fetch('DELETE', '/Patient/was-there');
    const answer = await putWhere(of('back'), identified('back', { id: 'was-there' }));
    expect([answer.status, answer.headers.get('etag')]).toEqual([201, 'W/"3"']);
  });
  test('with an id that is taken, by whomever: 409, and nothing is written', async () => {
    const other = await house.register('other', 'placer');
    await home.fetch('PUT', '/Patient/mine', { resourceType: 'Patient', id: 'mine', active: true });
    await other.fetch('PUT', '/Patient/theirs', { resourceType: 'Patient', id: 'theirs' });
    for (const id of ['mine', 'theirs']) {
      expectOutcome(await putWhere(of('taken'), identified('taken', { id })), 409, 'id-taken');
    }
    expect((await home.fetch('GET', '/Patient/mine')).body.meta.versionId).toBe('1');
    expect(await all('taken')).toEqual([]);
  });
  test('with If-Match: 412', async () => {
    expectOutcome(await putWhere(of('unseen'), identified('unseen'), { 'if-match': 'W/"1"' }), 412, 'version-conflict');
    expect(await all('unseen')).toEqual([]);
  });
  test('with If-None-Match: * it is created, and only once', async () => {
    const headers = { 'if-none-match': '*' };
    expect((await putWhere(of('once'), identified('once'), headers)).status).toBe(201);
    expectOutcome(await putWhere(of('once'), identified('once'), headers), 412, 'already-there');
    expect(await all('once')).toMatchObject([{ meta: { versionId: '1' } }]);
  });
});

describe('one match', () => {
  test.each(['without', 'with'])('%s its id: it is updated', async (what) => {
    const first = (await home.fetch('POST', '/Patient', identified(what, { active: true }))).body;
    const body = identified(what, { gender: 'other', ...(what === 'with' ? { id: first.id } : {}) });
    const answer = await putWhere(of(what), body);
    expect([answer.status, answer.headers.get('etag'), answer.body.id]).toEqual([200, 'W/"2"', first.id]);
    expect(answer.body).toMatchObject(body);
    expect(answer.body).not.toHaveProperty('active');
    expect(await all(what)).toEqual([answer.body]);
    const history = await home.fetch('GET', `/Patient/${first.id}/_history`);
    expect(history.body.entry.map(({ request }: Json) => request.method)).toEqual(['PUT', 'POST']);
  });
  test('with another id: 400, and nothing is written', async () => {
    const first = (await home.fetch('POST', '/Patient', identified('else'))).body;
    const answer = await putWhere(of('else'), identified('else', { id: 'someone-else' }));
    expectOutcome(answer, 400, 'id-mismatch', 'Patient.id');
    expect(await all('else')).toEqual([first]);
    expectOutcome(await home.fetch('GET', '/Patient/someone-else'), 404, 'not-found');
  });
  test('with If-Match', async () => {
    await home.fetch('POST', '/Patient', identified('match'));
    expect((await putWhere(of('match'), identified('match'), { 'if-match': 'W/"1"' })).status).toBe(200);
    expectOutcome(await putWhere(of('match'), identified('match'), { 'if-match': 'W/"1"' }), 412, 'version-conflict');
  });
  test("another organisation's is none", async () => {
    const another = await house.register('another', 'placer');
    await another.fetch('POST', '/Patient', identified('both'));
    expect((await putWhere(of('both'), identified('both'))).status).toBe(201);
  });
  test('that everyone sees and another owns is not changed', async () => {
    const programme = await house.register('programme', 'programme');
    await programme.fetch('POST', '/Practitioner', {
      resourceType: 'Practitioner',
      identifier: [{ system: SYSTEM, value: 'shown' }],
    });
    const body = { resourceType: 'Practitioner' };
    expectOutcome(await home.fetch('PUT', `/Practitioner?${of('shown')}`, body), 403, 'not-the-owner');
  });
});

test('several matches: 412, and nothing is written', async () => {
  for (const _ of [1, 2]) await home.fetch('POST', '/Patient', identified('two'));
  expectOutcome(await putWhere(of('two'), identified('two')), 412, 'several-matches', 'http.query');
  expect((await all('two')).map(({ meta }) => meta.versionId)).toEqual(['1', '1']);
});

test('Prefer, _format and the bytes of a Binary are as in any update', async () => {
  const minimal = await putWhere(of('prefer'), identified('prefer'), { prefer: 'return=minimal' });
  expect([minimal.status, minimal.text]).toEqual([201, '']);
  const xml = await home.fetch('PUT', `/Patient?${of('prefer')}&_format=xml`, identified('prefer'));
  expect([xml.status, xml.headers.get('content-type')]).toEqual([200, 'application/fhir+xml; charset=utf-8']);
  const binary = { resourceType: 'Binary', contentType: 'text/plain', data: 'aGk=' };
  const made = await home.fetch('PUT', '/Binary?_id=letter', binary);
  expect(made.status).toBe(201);
  expect((await home.fetch('GET', `/Binary/${made.body.id}`, undefined, { accept: '*/*' })).text).toBe('hi');
});

describe('criteria are refused that', () => {
  test.each([
    ['are none', '', 'criteria-empty'],
    ['only choose a format', '_format=json', 'criteria-empty'],
    ['have no value', 'identifier=', 'empty-value'],
    ['are not known', 'nonsense=1', 'unknown-parameter'],
    ['are not known beside others', `${of('x')}&nonsense=1`, 'unknown-parameter'],
    ['ask for a page', `${of('x')}&_count=1`, 'criteria-of-page'],
    ['ask for an order', `${of('x')}&_sort=_id`, 'criteria-of-page'],
    ['are not encoded', 'identifier=%ZZ', 'bad-encoding'],
    ['search full text', `${of('x')}&_content=x`, 'criteria-by-text'],
  ])('%s', async (_what, query, key) => {
    const before = (await home.fetch('GET', '/Patient?_summary=count')).body.total;
    expectOutcome(await putWhere(query, identified('x')), 400, key);
    expect((await home.fetch('GET', '/Patient?_summary=count')).body.total).toBe(before);
  });
  test('need the scopes to search and to update', async () => {
    const updater = await house.register('updater', 'placer', 'system/Patient.cu');
    const searcher = await house.register('searcher', 'placer', 'system/Patient.crs');
    for (const partner of [updater, searcher]) {
      expectOutcome(await partner.fetch('PUT', `/Patient?${of('x')}`, identified('x')), 403, 'scope-missing');
    }
  });
});

test('a body that is not valid is refused, whatever the criteria meet', async () => {
  expectOutcome(await putWhere(of('bad'), identified('bad', { colour: 'red' })), 422, 'unknown-element');
  expectOutcome(await putWhere(of('bad'), { resourceType: 'Group' }), 400, 'type-mismatch');
  expect(await all('bad')).toEqual([]);
});
