import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  randomUUID,
} from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  assertionOf,
  compact,
  formOf,
  keyPair,
  openStage,
  post,
  PUBLIC_URL,
  registerClient,
  TOKEN_URL,
} from './stage.ts';
import type { Answer, Assertion, KeyPair, Node, Stage } from './stage.ts';

/** The attacks on client authentication, by their number in the list of attack cases. */
let stage: Stage;
let node: Node;
let es: KeyPair;
let rs: KeyPair;
let other: KeyPair;
let client: string;
let rsClient: string;
let otherClient: string;
beforeAll(async () => {
  stage = await openStage();
  node = await stage.startNode();
  [es, rs, other] = await Promise.all([keyPair('es'), keyPair('rs', 'RS384'), keyPair('other')]);
  client = await registerClient(node, es);
  rsClient = await registerClient(node, rs);
  otherClient = await registerClient(node, other, { organization: 'programme-b' });
});
afterAll(() => stage.end());

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const claimsOf = (id: string): Record<string, unknown> => ({
  iss: id,
  sub: id,
  aud: TOKEN_URL,
  exp: nowSeconds() + 300,
  jti: randomUUID(),
});

function signWith(pair: KeyPair): (input: string) => Buffer {
  const key = createPrivateKey({ key: { ...pair.privateJwk }, format: 'jwk' });
  return (input) => createSign('sha384').update(input).sign({ key, dsaEncoding: 'ieee-p1363' });
}

/** Refused, and told no more than anybody else. */
function expectRefused(answer: Answer): void {
  expect(answer).toMatchObject({
    status: 401,
    body: { error: 'invalid_client', error_description: 'client authentication failed' },
  });
  expect(answer.body['access_token']).toBeUndefined();
}

async function auditDetail(): Promise<string> {
  // Row-level security hides the rows of the unknown: the owner looks.
  const { default: pg } = await import('pg');
  const connection = new pg.Client({ connectionString: stage.databaseUrl });
  await connection.connect();
  const { rows } = await connection.query<{ detail: string }>(
    `select detail from audit where interaction = 'token' order by at desc limit 1`,
  );
  await connection.end();
  return rows[0]!.detail;
}

test('the yardstick: the same by hand, and good, is let in', async () => {
  const good = compact({ alg: 'ES384', kid: es.privateJwk.kid, typ: 'JWT' }, claimsOf(client), signWith(es));
  expect((await post(node, formOf(good))).status).toBe(200);
});

describe('headers', () => {
  const publicPem = (): string =>
    createPublicKey({ key: { ...rs.publicJwk }, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' })
      .toString();
  const hmac = (input: string): Buffer => createHmac('sha256', publicPem()).update(input).digest();
  const nothing = (): Buffer => Buffer.alloc(0);
  const byClient = (input: string): Buffer => signWith(es)(input);
  const cases: [string, (kid: string) => object, (input: string) => Buffer][] = [
    ['1 alg none', (kid) => ({ alg: 'none', kid, typ: 'JWT' }), nothing],
    ['1 alg None', (kid) => ({ alg: 'None', kid, typ: 'JWT' }), () => Buffer.from('x')],
    ['2 HS256 with the public key', (kid) => ({ alg: 'HS256', kid, typ: 'JWT' }), hmac],
    ['3 an algorithm that is not listed', (kid) => ({ alg: 'RS512', kid, typ: 'JWT' }), byClient],
    ['3 no algorithm', (kid) => ({ kid, typ: 'JWT' }), byClient],
    ['3 a list of algorithms', (kid) => ({ alg: ['ES384'], kid, typ: 'JWT' }), byClient],
    ['4 embedded jwk', (kid) => ({ alg: 'ES384', kid, typ: 'JWT', jwk: { kty: 'EC' } }), byClient],
    ['4 embedded x5c', (kid) => ({ alg: 'ES384', kid, typ: 'JWT', x5c: ['MIIB'] }), byClient],
    ['4 x5u', (kid) => ({ alg: 'ES384', kid, typ: 'JWT', x5u: 'https://evil.test/cert' }), byClient],
    ['5 foreign jku', (kid) => ({ alg: 'ES384', kid, typ: 'JWT', jku: 'https://evil.test/jwks' }), byClient],
    ['6 no kid', () => ({ alg: 'ES384', typ: 'JWT' }), byClient],
    ['6 an empty kid', () => ({ alg: 'ES384', typ: 'JWT', kid: '' }), byClient],
    ['6 kid a number', () => ({ alg: 'ES384', typ: 'JWT', kid: 1 }), byClient],
    ['6 SQL in the kid', () => ({ alg: 'ES384', typ: 'JWT', kid: `' or 1=1; drop table client; --` }), byClient],
    ['6 a path in the kid', () => ({ alg: 'ES384', typ: 'JWT', kid: '../../../dev/null' }), byClient],
    ['8 crit', (kid) => ({ alg: 'ES384', kid, typ: 'JWT', crit: ['exp'], exp: 1 }), byClient],
    ['8 b64', (kid) => ({ alg: 'ES384', kid, typ: 'JWT', b64: false, crit: ['b64'] }), byClient],
    ['no typ', (kid) => ({ alg: 'ES384', kid }), byClient],
    ['typ of an access token', (kid) => ({ alg: 'ES384', kid, typ: 'at+jwt' }), byClient],
  ];
  test.each(cases)('%s', async (_what, header, sign) => {
    expectRefused(await post(node, formOf(compact(header(es.privateJwk.kid), claimsOf(client), sign))));
  });

  test('4 an embedded key that did sign', async () => {
    const header = { alg: 'ES384', kid: es.privateJwk.kid, typ: 'JWT', jwk: other.publicJwk };
    expectRefused(await post(node, formOf(compact(header, claimsOf(client), signWith(other)))));
  });
  test('2 HS256 with the public key, for the RSA client', async () => {
    expectRefused(
      await post(node, formOf(compact({ alg: 'HS256', kid: rs.privateJwk.kid, typ: 'JWT' }, claimsOf(rsClient), hmac))),
    );
  });
  test('an assertion for ES384 under the name of an RSA key', async () => {
    const header = { alg: 'ES384', kid: rs.privateJwk.kid, typ: 'JWT' };
    expectRefused(await post(node, formOf(compact(header, claimsOf(rsClient), signWith(es)))));
  });
});

describe('7 form', () => {
  let good: string;
  beforeAll(async () => void (good = await assertionOf(client, es)));
  test.each([
    ['a fourth part', () => `${good}.e30`],
    ['five parts', () => `${good}.a.b`],
    ['two parts', () => good.split('.').slice(0, 2).join('.')],
    ['padding', () => good.replace('.', '=.')],
    ['padding at the end', () => `${good}==`],
    ['junk in the signature', () => `${good}!`],
    ['a blank', () => ` ${good}`],
    ['a line break', () => `${good}\n`],
    ['standard base64', () => `${good.slice(0, -2)}+/`],
    ['no signature', () => good.replace(/[^.]*$/, '')],
    ['JSON serialization', () => jsonOf(good)],
    ['flattened in an array', () => JSON.stringify([good])],
    ['nothing', () => ' '],
    ['words', () => 'let.me.in'],
    ['40 KB', () => `${good}${'A'.repeat(40_000)}`],
  ])('%s', async (_what, change) => expectRefused(await post(node, formOf(change()))));

  function jsonOf(token: string): string {
    const [protect, payload, signature] = token.split('.');
    return JSON.stringify({ payload, protected: protect, signature });
  }
});

describe('claims', () => {
  const cases: [string, () => Record<string, unknown>][] = [
    ['9 exp ten minutes ahead', () => ({ exp: nowSeconds() + 600 })],
    ['9 exp a day ahead', () => ({ exp: nowSeconds() + 86_400 })],
    ['9 exp passed', () => ({ exp: nowSeconds() - 60 })],
    ['9 no exp', () => ({ exp: undefined })],
    ['9 exp a text', () => ({ exp: String(nowSeconds() + 200) })],
    ['9 exp in milliseconds', () => ({ exp: Date.now() + 200_000 })],
    ['nbf ahead', () => ({ nbf: nowSeconds() + 120 })],
    ['iat ahead', () => ({ iat: nowSeconds() + 120 })],
    ['10 aud a list', () => ({ aud: [TOKEN_URL] })],
    ['10 aud a list of two', () => ({ aud: [TOKEN_URL, 'https://other.test/token'] })],
    ['10 aud another server', () => ({ aud: 'https://other.test/auth/token' })],
    ['10 aud the FHIR base', () => ({ aud: `${PUBLIC_URL}/fhir` })],
    ['10 aud with a slash', () => ({ aud: `${TOKEN_URL}/` })],
    ['10 no aud', () => ({ aud: undefined })],
    ['10 aud the address as it was reached', () => ({ aud: `${node.url}/auth/token` })],
    ['11 iss another', () => ({ iss: otherClient })],
    ['11 sub another', () => ({ sub: otherClient })],
    ['11 iss and sub another', () => ({ iss: otherClient, sub: otherClient })],
    ['11 no iss', () => ({ iss: undefined })],
    ['11 no sub', () => ({ sub: undefined })],
    ['12 no jti', () => ({ jti: undefined })],
    ['12 jti a number', () => ({ jti: 1 })],
    ['12 an empty jti', () => ({ jti: '' })],
    ['12 a jti of 1,000 characters', () => ({ jti: 'x'.repeat(1_000) })],
    ['12 a jti with NUL', () => ({ jti: 'a\0b' })],
  ];
  test.each(cases)('%s', async (_what, claims) => {
    expectRefused(await post(node, formOf(await assertionOf(client, es, { claims: claims() }))));
  });

  test('9 a lifetime of 300 s to the second is fine', async () => {
    expect(
      (await post(node, formOf(await assertionOf(client, es, { claims: { exp: nowSeconds() + 300 } })))).status,
    ).toBe(200);
  });

  test.each([
    { host: 'evil.test' },
    { host: 'evil.test', 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https' },
    { forwarded: 'host=evil.test;proto=https' },
  ])('10 aud steered by %j', async (headers) => {
    const assertion = await assertionOf(client, es, { claims: { aud: 'https://evil.test/auth/token' } });
    expect(await raw('/auth/token', headers, assertion)).toBe(401);
    // While the right one holds, whatever the headers say.
    expect(await raw('/auth/token', headers, await assertionOf(client, es))).toBe(200);
  });
  test('10 aud steered by an absolute request line', async () => {
    const assertion = await assertionOf(client, es, { claims: { aud: 'https://evil.test/auth/token' } });
    expect(await raw('https://evil.test/auth/token', {}, assertion)).toBe(404);
  });

  test('11 client_id another than the assertion', async () => {
    expectRefused(await post(node, { ...formOf(await assertionOf(client, es)), client_id: otherClient }));
  });
});

/** Sends a Host header that fetch would not. */
function raw(path: string, headers: Record<string, string>, assertion: string): Promise<number> {
  const { hostname, port } = new URL(node.url);
  return new Promise((done, failed) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    request({ hostname, port, path, method: 'POST', headers: { ...type, ...headers } }, (response) => {
      response.resume().on('end', () => done(response.statusCode ?? 0));
    })
      .on('error', failed)
      .end(new URLSearchParams(formOf(assertion)).toString());
  });
}

describe('keys', () => {
  const wrong: [string, () => Promise<string>, string][] = [
    ["16 one client's key for another's client_id", () => assertionOf(client, other), 'assertion-key'],
    [
      "16 the same under the other's kid",
      () => assertionOf(client, other, { kid: es.privateJwk.kid }),
      'assertion-signature',
    ],
    ['an unknown client', () => assertionOf('nobody', es), 'client-unknown'],
    ['a client id with SQL in it', () => assertionOf(`x' or '1'='1`, es), 'client-unknown'],
  ];
  test.each(wrong)('%s', async (_what, assertion, detail) => {
    expectRefused(await post(node, formOf(await assertion())));
    expect(await auditDetail()).toBe(detail);
  });

  test('every refusal looks the same from outside', async () => {
    const answers = await Promise.all([
      post(node, formOf(await assertionOf('nobody', es))),
      post(node, formOf(await assertionOf(client, other))),
      post(node, formOf(await assertionOf(client, other, { kid: es.privateJwk.kid }))),
      post(node, formOf(await assertionOf(client, es, { claims: { exp: 1 } }))),
      post(node, formOf('not.an.assertion')),
    ]);
    const seen = answers.map(({ status, body, headers }) =>
      JSON.stringify([status, body, [...headers].filter(([name]) => name !== 'date')]),
    );
    expect(new Set(seen).size).toBe(1);
  });

  const bad: [string, () => Promise<unknown>, string][] = [
    ['15 an RSA key of 1024 bits', async () => publicRsa(1024), 'jwk-weak'],
    ['15 a point that is not on the curve', async () => ({ ...es.publicJwk, y: other.publicJwk.y }), 'jwk-invalid'],
    ['15 a private key', async () => es.privateJwk, 'jwk-private'],
    ['15 a secret key', async () => ({ kty: 'oct', kid: 'a', k: 'c2VjcmV0' }), 'jwk-private'],
    ['6 a key without kid', async () => ({ ...es.publicJwk, kid: undefined }), 'jwk-kid'],
    [
      'a key of another curve only',
      async () => ({ kty: 'EC', crv: 'P-256', kid: 'a', x: 'AA', y: 'AA' }),
      'jwks-empty',
    ],
  ];
  test.each(bad)('%s is not registered', async (_what, key, issue) => {
    const jwks = { keys: [await key()] };
    await expect(registerClient(node, es, { jwks })).rejects.toMatchObject({ status: 422, issues: [{ key: issue }] });
  });
  test('6 two keys of one name are not registered', async () => {
    const jwks = { keys: [es.publicJwk, { ...other.publicJwk, kid: es.publicJwk.kid }] };
    await expect(registerClient(node, es, { jwks })).rejects.toMatchObject({ issues: [{ key: 'jwks-duplicate' }] });
  });
  test('an RSA and an EC key may share a name', async () => {
    const kid = 'shared';
    const id = await registerClient(node, es, {
      jwks: {
        keys: [
          { ...es.publicJwk, kid },
          { ...rs.publicJwk, kid },
        ],
      },
    });
    const signers: [KeyPair, Assertion][] = [
      [es, { kid }],
      [rs, { kid, alg: 'RS384' }],
    ];
    for (const [pair, change] of signers) {
      expect((await post(node, formOf(await assertionOf(id, pair, change)))).status).toBe(200);
    }
  });

  function publicRsa(bits: number): object {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    return { ...publicKey.export({ format: 'jwk' }), kid: 'weak' };
  }
});
