import { createHmac, createPrivateKey, createSign } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import jose from 'node-jose';
import { generateKey, readKid, signJwt, verifyJwt } from '../../src/keys/index.ts';
import type { JwtExpectation, JwtVerdict, PrivateJwk, PublicJwk, SigningAlgorithm } from '../../src/keys/index.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const SECONDS = NOW.getTime() / 1000;
const ALGS: readonly SigningAlgorithm[] = ['ES384', 'RS384', 'RS256'];
const EXPECTED: JwtExpectation = {
  algs: ['ES384'],
  typ: 'JWT',
  issuer: 'a',
  audience: 'https://here.test/token',
  now: NOW,
  clockToleranceSeconds: 10,
  maxLifetimeSeconds: 300,
};
const CLAIMS = { iss: 'a', aud: 'https://here.test/token', exp: SECONDS + 300 };

const pairs = new Map<string, { privateJwk: PrivateJwk; publicJwk: PublicJwk }>();
let own: { privateJwk: PrivateJwk; publicJwk: PublicJwk };
let other: typeof own;
beforeAll(async () => {
  for (const alg of ALGS) pairs.set(alg, await generateKey(alg));
  own = pairs.get('ES384')!;
  other = await generateKey('ES384');
});

function byHand(header: object, claims: object = CLAIMS, key: PrivateJwk = own.privateJwk): string {
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signer = createPrivateKey({ key: { ...key }, format: 'jwk' });
  const signature = createSign('sha384').update(input).sign({ key: signer, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

function verify(
  token: string,
  change: Partial<JwtExpectation> = {},
  keys: PublicJwk[] = [own.publicJwk],
): Promise<JwtVerdict> {
  return verifyJwt(token, { keys }, { ...EXPECTED, ...change });
}

const refused = (refusal: string): JwtVerdict => ({ ok: false, refusal }) as JwtVerdict;
const header = (change: object = {}): object => ({ alg: 'ES384', kid: own.privateJwk.kid, typ: 'JWT', ...change });

describe('a signed token', () => {
  test.each(ALGS)('in %s verifies, and node:crypto made no other', async (alg) => {
    const { privateJwk, publicJwk } = pairs.get(alg)!;
    const token = await signJwt(privateJwk, CLAIMS, { typ: 'JWT', alg });
    expect(JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString())).toEqual({
      alg,
      kid: publicJwk.kid,
      typ: 'JWT',
    });
    expect(await verify(token, { algs: [alg] }, [publicJwk])).toEqual({ ok: true, claims: CLAIMS });
    expect(readKid(token)).toBe(publicJwk.kid);
  });
  test('made elsewhere verifies', async () => {
    expect(await verify(byHand(header()))).toEqual({ ok: true, claims: CLAIMS });
  });
  test('with a character beyond ASCII keeps it', async () => {
    const claims = { ...CLAIMS, name: 'Trần Thị Bích 陈' };
    const token = await signJwt(own.privateJwk, claims, { typ: 'JWT', alg: 'ES384' });
    expect(await verify(token)).toEqual({ ok: true, claims });
  });
});

describe('the header', () => {
  test.each([
    ['alg none', { alg: 'none' }, 'algorithm'],
    ['an unlisted alg', { alg: 'RS384' }, 'algorithm'],
    ['alg in another case', { alg: 'es384' }, 'algorithm'],
    ['a list of algs', { alg: ['ES384'] }, 'algorithm'],
    ['no alg', { alg: undefined }, 'algorithm'],
    ['no kid', { kid: undefined }, 'header'],
    ['an empty kid', { kid: '' }, 'header'],
    ['kid an object', { kid: {} }, 'header'],
    ['jwk', { jwk: {} }, 'header'],
    ['jwk null', { jwk: null }, 'header'],
    ['x5c', { x5c: [] }, 'header'],
    ['x5u', { x5u: 'https://x.test' }, 'header'],
    ['jku', { jku: 'https://x.test' }, 'header'],
    ['crit', { crit: ['exp'] }, 'header'],
    ['b64', { b64: true }, 'header'],
    ['no typ', { typ: undefined }, 'type'],
    ['another typ', { typ: 'at+jwt' }, 'type'],
    ['another kid', { kid: 'x' }, 'key'],
    ['__proto__ as kid', { kid: '__proto__' }, 'key'],
  ])('with %s is refused', async (_what, change, refusal) => {
    expect(await verify(byHand(header(change)))).toEqual(refused(refusal));
  });
  test('may name the jku that is expected, and no other', async () => {
    const token = byHand(header({ jku: 'https://own.test/jwks' }));
    expect(await verify(token, { jku: 'https://own.test/jwks' })).toMatchObject({ ok: true });
    expect(await verify(token, { jku: 'https://own.test/jwks/' })).toEqual(refused('header'));
  });
  test('typ counts whatever its case', async () => {
    expect(await verify(byHand(header({ typ: 'jwt' })))).toMatchObject({ ok: true });
  });
});

describe('the form', () => {
  test.each([
    ['four parts', (token: string) => `${token}.e30`],
    ['two parts', (token: string) => token.replace(/\.[^.]*$/, '')],
    ['no parts', () => ''],
    ['padding', (token: string) => `${token}=`],
    ['junk', (token: string) => `${token}!!`],
    ['a blank', (token: string) => `${token} `],
    ['an empty signature', (token: string) => token.replace(/[^.]*$/, '')],
    ['a short signature', (token: string) => token.slice(0, -4)],
    ['a long signature', (token: string) => `${token}AAAA`],
    [
      'claims that are a list',
      (token: string) => token.replace(/\.[^.]*\./, `.${Buffer.from('[]').toString('base64url')}.`),
    ],
    ['claims that are no JSON', (token: string) => token.replace(/\.[^.]*\./, '.AAAA.')],
    ['a header that is no UTF-8', (token: string) => token.replace(/^[^.]*/, '_w')],
    ['twenty thousand characters', (token: string) => token + 'A'.repeat(20_000)],
  ])('with %s is malformed', async (_what, change) => {
    const token = byHand(header());
    expect(await verify(change(token))).toEqual(refused('malformed'));
  });
  test('with stray bits in the last character is malformed', async () => {
    const token = byHand(header(), { ...CLAIMS, a: '' });
    const [first, claims, signature] = token.split('.') as [string, string, string];
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const part = claims.length % 4 === 0 ? first : claims;
    expect(part.length % 4).not.toBe(0);
    const stray = part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1)!) + 1]!;
    const changed = part === first ? [stray, claims, signature] : [first, stray, signature];
    expect(await verify(changed.join('.'))).toEqual(refused('malformed'));
  });
});

describe('the claims', () => {
  test.each([
    ['another issuer', { iss: 'b' }, 'issuer'],
    ['no issuer', { iss: undefined }, 'issuer'],
    ['another audience', { aud: 'https://there.test/token' }, 'audience'],
    ['a list of audiences', { aud: ['https://here.test/token'] }, 'audience'],
    ['no audience', { aud: undefined }, 'audience'],
    ['exp passed', { exp: SECONDS - 10 }, 'expired'],
    ['no exp', { exp: undefined }, 'expired'],
    ['exp a text', { exp: String(SECONDS + 10) }, 'expired'],
    ['exp null', { exp: null }, 'expired'],
    ['exp too far ahead', { exp: SECONDS + 311 }, 'lifetime'],
    ['nbf ahead', { nbf: SECONDS + 11 }, 'not-yet'],
    ['nbf a text', { nbf: '1' }, 'not-yet'],
    ['iat ahead', { iat: SECONDS + 11 }, 'not-yet'],
  ])('with %s are refused', async (_what, change, refusal) => {
    expect(await verify(byHand(header(), { ...CLAIMS, ...change }))).toEqual(refused(refusal));
  });
  test.each([{ exp: SECONDS - 9 }, { exp: SECONDS + 310 }, { nbf: SECONDS + 10 }, { iat: SECONDS - 1000 }])(
    '%j lies within the tolerance',
    async (change) => expect(await verify(byHand(header(), { ...CLAIMS, ...change }))).toMatchObject({ ok: true }),
  );
});

describe('keys', () => {
  test('another key of the same name does not verify', async () => {
    const token = byHand(header(), CLAIMS, other.privateJwk);
    expect(await verify(token)).toEqual(refused('signature'));
  });
  test('two keys of one name and type are none', async () => {
    const twice = [own.publicJwk, { ...other.publicJwk, kid: own.publicJwk.kid }];
    expect(await verify(byHand(header()), {}, twice)).toEqual(refused('key'));
  });
  test('a key for encryption is none', async () => {
    expect(await verify(byHand(header()), {}, [{ ...own.publicJwk, use: 'enc' }])).toEqual(refused('key'));
  });
  test('a key of another algorithm is none', async () => {
    const { privateJwk, publicJwk } = pairs.get('RS256')!;
    const token = await signJwt(privateJwk, CLAIMS, { typ: 'JWT', alg: 'RS256' });
    expect(await verify(token, { algs: ['RS384', 'RS256'] }, [{ ...publicJwk, alg: 'RS384' }])).toEqual(refused('key'));
  });
  test('a public key is no secret for HS384', async () => {
    const input = [header({ alg: 'HS384' }), CLAIMS]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const mac = createHmac('sha384', JSON.stringify(own.publicJwk)).update(input).digest('base64url');
    expect(await verify(`${input}.${mac}`)).toEqual(refused('algorithm'));
  });
});

test('what others ask of node-jose has no bearing on us', async () => {
  // Options of any createVerify stay with the module: the algorithms, and that embedded keys count.
  const foreign = await jose.JWK.asKey({ ...own.publicJwk });
  jose.JWS.createVerify(foreign, { algorithms: ['RS256'], allowEmbeddedKey: true });
  expect(await verify(byHand(header()))).toMatchObject({ ok: true });
  const embedded = byHand(header({ jwk: other.publicJwk }), CLAIMS, other.privateJwk);
  expect(await verify(embedded)).toEqual(refused('header'));
});

test('verifications do not colour each other', async () => {
  // node-jose 2.2 keeps the options of one verifier for the next: run them together, in both orders.
  const rs = pairs.get('RS256')!;
  const rsToken = await signJwt(rs.privateJwk, CLAIMS, { typ: 'JWT', alg: 'RS256' });
  const esToken = byHand(header());
  const rounds = await Promise.all(
    Array.from({ length: 20 }, async (_, round) => {
      const both = round % 2 === 0 ? [rsToken, esToken] : [esToken, rsToken];
      const verdicts = await Promise.all(
        both.flatMap((token) => ALGS.map((alg) => verify(token, { algs: [alg] }, [rs.publicJwk, own.publicJwk]))),
      );
      return verdicts.filter((verdict) => verdict.ok).length;
    }),
  );
  expect(rounds).toEqual(Array.from({ length: 20 }, () => 2));
});
