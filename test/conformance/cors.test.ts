import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';

/** https://hl7.org/fhir/R4/security.html#cors and https://fetch.spec.whatwg.org/#http-cors-protocol */

const APP = 'https://app.example';
const STRANGER = 'https://stranger.example';

function preflight(house: TestHouse, path: string, origin: string, method = 'PUT'): Promise<Response> {
  return fetch(house.url + path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization, if-match',
    },
  });
}

function allowed({ headers }: { readonly headers: Headers }): string | null {
  return headers.get('access-control-allow-origin');
}

describe('with origins in the configuration', () => {
  let house: TestHouse;
  let home: Partner;
  beforeAll(async () => {
    house = await startHouse({}, { CORS_ORIGINS: `${APP}, https://viewer.example` });
    home = await house.register('home', 'placer');
    await home.fetch('PUT', '/Patient/p', { resourceType: 'Patient', id: 'p' });
  });
  afterAll(() => house.stop());

  test.each([
    '/fhir',
    '/fhir/Patient',
    '/fhir/Patient/p',
    '/fhir/Patient/p/_history',
    '/fhir/Patient/p/$everything',
    '/fhir/never/there/at/all',
  ])('a page may ask before it calls %s, without a token', async (path) => {
    const answer = await preflight(house, path, APP);
    expect(answer.status).toBe(204);
    expect(allowed(answer)).toBe(APP);
    expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toEqual(
      expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
    );
    const headers = answer.headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
    expect(headers).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'if-match', 'if-none-exist', 'prefer']),
    );
    expect(answer.headers.get('vary')).toMatch(/origin/i);
    // Tokens go in a header: cookies are never asked for.
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('answers are readable, with the headers that FHIR needs', async () => {
    const read = await home.fetch('GET', '/Patient/p', undefined, { origin: APP });
    expect([read.status, allowed(read)]).toEqual([200, APP]);
    const told = read.headers.get('access-control-expose-headers')?.toLowerCase().split(', ');
    expect(told).toEqual(expect.arrayContaining(['etag', 'location', 'last-modified', 'retry-after']));
    expect(read.headers.get('vary')).toMatch(/accept.*origin|origin.*accept/i);
    const written = await home.fetch(
      'POST',
      '/Patient',
      { resourceType: 'Patient' },
      { origin: 'https://viewer.example' },
    );
    expect([written.status, allowed(written)]).toEqual([201, 'https://viewer.example']);
    const etag = read.headers.get('etag')!;
    const same = await home.fetch('GET', '/Patient/p', undefined, { origin: APP, 'if-none-match': etag });
    expect([same.status, allowed(same)]).toEqual([304, APP]);
  });

  test('so are refusals: a page has to be able to tell why', async () => {
    const origin = APP;
    const unknown = await fetch(`${house.url}/fhir/Patient/p`, { headers: { origin } });
    expect([unknown.status, allowed(unknown)]).toEqual([401, APP]);
    expect(unknown.headers.get('access-control-expose-headers')).toMatch(/www-authenticate/i);
    for (const [method, path, status] of [
      ['GET', '/Patient/never', 404],
      ['GET', '/Patient?birthdate=x', 400],
      ['DELETE', '/Patient/p/_history', 405],
      ['GET', '/Patient/p?_format=ttl', 406],
    ] as const) {
      const answer = await home.fetch(method, path, undefined, { origin });
      expect([path, answer.status, allowed(answer)]).toEqual([path, status, APP]);
    }
  });

  test('other origins get no leave, and what is kept by caches is not taken for theirs', async () => {
    for (const origin of [STRANGER, 'null', `${APP}.stranger.example`, 'http://app.example']) {
      const asked = await preflight(house, '/fhir/Patient/p', origin);
      expect([asked.status, allowed(asked)]).toEqual([204, null]);
      const read = await home.fetch('GET', '/Patient/p', undefined, { origin });
      expect([read.status, allowed(read)]).toEqual([200, null]);
      expect(read.headers.get('vary')).toMatch(/origin/i);
    }
    const plain = await home.fetch('GET', '/Patient/p');
    expect(allowed(plain)).toBeNull();
    expect(plain.headers.get('vary')).toMatch(/origin/i);
  });

  test('OPTIONS that is no preflight tells the methods', async () => {
    const answer = await fetch(`${house.url}/fhir/Patient/p`, { method: 'OPTIONS', headers: { origin: APP } });
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, expect.stringContaining('PUT')]);
    expect(answer.headers.get('accept-patch')).toContain('application/json-patch+json');
    // A page may read both.
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/Accept-Patch, Allow/);
    // A preflight is about the call that follows it, and tells nothing else.
    const asked = await preflight(house, '/fhir/Patient/p', APP, 'PATCH');
    expect([asked.status, asked.headers.get('accept-patch')]).toEqual([204, null]);
  });

  test('the token endpoint takes no calls from pages', async () => {
    const asked = await preflight(house, '/auth/token', APP, 'POST');
    expect(allowed(asked)).toBeNull();
    const answer = await fetch(`${house.url}/auth/token`, { method: 'POST', headers: { origin: APP } });
    expect([answer.status, allowed(answer)]).toEqual([401, null]);
  });

  test('the CapabilityStatement says so, and stays open to all', async () => {
    const answer = await fetch(`${house.url}/fhir/metadata`, { headers: { origin: STRANGER } });
    expect(allowed(answer)).toBe('*');
    expect(((await answer.json()) as { rest: object[] }).rest[0]).toMatchObject({ security: { cors: true } });
  });
});

describe('for all origins', () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await startHouse({}, { CORS_ORIGINS: '*' });
  });
  afterAll(() => house.stop());

  test('each is let in, without cookies', async () => {
    const asked = await preflight(house, '/fhir/Patient', STRANGER, 'POST');
    expect([asked.status, allowed(asked)]).toEqual([204, '*']);
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull();
    const refused = await fetch(`${house.url}/fhir/Patient/p`, { headers: { origin: STRANGER } });
    expect([refused.status, allowed(refused)]).toEqual([401, '*']);
  });
});

describe('without any', () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house.stop());

  test('no page may call, but what needs no token is open', async () => {
    expect(allowed(await preflight(house, '/fhir/Patient/p', APP))).toBeNull();
    expect(allowed(await fetch(`${house.url}/fhir/Patient/p`, { headers: { origin: APP } }))).toBeNull();
    for (const path of ['/fhir/metadata', '/fhir/.well-known/smart-configuration']) {
      const asked = await preflight(house, path, APP, 'GET');
      expect([asked.status, allowed(asked)]).toEqual([204, '*']);
      expect(allowed(await fetch(house.url + path, { headers: { origin: APP } }))).toBe('*');
    }
  });
});
