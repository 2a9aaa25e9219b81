import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addClient, addOrganization, disableClient, requestToken, setClientKeys } from '../../src/auth/index.ts';
import type { Registry } from '../../src/auth/index.ts';
import { listClients, listOrganizations } from '../../src/store/index.ts';
import { assertionOf, formOf, keyPair, openStage, post, TOKEN_URL } from './stage.ts';
import type { KeyPair, Node, Stage } from './stage.ts';

let stage: Stage;
let node: Node;
let registry: Registry;
let pair: KeyPair;
beforeAll(async () => {
  stage = await openStage();
  node = await stage.startNode();
  pair = await keyPair('es');
  registry = { database: node.database, clock: () => new Date() };
});
afterAll(() => stage.end());

const good = () => ({
  organization: 'hospital-a',
  name: 'EHR',
  scope: 'system/*.cruds',
  jwks: { keys: [pair.publicJwk] },
});

test('organisations and clients are listed as they were added', async () => {
  await addOrganization(registry, { id: 'insurer-c', name: 'Bảo hiểm C', role: 'insurer' });
  expect(await listOrganizations(node.database)).toContainEqual({
    id: 'insurer-c',
    name: 'Bảo hiểm C',
    role: 'insurer',
    validation: 'strict',
  });
  await addClient(registry, { ...good(), id: 'benefits', organization: 'insurer-c', scope: 'system/Coverage.rs' });
  expect(await listClients(node.database, { organization: 'insurer-c' })).toEqual([
    {
      id: 'benefits',
      organization: 'insurer-c',
      role: 'insurer',
      validation: 'strict',
      name: 'EHR',
      scope: 'system/Coverage.rs',
      kind: 'service',
      authMethod: 'private_key_jwt',
      jwks: JSON.stringify({ keys: [pair.publicJwk] }),
      jwksUri: null,
      secretHash: null,
      redirectUris: [],
      launchUri: null,
      approved: true,
      disabled: false,
    },
  ]);
});

describe('refused with all that is wrong is', () => {
  test.each([
    ['an id with a blank', { id: 'a b' }, 'id-syntax'],
    ['an id with a quote', { id: `a'b` }, 'id-syntax'],
    ['a long id', { id: 'a'.repeat(65) }, 'id-syntax'],
    ['no name', { name: ' ' }, 'name-length'],
    ['a scope of a person', { scope: 'patient/*.rs' }, 'scope-kind'],
    ['the scope of an app', { scope: 'system/*.rs openid' }, 'scope-kind'],
    ['pages', { redirectUris: ['https://ehr.test/'] }, 'service-addresses'],
    ['a page that an EHR opens', { launchUri: 'https://ehr.test/' }, 'service-addresses'],
    ['a secret', { jwks: undefined, authMethod: 'client_secret_basic', secret: 'x' }, 'proof-kind'],
    ['no proof at all', { jwks: undefined, authMethod: 'none' }, 'proof-kind'],
    ['no keys', { jwks: undefined }, 'keys-one'],
    ['keys twice', { jwksUri: 'https://ehr.test/jwks' }, 'keys-one'],
    ['keys by plain http', { jwks: undefined, jwksUri: 'http://ehr.test/jwks' }, 'jwks-uri'],
    ['keys under a password', { jwks: undefined, jwksUri: 'https://a:b@ehr.test/jwks' }, 'jwks-uri'],
    ['keys in a file', { jwks: undefined, jwksUri: 'file:///etc/passwd' }, 'jwks-uri'],
    ['keys that are words', { jwks: 'keys' }, 'jwks-shape'],
    ['an unknown organisation', { organization: 'nobody' }, 'organization-unknown'],
  ] as const)('%s', async (_what, change, key) => {
    const { jwks, ...rest } = { ...good(), ...change };
    const registration = { ...rest, ...(jwks === undefined ? {} : { jwks }) };
    await expect(addClient(registry, registration)).rejects.toMatchObject({ status: 422, issues: [{ key }] });
  });
  test('several at once', async () => {
    const fault = await addClient(registry, { ...good(), id: '?', name: '', scope: 'x y' }).catch(
      (error: unknown) => error,
    );
    expect((fault as { issues: { key: string }[] }).issues.map((issue) => issue.key)).toEqual([
      'id-syntax',
      'name-length',
      'scope-syntax',
      'scope-syntax',
    ]);
  });
  test('an id that is taken', async () => {
    await addClient(registry, { ...good(), id: 'taken' });
    await expect(addClient(registry, { ...good(), id: 'taken' })).rejects.toMatchObject({
      status: 409,
      issues: [{ key: 'client-exists' }],
    });
    await expect(addOrganization(registry, { id: 'hospital-a', name: 'A', role: 'placer' })).rejects.toMatchObject({
      status: 409,
      issues: [{ key: 'organization-exists' }],
    });
  });
  test('a client that is not there', async () => {
    await expect(disableClient(registry, 'nobody')).rejects.toMatchObject({
      status: 404,
      issues: [{ key: 'client-unknown' }],
    });
  });
});

test('a client asks for its token as the command line does', async () => {
  const clientId = await addClient(registry, good());
  const request = {
    clientId,
    privateJwk: pair.privateJwk,
    tokenUrl: `${node.url}/auth/token`,
    scope: 'system/Patient.rs',
  };
  const answer = await requestToken({ ...request, audience: TOKEN_URL, now: new Date() });
  expect(answer).toMatchObject({ status: 200, body: { scope: 'system/Patient.rs' } });
  expect(await node.auth.authenticate(String(answer.body['access_token']))).toMatchObject({ client: clientId });
  // Without being told the public address it names the one that it calls.
  expect(await requestToken({ ...request, now: new Date() })).toMatchObject({
    status: 401,
    body: { error: 'invalid_client' },
  });
});

describe('other keys', () => {
  test('are good from the next assertion on, and the former ones no longer', async () => {
    const next = await keyPair('next');
    const id = await addClient(registry, good());
    const ask = async (signer: KeyPair): Promise<number> =>
      (await post(node, formOf(await assertionOf(id, signer)))).status;
    expect([await ask(pair), await ask(next)]).toEqual([200, 401]);
    await setClientKeys(registry, id, { jwks: { keys: [pair.publicJwk, next.publicJwk] } });
    expect([await ask(pair), await ask(next)]).toEqual([200, 200]);
    await setClientKeys(registry, id, { jwks: { keys: [next.publicJwk] } });
    expect([await ask(pair), await ask(next)]).toEqual([401, 200]);
  });
  test('are checked like the first', async () => {
    const id = await addClient(registry, good());
    await expect(setClientKeys(registry, id, { jwks: { keys: [pair.privateJwk] } })).rejects.toMatchObject({
      issues: [{ key: 'jwk-private' }],
    });
    await expect(setClientKeys(registry, id, {})).rejects.toMatchObject({ issues: [{ key: 'keys-one' }] });
    await expect(setClientKeys(registry, 'nobody', good())).rejects.toMatchObject({ status: 404 });
  });
});
