import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { approveClient, createSignIn, findIdentityProvider, requestToken } from '../../src/auth/index.ts';
import { silentLogger } from '../../src/base/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { waitUntil } from '../support/wait-until.ts';
import { keyPair } from './stage.ts';

/** The administrator's API over HTTP: an organisation manages its own clients and people, and knows of no others. */
let house: TestHouse;
let database: Database;
let owner: pg.Client;
let north: Partner;
let south: Partner;
/** May do all with records, and administers nothing. */
let plain: Partner;
let keys: object;

const CALLBACK = 'https://app.test/callback';
const APP = { kind: 'app', name: 'App', scope: 'openid patient/*.rs', authMethod: 'none', redirectUris: [CALLBACK] };

beforeAll(async () => {
  house = await startHouse();
  north = await house.register('north', 'placer', 'admin system/*.cruds');
  south = await house.register('south', 'programme', 'admin system/*.cruds');
  plain = await house.register('plain', 'placer');
  keys = { keys: [(await keyPair('es')).publicJwk] };
  database = openDatabase({ url: house.database, role: 'consilium_app', size: 2, logger: silentLogger });
  owner = new pg.Client({ connectionString: house.database });
  await owner.connect();
  await north.fetch('PUT', '/Practitioner/an', { resourceType: 'Practitioner', id: 'an' });
  await north.fetch('PUT', '/Patient/one', { resourceType: 'Patient', id: 'one' });
});
afterAll(async () => {
  await owner.end();
  await database.close();
  await house.stop();
});

async function ask(
  partner: Partner,
  method: string,
  path: string,
  body?: unknown,
  type = 'application/json',
): Promise<Answer> {
  const answer = await partner.fetch(method, `${house.url}/admin${path}`, body, { 'content-type': type });
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  if (answer.text !== '') expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  if (answer.status >= 400) {
    expect(answer.body).toEqual({
      error: expect.stringMatching(/^[a-z_]+$/),
      error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
      issues: expect.any(Array),
    });
  }
  return answer;
}
async function add(partner: Partner, path: string, body: unknown): Promise<Json> {
  const answer = await ask(partner, 'POST', path, body);
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  expect(answer.headers.get('location')).toBe(`/admin${path}/${String(answer.body.id)}`);
  return answer.body;
}
async function trail(): Promise<unknown[]> {
  const { rows } = await owner.query(
    `select interaction, organization, client, person, detail from audit
      where interaction ~ '^(client|user|organization)-' and client is not null order by at desc, request limit 1`,
  );
  return rows;
}

const EVERYTHING = [
  ['GET', '/clients'],
  ['POST', '/clients'],
  ['GET', '/clients/x'],
  ['PATCH', '/clients/x'],
  ['POST', '/clients/x/secret'],
  ['POST', '/clients/x/disable'],
  ['GET', '/users'],
  ['POST', '/users'],
  ['GET', '/users/x'],
  ['PATCH', '/users/x'],
  ['POST', '/users/x/password'],
  ['POST', '/users/x/disable'],
  ['GET', '/organization'],
  ['PUT', '/organization/identity-provider'],
  ['DELETE', '/organization/identity-provider'],
  ['GET', '/deliveries'],
  ['GET', '/deliveries/x'],
  ['POST', '/deliveries/x/replay'],
] as const;

describe('who may not ask learns nothing:', () => {
  test.each(EVERYTHING)('%s %s', async (method, path) => {
    const answer = await ask(plain, method, path, method === 'GET' ? undefined : '{', 'text/plain');
    expect(answer).toMatchObject({
      status: 403,
      body: { error: 'insufficient_scope', issues: [{ key: 'scope-admin' }] },
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="admin"');
    const without = await fetch(`${house.url}/admin${path}`, { method });
    expect([without.status, without.headers.get('cache-control')]).toEqual([401, 'no-store']);
    expect(await without.json()).toMatchObject({ error: 'invalid_token' });
    const { status } = await fetch(`${house.url}/admin${path}?access_token=${north.token}`, { method });
    expect(status).toBe(401);
  });

  test('and refusals are noted', async () => {
    const count = async (): Promise<number> =>
      (
        await owner.query(
          `select 1 from audit where status = 403 and client = 'plain-client' and interaction like '%/admin/%'`,
        )
      ).rows.length;
    // They are written a moment later, several at once.
    await waitUntil(async () => (await count()) >= EVERYTHING.length);
    expect(await count()).toBe(EVERYTHING.length);
  });
});

describe('clients', () => {
  test('30 an app that is registered waits, is approved by the operator alone, changed, and shut out', async () => {
    const added = await add(north, '/clients', APP);
    const { id } = added;
    expect(added).toEqual({ id, organization: 'north', role: 'placer', status: 'pending', ...APP });
    expect(await trail()).toMatchObject([
      { interaction: 'client-add', organization: 'north', client: 'north-client', detail: `${id}: ${APP.scope}` },
    ]);
    expect((await ask(north, 'POST', `/clients/${id}/approve`, {})).status).toBe(404);
    expect((await ask(north, 'PATCH', `/clients/${id}`, { status: 'active' })).body.issues).toEqual([
      { key: 'body-shape', field: 'status', text: 'status is no field here.' },
    ]);
    const changed = await ask(north, 'PATCH', `/clients/${id}`, {
      name: 'The app',
      launchUri: 'https://app.test/launch',
    });
    const after = { ...added, name: 'The app', launchUri: 'https://app.test/launch' };
    expect([changed.status, changed.body]).toEqual([200, after]);
    expect((await ask(north, 'GET', `/clients/${id}`)).body).toEqual(after);
    const disabled = await ask(north, 'POST', `/clients/${id}/disable`);
    expect([disabled.status, disabled.body]).toEqual([200, { ...after, status: 'disabled' }]);
    expect(await trail()).toMatchObject([{ interaction: 'client-disable', client: 'north-client', detail: id }]);
  });

  test('a secret is told once, and another one when asked', async () => {
    const added = await add(north, '/clients', { ...APP, authMethod: 'client_secret_basic' });
    const { id, secret } = added;
    expect(secret).toMatch(/^[\w-]{43}$/);
    const seen = await ask(north, 'GET', `/clients/${id}`);
    expect(seen.text).not.toContain('secret"');
    const renewed = await ask(north, 'POST', `/clients/${id}/secret`, {});
    expect(renewed).toMatchObject({ status: 200, body: { id, secret: expect.stringMatching(/^[\w-]{43}$/) } });
    expect(renewed.body.secret).not.toBe(secret);
    const { rows } = await owner.query<{ row: string }>(
      'select row_to_json(c)::text as row from client c union all select row_to_json(a)::text from audit a',
    );
    expect(rows.filter(({ row }) => row.includes(secret) || row.includes(renewed.body.secret))).toEqual([]);
    expect((await ask(north, 'POST', `/clients/${id}/secret`, { jwks: keys })).body.issues).toMatchObject([
      { key: 'proof-kind' },
    ]);
  });

  test('a service has keys, and other ones when asked', async () => {
    const { id, ...added } = await add(north, '/clients', {
      kind: 'service',
      name: 'Lab',
      scope: 'system/*.rs',
      jwks: keys,
    });
    expect(added).toMatchObject({ status: 'pending', authMethod: 'private_key_jwt', keys: [expect.any(String)] });
    const moved = await ask(north, 'POST', `/clients/${id}/secret`, { jwksUri: 'https://lab.test/jwks' });
    expect(moved).toMatchObject({ status: 200, body: { id, jwksUri: 'https://lab.test/jwks' } });
    expect(moved.body).not.toHaveProperty('keys');
    expect((await ask(north, 'POST', `/clients/${id}/secret`, {})).body.issues).toMatchObject([
      { key: 'keys-one', field: 'jwks' },
    ]);
  });

  test('30 what waits gets no token and no page; what waits again loses those that it has, on all processes', async () => {
    const { publicJwk, privateJwk } = await keyPair('es');
    const registration = { kind: 'service', name: 'Lab', scope: 'system/Patient.r', jwks: { keys: [publicJwk] } };
    const { id } = await add(north, '/clients', registration);
    const request = { clientId: id, privateJwk, scope: 'system/Patient.r', tokenUrl: `${house.url}/auth/token` };
    const token = () => requestToken({ ...request, now: new Date() });
    const second = await house.startSecond();
    const read = async (base: string, bearer: string): Promise<number> =>
      (await fetch(`${base}/fhir/Patient/one`, { headers: { authorization: `Bearer ${bearer}` } })).status;

    expect(await token()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    await approveClient({ database, clock: () => new Date() }, id);
    const { body } = await token();
    const bearer = String(body['access_token']);
    expect([await read(house.url, bearer), await read(second.url, bearer)]).toEqual([200, 200]);
    expect((await ask(north, 'PATCH', `/clients/${id}`, { scope: 'system/*.cruds' })).body.status).toBe('pending');
    expect([await read(second.url, bearer), await read(house.url, bearer)]).toEqual([401, 401]);
    expect((await token()).status).toBe(401);
    await second.stop();

    const app = await add(north, '/clients', APP);
    const authorize = new URLSearchParams({
      ...{ response_type: 'code', client_id: app.id, redirect_uri: CALLBACK, scope: 'patient/*.rs', state: 's' },
      ...{ aud: `${house.url}/fhir`, code_challenge_method: 'S256', code_challenge: 'x'.repeat(43) },
    });
    const page = await fetch(`${house.url}/auth/authorize?${authorize.toString()}`, { redirect: 'manual' });
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
  });

  test.each([
    ['no body', '', 400, 'invalid_request'],
    ['half a body', '{', 400, 'invalid_request'],
    ['a list', [APP], 400, 'invalid_request'],
    ['no kind', { ...APP, kind: undefined }, 400, 'invalid_request'],
    ['an id of its choice', { ...APP, id: 'north-client' }, 400, 'invalid_request'],
    ["another's organisation", { ...APP, organization: 'south' }, 400, 'invalid_request'],
    ['its own approval', { ...APP, approved: true }, 400, 'invalid_request'],
    ['a secret of its choice', { ...APP, authMethod: 'client_secret_basic', secret: 'x' }, 400, 'invalid_request'],
    ['a redirect URI that is a list', { ...APP, redirectUris: [[CALLBACK]] }, 400, 'invalid_request'],
    ['a redirect URI that is none', { ...APP, redirectUris: ['http://app.test/'] }, 422, 'invalid_redirect_uri'],
    ['a scope that is none', { ...APP, scope: 'patient/*.sr' }, 422, 'invalid_request'],
    ['a type that is none', { ...APP, scope: 'patient/Bogus.rs' }, 422, 'invalid_request'],
    ['no keys', { kind: 'service', name: 'x', scope: 'system/*.rs' }, 422, 'invalid_request'],
    [
      'a private key',
      { kind: 'service', name: 'x', scope: 'system/*.rs', jwks: { keys: [{ kty: 'oct', k: 'AAAA' }] } },
      422,
      'invalid_request',
    ],
    [
      'a plain address of keys',
      { kind: 'service', name: 'x', scope: 'system/*.rs', jwksUri: 'http://10.0.0.1/jwks' },
      422,
      'invalid_request',
    ],
    [
      '30 the scope admin',
      { kind: 'service', name: 'x', scope: 'system/*.rs admin', jwks: { keys: [] } },
      [403, 422],
      'access_denied',
    ],
  ])('refused is %s', async (what, body, status, error) => {
    const sent = what.startsWith('30') ? { ...(body as object), jwks: keys } : body;
    const { body: before } = await ask(north, 'GET', '/clients?limit=200');
    const answer = await ask(north, 'POST', '/clients', sent);
    expect([status].flat()).toContain(answer.status);
    expect(answer.body.error).toBe(error);
    expect((await ask(north, 'GET', '/clients?limit=200')).body).toEqual(before);
  });

  test('a body of another kind, or a large one, is not read', async () => {
    for (const type of ['application/fhir+json', 'text/plain', 'application/x-www-form-urlencoded']) {
      expect((await ask(north, 'POST', '/clients', JSON.stringify(APP), type)).status).toBe(415);
    }
    const large = await ask(north, 'POST', '/clients', { ...APP, name: 'x'.repeat(300_000) });
    expect([large.status, large.headers.get('connection')]).toEqual([413, 'close']);
  });

  test('are listed page by page', async () => {
    for (let n = 0; n < 3; n++) await add(south, '/clients', APP);
    const all = (await ask(south, 'GET', '/clients')).body.clients as { id: string; organization: string }[];
    expect(new Set(all.map(({ organization }) => organization))).toEqual(new Set(['south']));
    const found: object[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const { body } = await ask(south, 'GET', `/clients?limit=2${next === '' ? '' : `&after=${next}`}`);
      expect(body.clients.length).toBeLessThanOrEqual(2);
      found.push(...body.clients);
      next = body.next;
    }
    expect(found).toEqual(all);
    for (const query of [
      'limit=0',
      'limit=201',
      'limit=x',
      'limit=1&limit=2',
      "after='",
      'after=',
      'organization=north',
      '_count=1',
    ]) {
      const answer = await ask(south, 'GET', `/clients?${query}`);
      expect([answer.status, answer.body.issues[0].key]).toEqual([400, 'list-window']);
    }
  });
});

describe('users', () => {
  const AN = { login: 'an.tran', name: 'An Tran', fhirUser: 'Practitioner/an' };

  test('are registered, changed and shut out; a password that is made is told once', async () => {
    const { password, ...added } = await add(north, '/users', AN);
    expect(added).toEqual({ id: added.id, organization: 'north', status: 'active', hasPassword: true, ...AN });
    const signIn = createSignIn({ database, clock: () => new Date() });
    const attempt = (given: string) => signIn({ login: 'an.tran', password: given, organization: 'north' });
    expect(await attempt(password)).toMatchObject({ person: { id: added.id } });

    const { body: renewed } = await ask(north, 'POST', `/users/${added.id}/password`, {});
    expect(renewed.password).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
    expect(await attempt(password)).toEqual({ problem: 'wrong' });
    expect(await attempt(renewed.password)).toHaveProperty('person');
    const { text, body: given } = await ask(north, 'POST', `/users/${added.id}/password`, {
      password: 'correct horse battery',
    });
    expect([given, text]).toEqual([added, expect.not.stringContaining('horse')]);

    const changed = await ask(north, 'PATCH', `/users/${added.id}`, { name: 'An Trần', subject: 'an-at-home' });
    const after = { ...added, name: 'An Trần', subject: 'an-at-home' };
    expect([changed.status, changed.body]).toEqual([200, after]);
    expect((await ask(north, 'GET', `/users/${added.id}`)).body).toEqual(after);
    expect((await ask(north, 'GET', '/users')).body).toEqual({ users: [after] });
    const disabled = await ask(north, 'POST', `/users/${added.id}/disable`);
    expect(disabled.body).toEqual({ ...after, status: 'disabled' });
    expect(await attempt('correct horse battery')).toEqual({ problem: 'wrong' });
    expect(await trail()).toMatchObject([
      { interaction: 'user-disable', client: 'north-client', detail: `Practitioner/an: ${added.id}` },
    ]);
  }, 120_000);

  test.each([
    ['a login that is taken', { ...AN, subject: 'x' }, 409, 'login-taken'],
    ["another's record", { ...AN, login: 'b2', fhirUser: 'Patient/elsewhere', subject: 'x' }, 422, 'record-unknown'],
    ['an unknown field', { ...AN, login: 'b3', patient: 'Patient/one' }, 400, 'body-shape'],
    ['a password that is a number', { ...AN, login: 'b4', password: 123456789012 }, 400, 'body-shape'],
  ])('refused is %s', async (_what, body, status, key) => {
    const answer = await ask(north, 'POST', '/users', body);
    expect([answer.status, answer.body.issues[0].key]).toEqual([status, key]);
    expect(answer.text).not.toContain('123456789012');
  });
});

test('of another organisation everything is as if it were not there', async () => {
  const { id: client } = await add(north, '/clients', APP);
  const { id: user } = await add(north, '/users', {
    login: 'hidden',
    name: 'H',
    fhirUser: 'Patient/one',
    subject: 'h',
  });
  for (const [method, path, body] of [
    ['GET', '/clients/ID', undefined],
    ['PATCH', '/clients/ID', { name: 'Mine' }],
    ['POST', '/clients/ID/secret', {}],
    ['POST', '/clients/ID/disable', undefined],
    ['GET', '/users/ID', undefined],
    ['PATCH', '/users/ID', { name: 'Mine' }],
    ['POST', '/users/ID/password', {}],
    ['POST', '/users/ID/disable', undefined],
  ] as const) {
    const absent = '01980000-0000-7000-8000-000000000000';
    const own = path.startsWith('/clients') ? client : user;
    const [hidden, missing] = [
      await ask(south, method, path.replace('ID', own), body),
      await ask(south, method, path.replace('ID', absent), body),
    ];
    expect([hidden.status, hidden.body.error]).toEqual([404, 'not_found']);
    expect(hidden.text.replaceAll(own, absent)).toBe(missing.text);
  }
  expect((await ask(north, 'GET', `/clients/${client}`)).body).toMatchObject({ name: 'App', status: 'pending' });
  expect((await ask(north, 'GET', `/users/${user}`)).body).toMatchObject({ name: 'H', status: 'active' });
});

test('an identity provider is set, seen without its secret, and removed', async () => {
  const plainView = { id: 'north', name: 'Organisation north', role: 'placer', validation: 'strict' };
  expect((await ask(north, 'GET', '/organization')).body).toEqual(plainView);
  const provider = { issuer: 'https://idp.test/realms/north', clientId: 'consilium' };
  const path = '/organization/identity-provider';
  const set = await ask(north, 'PUT', path, { ...provider, secret: 'the-secret-of-it' });
  expect([set.status, set.body]).toEqual([200, { ...plainView, identityProvider: { ...provider, hasSecret: true } }]);
  expect((await ask(north, 'GET', '/organization')).text).not.toContain('the-secret-of-it');
  expect(await trail()).toMatchObject([
    {
      interaction: 'organization-set',
      client: 'north-client',
      detail: `north: oidc-issuer=${provider.issuer} oidc-client-id=consilium`,
    },
  ]);
  const { rows } = await owner.query<{ secret: string }>('select secret from identity_provider');
  expect(rows).toEqual([{ secret: expect.stringMatching(/^[0-9a-f]{16}\.[\w-]+\.[\w-]+\.[\w-]+$/) }]);
  // It is sealed for this organisation, under this key.
  await expect(findIdentityProvider({ database, masterKey: new Uint8Array(32).fill(7) }, 'north')).rejects.toThrow(
    'MASTER_KEY',
  );

  expect((await ask(north, 'PUT', path, provider)).body.identityProvider).toEqual({ ...provider, hasSecret: false });
  expect(await findIdentityProvider({ database, masterKey: new Uint8Array(32) }, 'north')).toEqual(provider);
  expect((await ask(south, 'GET', '/organization')).body).not.toHaveProperty('identityProvider');
  expect((await ask(south, 'DELETE', path)).status).toBe(404);
  for (const [change, key] of [
    [{ issuer: 'http://idp.test/' }, 'issuer'],
    [{ issuer: 'https://idp.test/?realm=north' }, 'issuer'],
    [{ issuer: 'https://idp.test/#x' }, 'issuer'],
    [{ issuer: 'https://user:pw@idp.test/' }, 'issuer'],
    [{ issuer: 'idp' }, 'issuer'],
    [{ clientId: '' }, 'client-id'],
    [{ clientId: 'ü' }, 'client-id'],
    [{ secret: '' }, 'client-secret'],
  ] as const) {
    const answer = await ask(north, 'PUT', path, { ...provider, ...change });
    expect([answer.status, answer.body.issues[0].key]).toEqual([422, key]);
  }
  const removed = await ask(north, 'DELETE', path);
  expect([removed.status, removed.text]).toEqual([204, '']);
  expect((await ask(north, 'DELETE', path)).status).toBe(404);
});

test('other methods and addresses are refused in the same way', async () => {
  const answer = await ask(north, 'DELETE', '/clients');
  expect([answer.status, answer.body.error, answer.headers.get('allow')]).toEqual([
    405,
    'method_not_allowed',
    'GET, HEAD, POST, OPTIONS',
  ]);
  expect((await ask(north, 'GET', '/nothing')).body.error).toBe('not_found');
  expect((await ask(north, 'GET', '')).body.error).toBe('not_found');
  const options = await fetch(`${house.url}/admin/clients/x`, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.test' },
  });
  expect([
    options.status,
    options.headers.get('accept-patch'),
    options.headers.get('access-control-allow-origin'),
  ]).toEqual([204, null, null]);
});
