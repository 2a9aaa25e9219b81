import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  addClient,
  addOrganization,
  addPerson,
  approveClient,
  disableClient,
  makeSecret,
  setClient,
  setClientKeys,
  setClientSecret,
} from '../../src/auth/index.ts';
import type { ClientRegistration, ClientRegistry } from '../../src/auth/index.ts';
import { hashSecret } from '../../src/auth/secrets.ts';
import { silentLogger } from '../../src/base/index.ts';
import { findClient, findGrant, insertGrant, openDatabase } from '../../src/store/index.ts';
import type { ClientRow, Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { putRecord } from './records.ts';
import { keyPair } from './stage.ts';
import type { KeyPair } from './stage.ts';

let drop: () => Promise<void>;
let database: Database;
let owner: pg.Client;
let registry: ClientRegistry;
let pair: KeyPair;
let person: string;
const by = (organization: string): ClientRegistry => ({
  ...registry,
  by: { client: `${organization}-admin`, organization, request: 'r-1' },
});

const CALLBACK = 'https://app.test/callback';
const app = (): ClientRegistration => ({
  ...{ organization: 'north', name: 'App', kind: 'app', authMethod: 'none' },
  scope: 'openid fhirUser launch/patient offline_access patient/*.rs user/Observation.rs',
  redirectUris: [CALLBACK],
});
const service = (): ClientRegistration => ({
  ...{ organization: 'north', name: 'EHR', scope: 'system/*.rs', jwks: { keys: [pair.publicJwk] } },
});

beforeAll(async () => {
  const created = await createTestDatabase();
  drop = created.drop;
  pair = await keyPair('es');
  database = openDatabase({ url: created.url, role: 'consilium_app', size: 4, logger: silentLogger });
  owner = new pg.Client({ connectionString: created.url });
  await owner.connect();
  registry = { database, clock: () => new Date() };
  await addOrganization(registry, { id: 'north', name: 'North', role: 'placer' });
  await addOrganization(registry, { id: 'south', name: 'South', role: 'programme' });
  await putRecord(owner, 'north', 'Practitioner/an');
  const an = { organization: 'north', login: 'an.tran', name: 'An', fhirUser: 'Practitioner/an', subject: 'an' };
  person = (await addPerson(registry, an)).id;
});
beforeEach(() => owner.query('truncate audit'));
afterAll(async () => {
  await owner.end();
  await database.close();
  await drop();
});

const find = async (id: string): Promise<ClientRow> => (await findClient(database, id))!;
async function trail(): Promise<unknown[]> {
  return (await owner.query('select interaction, organization, client, status, detail from audit order by at')).rows;
}

describe('an app', () => {
  test.each([
    ['public', {}, { authMethod: 'none', secretHash: null, launchUri: null }],
    ['opened by an EHR', { launchUri: 'https://app.test/launch' }, { launchUri: 'https://app.test/launch' }],
    ['with a secret', { authMethod: 'client_secret_basic', secret: 'a' }, { secretHash: hashSecret('a') }],
    ['with a secret in the form', { authMethod: 'client_secret_post', secret: 'b' }, { secretHash: hashSecret('b') }],
    ['with keys', { authMethod: 'private_key_jwt', jwksUri: 'https://app.test/jwks' }, { secretHash: null }],
  ] as const)('%s is registered as told', async (_what, change, stored) => {
    const id = await addClient(registry, { ...app(), ...change });
    const { secret: _secret, ...told } = { secret: undefined, ...app(), ...change };
    expect(await find(id)).toMatchObject({ ...told, ...stored, approved: true, disabled: false });
    expect(await trail()).toMatchObject([
      { interaction: 'client-add', organization: 'north', client: id, detail: app().scope },
    ]);
  });

  test.each([
    ['without redirect URI', { redirectUris: [] }, 'redirect-missing', 'redirectUris'],
    ['with a wrong redirect URI', { redirectUris: [CALLBACK, 'http://app.test/'] }, 'redirect-uri', 'redirectUris[1]'],
    ['with a wrong launch URI', { launchUri: 'app' }, 'launch-uri', 'launchUri'],
    ['public, with keys', { jwksUri: 'https://app.test/jwks' }, 'proof-kind', 'jwks'],
    ['public, with a secret', { secret: 'a' }, 'proof-kind', 'secret'],
    ['without its secret', { authMethod: 'client_secret_basic' }, 'proof-kind', 'secret'],
    ['without its keys', { authMethod: 'private_key_jwt' }, 'keys-one', 'jwks'],
    ['with the scope of a service', { scope: 'openid system/*.rs' }, 'scope-kind', 'scope'],
    ['that administers', { scope: 'openid admin' }, 'scope-kind', 'scope'],
    ['that makes launches', { scope: 'launches' }, 'scope-kind', 'scope'],
    ['with a scope that is none', { scope: 'patient/*.sr' }, 'scope-syntax', 'scope'],
    ['29 with a quotation mark in its scope', { scope: 'patient/*.rs"' }, 'scope-syntax', 'scope'],
    ['29 with a line break in its scope', { scope: 'patient/*.rs\r\nopenid' }, 'scope-syntax', 'scope'],
  ] as const)('%s is refused', async (_what, change, key, expression) => {
    await expect(addClient(registry, { ...app(), ...change })).rejects.toMatchObject({
      status: 422,
      issues: [{ key, expression }],
    });
    expect(await trail()).toEqual([]);
  });
});

test('a service may administer, and open apps', async () => {
  const scope = 'system/*.rs launches admin';
  expect(await find(await addClient(registry, { ...service(), scope }))).toMatchObject({ kind: 'service', scope });
});

test('a client is changed, and only as asked', async () => {
  const id = await addClient(registry, { ...app(), launchUri: 'https://app.test/launch' });
  const before = await find(id);
  await setClient(registry, id, { name: 'The app' });
  expect(await find(id)).toEqual({ ...before, name: 'The app' });
  const redirectUris = [CALLBACK, 'com.example.app:/callback'];
  await setClient(registry, id, { scope: 'patient/*.rs', redirectUris, launchUri: null });
  const after = { ...before, name: 'The app', scope: 'patient/*.rs', redirectUris, launchUri: null };
  expect(await find(id)).toEqual(after);
  await setClient(registry, id, {});
  expect((await trail()).slice(1)).toMatchObject([
    { interaction: 'client-set', detail: 'name=The app' },
    { interaction: 'client-set', detail: `scope=patient/*.rs redirectUris=${redirectUris.join(',')} launchUri=null` },
    { interaction: 'client-set', detail: 'nothing' },
  ]);
  for (const [change, key] of [
    [{ name: '' }, 'name-length'],
    [{ scope: 'system/*.rs' }, 'scope-kind'],
    [{ redirectUris: [] }, 'redirect-missing'],
    [{ launchUri: 'javascript:1' }, 'launch-uri'],
  ] as const) {
    await expect(setClient(registry, id, change)).rejects.toMatchObject({ status: 422, issues: [{ key }] });
  }
  expect(await find(id)).toEqual(after);
});

describe('what people granted a client', () => {
  test.each([
    ['ends where it loses a scope', (id: string) => setClient(registry, id, { scope: 'openid patient/*.rs' }), false],
    ['ends when it is disabled', (id: string) => disableClient(registry, id), false],
    [
      'stays where it has more',
      (id: string) => setClient(registry, id, { scope: `${app().scope} user/Task.rs` }),
      true,
    ],
    ['stays under another name', (id: string) => setClient(registry, id, { name: 'Else' }), true],
  ])('%s', async (what, change, stays) => {
    const [id, other] = [await addClient(registry, app()), await addClient(registry, app())];
    const now = new Date();
    for (const client of [id, other]) {
      await insertGrant(database, {
        ...{ hash: `${what} ${client}`, person, client, sessionHash: null, scope: 'patient/*.rs', patient: null },
        ...{
          encounter: null,
          context: '{}',
          offline: true,
          createdAt: now,
          expiresAt: new Date(now.getTime() + 60_000),
        },
      });
    }
    await change(id);
    expect(await findGrant(database, `${what} ${id}`)).toMatchObject({ revoked: !stays });
    expect(await findGrant(database, `${what} ${other}`)).toMatchObject({ revoked: false });
  });
});

test('secrets are 256 random bits, stand as hashes, and are changed for clients that have one', async () => {
  const [first, second] = [makeSecret(), makeSecret()];
  expect(first).toMatch(/^[\w-]{43}$/);
  const id = await addClient(registry, { ...app(), authMethod: 'client_secret_basic', secret: first });
  await setClientSecret(registry, id, second);
  expect(await find(id)).toMatchObject({ secretHash: hashSecret(second) });
  const { rows } = await owner.query<{ row: string }>(
    'select row_to_json(c)::text as row from client c union all select row_to_json(a)::text from audit a',
  );
  expect(rows.filter(({ row }) => row.includes(first) || row.includes(second))).toEqual([]);
  await expect(setClientKeys(registry, id, service())).rejects.toMatchObject({ issues: [{ key: 'proof-kind' }] });
  for (const other of [await addClient(registry, app()), await addClient(registry, service())]) {
    await expect(setClientSecret(registry, other, second)).rejects.toMatchObject({ issues: [{ key: 'proof-kind' }] });
  }
});

test('of many who change it at once, each change stays', async () => {
  const id = await addClient(registry, app());
  await Promise.all([
    setClient(registry, id, { name: 'Another' }),
    setClient(registry, id, { launchUri: 'https://app.test/launch' }),
    setClient(registry, id, { redirectUris: ['https://app.test/other'] }),
  ]);
  expect(await find(id)).toMatchObject({
    ...{ name: 'Another', launchUri: 'https://app.test/launch', redirectUris: ['https://app.test/other'] },
  });
});

describe('30 what an administrator registers', () => {
  test("is its own organisation's, and waits for the operator", async () => {
    const id = await addClient(by('north'), { ...app(), organization: 'south' });
    expect(await find(id)).toMatchObject({ organization: 'north', approved: false });
    expect(await approveClient(registry, id)).toMatchObject({ approved: true });
    expect(await find(id)).toMatchObject({ approved: true });
    expect(await trail()).toMatchObject([
      { interaction: 'client-add', organization: 'north', client: 'north-admin', detail: `${id}: ${app().scope}` },
      { interaction: 'client-approve', organization: 'north', client: id, detail: app().scope },
    ]);
  });

  test('waits again when it gets more, and not when it gets less', async () => {
    const id = await addClient(registry, { ...app(), launchUri: 'https://app.test/launch' });
    const isApproved = async (): Promise<boolean> => (await find(id)).approved;
    await setClient(by('north'), id, { name: 'Another name', scope: 'openid patient/*.rs', launchUri: null });
    await setClient(by('north'), id, {});
    expect(await isApproved()).toBe(true);
    for (const change of [
      { scope: 'openid patient/*.cruds' },
      { redirectUris: [CALLBACK, 'https://evil.test/'] },
      { launchUri: 'https://evil.test/launch' },
    ]) {
      await setClient(by('north'), id, change);
      expect(await isApproved()).toBe(false);
      // Taking it back is no approval.
      await setClient(by('north'), id, { scope: 'openid patient/*.rs', redirectUris: [CALLBACK], launchUri: null });
      expect(await isApproved()).toBe(false);
      await approveClient(registry, id);
    }
    await setClient(registry, id, { scope: 'openid patient/*.cruds' });
    expect(await isApproved()).toBe(true);
  });

  test.each(['system/*.rs admin', 'launches', 'admin'])('never has %s', async (scope) => {
    const reserved = { status: 403, issues: [{ key: 'scope-reserved' }] };
    await expect(addClient(by('north'), { ...service(), scope })).rejects.toMatchObject(reserved);
    const id = await addClient(by('north'), service());
    await expect(setClient(by('north'), id, { scope })).rejects.toMatchObject(reserved);
    // Nor does it take over one that has it, by keys of its choice or otherwise.
    const theirs = await addClient(registry, { ...service(), scope });
    const before = await find(theirs);
    await expect(setClientKeys(by('north'), theirs, service())).rejects.toMatchObject(reserved);
    await expect(setClient(by('north'), theirs, { scope: 'system/*.rs' })).rejects.toMatchObject(reserved);
    expect(await find(theirs)).toEqual(before);
  });

  test("may be its own keys, and the end of any of its organisation's clients", async () => {
    const id = await addClient(registry, { ...service(), id: 'north-admin', scope: 'admin' });
    const next = await keyPair('next');
    await setClientKeys(by('north'), id, { jwks: { keys: [next.publicJwk] } });
    expect((await find(id)).jwks).toContain(next.publicJwk.kid);
    await disableClient(by('north'), id);
    expect(await find(id)).toMatchObject({ disabled: true });
  });

  test("is nothing of another organisation's, there or not", async () => {
    const id = await addClient(registry, { ...app(), authMethod: 'client_secret_basic', secret: 'first' });
    const before = await find(id);
    const unknown = { status: 404, issues: [{ key: 'client-unknown' }] };
    for (const name of [id, 'nobody']) {
      await expect(setClient(by('south'), name, { name: 'Mine' })).rejects.toMatchObject(unknown);
      await expect(setClientKeys(by('south'), name, service())).rejects.toMatchObject(unknown);
      await expect(setClientSecret(by('south'), name, 'x')).rejects.toMatchObject(unknown);
      await expect(disableClient(by('south'), name)).rejects.toMatchObject(unknown);
    }
    expect(await find(id)).toEqual(before);
  });

  test('is a hundred that wait, at most', async () => {
    await owner.query(
      `insert into client (id, organization_id, name, scope, jwks, approved_at)
        select 'wait-' || n, 'south', 'x', 'system/*.rs', '{"keys":[]}', null from generate_series(1, 100) n`,
    );
    const many = { status: 409, issues: [{ key: 'pending-many' }] };
    await expect(addClient(by('south'), service())).rejects.toMatchObject(many);
    await disableClient(by('south'), 'wait-1');
    await addClient(by('south'), service());
    await expect(addClient(by('south'), service())).rejects.toMatchObject(many);
    await addClient(registry, { ...service(), organization: 'south' });
  });
});

test('what is disabled is not approved again', async () => {
  const id = await addClient(by('north'), app());
  await disableClient(registry, id);
  await expect(approveClient(registry, id)).rejects.toMatchObject({
    status: 409,
    issues: [{ key: 'client-disabled' }],
  });
  await expect(approveClient(registry, 'nobody')).rejects.toMatchObject({ status: 404 });
});
