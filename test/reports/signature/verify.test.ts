import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify as verifyBytes,
  X509Certificate,
} from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseStored } from '../../../src/fhir/index.ts';
import { createSigner, makeLeaf, makeRoot } from '../../../src/keys/index.ts';
import {
  documentDigest,
  letterHash,
  SHA256_EXTENSION,
  signDocument,
  tellVerification,
  verifyDocument,
} from '../../../src/reports/index.ts';
import type { Verification, VerifyOptions } from '../../../src/reports/index.ts';
import { canonicalDocument } from '../../../src/reports/signature/canonical.ts';
import { decideSignature } from '../../../src/reports/signature/decide-outcome.ts';
import {
  BASE,
  documentText,
  makeGateway,
  NOW,
  PDF,
  PROGRAMME,
  reframe,
  SIGNED_AT,
  signedText,
  tokenOf,
  UUID,
  withToken,
  YEARS,
} from './samples.ts';
import type { Gateway } from './samples.ts';

type Tree = Record<string, unknown>;

let gateway: Gateway;
let text: string;
beforeAll(async () => {
  gateway = await makeGateway();
  text = await signedText(gateway.signer);
});

function verify(changed: string, options: Partial<VerifyOptions> = {}): Promise<Verification> {
  return verifyDocument(changed, { roots: [gateway.root.certificate], now: NOW, ...options });
}

async function reasonOf(changed: string, options: Partial<VerifyOptions> = {}): Promise<[string, string | undefined]> {
  const { outcome, signatures } = await verify(changed, options);
  return [outcome, signatures[0]?.reason];
}

/** The same document with something changed in its tree. */
function changed(change: (bundle: Tree) => unknown): string {
  const bundle = parseStored(text) as Tree;
  change(bundle);
  return JSON.stringify(bundle);
}

function headerOf(token: string): Tree {
  return JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as Tree;
}

function withHeader(header: Tree, signature = tokenOf(parseStored(text)).split('.')[2]!): string {
  return withToken(text, `${Buffer.from(JSON.stringify(header)).toString('base64url')}..${signature}`);
}

describe('a signed document', () => {
  test('says who signed it, when, to what they commit, and who attests it', async () => {
    const verification = await verify(text, { pdf: PDF });
    expect(verification).toMatchObject({
      outcome: 'valid',
      document: UUID,
      altered: [],
      letter: 'same',
      attested: [{ mode: 'professional', time: '2026-03-02T08:00:00Z', party: 'Dr Invented' }],
      signatures: [
        {
          outcome: 'valid',
          kid: gateway.signer.kid,
          signer: { name: 'Bệnh viện Thử Nghiệm', uri: PROGRAMME },
          root: { name: 'Consilium report root' },
          when: SIGNED_AT,
          commitments: ['http://uri.etsi.org/01903/v1.2.2#ProofOfOrigin', 'urn:oid:1.2.840.10065.1.12.1.14'],
        },
      ],
    });
    const told = tellVerification(verification);
    expect(told[0]).toBe('The document is what was signed.');
    expect(told[1]).toBe(`Signed by Bệnh viện Thử Nghiệm (${PROGRAMME}) at ${SIGNED_AT}.`);
    expect(told.join('\n')).toContain('Dr Invented at 2026-03-02T08:00:00Z: stated in the document, not signed apart.');
  });

  test('is a detached JWS that other software verifies, by the certificate that it brings', () => {
    const bundle = parseStored(text);
    const [header, payload, signature] = tokenOf(bundle).split('.') as [string, string, string];
    const { alg, x5c, crit, canon, typ } = headerOf(tokenOf(bundle)) as { x5c: string[] } & Tree;
    expect({ alg, crit, canon, typ, payload }).toEqual({
      alg: 'ES384',
      crit: ['sigT', 'srCms'],
      canon: 'http://hl7.org/fhir/canonicalization/json#document',
      typ: 'JOSE',
      payload: '',
    });
    const input = `${header}.${Buffer.from(canonicalDocument(bundle)).toString('base64url')}`;
    const [leaf, root] = x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
    const key = { key: leaf!.publicKey, dsaEncoding: 'ieee-p1363' as const };
    expect(verifyBytes('sha384', Buffer.from(input), key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect([leaf!.verify(root!.publicKey), leaf!.checkIssued(root!), leaf!.ca, root!.ca]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });

  test('keeps its text: signing adds nothing but the signature', async () => {
    const before = documentText();
    const signed = await signDocument(parseStored(before), gateway.signer, {
      when: '2026-03-02T15:15:00.999+07:00',
      who: { reference: PROGRAMME },
    });
    const { signature, ...unsigned } = signed;
    expect(JSON.stringify(unsigned)).toBe(before);
    expect(signature).toMatchObject({ when: SIGNED_AT, who: { reference: PROGRAMME }, sigFormat: 'application/jose' });
    expect((await verify(JSON.stringify(signed))).outcome).toBe('valid');
  });

  test('is signed anew, once', async () => {
    const again = await signedText(gateway.signer, text);
    expect((await verify(again)).outcome).toBe('valid');
    expect(parseStored(again)['signature']).not.toBeInstanceOf(Array);
  });
});

describe('what was altered is told by its place, and without a value', () => {
  interface Entry {
    fullUrl: string;
    resource: Tree;
  }
  const entries = (bundle: Tree): Entry[] => bundle['entry'] as Entry[];
  const sections = (bundle: Tree): Tree[] => entries(bundle)[0]!.resource['section'] as Tree[];

  test.each<[string, (bundle: Tree) => unknown, string[]]>([
    ['a section', (b) => (sections(b)[1]!['title'] = 'x'), ['Composition.section diagnosis: changed']],
    [
      'the answer to the second question',
      (b) => ((sections(b)[2]!['section'] as Tree[])[1]!['title'] = 'x'),
      ['Composition.section answers.answers[1]: changed'],
    ],
    ['a section less', (b) => sections(b).splice(3, 1), ['Composition.section disclaimer: removed']],
    ['a section more', (b) => sections(b).push({ title: 'x' }), ['Composition.section section: added']],
    ['sections put elsewhere', (b) => sections(b).reverse(), ['Composition.section the order is another']],
    ['the attester', (b) => delete entries(b)[0]!.resource['attester'], ['Composition: changed beside its sections']],
    ['a record', (b) => (entries(b)[2]!.resource['status'] = 'x'), ['Observation/o1: changed']],
    ['a record less', (b) => entries(b).splice(3, 1), ['Claim/cl1: removed']],
    ['a record more', (b) => entries(b).push(structuredClone(entries(b)[1]!)), ['DiagnosticReport/d1[1]: added']],
    [
      'another address',
      (b) => (entries(b)[1]!.fullUrl += '2'),
      ['DiagnosticReport/d12: added', 'DiagnosticReport/d1: removed'],
    ],
    ['records put elsewhere', (b) => entries(b).reverse(), ['the order is another']],
    ["the Bundle's time", (b) => (b['timestamp'] = NOW.toISOString()), ['Bundle: its own members are changed']],
    [
      'several',
      (b) => [(b['language'] = 'vi'), (entries(b)[1]!.resource['status'] = 'x')],
      ['Bundle: its own members are changed', 'DiagnosticReport/d1: changed'],
    ],
  ])('%s', async (_what, change, altered) => {
    expect(await verify(changed(change))).toMatchObject({ outcome: 'altered', altered });
  });

  test.each<[string, (bundle: Tree) => unknown, string]>([
    [
      'another identifier',
      (b) => (b['identifier'] = { value: 'urn:uuid:0d5a2d2e-1111-4111-8111-000000000002' }),
      'Bundle.identifier: the signature is of another document',
    ],
    [
      'another time beside the signature',
      (b) => ((b['signature'] as Tree)['when'] = '2026-03-02T08:15:01Z'),
      'Bundle.signature.when: another time than the one that is signed',
    ],
    [
      'somebody else beside the signature',
      (b) => ((b['signature'] as Tree)['who'] = { reference: 'Organization/other' }),
      'Bundle.signature.who: somebody else than the certificate names',
    ],
    [
      'nobody beside the signature',
      (b) => delete (b['signature'] as Tree)['who'],
      'Bundle.signature.who: somebody else than the certificate names',
    ],
  ])('%s', async (_what, change, altered) => {
    expect(await verify(changed(change))).toMatchObject({ outcome: 'altered', altered: [altered] });
  });

  test('the same moment may be written otherwise', async () => {
    const other = changed((b) => ((b['signature'] as Tree)['when'] = '2026-03-02T15:15:00.000+07:00'));
    expect((await verify(other)).outcome).toBe('valid');
  });

  test('nothing clinical is in what is told', async () => {
    const told = tellVerification(await verify(text.replace('right upper lobe', 'left upper lobe'))).join('\n');
    expect(told).toContain('Altered: Composition.section diagnosis: changed.');
    expect(told).not.toContain('lobe');
  });
});

describe('somebody else', () => {
  test('who puts the signature of one document into another is found', async () => {
    const other = await signedText(gateway.signer, documentText('0d5a2d2e-1111-4111-8111-000000000009', 'Benign'));
    const swapped = withToken(other, tokenOf(parseStored(text)));
    expect(await verify(swapped)).toMatchObject({
      outcome: 'altered',
      altered: ['Bundle.identifier: the signature is of another document'],
    });
  });

  test('who signs with a chain of their own is not trusted, whatever names they write', async () => {
    const own = await makeGateway();
    const forged = await signedText(own.signer, documentText(UUID, 'Benign'));
    expect(await reasonOf(forged)).toEqual(['untrusted', 'chain-root']);
    const told = tellVerification(await verify(forged));
    expect(told[0]).toContain('not trusted');
    expect(told.join('\n')).toContain('Claims to be signed by Bệnh viện Thử Nghiệm');
  });

  test("who puts the gateway's root behind a certificate of their own is not trusted", async () => {
    const own = await makeGateway();
    const signer = await createSigner(own.leaf.privateJwk, [own.leaf.certificate, gateway.root.certificate]);
    expect(await reasonOf(await signedText(signer))).toEqual(['untrusted', 'chain-issuer']);
  });

  test("who swaps the chain for one of their own, below the programme's signature, is found", async () => {
    const own = await makeGateway();
    const header = headerOf(tokenOf(parseStored(text)));
    const { outcome } = await verify(withHeader({ ...header, x5c: own.signer.chain }));
    expect(outcome).toBe('malformed');
  });

  test('who signs with the certificate of another programme has to say so', async () => {
    const leaf = await makeLeaf(gateway.root, { name: 'Another', uri: `${PROGRAMME}-2` }, YEARS);
    const signer = await createSigner(leaf.privateJwk, [leaf.certificate, gateway.root.certificate]);
    expect(await reasonOf(await signedText(signer))).toEqual(['altered', 'frame']);
  });

  test('who has a certificate that may sign certificates, or nothing, is not trusted', async () => {
    const { privateJwk, certificate } = await makeRoot('Consilium report root', YEARS);
    const rootAsLeaf = await createSigner(privateJwk, [certificate, certificate]);
    const [outcome, reason] = await reasonOf(await signedText(rootAsLeaf), { roots: [certificate] });
    expect([outcome, reason]).toEqual(['altered', 'frame']);
    const framed = reframe(await signedText(rootAsLeaf), (frame) => ({ ...frame, who: { reference: PROGRAMME } }));
    expect((await verify(framed, { roots: [certificate] })).outcome).not.toBe('valid');
  });

  test.each<[string, (header: Tree) => Tree, string]>([
    ['no algorithm', ({ alg: _alg, ...header }) => header, 'algorithm'],
    ['alg none', (header) => ({ ...header, alg: 'none' }), 'algorithm'],
    ['a smaller curve', (header) => ({ ...header, alg: 'ES256' }), 'algorithm'],
    ['an embedded key', (header) => ({ ...header, jwk: { kty: 'EC' } }), 'header'],
    ['an address of keys', (header) => ({ ...header, jku: 'https://evil.example/jwks' }), 'header'],
    ['an address of certificates', (header) => ({ ...header, x5u: 'https://evil.example/x' }), 'header'],
    ['an unencoded payload', (header) => ({ ...header, b64: false }), 'header'],
    ['a critical extension that nobody knows', (header) => ({ ...header, crit: ['exp'], exp: 1 }), 'header'],
    ['nothing critical', ({ crit: _crit, ...header }) => header, 'header'],
    ['an empty list of what is critical', (header) => ({ ...header, crit: [] }), 'header'],
    ['something critical that is not there', ({ srCms: _commitment, ...header }) => header, 'header'],
    ['no chain', ({ x5c: _chain, ...header }) => header, 'header'],
    ['another hash of the certificate', (header) => ({ ...header, 'x5t#S256': 'x' }), 'header'],
    [
      'another canonical form',
      (header) => ({ ...header, canon: 'http://hl7.org/fhir/canonicalization/json' }),
      'canonicalization',
    ],
    ['no time', ({ sigT: _time, ...header }) => ({ ...header, crit: ['srCms'] }), 'header'],
    ['a day that there is not', (header) => ({ ...header, sigT: '2026-02-30T00:00:00Z' }), 'sigT'],
    ['a time without a zone', (header) => ({ ...header, sigT: '2026-03-02T08:15:00' }), 'sigT'],
  ])('with a header of %s gets no further', async (_what, change, reason) => {
    const header = change(headerOf(tokenOf(parseStored(text))));
    expect(await reasonOf(withHeader(header))).toEqual(['malformed', reason]);
  });

  test('cannot take the public key for a shared secret', async () => {
    const spki = createPublicKey({ key: { ...gateway.leaf.privateJwk }, format: 'jwk' }).export({
      format: 'pem',
      type: 'spki',
    });
    const header = { ...headerOf(tokenOf(parseStored(text))), alg: 'HS384' };
    const first = Buffer.from(JSON.stringify(header)).toString('base64url');
    const input = `${first}.${Buffer.from(canonicalDocument(parseStored(text))).toString('base64url')}`;
    const mac = createHmac('sha384', spki).update(input).digest('base64url');
    expect(await reasonOf(withToken(text, `${first}..${mac}`))).toEqual(['malformed', 'algorithm']);
  });

  test('cannot sign with a key that the certificate does not name', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const first = tokenOf(parseStored(text)).split('.')[0]!;
    const input = `${first}.${Buffer.from(canonicalDocument(parseStored(text))).toString('base64url')}`;
    const made = sign('sha384', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    expect(await reasonOf(withToken(text, `${first}..${made.toString('base64url')}`))).toEqual(['altered', 'content']);
  });
});

describe('time', () => {
  test('a certificate that had ended by then does not count', async () => {
    const ended = { from: YEARS.from, until: new Date('2026-03-02T08:14:59Z') };
    const { root, signer } = await makeGateway(ended);
    const late = await signedText(signer);
    expect(await reasonOf(late, { roots: [root.certificate] })).toEqual(['expired', 'chain-expired']);
  });
  test('one that has ended since counts', async () => {
    expect((await verify(text, { now: new Date('2040-01-01T00:00:00Z') })).outcome).toBe('valid');
  });
  test('a signature that is still to come does not count, but for clocks that differ by minutes', async () => {
    expect(await reasonOf(text, { now: new Date('2026-03-02T08:09:59Z') })).toEqual(['expired', 'future']);
    expect((await verify(text, { now: new Date('2026-03-02T08:10:00Z') })).outcome).toBe('valid');
  });
  test('a key that others may have had since: what is signed before stays good, and that is told', async () => {
    const { kid } = gateway.signer;
    const before = await verify(text, { revoked: new Map([[kid, '2026-03-02T08:15:01Z']]) });
    expect(before).toMatchObject({ outcome: 'valid', signatures: [{ revokedSince: '2026-03-02T08:15:01Z' }] });
    expect(tellVerification(before).join('\n')).toContain('known to others since 2026-03-02T08:15:01Z');
    for (const since of [SIGNED_AT, '2026-03-02T08:15:00.000Z', '2026-01-01T00:00:00Z', 'some day']) {
      expect(await reasonOf(text, { revoked: new Map([[kid, since]]) })).toEqual(['revoked', 'compromised']);
    }
    expect((await verify(text, { revoked: new Map([['another', SIGNED_AT]]) })).outcome).toBe('valid');
  });
  test('documents of former keys are verified beside those of new ones', async () => {
    const next = await makeLeaf(gateway.root, { name: 'Bệnh viện Thử Nghiệm', uri: PROGRAMME }, YEARS);
    const signer = await createSigner(next.privateJwk, [next.certificate, gateway.root.certificate]);
    expect((await verify(await signedText(signer))).outcome).toBe('valid');
    expect((await verify(text)).outcome).toBe('valid');
  });
});

describe('what cannot be read without doubt is malformed, never valid', () => {
  const inside = (name: string, value: string): string => text.replace('"Bundle",', `"Bundle","${name}":${value},`);

  test.each<[string, () => string]>([
    ['no JSON', () => '{'],
    ['nothing', () => ''],
    ['a list', () => '[]'],
    ['null', () => 'null'],
    ['another resource', () => '{"resourceType":"Patient"}'],
    ['a Bundle of another type', () => text.replace('"document"', '"collection"')],
    ['a name that stands twice', () => text.replace('"status":"final"', '"status":"final","status":"final"')],
    [
      'a name that stands twice, differently escaped',
      () => text.replace('"status":"final"', '"status":"final","st\\u0061tus":"x"'),
    ],
    ['__proto__', () => inside('__proto__', '{"type":"document"}')],
    ['constructor', () => inside('constructor', '1')],
    ['half a surrogate pair', () => text.replace('Summary', '\\ud800')],
    ['half a surrogate pair as such', () => text.replace('Summary', '\ud800')],
    ['U+0000', () => text.replace('Summary', '\\u0000')],
    ['a byte order mark', () => `\ufeff${text}`],
    ['a number beyond a double', () => text.replace('940.00', '9e999')],
    ['nested without end', () => inside('extension', `${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
    ['two documents', () => text + text],
    ['codes that are no list', () => text.replace('"coding":[', '"coding":5,"codings":[')],
  ])('%s', async (_what, make) => {
    const { outcome, signatures } = await verify(make());
    expect([outcome, signatures]).toEqual(['malformed', []]);
  });

  test.each<[string, unknown, string]>([
    ['text', 'signed', 'signature'],
    ['null', null, 'signature'],
    ['without data', { sigFormat: 'application/jose' }, 'signature-data'],
    ['with broken base64', { data: 'a' }, 'signature-data'],
    ['with base64 that decodes otherwise than it reads', { data: 'ZR==' }, 'signature-data'],
    ['with something else', { data: Buffer.from('no token').toString('base64') }, 'malformed'],
    ['with two parts', { data: Buffer.from('e30.e30').toString('base64') }, 'malformed'],
  ])('a signature that is %s', async (_what, signature, reason) => {
    const bundle = { ...parseStored(text), signature };
    expect(await reasonOf(JSON.stringify(bundle))).toEqual(['malformed', reason]);
  });

  test('a signature that brings its own text', async () => {
    const [header, , signature] = tokenOf(parseStored(text)).split('.');
    const own = Buffer.from('{}').toString('base64url');
    expect(await reasonOf(withToken(text, `${header}.${own}.${signature}`))).toEqual(['malformed', 'not-detached']);
  });

  test('several signatures: each is told, and the document is none', async () => {
    const several = changed((b) => (b['signature'] = [b['signature'], { data: 'a' }]));
    const { outcome, signatures } = await verify(several);
    expect([outcome, signatures.map((one) => one.outcome)]).toEqual(['malformed', ['valid', 'malformed']]);
    expect((await verify(changed((b) => (b['signature'] = [])))).outcome).toBe('malformed');
  });

  test('a list of a thousand is not looked through, nor are a hundred thousand entries', async () => {
    const many = await verify(changed((b) => (b['signature'] = Array.from({ length: 1000 }, () => b['signature']))));
    expect([many.outcome, many.signatures.length]).toEqual(['malformed', 4]);
    const entry = { fullUrl: 'urn:x', resource: { resourceType: 'Basic', id: 'x' } };
    const long = await verify(changed((b) => (b['entry'] = Array.from({ length: 10_001 }, () => entry))));
    expect(long).toMatchObject({ outcome: 'malformed', signatures: [] });
  });

  test('no signature', async () => {
    expect(await verify(documentText())).toMatchObject({ outcome: 'unsigned', signatures: [] });
  });
});

describe('what it came to is decided in one place', () => {
  const FINE = { isOfDocument: true, isFramedRight: true, chain: [], isPast: true, isOwn: true };

  test('valid is what is left when nothing stands against it', () => {
    expect(decideSignature(FINE)).toEqual({ outcome: 'valid' });
    expect(decideSignature({})).not.toEqual({ outcome: 'valid' });
  });
  test.each(Object.keys(FINE))('without %s it is not', (name) => {
    expect(decideSignature({ ...FINE, [name]: undefined }).outcome).not.toBe('valid');
  });
  test('the gravest comes first', () => {
    expect(decideSignature({ ...FINE, isOfDocument: false, chain: ['root'] }).outcome).toBe('altered');
    expect(decideSignature({ ...FINE, chain: ['expired', 'root'] }).reason).toBe('chain-root');
    expect(decideSignature({ ...FINE, unreadable: 'header', isOfDocument: false }).outcome).toBe('malformed');
  });
});

describe('the letter', () => {
  test('is the own one: another that a section names is not taken for it, and is a part of what is said', async () => {
    const FORMER = Buffer.from('%PDF-1.7 what the report said before');
    const bundle = parseStored(documentText());
    const letters = bundle['entry'] as { fullUrl: string; resource: Tree }[];
    const own = letters.at(-1)!;
    const [content] = own.resource['content'] as Tree[];
    const sha256 = { url: SHA256_EXTENSION, valueBase64Binary: hash('sha256', FORMER, 'base64') };
    const attachment = { ...(content!['attachment'] as Tree), extension: [sha256], size: FORMER.length };
    const former = {
      ...own.resource,
      id: 'l0',
      masterIdentifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:0d5a2d2e-1111-4111-8111-000000000000' },
      content: [{ attachment }],
    };
    const entry = { fullUrl: `${BASE}/DocumentReference/l0`, resource: former };
    const named = JSON.stringify({ ...bundle, entry: [...letters.slice(0, -1), entry, own] });
    const both = await signedText(gateway.signer, named);
    expect(await verify(both, { pdf: PDF })).toMatchObject({ outcome: 'valid', letter: 'same' });
    expect(await verify(both, { pdf: FORMER })).toMatchObject({ outcome: 'other-letter', letter: 'other' });
    expect(letterHash(parseStored(both))).toBe(hash('sha256', PDF, 'hex'));
    expect(documentDigest(parseStored(both))).not.toBe(documentDigest(bundle));
  });
  test('of a document that names none is not said to be its own', async () => {
    const bundle = parseStored(documentText());
    const without = JSON.stringify({ ...bundle, entry: (bundle['entry'] as unknown[]).slice(0, -1) });
    const signed = await signedText(gateway.signer, without);
    expect(await verify(signed, { pdf: PDF })).toMatchObject({ outcome: 'other-letter', letter: 'not-named' });
  });
  test('of an altered document saves nothing', async () => {
    const other = text.replace('right upper lobe', 'left upper lobe');
    expect(await verify(other, { pdf: PDF })).toMatchObject({ outcome: 'altered', letter: 'same' });
  });
});
