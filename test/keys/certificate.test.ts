import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  checkChain,
  createSigner,
  makeLeaf,
  makeRoot,
  readCertificate,
  showFingerprint,
} from '../../src/keys/index.ts';
import type { CertifiedKey } from '../../src/keys/index.ts';

const VALIDITY = { from: new Date('2026-01-01T00:00:00Z'), until: new Date('2028-01-01T00:00:00Z') };
const DURING = new Date('2027-01-01T00:00:00Z');
const SUBJECT = { name: 'Bệnh viện "Thử, Nghiệm" + #1', uri: 'https://opinions.example/fhir/Organization/seven-days' };

let root: CertifiedKey;
let leaf: CertifiedKey;
beforeAll(async () => {
  root = await makeRoot('Consilium report root', { ...VALIDITY, until: new Date('2046-01-01T00:00:00Z') });
  leaf = await makeLeaf(root, SUBJECT, VALIDITY);
});

function derOf({ certificate }: CertifiedKey): string {
  return new X509Certificate(certificate).raw.toString('base64');
}

async function refusalsOf(x5c: unknown, at = DURING, roots = [root.certificate]): Promise<readonly string[]> {
  return (await checkChain(x5c, roots, at)).refusals;
}

function refusalsOfFlipped(bytes: Buffer, at: number, bits: number): Promise<readonly string[]> {
  const other = Buffer.from(bytes);
  other[at]! ^= bits;
  return refusalsOf([other.toString('base64'), derOf(root)]);
}

describe('a certificate', () => {
  test('names its subject as it is, whatever stands in the name', async () => {
    const facts = await readCertificate(leaf.certificate);
    expect(facts).toMatchObject({ name: SUBJECT.name, uri: SUBJECT.uri, from: VALIDITY.from, until: VALIDITY.until });
    expect(facts!.publicJwk).toMatchObject({ kid: leaf.privateJwk.kid, crv: 'P-384', alg: 'ES384' });
    expect(facts!.publicJwk).not.toHaveProperty('d');
  });
  test('is what OpenSSL reads', async () => {
    const [own, above] = [new X509Certificate(leaf.certificate), new X509Certificate(root.certificate)];
    expect([own.ca, above.ca, own.checkIssued(above), above.checkIssued(above)]).toEqual([false, true, true, true]);
    expect([own.verify(above.publicKey), above.verify(above.publicKey)]).toEqual([true, true]);
    expect(own.subjectAltName).toBe(`URI:${SUBJECT.uri}`);
    expect(own.publicKey.asymmetricKeyDetails?.namedCurve).toBe('secp384r1');
    const { fingerprint } = (await readCertificate(leaf.certificate))!;
    expect(showFingerprint(fingerprint)).toBe(own.fingerprint256);
  });
  test('has a name of 64 characters at most', async () => {
    const long = await makeLeaf(root, { ...SUBJECT, name: '病'.repeat(80) }, VALIDITY);
    expect((await readCertificate(long.certificate))!.name).toBe('病'.repeat(64));
  });
  test.each(['', 'no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'is not %j',
    async (text) => {
      expect(await readCertificate(text)).toBeUndefined();
    },
  );
});

describe('a chain', () => {
  test('is good from its first moment to its last', async () => {
    const chain = [derOf(leaf), derOf(root)];
    for (const at of [VALIDITY.from, DURING, VALIDITY.until]) expect(await refusalsOf(chain, at)).toEqual([]);
    expect(await refusalsOf(chain, new Date('2025-12-31T23:59:59Z'))).toEqual(['expired']);
    expect(await refusalsOf(chain, new Date('2028-01-01T00:00:01Z'))).toEqual(['expired']);
    expect(await refusalsOf(chain, new Date(NaN))).toEqual(['expired']);
  });
  test('has its root among the trusted ones', async () => {
    const other = await makeRoot('Consilium report root', VALIDITY);
    const chain = [derOf(leaf), derOf(root)];
    expect(await refusalsOf(chain, DURING, [])).toEqual(['root']);
    expect(await refusalsOf(chain, DURING, [other.certificate])).toEqual(['root']);
    expect(await refusalsOf(chain, DURING, [other.certificate, `Root:\n${root.certificate}`])).toEqual([]);
    expect(await refusalsOf([derOf(leaf), derOf(other)], DURING, [other.certificate])).toEqual(['issuer']);
  });
  test('is for its use', async () => {
    // A root signs certificates, and a leaf signs none.
    expect(await refusalsOf([derOf(root), derOf(root)])).toEqual(['usage']);
    const below = await makeLeaf(leaf, { ...SUBJECT, name: 'Below' }, VALIDITY);
    expect(await refusalsOf([derOf(below), derOf(leaf)], DURING, [leaf.certificate])).toEqual(['usage', 'issuer']);
  });
  test.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['one certificate', () => [derOf(leaf)]],
    ['three', () => [derOf(leaf), derOf(root), derOf(root)]],
    ['no base64', () => [derOf(leaf), `${derOf(root)}=`]],
    ['numbers', () => [1, 2]],
    ['something without end', () => [derOf(leaf), 'A'.repeat(20_000)]],
    ['something that is no certificate', () => [derOf(leaf), 'AAAA']],
    [
      'bytes behind the certificate',
      () => [derOf(leaf), Buffer.concat([Buffer.from(derOf(root), 'base64'), Buffer.of(0)]).toString('base64')],
    ],
  ])('is not %s', async (_what, make) => expect(await refusalsOf(make())).toEqual(['shape']));
  test('has no bit that may change', async () => {
    const bytes = Buffer.from(derOf(leaf), 'base64');
    for (let at = 0; at < bytes.length; at += 17) expect(await refusalsOfFlipped(bytes, at, 1)).not.toEqual([]);
  });
  test('has no bit around its signature that may change', async () => {
    const bytes = Buffer.from(derOf(leaf), 'base64');
    const found: string[] = [];
    // The length and the unused bits of the BIT STRING, the tags and the lengths of both numbers, their first bytes.
    for (let at = bytes.length - 110; at < bytes.length - 90; at++) {
      for (let bit = 0; bit < 8; bit++) {
        if ((await refusalsOfFlipped(bytes, at, 1 << bit)).length === 0) found.push(`${at}.${bit}`);
      }
    }
    expect(found).toEqual([]);
  });
});

test('a signer has the certificate of its own key', async () => {
  const signer = await createSigner(leaf.privateJwk, [leaf.certificate, root.certificate]);
  expect(signer).toMatchObject({ kid: leaf.privateJwk.kid, name: SUBJECT.name, chain: [derOf(leaf), derOf(root)] });
  expect(JSON.stringify(signer)).not.toContain(leaf.privateJwk.d);
  await expect(createSigner(leaf.privateJwk, [root.certificate])).rejects.toThrow('not that of the key');
});
