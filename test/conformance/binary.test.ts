import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

import { randomBytes } from 'node:crypto';
/** https://hl7.org/fhir/R4/binary.html#rest */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

async function bytesOf(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  const answer = await fetch(`${house.url}/fhir${path}`, {
    headers: { authorization: `Bearer ${home.token}`, ...headers },
  });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}
const FHIR = { accept: 'application/fhir+json' };
const SIZES = [0, 1, 1000, 256 * 1024, 256 * 1024 + 1, 3 * 1024 * 1024];

describe.each(SIZES)('%i bytes', (size) => {
  const sent = randomBytes(size);
  test('sent raw come back raw and as a resource', async () => {
    const made = await home.fetch('POST', '/Binary', sent, { 'content-type': 'application/pdf' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ resourceType: 'Binary', contentType: 'application/pdf' });
    const raw = await bytesOf(`/Binary/${made.body.id}`);
    expect([raw.status, raw.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(raw.bytes.equals(sent)).toBe(true);
    const resource = await home.fetch('GET', `/Binary/${made.body.id}`, undefined, FHIR);
    expect(resource.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    expect(Buffer.from(resource.body.data ?? '', 'base64').equals(sent)).toBe(true);
  });
  test('sent as a resource come back raw and as a resource', async () => {
    const made = await home.fetch('POST', '/Binary', {
      resourceType: 'Binary',
      contentType: 'image/png',
      ...(size === 0 ? {} : { data: sent.toString('base64') }),
    });
    expect(made.status).toBe(201);
    const raw = await bytesOf(`/Binary/${made.body.id}`, { accept: 'image/*' });
    expect(raw.headers.get('content-type')).toBe('image/png');
    expect(raw.bytes.equals(sent)).toBe(true);
    const resource = await home.fetch('GET', `/Binary/${made.body.id}?_format=json`);
    expect(Buffer.from(resource.body.data ?? '', 'base64').equals(sent)).toBe(true);
    expect(resource.body).toMatchObject({
      resourceType: 'Binary',
      id: made.body.id,
      contentType: 'image/png',
      meta: { versionId: '1' },
    });
  });
});

test('versions keep their own bytes', async () => {
  const put = (data: string) =>
    home.fetch('PUT', '/Binary/v', {
      resourceType: 'Binary',
      id: 'v',
      contentType: 'text/plain',
      data: Buffer.from(data).toString('base64'),
    });
  await put('one');
  await put('two');
  expect((await bytesOf('/Binary/v')).bytes.toString()).toBe('two');
  expect((await bytesOf('/Binary/v/_history/1')).bytes.toString()).toBe('one');
});

test('a transaction takes a Binary and what refers to it', async () => {
  const answer = await home.fetch(
    'POST',
    '',
    {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          fullUrl: 'urn:uuid:1',
          resource: { resourceType: 'Binary', contentType: 'text/plain', data: 'aGFsbG8=' },
          request: { method: 'POST', url: 'Binary' },
        },
        {
          resource: {
            resourceType: 'DocumentReference',
            status: 'current',
            content: [{ attachment: { url: 'urn:uuid:1' } }],
          },
          request: { method: 'POST', url: 'DocumentReference' },
        },
      ],
    },
    { prefer: 'return=representation' },
  );
  const { url } = answer.body.entry[1].resource.content[0].attachment;
  expect((await bytesOf(`/${url}`)).bytes.toString()).toBe('hallo');
});

describe('whatever was sent', () => {
  const dangerous = [
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'application/javascript',
    'application/pdf',
    'application/dicom',
  ];
  test.each(dangerous)('as %s is never run by a browser', async (type) => {
    const made = await home.fetch('POST', '/Binary', '<script>alert(1)</script>', { 'content-type': type });
    const { headers } = await bytesOf(`/Binary/${made.body.id}`);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
  });
  test('keeps the charset it came with', async () => {
    const made = await home.fetch('POST', '/Binary', Buffer.from('é', 'latin1'), {
      'content-type': 'text/plain;charset=iso-8859-1',
    });
    const { headers, bytes } = await bytesOf(`/Binary/${made.body.id}`);
    expect(headers.get('content-type')).toBe('text/plain; charset=iso-8859-1');
    expect([...bytes]).toEqual([0xe9]);
  });
  test('gets no charset that it did not come with', async () => {
    const made = await home.fetch('POST', '/Binary', 'x', { 'content-type': 'text/csv' });
    expect((await bytesOf(`/Binary/${made.body.id}`)).headers.get('content-type')).toBe('text/csv');
  });
  test.each(['nonsense', 'a/b/c', 'text/plain; x', 'täxt/plain'])(
    'needs a media type that is one, not %s',
    async (type) => {
      expectOutcome(
        await home.fetch('POST', '/Binary', 'x', { 'content-type': type.normalize('NFC') }),
        415,
        'media-type',
      );
    },
  );
  test.each(['text/plain\u00e9', 'x', 'text/html\u2028', 'no type at all'])(
    'under the media type %j of a resource is refused',
    async (contentType) => {
      const made = await home.fetch('POST', '/Binary', { resourceType: 'Binary', contentType, data: 'YQ==' });
      const key = contentType.includes('\u2028') ? 'invalid-value' : 'code-not-allowed';
      expectOutcome(made, 422, key, 'Binary.contentType');
    },
  );
});

test('a read that has it already gets 304', async () => {
  const made = await home.fetch('POST', '/Binary', 'x', { 'content-type': 'text/plain' });
  const { status, headers, bytes } = await bytesOf(`/Binary/${made.body.id}`, { 'if-none-match': 'W/"1"' });
  expect([status, headers.get('etag'), bytes.length]).toEqual([304, 'W/"1"', 0]);
});

test('HEAD tells of it without the bytes', async () => {
  const made = await home.fetch('POST', '/Binary', 'x', { 'content-type': 'text/plain' });
  const answer = await home.fetch('HEAD', `/Binary/${made.body.id}`);
  expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([200, '', 'text/plain']);
});

test.each(['@@@', 'YQ', 'Y Q==', 'YQ==YQ=='])('data that is no base64 (%s) is refused', async (data) => {
  const answer = await home.fetch('POST', '/Binary', { resourceType: 'Binary', contentType: 'text/plain', data });
  if (answer.status === 201) {
    // Spaces may stand in base64 (https://hl7.org/fhir/R4/datatypes.html#base64Binary).
    expect(data).toBe('Y Q==');
    expect((await bytesOf(`/Binary/${answer.body.id}`)).bytes.toString()).toBe('a');
  } else expectOutcome(answer, 422, 'invalid-value', 'Binary.data');
});

test('the bytes of others are not found', async () => {
  const other = await house.register('other', 'placer');
  const made = await home.fetch('POST', '/Binary', 'secret', { 'content-type': 'text/plain' });
  expectOutcome(await other.fetch('GET', `/Binary/${made.body.id}`), 404, 'not-found');
  expectOutcome(await other.fetch('GET', `/Binary/${made.body.id}`, undefined, FHIR), 404, 'not-found');
  expectOutcome(await home.fetch('GET', '/Binary/..%2f..%2fmaster.key'), 400, 'bad-id');
});

test('a search shows what there is without its bytes', async () => {
  const { status, text, body }: { status: number; text: string; body: Json } = await home.fetch(
    'GET',
    '/Binary?_count=2',
  );
  expect([status, body.entry.length]).toEqual([200, 2]);
  expect(text).not.toContain('"data"');
});
