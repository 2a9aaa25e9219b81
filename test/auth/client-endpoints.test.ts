import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  assertionOf,
  FHIR,
  formOf,
  getToken,
  keyPair,
  openStage,
  post,
  PUBLIC_URL,
  registerClient,
  TOKEN_URL,
} from './stage.ts';
import type { Node, Stage } from './stage.ts';

let stage: Stage;
let node: Node;
let client: string;
beforeAll(async () => {
  stage = await openStage();
  node = await stage.startNode();
  client = await registerClient(node, await keyPair('es'));
});
afterAll(() => stage.end());

function decode(token: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('utf8'));
  return {
    header: JSON.parse(header!) as Record<string, unknown>,
    claims: JSON.parse(claims!) as Record<string, unknown>,
  };
}

describe('a token', () => {
  test.each(['ES384', 'RS384'] as const)('is given for an assertion in %s (smart 17, 19, 43, 44)', async (alg) => {
    const pair = await keyPair(alg, alg);
    const id = await registerClient(node, pair);
    const answer = await post(node, formOf(await assertionOf(id, pair), 'system/Patient.rs system/Task.cruds'));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'system/Patient.rs system/Task.cruds',
    });
    expect(Object.keys(answer.body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  test('is a JWT access token for the FHIR base (RFC 9068)', async () => {
    const { header, claims } = decode(await getToken(node, client, await keyPair('es')));
    const jwks = (await (await fetch(`${node.url}/auth/jwks`)).json()) as { keys: Record<string, unknown>[] };
    expect(header).toEqual({ alg: 'ES384', typ: 'at+jwt', kid: jwks.keys.find(({ kty }) => kty === 'EC')!['kid'] });
    expect(claims).toEqual({
      iss: `${PUBLIC_URL}/auth`,
      aud: FHIR,
      sub: client,
      client_id: client,
      scope: 'system/Patient.rs',
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: Number(claims['iat']) + 300,
    });
  });

  test('is given whatever Host and X-Forwarded-Host say', async () => {
    const headers = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'http', forwarded: 'host=evil.test' };
    const answer = await post(node, formOf(await assertionOf(client, await keyPair('es'))), headers);
    expect(decode(String(answer.body['access_token'])).claims).toMatchObject({ iss: `${PUBLIC_URL}/auth`, aud: FHIR });
  });

  test('may be asked for with the issuer as audience', async () => {
    const assertion = await assertionOf(client, await keyPair('es'), { claims: { aud: `${PUBLIC_URL}/auth` } });
    expect((await post(node, formOf(assertion))).status).toBe(200);
  });
});

describe('the form', () => {
  test.each([
    ['another grant type (smart 40)', { grant_type: 'implicit' }, 'unsupported_grant_type'],
    ['the grant type of apps', { grant_type: 'authorization_code' }, 'invalid_request'],
    ['no grant type', { grant_type: '' }, 'invalid_request'],
    ['another assertion type (smart 41)', { client_assertion_type: 'urn:x' }, 'invalid_request'],
    ['no assertion type', { client_assertion_type: '' }, 'invalid_request'],
    ['another resource', { resource: 'https://other.test/fhir' }, 'invalid_target'],
    ['no scope', { scope: '' }, 'invalid_scope'],
    ['quotes in the scope', { scope: 'system/Patient.rs "' }, 'invalid_scope'],
    ['a line break in the scope', { scope: 'system/Patient.rs\r\nset-cookie: x' }, 'invalid_scope'],
    ['a scope of 32 KB', { scope: 'x'.repeat(32_768) }, 'invalid_scope'],
  ])('%s is refused with 400', async (_what, change, error) => {
    const answer = await post(node, { ...formOf(await assertionOf(client, await keyPair('es'))), ...change });
    expect(answer).toMatchObject({ status: 400, body: { error } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('a doubled parameter is refused', async () => {
    const form = new URLSearchParams(formOf(await assertionOf(client, await keyPair('es')))).toString();
    expect(await post(node, `${form}&scope=system/*.cruds`)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
  });
  test('a client secret is no proof', async () => {
    const form = { grant_type: 'client_credentials', scope: 'system/*.rs', client_id: client, client_secret: 'x' };
    expect(await post(node, form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });
  test('no proof at all is refused', async () => {
    const form = { grant_type: 'client_credentials', scope: 'system/*.rs', client_id: client };
    expect(await post(node, form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });
  test('JSON is refused', async () => {
    const answer = await post(node, '{}', { 'content-type': 'application/json' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
  test('errors are JSON for a browser too', async () => {
    const answer = await post(node, { grant_type: 'x' }, { accept: 'text/html' });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(Object.keys(answer.body)).toEqual(['error', 'error_description']);
  });
  test('another origin is refused, and told nothing of the client', async () => {
    const headers = { origin: 'https://evil.test' };
    const known = await post(node, formOf(await assertionOf(client, await keyPair('es'))), headers);
    const unknown = await post(node, formOf(await assertionOf('nobody', await keyPair('es'))), headers);
    expect(known.status).toBe(401);
    expect(known.body).toEqual(unknown.body);
    expect(known.headers.get('access-control-allow-origin')).toBeNull();
  });
  test('a body of 100 KB is refused', async () => {
    const answer = await post(node, { ...formOf('x'), junk: 'x'.repeat(100_000) });
    expect(answer).toMatchObject({ status: 413, body: { error: 'invalid_request' } });
  });
});

describe('scopes', () => {
  test('are negotiated down to what the client may have', async () => {
    const pair = await keyPair('es');
    const id = await registerClient(node, pair, { scope: 'system/Patient.rs system/Task.cruds' });
    const answer = await post(
      node,
      formOf(await assertionOf(id, pair), 'system/*.rs system/Patient.cruds system/Task.read'),
    );
    expect(answer.body['scope']).toBe('system/Patient.rs system/Task.rs system/Task.read');
    const caller = await node.auth.authenticate(String(answer.body['access_token']));
    expect(caller.scopes).toEqual(['system/Patient.rs', 'system/Task.rs', 'system/Task.read']);
  });
  test('of which none is left are refused', async () => {
    const pair = await keyPair('es');
    const id = await registerClient(node, pair, { scope: 'system/Patient.rs' });
    const answer = await post(node, formOf(await assertionOf(id, pair), 'system/Task.rs'));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: 'invalid_scope',
      error_description: 'none of the requested scopes may be granted',
    });
  });
});

describe('the addresses', () => {
  test('of everything else below /auth are not there', async () => {
    for (const path of [
      '',
      '/',
      '/auth',
      '/token/',
      '/token%2f',
      '/%74oken',
      '//token',
      '/me',
      '/request',
      '/session/end',
      '/device/auth',
      '/reg',
    ]) {
      const response = await fetch(`${node.url}/auth${path}`, { method: 'POST' });
      expect([path, response.status]).toEqual([path, 404]);
    }
  });
  test('take only their methods', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const response = await fetch(`${node.url}/auth/token`, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST, OPTIONS');
    }
    const openId = await fetch(`${node.url}/auth/.well-known/openid-configuration`, { method: 'POST' });
    expect([openId.status, openId.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
  test('of the keys shows public ones only, to any origin (smart 37)', async () => {
    const response = await fetch(`${node.url}/auth/jwks`, { headers: { origin: 'https://app.test' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
    expect(keys.map((key) => Object.keys(key).sort().join(' ')).sort()).toEqual([
      'alg crv kid kty use x y',
      // Once for RS256, once for RS384.
      'alg e kid kty n use',
      'alg e kid kty n use',
    ]);
  });
  test('are absolute in the discovery document, and on the public base (smart 2-7)', () => {
    expect(node.auth.smartConfiguration()).toMatchObject({
      token_endpoint: TOKEN_URL,
      authorization_endpoint: `${PUBLIC_URL}/auth/authorize`,
      jwks_uri: `${PUBLIC_URL}/auth/jwks`,
    });
  });
});
