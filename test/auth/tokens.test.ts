import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeKey } from '../../src/auth/sealed-keys.ts';
import { createTokenVerifier } from '../../src/auth/tokens.ts';
import { silentLogger } from '../../src/base/index.ts';
import { generateKey, signJwt } from '../../src/keys/index.ts';
import type { PrivateJwk } from '../../src/keys/index.ts';
import { insertServerKey, openDatabase, touchGrant } from '../../src/store/index.ts';
import { ADDRESSES, openTokenStage, refusalOf } from './token-stage.ts';
import type { TokenNode, TokenStage } from './token-stage.ts';

let stage: TokenStage;
let node: TokenNode;
let service: string;
let app: string;
let person: string;
let grant: string;
beforeAll(async () => {
  stage = await openTokenStage();
  node = await stage.startNode();
  service = await stage.addClient();
  app = await stage.addClient({ kind: 'app' });
  person = await stage.addPerson();
  grant = await stage.grant(person, app);
});
afterAll(() => stage.end());

const ofService = (): Record<string, unknown> => ({ sub: service, client_id: service, scope: 'system/Patient.rs' });
const ofApp = (): Record<string, unknown> => ({ sub: person, client_id: app, gid: grant });

describe('a good token', () => {
  test('of a service gives its caller, the same one each time', async () => {
    const token = await stage.mint(node, { ...ofService(), scope: 'system/Patient.rs system/Task.cruds' });
    const caller = await node.tokens.authenticate(token);
    expect(caller).toEqual({
      client: service,
      organization: 'hospital-a',
      role: 'placer',
      scopes: ['system/Patient.rs', 'system/Task.cruds'],
    });
    expect(await node.tokens.authenticate(token)).toBe(caller);
    expect(Object.isFrozen(caller) && Object.isFrozen(caller.scopes)).toBe(true);
  });
  test('of an app gives the person in front of it, with the patient in context', async () => {
    expect(await node.tokens.authenticate(await stage.mint(node, ofApp()))).toEqual({
      client: app,
      organization: 'hospital-a',
      role: 'placer',
      scopes: ['patient/*.rs'],
      user: 'Practitioner/vo',
      patient: 'Patient/p1',
    });
  });
  test('of somebody who is no staff says for whom that person stands', async () => {
    const patients = ['Patient/p1', 'Patient/p2'];
    const mother = await stage.addPerson({ fhirUser: 'RelatedPerson/m', patients });
    const gid = await stage.grant(mother, app, { patient: null });
    const caller = await node.tokens.authenticate(await stage.mint(node, { ...ofApp(), sub: mother, gid }));
    expect(caller).toMatchObject({ user: 'RelatedPerson/m', patients });
    expect(caller).not.toHaveProperty('patient');
  });
  test('stays the same caller when others change', async () => {
    const token = await stage.mint(node, ofApp());
    const caller = await node.tokens.authenticate(token);
    await stage.owner.query({ text: `update client set name = 'B' where id = $1` }, [service]);
    expect(await node.tokens.authenticate(token)).toBe(caller);
  });
  test('is looked closer at only where something has changed', async () => {
    const asked: string[] = [];
    const { byKey } = node.database;
    const counting = {
      ...node.database,
      byKey: {
        query: ((statement, values) => {
          asked.push(statement.name ?? '');
          return byKey.query(statement, values);
        }) as typeof byKey.query,
      },
    };
    const { serverKeys } = node;
    const clock = (): Date => new Date(stage.now);
    const tokens = createTokenVerifier({ addresses: ADDRESSES, serverKeys, database: counting, clock });
    const token = await stage.mint(node, ofApp());
    await tokens.authenticate(token);
    await Promise.all(Array.from({ length: 10 }, () => tokens.authenticate(token)));
    expect(asked).toEqual(['identity-mark', 'token-facts', 'identity-mark']);
  });
});

describe('31 refused is', () => {
  test.each([
    ['typ JWT', {}, { typ: 'JWT' }],
    ['typ of a refresh token', {}, { typ: 'rt+jwt' }],
    ['another issuer', { iss: 'https://other.test/auth' }, {}],
    ['another audience', { aud: 'https://other.test/fhir' }, {}],
    ['the audience with a slash', { aud: `${ADDRESSES.fhir}/` }, {}],
    ['a list of audiences', { aud: [ADDRESSES.fhir] }, {}],
    ['no audience', { aud: undefined }, {}],
    ['no client', { client_id: undefined }, {}],
    ['no subject', { sub: undefined }, {}],
    ['no scope', { scope: undefined }, {}],
    ['no jti', { jti: undefined }, {}],
    ['a jti that is a number', { jti: 7 }, {}],
    ['a grant that is no text', { gid: ['x'] }, {}],
    ['no end', { exp: undefined }, {}],
    ['an end in two hours', { exp: Math.floor(Date.now() / 1000) + 7200 }, {}],
  ])('a token with %s', async (_what, claims, header) => {
    const token = await stage.mint(node, { ...ofService(), ...claims }, header);
    expect(await refusalOf(node, token)).toMatch(/^token-(invalid|expired)$/);
  });
  test('an id_token', async () => {
    const key = node.serverKeys.current().id;
    const claims = { ...ofApp(), aud: app, nonce: 'n' };
    expect(await refusalOf(node, await stage.mint(node, claims, { typ: 'JWT', key }))).toBe('token-invalid');
    // Nor one that says to be an access token in all but its key.
    expect(await refusalOf(node, await stage.mint(node, ofApp(), { key }))).toBe('token-invalid');
  });
  test("a token under the server's kid by another key", async () => {
    const { privateJwk } = await generateKey('ES384');
    const key: PrivateJwk = { ...privateJwk, kid: node.serverKeys.current().access.kid };
    expect(await refusalOf(node, await stage.mint(node, ofService(), { key }))).toBe('token-invalid');
  });
  test('a token by a key that somebody put into the database without the master key', async () => {
    const other = await stage.startNode();
    const planted = await makeKey(new Uint8Array(32).fill(7), 'ES384', null);
    await insertServerKey(stage.owner, planted);
    const { privateJwk } = await generateKey('ES384');
    const key = { ...privateJwk, kid: planted.kid };
    expect(await refusalOf(other, await stage.mint(node, ofService(), { key }))).toBe('token-invalid');
    await stage.owner.query({ text: 'delete from server_key where kid = $1' }, [planted.kid]);
  });
  test("a client's own assertion", async () => {
    const { privateJwk } = await generateKey('ES384');
    const claims = { iss: service, sub: service, aud: ADDRESSES.token, exp: Math.floor(stage.now / 1000) + 60 };
    const assertion = await signJwt(privateJwk, claims, { typ: 'JWT', alg: 'ES384' });
    expect(await refusalOf(node, assertion)).toBe('token-invalid');
  });
  test.each(['', 'x', 'a.b.c', '....', 'null', '\0', 'ü.ü.ü', 'kX9_opaque-refresh-token_0000000000000000000'])(
    '%j',
    async (token) => {
      expect(await refusalOf(node, token)).toBe('token-invalid');
    },
  );
  test('a changed payload', async () => {
    const [header, , signature] = (await stage.mint(node, ofService())).split('.') as [string, string, string];
    const [, other] = (await stage.mint(node, { ...ofService(), scope: 'system/*.cruds' })).split('.') as [
      string,
      string,
    ];
    expect(await refusalOf(node, [header, other, signature].join('.'))).toBe('token-invalid');
  });
});

describe('32 refused is a token', () => {
  test.each([
    ['of an unknown client', () => ({ ...ofService(), client_id: 'nobody', sub: 'nobody' })],
    ['of a service for somebody else', () => ({ ...ofService(), sub: person })],
    ['of a service that came from a grant', () => ({ ...ofService(), sub: person, gid: grant })],
    ['of a service with a grant beside it', () => ({ ...ofService(), gid: grant })],
    ['of an app without a grant', () => ({ ...ofApp(), gid: undefined })],
    ['of an app for itself', () => ({ ...ofApp(), sub: app, gid: undefined })],
    ['of an unknown grant', () => ({ ...ofApp(), gid: 'unknown' })],
    ['of an empty grant', () => ({ ...ofApp(), gid: '' })],
    ["of another person's grant", () => ({ ...ofApp(), sub: service })],
  ])('%s', async (_what, claims) => {
    expect(await refusalOf(node, await stage.mint(node, claims()))).toBe('token-revoked');
  });
  test("of another app's grant", async () => {
    const other = await stage.addClient({ kind: 'app' });
    expect(await refusalOf(node, await stage.mint(node, { ...ofApp(), client_id: other }))).toBe('token-revoked');
  });
  test('of a grant by somebody of another organisation', async () => {
    const stranger = await stage.addPerson({ organization: 'programme-b' });
    const gid = await stage.grant(stranger, app);
    expect(await refusalOf(node, await stage.mint(node, { ...ofApp(), sub: stranger, gid }))).toBe('token-revoked');
  });
  test('of a client that waits for approval', async () => {
    const pending = await stage.addClient({ approved: false });
    const claims = { ...ofService(), sub: pending, client_id: pending };
    expect(await refusalOf(node, await stage.mint(node, claims))).toBe('token-revoked');
  });
  test('of a grant that is over, also when the token was taken before; and again once the grant is prolonged', async () => {
    const gid = await stage.grant(person, app, { expiresAt: new Date(stage.now + 60_000) });
    const token = await stage.mint(node, { ...ofApp(), gid });
    expect(await refusalOf(node, token)).toBe('taken');
    stage.now += 60_000;
    expect(await refusalOf(node, token)).toBe('token-revoked');
    // As a refresh does.
    await touchGrant(stage.owner, gid, new Date(stage.now), new Date(stage.now + 60_000));
    expect(await refusalOf(node, token)).toBe('taken');
  });
});

test('an expired token is refused, remembered or not', async () => {
  const remembered = await stage.mint(node, ofService());
  const unseen = await stage.mint(node, ofService());
  expect(await refusalOf(node, remembered)).toBe('taken');
  stage.now += 299_000;
  expect(await refusalOf(node, remembered)).toBe('taken');
  stage.now += 1_000;
  expect(await refusalOf(node, remembered)).toBe('token-expired');
  expect(await refusalOf(node, remembered)).toBe('token-expired');
  expect(await refusalOf(node, unseen)).toBe('token-expired');
});

test('without a database nobody is let in, and nobody is told that the token is bad', async () => {
  const database = openDatabase({ url: 'postgres://127.0.0.1:1/none', size: 1, logger: silentLogger });
  const clock = (): Date => new Date(stage.now);
  const tokens = createTokenVerifier({ addresses: ADDRESSES, serverKeys: node.serverKeys, database, clock });
  const token = await stage.mint(node, ofService());
  await expect(tokens.authenticate(token)).rejects.toMatchObject({ status: 503 });
  await expect(tokens.read(token)).rejects.toMatchObject({ status: 503 });
  await database.close();
});
