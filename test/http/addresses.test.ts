import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { exchange } from '../support/raw-http.ts';
import type { RawAnswer } from '../support/raw-http.ts';

let house: TestHouse;
let home: Partner;
let id: string;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  id = (await home.fetch('POST', '/Patient', { resourceType: 'Patient' })).body.id;
});
afterAll(() => house.stop());

/** One request whose bytes are ours to choose. */
function raw(line: string, ...headers: string[]): Promise<RawAnswer> {
  const lines = [line, ...headers, `Authorization: Bearer ${home.token}`, 'Connection: close'];
  return exchange(house.url, (socket) => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
}

describe('nothing is', () => {
  test.each([
    ['/'],
    ['/fhirr/Patient'],
    ['/fhir/Patient/1/2/3/4'],
    ['/fhir/Patient/1/_history/1/2'],
    ['/fhir//'],
    ['/favicon.ico'],
    ['/..%2f..%2fetc/passwd'],
  ])('at %s', async (path) => {
    expectOutcome(await home.fetch('GET', house.url + path), 404, 'unknown-address');
    expectOutcome(await home.fetch('POST', house.url + path, {}), 404, 'unknown-address');
  });
  test.each([
    'Nonsense',
    'patient',
    'PATIENT',
    'Patients',
    'Resource',
    'DomainResource',
    'constructor',
    '__proto__',
    'HumanName',
  ])('of type %s', async (type) => {
    expectOutcome(await home.fetch('GET', `/${type}`), 404, 'unknown-type');
    expectOutcome(await home.fetch('POST', `/${type}`, { resourceType: type }), 404, 'unknown-type');
    expectOutcome(await home.fetch('GET', `/${type}/1`), 404, 'unknown-type');
  });
  test.each([
    ['GET', '/Patient/$everything'],
    ['GET', '/Observation/ID/$everything'],
    ['GET', '/Patient/ID/_search'],
    ['POST', '/Patient/$match'],
    ['POST', '/Observation/ID/$everything'],
    ['POST', '/$process-message'],
  ])('done by %s %s', async (method, path) => {
    const answer = await home.fetch(method, path.replace('ID', id), method === 'POST' ? {} : undefined);
    expect(['unknown-operation', 'unknown-address', 'unknown-type']).toContain(
      answer.body.issue[0].details.coding[0].code,
    );
    expectOutcome(answer, 404, answer.body.issue[0].details.coding[0].code);
  });
});

describe('an operation', () => {
  test.each([
    ['GET', '/$meta', /^\$meta is not offered here, but at GET and POST \[type\]\/\[id\]\/\$meta\.$/],
    ['POST', '/$validate', /^\$validate is not offered here, but at POST \[type\]\/\$validate, GET and POST /],
    ['GET', '/Patient/$everything', /but at GET and POST Patient\/\[id\]\/\$everything, .* ServiceRequest\/\[id\]/],
    ['GET', '/Patient/$evrything', /Did you mean \$everything\?/],
    ['GET', '/Patient/ID/$evrything', /Did you mean \$everything\?/],
    ['POST', '/Patient/ID/$evrything', /Did you mean \$everything\?/],
    ['GET', '/$export', /^There is no such operation\. What is offered stands in \/fhir\/metadata\.$/],
    ['POST', '/$export', /^There is no such operation\./],
  ])('that is asked for in a wrong place or by a wrong name is told: %s %s', async (method, path, text) => {
    const answer = await home.fetch(method, path.replace('ID', id), method === 'POST' ? {} : undefined);
    expectOutcome(answer, 404, 'unknown-operation');
    expect(answer.body.issue[0].details.text).toMatch(text);
  });
});

describe('a method that is not offered', () => {
  test.each([
    ['POST', '/Patient/ID', 'GET, HEAD, PUT, PATCH, DELETE, OPTIONS'],
    ['PUT', '', 'GET, HEAD, POST, OPTIONS'],
    ['PUT', '/Patient/ID/Observation', 'GET, HEAD, OPTIONS'],
    ['PUT', '/Patient/ID/_history/1', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/Patient/ID/_history', 'GET, HEAD, OPTIONS'],
    ['POST', '/.well-known/smart-configuration', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405 and says what is', async (method, path, allow) => {
    const answer = await home.fetch(method, path.replace('ID', id), method === 'GET' ? undefined : {});
    expectOutcome(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(allow.split(', ').sort());
  });
  test('TRACE echoes nothing', async () => {
    expectOutcome(await raw('TRACE /fhir/Patient HTTP/1.1', 'Host: x'), 405, 'method-not-allowed');
  });
});

test('OPTIONS tells the methods, without a token', async () => {
  const answer = await fetch(`${house.url}/fhir/Patient/${id}`, { method: 'OPTIONS' });
  expect(answer.status).toBe(204);
  const allowed = answer.headers.get('allow')?.split(', ').sort();
  expect(allowed).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT']);
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  const open = await fetch(`${house.url}/fhir/metadata`, { method: 'OPTIONS' });
  expect(open.headers.get('access-control-allow-origin')).toBe('*');
});

/** https://www.rfc-editor.org/rfc/rfc5789#section-3.1 */
test.each([
  ['/Patient/ID', true],
  ['/Patient', true],
  ['/Patient/ID/_history', false],
  ['/metadata', false],
  ['', false],
])('OPTIONS %s tells what a patch may be sent as, where there can be one', async (path, isPatched) => {
  const { headers } = await fetch(`${house.url}/fhir${path.replace('ID', id)}`, { method: 'OPTIONS' });
  const forms = headers.get('accept-patch')?.split(', ') ?? [];
  expect(headers.get('allow')?.includes('PATCH')).toBe(isPatched);
  expect(forms.sort()).toEqual(
    isPatched ? ['application/fhir+json', 'application/fhir+xml', 'application/json-patch+json'] : [],
  );
  // What it names is taken: a body of that form is looked at, and found wanting for what it says.
  for (const form of forms) {
    const answer = await home.fetch('PATCH', `/Patient/${id}`, form.endsWith('xml') ? '<x/>' : '{}', {
      'content-type': form,
    });
    expect(answer.status).toBe(400);
  }
});

test.each(['/metadata', '/Patient', '/Patient/ID', '/Patient/ID/_history', '/Patient/ID/_history/1'])(
  'HEAD %s is GET without the body',
  async (path) => {
    const address = path.replace('ID', id);
    const [head, get] = [await home.fetch('HEAD', address), await home.fetch('GET', address)];
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['etag', 'last-modified', 'content-type']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name));
    }
  },
);

describe('an id', () => {
  test('of 64 characters is taken', async () => {
    const long = 'a.-Z9'.padEnd(64, 'b');
    expect(
      (await home.fetch('PUT', `/Basic/${long}`, { resourceType: 'Basic', id: long, code: { text: 'x' } })).status,
    ).toBe(201);
    expect((await home.fetch('GET', `/Basic/${long}`)).body.id).toBe(long);
  });
  test.each([
    'a'.repeat(65),
    'a%20b',
    '%C3%A4',
    'a%2Fb',
    '..%2f..%2fetc',
    '%00',
    'a%0d%0aSet-Cookie:x',
    "a'b",
    'a"b',
    'a_b',
  ])('like %s is refused', async (bad) => {
    for (const method of ['GET', 'DELETE']) {
      expectOutcome(await home.fetch(method, `/Patient/${bad}`), 400, 'bad-id');
    }
    expectOutcome(await home.fetch('PUT', `/Patient/${bad}`, { resourceType: 'Patient', id: 'x' }), 400, 'bad-id');
    expectOutcome(await home.fetch('GET', `/Patient/${bad}/_history`), 400, 'bad-id');
  });
  test.each(['0', '-1', '1e3', '9999999999999999', '9223372036854775808', 'x', '1%00', '01'])(
    'of version %s is not found',
    async (version) => {
      const answer = await home.fetch('GET', `/Patient/${id}/_history/${version}`);
      expectOutcome(answer, 404, 'not-found');
      expect(answer.body.issue[0].details.text).toContain('a number from 1 on');
    },
  );
  test('of a version beyond 32 bits is looked for', async () => {
    expectOutcome(await home.fetch('GET', `/Patient/${id}/_history/4294967297`), 404, 'not-found');
  });
});

describe('an address', () => {
  test.each(['/fhir/Patient/%ZZ', '/fhir/Patient/%E0%A4', '/fhir/%FF', '/%'])('like %s is refused', async (path) => {
    expectOutcome(await raw(`GET ${path} HTTP/1.1`, 'Host: x'), 400, 'bad-encoding');
  });
  test.each(['name=%ZZ', 'name=%FF', 'name=%ED%A0%80', '%C3=x', 'name=%'])(
    'with the query %s is refused',
    async (query) => {
      expectOutcome(await home.fetch('GET', `/Patient?${query}`), 400, 'bad-encoding');
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      expectOutcome(await home.fetch('POST', '/Patient/_search', query, form), 400, 'bad-encoding');
    },
  );
  test('with other characters in it as they are is refused', async () => {
    expectOutcome(await raw('GET /fhir/Patient?family=Trần HTTP/1.1', 'Host: x'), 400, 'not-http');
  });
  test('is the only place where they have to be encoded: a form may hold them', async () => {
    await home.fetch('POST', '/Patient', { resourceType: 'Patient', name: [{ family: 'Trần' }] });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const found = await home.fetch('POST', '/Patient/_search', 'family:exact=Trần', form);
    expect([found.status, found.body.entry?.length]).toEqual([200, 1]);
    expectOutcome(
      await home.fetch('POST', '/Patient/_search', Buffer.from('family=\xff', 'latin1'), form),
      400,
      'bad-encoding',
    );
  });
  test('of 20 KB is too long', async () => {
    expectOutcome(
      await raw(`GET /fhir/Patient?name=${'a'.repeat(20_000)} HTTP/1.1`, 'Host: x'),
      414,
      'address-too-long',
    );
  });
  test('of another host never reaches an answer', async () => {
    const poisoned = [
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: https',
      'Forwarded: host=evil.example',
    ];
    for (const line of [
      'GET /fhir/Patient?_count=1 HTTP/1.1',
      `GET /fhir/Patient/${id}/_history HTTP/1.1`,
      'GET /fhir/metadata HTTP/1.1',
      'GET /fhir/.well-known/smart-configuration HTTP/1.1',
    ]) {
      const answer = await raw(line, ...poisoned);
      expect(answer.status).toBe(200);
      expect(answer.text + JSON.stringify([...answer.headers])).not.toContain('evil');
    }
    const made = await home.fetch(
      'POST',
      '/Patient',
      { resourceType: 'Patient' },
      { 'x-forwarded-host': 'evil.example' },
    );
    expect(made.headers.get('location')).toMatch(`${house.url}/fhir/Patient/`);
  });
  test('as a proxy would be asked is read like any other', async () => {
    expect((await raw(`GET http://elsewhere.example/fhir/Patient/${id} HTTP/1.1`, 'Host: x')).status).toBe(200);
  });
});

describe('what is no HTTP', () => {
  test('headers of 40 KB', async () => {
    expectOutcome(
      await raw('GET /fhir/metadata HTTP/1.1', 'Host: x', `X-Long: ${'a'.repeat(40_000)}`),
      431,
      'headers-too-large',
    );
  });
  test.each([
    ['an unknown method', ['WHAT /fhir/Patient HTTP/1.1', 'Host: x']],
    ['two lengths', ['POST /fhir/Patient HTTP/1.1', 'Host: x', 'Content-Length: 3', 'Content-Length: 4']],
    [
      'length and chunks',
      ['POST /fhir/Patient HTTP/1.1', 'Host: x', 'Content-Length: 3', 'Transfer-Encoding: chunked'],
    ],
    ['a folded header', ['GET /fhir/Patient HTTP/1.1', 'Host: x', 'X-A: b', ' c: d', '\u0000']],
    ['a bare line feed', ['GET /fhir/Patient HTTP/1.1', 'Host: x', 'X-A: b\nX-C: d']],
    ['words', ['hello']],
  ])('%s', async (_what, lines) => {
    expectOutcome(await raw(lines[0]!, ...lines.slice(1)), 400, 'not-http');
  });
  test('no host', async () => {
    expectOutcome(await raw('GET /fhir/metadata HTTP/1.1'), 400, 'host-missing');
  });
  test('a host that is none', async () => {
    const answer = await raw('GET /fhir/metadata HTTP/1.1', 'Host: a b/c?d');
    expect([200, 400]).toContain(answer.status);
    expect(answer.text).not.toContain('a b');
  });
});

test('a request without a token is told where to get one', async () => {
  for (const authorization of [
    undefined,
    'Basic YTpi',
    'Bearer',
    'Bearer a b',
    'bearer nonsense',
    `Bearer ${'a'.repeat(9000)}`,
  ]) {
    const answer = await fetch(`${house.url}/fhir/Patient`, {
      headers: authorization === undefined ? {} : { authorization },
    });
    const body = await answer.json();
    expectOutcome(
      { status: answer.status, headers: answer.headers, body },
      401,
      (body as Json).issue[0].details.coding[0].code,
    );
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
});

test('every answer says what browsers may not do with it', async () => {
  for (const path of ['/metadata', `/Patient/${id}`, '/nothing']) {
    const { headers } = await home.fetch('GET', path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  }
});
