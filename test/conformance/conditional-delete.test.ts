import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packet, refOf, SYSTEM } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#delete, "Conditional delete": of one record; several are refused. */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  await house.register('programme', 'programme');
});
afterAll(() => house.stop());

const identified = (value: string): object => ({ resourceType: 'Patient', identifier: [{ system: 'urn:d', value }] });
const deleteWhere = (query: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  home.fetch('DELETE', `/Patient?${query}`, undefined, headers);
const create = async (value: string): Promise<string> =>
  (await home.fetch('POST', '/Patient', identified(value))).body.id;

test('one match is deleted, and its history stays', async () => {
  const id = await create('one');
  const answer = await deleteWhere('identifier=urn:d%7Cone');
  expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([204, '', 'W/"2"']);
  expectOutcome(await home.fetch('GET', `/Patient/${id}`), 410, 'deleted');
  const history = await home.fetch('GET', `/Patient/${id}/_history`);
  expect(history.body.entry.map(({ request }: Json) => request.method)).toEqual(['DELETE', 'POST']);
});

test('no match is no mistake, nor is what was deleted before', async () => {
  await create('again');
  for (const etag of ['W/"2"', null]) {
    const answer = await deleteWhere('identifier=urn:d%7Cagain');
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([204, '', etag]);
  }
});

test('several matches: 412, and none of them is deleted', async () => {
  const ids = [await create('two'), await create('two'), await create('two')];
  expectOutcome(await deleteWhere('identifier=urn:d%7Ctwo'), 412, 'several-matches', 'http.query');
  for (const id of ids) expect((await home.fetch('GET', `/Patient/${id}`)).status).toBe(200);
});

test("another organisation's is no match", async () => {
  const other = await house.register('other', 'placer');
  const { id } = (await other.fetch('POST', '/Patient', identified('theirs'))).body;
  expect((await deleteWhere('identifier=urn:d%7Ctheirs')).status).toBe(204);
  expect((await other.fetch('GET', `/Patient/${id}`)).status).toBe(200);
});

test('If-Match guards it', async () => {
  const id = await create('match');
  await home.fetch('PUT', `/Patient/${id}`, { ...identified('match'), id });
  expectOutcome(await deleteWhere('identifier=urn:d%7Cmatch', { 'if-match': 'W/"1"' }), 412, 'version-conflict');
  expectOutcome(await deleteWhere('identifier=urn:d%7Cnone', { 'if-match': 'W/"1"' }), 412, 'no-match');
  expect((await deleteWhere('identifier=urn:d%7Cmatch', { 'if-match': 'W/"2"' })).status).toBe(204);
});

test('what belongs to a sent case is not deleted', async () => {
  const sent = await home.fetch('POST', '', packet({ number: 'd-1', programme: 'programme' }));
  const ref = refOf(sent.body.entry[0].response.location);
  const query = `identifier=${encodeURIComponent(`${SYSTEM}|d-1-patient`)}`;
  expectOutcome(await deleteWhere(query), 409, 'record-of-a-case');
  expect((await home.fetch('GET', `/${ref}`)).status).toBe(200);
});

describe('criteria never widen: they are refused where they', () => {
  test.each([
    ['are none', '', 'criteria-empty'],
    ['only choose a format', '_format=json', 'criteria-empty'],
    ['have no value', 'identifier=', 'empty-value'],
    ['have nothing but commas', 'identifier=,,', 'empty-value'],
    ['are not known', 'nonsense=1', 'unknown-parameter'],
    ['are not known beside others', 'identifier=urn:d%7Ckept&nonsense=1', 'unknown-parameter'],
    ['have a modifier that there is not', 'identifier:spam=kept', 'unsupported-modifier'],
    ['ask for a page', 'identifier=urn:d%7Ckept&_count=1', 'criteria-of-page'],
    ['ask for an order', 'identifier=urn:d%7Ckept&_sort=_lastUpdated', 'criteria-of-page'],
    ['ask for all of a type', '_count=100', 'criteria-empty'],
    ['are not encoded', 'identifier=%ZZ', 'bad-encoding'],
    ['search full text', 'identifier=urn:d%7Ckept&_text=x', 'criteria-by-text'],
  ])('%s', async (_what, query, key) => {
    expectOutcome(await deleteWhere(query), 400, key);
  });
  test('and nothing was deleted', async () => {
    await create('kept');
    await Promise.all(
      ['identifier=', 'nonsense=1', 'identifier=urn:d%7Ckept&nonsense=1'].map((query) => deleteWhere(query)),
    );
    expect((await home.fetch('GET', '/Patient?identifier=urn:d%7Ckept')).body.total).toBe(1);
  });
  test('need the scopes to search and to delete', async () => {
    const deleter = await house.register('deleter', 'placer', 'system/Patient.d');
    const searcher = await house.register('searcher', 'placer', 'system/Patient.crus');
    for (const partner of [deleter, searcher]) {
      expectOutcome(await partner.fetch('DELETE', '/Patient?identifier=x'), 403, 'scope-missing');
    }
  });
});

test('several are several, also where they are too large for one page', async () => {
  const filler = Array.from({ length: 18 }, () => ({ url: 'urn:x:filler', valueString: 'x'.repeat(950_000) }));
  const identifier = [{ system: 'urn:d', value: 'large' }];
  for (const id of ['large-1', 'large-2']) {
    const large = { resourceType: 'Patient', id, identifier, extension: filler };
    expect((await home.fetch('PUT', `/Patient/${id}`, large)).status).toBe(201);
  }
  expectOutcome(await deleteWhere('identifier=urn:d%7Clarge'), 412, 'several-matches', 'http.query');
  const ifNoneExist = { 'if-none-exist': 'identifier=urn:d%7Clarge' };
  const created = await home.fetch('POST', '/Patient', { resourceType: 'Patient', identifier }, ifNoneExist);
  expectOutcome(created, 412, 'several-matches');
  const about = {
    resourceType: 'Basic',
    code: { text: 'about' },
    subject: { reference: 'Patient?identifier=urn:d|large' },
  };
  const request = { method: 'POST', url: 'Basic' };
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry: [{ resource: about, request }] };
  expectOutcome(await home.fetch('POST', '/', bundle), 412, 'several-matches');
}, 60_000);
