import { createPrivateKey, createPublicKey, hash } from 'node:crypto';
import type { webcrypto } from 'node:crypto';
import type { SubjectAlternativeNameExtension, X509Certificate } from '@peculiar/x509';
import { generateKey, thumbprint } from './jwk.ts';
import type { PrivateJwk, PublicJwk } from './jwk.ts';
import { loadX509 } from './load-x509.ts';

/** A key with its certificate, as X.509 in PEM. */
export interface CertifiedKey {
  readonly privateJwk: PrivateJwk;
  readonly certificate: string;
}

/** From when until when a certificate is good. */
export interface Validity {
  readonly from: Date;
  readonly until: Date;
}

/** What a certificate says. */
export interface CertificateFacts {
  /** The common name of its subject. */
  readonly name: string;
  /** The first address (URI) among its alternative names. */
  readonly uri: string | undefined;
  /** SHA-256 of the certificate, in hexadecimal. */
  readonly fingerprint: string;
  readonly from: Date;
  readonly until: Date;
  /** Of EC keys on P-384; others do not come into question. */
  readonly publicJwk: PublicJwk | undefined;
  /** The certificate itself: DER in base64, as `x5c` has it. */
  readonly der: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-384' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-384' } as const;
const ALTERNATIVE_NAMES = '2.5.29.17';
/** Characters of a common name at most: RFC 5280, appendix A, ub-common-name. */
const NAME_LENGTH = 64;

/** Makes an authority that signs itself: the root that partners pin. https://www.rfc-editor.org/rfc/rfc5280 */
export async function makeRoot(name: string, validity: Validity): Promise<CertifiedKey> {
  const x509 = await loadX509();
  const { privateJwk, keys } = await makeKeys();
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: new x509.Name([{ CN: [{ utf8String: shorten(name) }] }]),
    notBefore: validity.from,
    notAfter: validity.until,
    keys,
    signingAlgorithm: SIGNING,
    extensions: [
      // No authority below it: it signs the programmes' certificates itself.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { privateJwk, certificate: certificate.toString('pem') };
}

/** Makes a key for signing documents, certified by the root: `name` is who signs, `uri` its FHIR address. */
export async function makeLeaf(
  root: CertifiedKey,
  { name, uri }: { readonly name: string; readonly uri: string },
  validity: Validity,
): Promise<CertifiedKey> {
  const x509 = await loadX509();
  const { privateJwk, keys } = await makeKeys();
  const authority = new x509.X509Certificate(root.certificate);
  const { digitalSignature, nonRepudiation } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.Name([{ CN: [{ utf8String: shorten(name) }] }]),
    issuer: authority.subjectName,
    notBefore: validity.from,
    notAfter: validity.until,
    signingAlgorithm: SIGNING,
    publicKey: keys.publicKey,
    signingKey: privateKeyOf(root.privateJwk),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(digitalSignature | nonRepudiation, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: uri }]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return { privateJwk, certificate: certificate.toString('pem') };
}

/** What a certificate says, in PEM or as DER in base64; undefined when it is none. */
export async function readCertificate(text: string): Promise<CertificateFacts | undefined> {
  const certificate = await parseCertificate(text);
  return certificate && factsOf(certificate);
}

/** @internal of this room: the certificate as the library has it. */
export async function parseCertificate(text: string): Promise<X509Certificate | undefined> {
  const x509 = await loadX509();
  try {
    const certificate = new x509.X509Certificate(text);
    // What cannot be read shows when it is first asked for.
    factsOf(certificate);
    return certificate;
  } catch {
    return undefined;
  }
}

/** @internal of this room */
export function factsOf(certificate: X509Certificate): CertificateFacts {
  const der = Buffer.from(certificate.rawData);
  const names = certificate.getExtension<SubjectAlternativeNameExtension>(ALTERNATIVE_NAMES);
  return {
    name: certificate.subjectName.getField('CN')[0] ?? '',
    uri: names?.names.items.find(({ type }) => type === 'url')?.value,
    fingerprint: hash('sha256', der, 'hex'),
    from: certificate.notBefore,
    until: certificate.notAfter,
    publicJwk: publicJwkOf(Buffer.from(certificate.publicKey.rawData)),
    der: der.toString('base64'),
  };
}

/** A fingerprint as people compare it: pairs in capitals. */
export function showFingerprint(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/../g) ?? []).join(':');
}

function shorten(name: string): string {
  return Array.from(name).slice(0, NAME_LENGTH).join('');
}

async function makeKeys(): Promise<{ readonly privateJwk: PrivateJwk; readonly keys: webcrypto.CryptoKeyPair }> {
  const { privateJwk, publicJwk } = await generateKey('ES384');
  const publicKey = createPublicKey({ key: { ...publicJwk }, format: 'jwk' }).toCryptoKey(ALGORITHM, true, ['verify']);
  return { privateJwk, keys: { privateKey: privateKeyOf(privateJwk), publicKey } };
}

function privateKeyOf(jwk: PrivateJwk): webcrypto.CryptoKey {
  return createPrivateKey({ key: { ...jwk }, format: 'jwk' }).toCryptoKey(ALGORITHM, false, ['sign']);
}

function publicJwkOf(spki: Buffer): PublicJwk | undefined {
  const jwk = createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ format: 'jwk' });
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-384') return undefined;
  return { ...jwk, kid: thumbprint(jwk), use: 'sig', alg: 'ES384' } as PublicJwk;
}
