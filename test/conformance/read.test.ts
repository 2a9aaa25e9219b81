import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#read, #vread, #cread */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

const EXACT = `{"resourceType":"Observation","status":"final","code":{"text":"tumour \\u00f8 \\ud83d\\ude00"},"extension":[
  {"url":"http://unknown.example/x","extension":[{"url":"a","valueDecimal":-0},{"url":"b","valueDecimal":1.00}]},
  {"url":"http://unknown.example/y","valueDecimal":123456789012345678}],
  "valueQuantity":{"value":1.10,"unit":"cm"},"referenceRange":[{"low":{"value":1E-22},"high":{"value":5.0e+2}}]}`;
const DIGITS = [
  '"value":1.10',
  '"value":1E-22',
  '"value":5.0e+2',
  '"valueDecimal":-0}',
  '"valueDecimal":1.00',
  '123456789012345678',
];

function expectExact(text: string): void {
  for (const digits of DIGITS) expect(text).toContain(digits);
  expect(text).toContain('http://unknown.example/x');
}

describe('read', () => {
  test('gives the current version with its headers', async () => {
    const made = await home.fetch('POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Ærø' }] });
    const answer = await home.fetch('GET', `/Patient/${made.body.id}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(answer.headers.get('etag')).toBe('W/"1"');
    expect(
      Math.abs(Date.parse(answer.headers.get('last-modified')!) - Date.parse(answer.body.meta.lastUpdated)),
    ).toBeLessThan(1_000);
    expect(answer.body).toEqual({
      resourceType: 'Patient',
      id: made.body.id,
      meta: {
        versionId: '1',
        lastUpdated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}(Z|\+00:00)$/),
      },
      name: [{ family: 'Ærø' }],
    });
  });
  test('of what was deleted is 410, of what never was 404', async () => {
    await home.fetch('PUT', '/Patient/gone', { resourceType: 'Patient', id: 'gone' });
    await home.fetch('DELETE', '/Patient/gone');
    expectOutcome(await home.fetch('GET', '/Patient/gone'), 410, 'deleted');
    expectOutcome(await home.fetch('GET', '/Patient/never'), 404, 'not-found');
  });
  test('of an id under another type is 404', async () => {
    await home.fetch('PUT', '/Patient/typed', { resourceType: 'Patient', id: 'typed' });
    expectOutcome(await home.fetch('GET', '/Observation/typed'), 404, 'not-found');
  });
});

describe('a conditional read', () => {
  let path: string;
  let lastModified: string;
  beforeAll(async () => {
    const made = await home.fetch('POST', '/Patient', { resourceType: 'Patient' });
    path = `/Patient/${made.body.id}`;
    lastModified = made.headers.get('last-modified')!;
  });
  test.each(['W/"1"', 'W/"7", W/"1"'])('is 304 without a body for If-None-Match %s', async (etag) => {
    const answer = await home.fetch('GET', path, undefined, { 'if-none-match': etag });
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', 'W/"1"']);
    expect((await home.fetch('GET', `${path}/_history/1`, undefined, { 'if-none-match': etag })).status).toBe(304);
  });
  test.each(['W/"2"', 'nonsense', ''])('is 200 for If-None-Match %s', async (etag) => {
    expect((await home.fetch('GET', path, undefined, { 'if-none-match': etag })).status).toBe(200);
  });
  test('heeds If-Modified-Since', async () => {
    expect((await home.fetch('GET', path, undefined, { 'if-modified-since': lastModified })).status).toBe(304);
    const early = new Date(Date.parse(lastModified) - 1000).toUTCString();
    expect((await home.fetch('GET', path, undefined, { 'if-modified-since': early })).status).toBe(200);
    expect((await home.fetch('GET', path, undefined, { 'if-modified-since': 'nonsense' })).status).toBe(200);
  });
});

describe('vread', () => {
  test('gives each version as it was', async () => {
    for (const family of ['One', 'Two'])
      await home.fetch('PUT', '/Patient/v', { resourceType: 'Patient', id: 'v', name: [{ family }] });
    for (const [version, family] of [
      ['1', 'One'],
      ['2', 'Two'],
    ]) {
      const answer = await home.fetch('GET', `/Patient/v/_history/${version}`);
      expect([answer.status, answer.headers.get('etag'), answer.body.meta.versionId]).toEqual([
        200,
        `W/"${version}"`,
        version,
      ]);
      expect(answer.body.name[0].family).toBe(family);
    }
    expectOutcome(await home.fetch('GET', '/Patient/v/_history/3'), 404, 'not-found');
  });
  test('of a deletion is 410', async () => {
    await home.fetch('PUT', '/Patient/vd', { resourceType: 'Patient', id: 'vd' });
    await home.fetch('DELETE', '/Patient/vd');
    expectOutcome(await home.fetch('GET', '/Patient/vd/_history/2'), 410, 'deleted');
    expect((await home.fetch('GET', '/Patient/vd/_history/1')).status).toBe(200);
  });
});

describe('what was sent comes back to the letter', () => {
  test('in create, read, vread, history and search', async () => {
    const made = await home.fetch('POST', '/Observation', EXACT);
    expect(made.status).toBe(201);
    expectExact(made.text);
    const { id } = made.body;
    for (const path of [
      `/Observation/${id}`,
      `/Observation/${id}/_history/1`,
      `/Observation/${id}/_history`,
      `/Observation?_id=${id}`,
    ]) {
      const answer = await home.fetch('GET', path);
      expect(answer.status).toBe(200);
      expectExact(answer.text);
      expect(answer.text).toContain('tumour ø 😀');
    }
  });
  test('after what was read is sent again', async () => {
    const made = await home.fetch('POST', '/Observation', EXACT);
    const updated = await home.fetch('PUT', `/Observation/${made.body.id}`, made.text.replace('"final"', '"amended"'));
    expect([updated.status, updated.body.status]).toEqual([200, 'amended']);
    expectExact(updated.text);
    expectExact((await home.fetch('GET', `/Observation/${made.body.id}`)).text);
  });
  test('through a transaction that rewrites references in it', async () => {
    const resource = EXACT.replace('"status"', '"subject":{"reference":"urn:uuid:1"},"status"');
    const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[
      {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},
      {"resource":${resource},"request":{"method":"POST","url":"Observation"}}]}`;
    const answer = await home.fetch('POST', '', bundle, { prefer: 'return=representation' });
    expect(answer.status).toBe(200);
    expectExact(answer.text);
    expect(answer.body.entry[1].resource.subject.reference).toMatch(/^Patient\//);
    expectExact((await home.fetch('GET', `/Observation/${answer.body.entry[1].resource.id}`)).text);
  });
  test('through a conditional create that finds it', async () => {
    const sent = EXACT.replace('"status"', '"identifier":[{"system":"http://h","value":"exact"}],"status"');
    const headers = { 'if-none-exist': 'identifier=http://h|exact' };
    expect((await home.fetch('POST', '/Observation', sent, headers)).status).toBe(201);
    const again = await home.fetch('POST', '/Observation', sent, headers);
    expect(again.status).toBe(200);
    expectExact(again.text);
  });
  test.each(['0001-01-01', '9999-12-31', '1970', '1970-02', '2000-02-29'])('as the date %s', async (birthDate) => {
    const made = await home.fetch('POST', '/Patient', { resourceType: 'Patient', birthDate });
    expect([made.status, made.body.birthDate]).toEqual([201, birthDate]);
  });
  test.each([
    '2020-01-01T00:00:00.1234567+14:00',
    '2020-01-01T00:00:00-12:00',
    '2016-12-31T23:59:60Z',
    '2020-01-01T10:00:00.1Z',
  ])('as the moment %s', async (issued) => {
    const made = await home.fetch('POST', '/Observation', {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      issued,
    });
    expect([made.status, made.body.issued]).toEqual([201, issued]);
  });
  test.each(['e\u0301', 'é', '\u202eabc\u202c', 'a\u200db', '𝕏 😀 中文', '=1+1', '\\u0041 "quoted" \\'])(
    'as the text %j',
    async (text) => {
      const made = await home.fetch('POST', '/Patient', { resourceType: 'Patient', name: [{ text }] });
      expect((await home.fetch('GET', `/Patient/${made.body.id}`)).body.name[0].text).toBe(text);
    },
  );
});
