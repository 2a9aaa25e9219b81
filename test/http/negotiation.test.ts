import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fault, silentLogger } from '../../src/base/index.ts';
import { createXmlCodec } from '../../src/fhir/index.ts';
import type { Administration } from '../../src/auth/index.ts';
import type { DeliveryDesk, EventStreams } from '../../src/delivery/index.ts';
import { createServer } from '../../src/http/index.ts';
import type { House } from '../../src/interactions/index.ts';
import { definitions } from '../definitions/r4.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { unaskedAuth } from './unasked-auth.ts';

/** https://hl7.org/fhir/R4/http.html#mime-type */
let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

const TYPES = { JSON: 'application/fhir+json; charset=utf-8', XML: 'application/fhir+xml; charset=utf-8' };

describe('an answer', () => {
  test.each<[keyof typeof TYPES, string]>([
    ['JSON', ''],
    ['JSON', '  '],
    ['JSON', '*/*'],
    ['JSON', 'application/*'],
    ['JSON', 'text/*'],
    ['JSON', 'application/fhir+json'],
    ['JSON', 'Application/FHIR+JSON'],
    ['JSON', 'application/fhir+json; charset=utf-8'],
    ['JSON', 'application/fhir+json; fhirVersion=4.0'],
    ['JSON', 'application/json'],
    ['JSON', 'application/json+fhir'],
    ['JSON', 'text/json'],
    ['JSON', 'text/html, application/xhtml+xml, */*;q=0.8'],
    ['XML', 'application/fhir+xml'],
    ['XML', 'application/xml'],
    ['XML', 'text/xml'],
    ['XML', 'application/xml+fhir'],
    ['XML', 'application/fhir+xml; charset=utf-8; fhirVersion="4.0.1"'],
    ['XML', 'text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8'],
    // The higher wish wins, of whichever name.
    ['XML', 'application/fhir+xml, application/fhir+json;q=0.1'],
    ['JSON', 'application/fhir+xml;q=0.1, application/fhir+json'],
    ['JSON', 'application/fhir+xml;q=0.899, application/fhir+json;q=0.9'],
    ['XML', 'application/fhir+xml;q=0.2, text/xml;q=0.7, application/fhir+json;q=0.5'],
    ['XML', 'application/xml;q=1.0, */*;q=0.001'],
    ['JSON', 'application/fhir+xml;q=0.5, */*'],
    // Among equals: what is named, then what comes first.
    ['XML', '*/*, application/fhir+xml'],
    ['JSON', 'application/*, application/json'],
    ['XML', 'application/fhir+xml, application/fhir+json'],
    ['JSON', 'application/fhir+json, application/fhir+xml'],
    ['XML', 'text/xml;q=0.5, application/json;q=0.5'],
    // What is not wanted is not given, nor what is wanted in no way that can be read.
    ['XML', 'application/fhir+json;q=0, */*'],
    ['JSON', 'application/fhir+xml;q=0.000, */*'],
    ['JSON', 'application/fhir+xml;q=0, application/fhir+json;q=0.001'],
    ['JSON', 'application/json;q=0, application/xml;q=0, */*'],
    ['XML', 'application/fhir+json;q=nonsense, application/fhir+xml;q=0.1'],
    ['XML', 'application/fhir+json;q=1.1, application/fhir+xml;q=0.1'],
    ['XML', 'application/fhir+json;q=-1, application/fhir+xml;q=0.1'],
    ['XML', 'application/fhir+json;q=, application/fhir+xml;q=0.1'],
    ['JSON', 'application/fhir+xml; fhirVersion=5.0, application/fhir+json;q=0.1'],
  ])('is %s for Accept: %s', async (format, accept) => {
    const answer = await home.fetch('GET', '/Patient', undefined, { accept });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, TYPES[format]]);
    expect(answer.headers.get('vary')).toMatch(/\baccept\b/);
    expect(answer.text).toMatch(format === 'XML' ? /^<\?xml version="1\.0" encoding="UTF-8"\?><Bundle / : /^{/);
  });
  test.each([
    'text/html',
    'application/pdf',
    'application/fhir+json;q=0',
    'application/fhir+json;q=0, application/fhir+xml;q=0, */*',
    'application/fhir+json;q=nonsense',
    '*/*;q=0.0',
    'application/*;q=0, text/*;q=0, */*',
    'application/fhir+json; fhirVersion=5.0',
    'application/fhir+xml; fhirVersion=3.0',
    'nonsense',
  ])('is refused for Accept: %s', async (accept) => {
    const answer = await home.fetch('GET', '/Patient', undefined, { accept });
    expectOutcome(answer, 406, 'not-acceptable');
    expect(answer.text).toContain('application/fhir+json or application/fhir+xml');
  });
  test.each([
    'json',
    'application/json',
    'application/fhir%2Bjson',
    'application/fhir+json',
    'text/json',
    'JSON',
    '*/*',
  ])('is JSON for _format=%s, whatever Accept says', async (format) => {
    for (const accept of ['text/html', 'application/fhir+xml']) {
      const answer = await home.fetch('GET', `/Patient?_format=${format}`, undefined, { accept });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, TYPES.JSON]);
    }
  });
  test.each([
    'xml',
    'XML',
    'application/xml',
    'text/xml',
    'application/fhir%2Bxml',
    'application/fhir+xml',
    'application/fhir+xml;%20fhirVersion=4.0',
    'application/xml+fhir',
  ])('is XML for _format=%s, whatever Accept says', async (format) => {
    for (const accept of ['text/html', 'application/fhir+json']) {
      const answer = await home.fetch('GET', `/Patient?_format=${format}`, undefined, { accept });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, TYPES.XML]);
    }
  });
  test.each(['ttl', 'html', 'text/html', 'application/fhir+xml;fhirVersion=5.0', ''])(
    'is refused for _format=%s, whatever Accept says',
    async (format) => {
      expectOutcome(await home.fetch('GET', `/Patient?_format=${format}`), 406, 'not-acceptable');
      expectOutcome(await home.fetch('GET', `/metadata?_format=${format}`), 406, 'not-acceptable');
      const told = await home.fetch('GET', `/Patient?_format=${format}`, undefined, { accept: 'application/fhir+xml' });
      expect([told.status, told.headers.get('content-type')]).toEqual([406, TYPES.XML]);
    },
  );
  test('has the format of the body where nothing else is asked for', async () => {
    const patient = '<Patient xmlns="http://hl7.org/fhir"/>';
    const xml = { 'content-type': 'application/fhir+xml' };
    expect((await home.fetch('POST', '/Patient', patient, xml)).headers.get('content-type')).toBe(TYPES.XML);
    expect((await home.fetch('POST', '/Patient', '<', xml)).headers.get('content-type')).toBe(TYPES.XML);
    const asked = await home.fetch('POST', '/Patient', patient, { ...xml, accept: 'application/json, */*' });
    expect(asked.headers.get('content-type')).toBe(TYPES.JSON);
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
    'application/xml',
    'text/xml; charset=UTF-8',
    'application/xml+fhir',
    'application/fhir+xml; fhirVersion=4.0; charset=utf-8',
  ])('is taken as %s', async (type) => {
    const headers = { 'content-type': type };
    const made = await home.fetch('POST', '/Patient', '<Patient xmlns="http://hl7.org/fhir"/>', headers);
    expect([made.status, made.headers.get('content-type')]).toEqual([201, TYPES.XML]);
  });
  test.each([
    'text/plain',
    'application/fhir+json; charset=latin1',
    'application/fhir+json; charset=utf-8; charset=utf-8',
    'application/fhir+json; charset=utf-8; charset=utf-16',
    'application/fhir+json; fhirVersion=5.0',
    'application/xhtml+xml',
    'application/json;charset=utf-16',
    'nonsense',
    'application/x-www-form-urlencoded',
  ])('is refused as %s', async (type) => {
    expectOutcome(await home.fetch('POST', '/Patient', patient, { 'content-type': type }), 415, 'media-type');
    expectOutcome(await home.fetch('PUT', '/Patient/1', patient, { 'content-type': type }), 415, 'media-type');
    const answer = await home.fetch('POST', '', patient, { 'content-type': type });
    expectOutcome(answer, 415, 'media-type');
    expect(answer.text).toContain('application/fhir+json or application/fhir+xml');
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
  test.each([
    'application/fhir+xml; charset=iso-8859-1',
    'text/xml; charset=us-ascii',
    'application/fhir+xml; charset=utf-8; charset=utf-16',
    'application/fhir+xml; fhirVersion=3.0',
    'application/fhir+xml; fhirVersion="4.3"',
  ])('of XML is refused as %s, in XML', async (type) => {
    const body = '<Patient xmlns="http://hl7.org/fhir"/>';
    const answer = await home.fetch('POST', '/Patient', body, { 'content-type': type });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([415, TYPES.XML]);
    expect(answer.text).toContain('<code value="media-type"/>');
  });
  test('of a search by POST is a form', async () => {
    expectOutcome(await home.fetch('POST', '/Patient/_search', '{}'), 415, 'media-type');
  });
});

test('a refusal whose words XML cannot carry is told in JSON', async () => {
  // None of ours holds such characters; the ones that come to be some day are not lost.
  const server = createServer({
    host: '127.0.0.1',
    port: 0,
    house: { base: 'https://opinions.example/fhir' } as House,
    metadata: () => '{"resourceType":"CapabilityStatement"}',
    xml: createXmlCodec(definitions),
    auth: unaskedAuth(fault(403, 'forbidden', 'strange-words', 'Some \ufffe words.')),
    administration: {} as Administration,
    streams: {} as EventStreams,
    deliveries: {} as DeliveryDesk,
    reportRoot: () => Promise.reject(new Error('nobody asks for it here')),
    webhookKeys: () => Promise.reject(new Error('nobody asks for them here')),
    ready: () => Promise.resolve(true),
    logger: silentLogger,
  });
  await server.start();
  const headers = { authorization: 'Bearer a', accept: 'application/fhir+xml' };
  const answer = await fetch(`${server.info.uri}/fhir/Patient`, { headers });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([403, TYPES.JSON]);
  expect(await answer.text()).toContain('strange-words');
  await server.stop();
});
