import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../src/base/index.ts';
import { signJwt, unseal } from '../../src/keys/index.ts';
import type { PrivateJwk } from '../../src/keys/index.ts';
import { listServerKeys } from '../../src/store/index.ts';
import { assertionOf, FHIR, getToken, keyPair, openStage, PUBLIC_URL, registerClient } from './stage.ts';
import type { Node, Stage } from './stage.ts';

let stage: Stage;
let node: Node;
let client: string;
/** The server's own key, to make what an attacker cannot: good signatures over wrong claims. */
let serverKey: PrivateJwk;
let now = Date.now();
beforeAll(async () => {
  stage = await openStage();
  node = await stage.startNode({ clock: () => new Date(now) });
  client = await registerClient(node, await keyPair('es'));
  const [row] = await listServerKeys(node.database);
  serverKey = JSON.parse(
    Buffer.from(unseal(stage.masterKey, row!.sealed, `server key ${row!.kid}`)).toString(),
  ) as PrivateJwk;
});
afterAll(() => stage.end());

async function refusal(token: string): Promise<{ status: number; key: string; header: string | undefined }> {
  try {
    await node.auth.authenticate(token);
  } catch (error) {
    const { status, issues, headers } = error as Fault;
    return { status, key: issues[0]!.key, header: headers['www-authenticate'] };
  }
  throw new Error('the token was taken');
}

function mint(claims: object, header: { typ?: string; key?: PrivateJwk } = {}): Promise<string> {
  const iat = Math.floor(now / 1000);
  const all = {
    iss: `${PUBLIC_URL}/auth`,
    aud: FHIR,
    sub: client,
    client_id: client,
    scope: 'system/*.rs',
    jti: 'x',
    iat,
    exp: iat + 300,
  };
  return signJwt(header.key ?? serverKey, { ...all, ...claims }, { typ: header.typ ?? 'at+jwt', alg: 'ES384' });
}

const HEADER = 'Bearer error="invalid_token"';

test('a good token gives its caller, the second time at once', async () => {
  const token = await getToken(node, client, await keyPair('es'), 'system/Patient.rs system/Task.cruds');
  const caller = await node.auth.authenticate(token);
  expect(caller).toEqual({
    client,
    organization: 'hospital-a',
    role: 'placer',
    scopes: ['system/Patient.rs', 'system/Task.cruds'],
  });
  expect(node.auth.authenticate(token)).toBe(caller);
  expect(Object.isFrozen(caller) && Object.isFrozen(caller.scopes)).toBe(true);
});

describe('31 refused is', () => {
  test.each([
    ['typ JWT', {}, { typ: 'JWT' }],
    ['typ of a refresh token', {}, { typ: 'rt+jwt' }],
    ['another issuer', { iss: 'https://other.test/auth' }, {}],
    ['another audience', { aud: 'https://other.test/fhir' }, {}],
    ['the audience with a slash', { aud: `${FHIR}/` }, {}],
    ['a list of audiences', { aud: [FHIR] }, {}],
    ['no audience', { aud: undefined }, {}],
    ['no client', { client_id: undefined }, {}],
    ['no scope', { scope: undefined }, {}],
    ['no end', { exp: undefined }, {}],
  ])('a token with %s', async (_what, claims, header) => {
    expect(await refusal(await mint(claims, header))).toMatchObject({ status: 401, header: HEADER });
  });
  test('a token of an unknown client', async () => {
    expect(await refusal(await mint({ client_id: 'nobody' }))).toEqual({
      status: 401,
      key: 'token-revoked',
      header: HEADER,
    });
  });
  test("a token under the server's kid by another key", async () => {
    const key = { ...(await keyPair('other')).privateJwk, kid: serverKey.kid };
    expect(await refusal(await mint({}, { key }))).toEqual({ status: 401, key: 'token-invalid', header: HEADER });
  });
  test("a client's own assertion", async () => {
    expect(await refusal(await assertionOf(client, await keyPair('es')))).toMatchObject({ key: 'token-invalid' });
  });
  test.each(['', 'x', 'a.b.c', '....', 'null', '\0', 'ü.ü.ü'])('%j', async (token) => {
    expect(await refusal(token)).toEqual({ status: 401, key: 'token-invalid', header: HEADER });
  });
  test('a changed payload', async () => {
    const [header, , signature] = (await mint({})).split('.') as [string, string, string];
    const [, other] = (await mint({ scope: 'system/*.cruds' })).split('.') as [string, string];
    expect(await refusal([header, other, signature].join('.'))).toMatchObject({ key: 'token-invalid' });
  });
});

test('an expired token is refused, remembered or not', async () => {
  const remembered = await mint({ jti: 'remembered' });
  const unseen = await mint({ jti: 'unseen' });
  await node.auth.authenticate(remembered);
  now += 299_000;
  expect(await node.auth.authenticate(remembered)).toMatchObject({ client });
  now += 1_000;
  expect(await refusal(remembered)).toEqual({ status: 401, key: 'token-expired', header: HEADER });
  expect(await refusal(remembered)).toMatchObject({ key: 'token-expired' });
  expect(await refusal(unseen)).toMatchObject({ key: 'token-expired' });
});
