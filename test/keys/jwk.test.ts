import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkPublicJwks, generateKey, thumbprint, toPublicJwk } from '../../src/keys/index.ts';
import type { PublicJwk } from '../../src/keys/index.ts';

let es: PublicJwk;
let rs: PublicJwk;
beforeAll(async () => {
  es = (await generateKey('ES384')).publicJwk;
  rs = (await generateKey('RS384')).publicJwk;
});

const keysOf = (issues: { key: string }[]): string[] => issues.map((issue) => issue.key);

test('a key is named by its thumbprint', () => {
  // RFC 7638, section 3.1
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
  expect(thumbprint({ kty: 'RSA', n, e: 'AQAB', alg: 'RS256', kid: '2011-04-29' })).toBe(
    'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  );
  expect(es.kid).toBe(thumbprint(es));
});

test('the public half has no private part', async () => {
  for (const alg of ['ES384', 'RS384'] as const) {
    const { privateJwk, publicJwk } = await generateKey(alg);
    expect(publicJwk).toEqual(toPublicJwk(privateJwk));
    for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(publicJwk).not.toHaveProperty(part);
    expect(Buffer.from(publicJwk.n ?? publicJwk.x ?? '', 'base64url').length).toBe(alg === 'ES384' ? 48 : 384);
  }
});

describe('a set of keys', () => {
  test('of both kinds is fine, with others beside', () => {
    const besides = [
      { kty: 'EC', crv: 'P-256', kid: 'p256', x: 'AA', y: 'AA' },
      { kty: 'OKP', crv: 'Ed25519', kid: 'ed', x: 'AA' },
      { ...rs, kid: 'enc', use: 'enc' },
    ];
    expect(checkPublicJwks({ keys: [es, rs, ...besides] })).toEqual([]);
  });
  test.each([undefined, null, 1, 'keys', [], {}, { keys: {} }])('is not %j', (value) => {
    expect(keysOf(checkPublicJwks(value))).toEqual(['jwks-shape']);
  });
  test('says all that is wrong, and where', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const weak = { ...publicKey.export({ format: 'jwk' }), kid: 'weak' };
    const issues = checkPublicJwks({
      keys: [
        es,
        weak,
        { ...es, kid: 'off', x: es.y },
        { ...rs, kid: 'private', d: 'AQAB' },
        { ...es, kid: 7 },
        'key',
        { ...es, kid: 'short', x: 'AA' },
      ],
    });
    expect(issues.map(({ key, expression }) => [key, expression])).toEqual([
      ['jwk-weak', 'keys[1]'],
      ['jwk-invalid', 'keys[2]'],
      ['jwk-private', 'keys[3]'],
      ['jwk-kid', 'keys[4].kid'],
      ['jwk-shape', 'keys[5]'],
      ['jwk-invalid', 'keys[6]'],
    ]);
  });
  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])(
    'with the private part %s is refused, whatever the key',
    (part) => {
      for (const key of [es, rs, { kty: 'OKP', kid: 'x' }, { kty: 'EC', crv: 'P-256', kid: 'y' }]) {
        expect(keysOf(checkPublicJwks({ keys: [{ ...key, [part]: 'AQAB' }] }))).toContain('jwk-private');
      }
    },
  );
  test('of which none is fit is refused', () => {
    expect(keysOf(checkPublicJwks({ keys: [] }))).toEqual(['jwks-empty']);
    expect(keysOf(checkPublicJwks({ keys: [{ ...rs, alg: 'RS256' }] }))).toEqual(['jwks-empty']);
    expect(keysOf(checkPublicJwks({ keys: [{ ...es, use: 'enc' }] }))).toEqual(['jwks-empty']);
  });
  test('with one name twice is refused', () => {
    expect(keysOf(checkPublicJwks({ keys: [es, { ...es }] }))).toEqual(['jwks-duplicate']);
  });
});
