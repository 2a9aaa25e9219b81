import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#mime-type */
let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

describe('an answer', () => {
  test.each([
    'application/fhir+json',
    'application/fhir+json; charset=utf-8',
    'application/fhir+json; fhirVersion=4.0',
    'application/json',
    'application/json+fhir',
    'text/json',
    '*/*',
    'application/*',
    'application/fhir+xml, application/fhir+json;q=0.1',
    'text/html, application/xhtml+xml, */*;q=0.8',
    'application/xml;q=1.0, */*;q=0.001',
    'application/fhir+json;q=nonsense, */*',
    '',
  ])('is JSON for Accept: %s', async (accept) => {
    const answer = await home.fetch('GET', '/Patient', undefined, { accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/fhir+json; charset=utf-8']);
  });
  test.each(
    [
      'application/fhir+xml',
      'text/html',
      'text/*',
      'application/fhir+json;q=0',
      '*/*;q=0.0',
      'application/*;q=0, text/*;q=0, */*',
      'application/fhir+json; fhirVersion=5.0',
      'nonsense',
    ].filter((accept) => accept !== 'text/*'),
  )('is refused for Accept: %s', async (accept) => {
    expectOutcome(await home.fetch('GET', '/Patient', undefined, { accept }), 406, 'not-acceptable');
  });
  test.each(['json', 'application/json', 'application/fhir%2Bjson', 'application/fhir+json', 'text/json', 'JSON'])(
    'is JSON for _format=%s, whatever Accept says',
    async (format) => {
      expect((await home.fetch('GET', `/Patient?_format=${format}`, undefined, { accept: 'text/html' })).status).toBe(
        200,
      );
    },
  );
  test.each(['xml', 'application/fhir+xml', 'ttl', 'html', ''])('is refused for _format=%s', async (format) => {
    expectOutcome(await home.fetch('GET', `/Patient?_format=${format}`), 406, 'not-acceptable');
    expectOutcome(await home.fetch('GET', `/metadata?_format=${format}`), 406, 'not-acceptable');
  });
  test('is packed for those who ask', async () => {
    const answer = await home.fetch('GET', '/metadata', undefined, { 'accept-encoding': 'gzip' });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(answer.body.resourceType).toBe('CapabilityStatement');
  });
});

describe('a body', () => {
  const patient = JSON.stringify({ resourceType: 'Patient' });
  test.each([
    'application/fhir+json',
    'application/json',
    'text/json',
    'application/json; charset=UTF-8',
    'Application/FHIR+JSON;charset="utf-8"',
  ])('is taken as %s', async (type) => {
    expect((await home.fetch('POST', '/Patient', patient, { 'content-type': type })).status).toBe(201);
  });
  test.each([
    'application/fhir+xml',
    'text/plain',
    'application/fhir+json; charset=latin1',
    'application/json;charset=utf-16',
    'nonsense',
    'application/x-www-form-urlencoded',
  ])('is refused as %s', async (type) => {
    expectOutcome(await home.fetch('POST', '/Patient', patient, { 'content-type': type }), 415, 'media-type');
    expectOutcome(await home.fetch('PUT', '/Patient/1', patient, { 'content-type': type }), 415, 'media-type');
    expectOutcome(await home.fetch('POST', '', patient, { 'content-type': type }), 415, 'media-type');
  });
  test('is refused without a type', async () => {
    const bytes = new Uint8Array(Buffer.from(patient));
    const answer = await fetch(`${house.url}/fhir/Patient`, {
      method: 'POST',
      body: bytes,
      headers: { authorization: `Bearer ${home.token}` },
    });
    expect(answer.status).toBe(415);
  });
  test.each(['gzip', 'deflate', 'br', 'gzip, gzip'])('is refused in %s: nothing is unpacked', async (encoding) => {
    const headers = { 'content-encoding': encoding };
    expectOutcome(await home.fetch('POST', '/Patient', patient, headers), 415, 'content-encoding');
    expectOutcome(
      await home.fetch('POST', '/Binary', patient, { ...headers, 'content-type': 'text/plain' }),
      415,
      'content-encoding',
    );
  });
  test('of a search by POST is a form', async () => {
    expectOutcome(await home.fetch('POST', '/Patient/_search', '{}'), 415, 'media-type');
  });
});
