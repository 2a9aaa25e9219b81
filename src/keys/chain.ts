import { X509Certificate as OpenSslCertificate } from 'node:crypto';
import type { BasicConstraintsExtension, KeyUsagesExtension, X509Certificate } from '@peculiar/x509';
import { factsOf, parseCertificate } from './certificate.ts';
import type { CertificateFacts } from './certificate.ts';
import { loadX509 } from './load-x509.ts';

/** Why a chain of certificates proves nothing. */
export type ChainRefusal =
  /** Not two certificates, signer's and root's, on P-384. */
  | 'shape'
  /** The one is not for signing documents, or the other not for signing certificates. */
  | 'usage'
  /** The root did not sign the other. */
  | 'issuer'
  /** Not good at the moment of the signature. */
  | 'expired'
  /** The root is none of those that are trusted. */
  | 'root';

export interface ChainVerdict {
  /** What stands against it; none: the leaf's key may sign in the name of its subject at that moment. */
  readonly refusals: readonly ChainRefusal[];
  readonly leaf?: CertificateFacts;
  readonly root?: CertificateFacts;
}

/** Characters of a certificate at most; ours have a thousand. */
const CERTIFICATE_CHARACTERS_MOST = 16_384;
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';

/** What a chain is by itself, whenever and by whomever it is used. */
interface Assessed {
  readonly refusals: readonly ChainRefusal[];
  readonly leaf?: CertificateFacts;
  readonly root?: CertificateFacts;
}

/** The same few chains come with all documents, and reading one takes longer than all else that verifying takes. */
const assessed = new Map<string, Promise<Assessed>>();
const ASSESSED_MOST = 64;

/**
 * Checks a chain (`x5c`: leaf, root; DER in base64) at a moment: signatures, validity, what either may be used for, and
 * whether its root is one of those that are trusted. https://www.rfc-editor.org/rfc/rfc5280#section-6
 * @param roots trusted ones, in PEM
 */
export async function checkChain(x5c: unknown, roots: readonly string[], at: Date): Promise<ChainVerdict> {
  if (!Array.isArray(x5c) || x5c.length !== 2 || !x5c.every(isDer)) return { refusals: ['shape'] };
  const { refusals, leaf, root } = await assessOnce(x5c[0]!, x5c[1]!);
  if (leaf === undefined || root === undefined) return { refusals };
  const isValidNow = [leaf, root].every(({ from, until }) => from <= at && at <= until);
  const isTrusted = roots.some((pem) => derOf(pem) === root.der);
  return {
    refusals: [...refusals, ...(isValidNow ? [] : ['expired' as const]), ...(isTrusted ? [] : ['root' as const])],
    leaf,
    root,
  };
}

function assessOnce(leaf: string, root: string): Promise<Assessed> {
  const name = `${leaf} ${root}`;
  let found = assessed.get(name);
  if (found === undefined) {
    if (assessed.size >= ASSESSED_MOST) assessed.clear();
    found = assess(leaf, root);
    assessed.set(name, found);
  }
  return found;
}

async function assess(...texts: readonly [leaf: string, root: string]): Promise<Assessed> {
  const [leaf, root] = await Promise.all(texts.map(parseCertificate));
  if (leaf === undefined || root === undefined) return { refusals: ['shape'] };
  const facts = { leaf: factsOf(leaf), root: factsOf(root) };
  const areOfOurCurve = [facts.leaf, facts.root].every(({ publicJwk }) => publicJwk !== undefined);
  const known = texts.flatMap((text) => openExactly(text) ?? []);
  if (!areOfOurCurve || known.length < texts.length) return { refusals: ['shape'] };
  const checks: readonly [ChainRefusal, boolean][] = [
    ['usage', await areUsagesRight(leaf, root)],
    // The library overlooks bits around a signature that OpenSSL does not: both have to agree.
    ['issuer', (await isIssuedBy(leaf, root)) && known.every((one) => one.verify(known[1]!.publicKey))],
  ];
  return { refusals: checks.flatMap(([refusal, holds]) => (holds ? [] : [refusal])), ...facts };
}

/** As somebody else reads it, if nothing stands behind it: the library takes more than the standard. */
function openExactly(der: string): OpenSslCertificate | undefined {
  try {
    const certificate = new OpenSslCertificate(Buffer.from(der, 'base64'));
    return certificate.raw.toString('base64') === der ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** The first certificate of a PEM text, as DER in base64. https://www.rfc-editor.org/rfc/rfc7468 */
function derOf(pem: string): string | undefined {
  return /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(pem)?.[1]?.replace(/\s/g, '');
}

function isDer(text: unknown): text is string {
  if (typeof text !== 'string' || text === '' || text.length > CERTIFICATE_CHARACTERS_MOST) return false;
  return Buffer.from(text, 'base64').toString('base64') === text;
}

async function areUsagesRight(leaf: X509Certificate, root: X509Certificate): Promise<boolean> {
  const { digitalSignature, nonRepudiation, keyCertSign } = (await loadX509()).KeyUsageFlags;
  return (
    isAuthority(leaf) === false &&
    mayAll(leaf, digitalSignature | nonRepudiation) &&
    !mayAll(leaf, keyCertSign) &&
    isAuthority(root) === true &&
    mayAll(root, keyCertSign) &&
    [leaf, root].every(isUnderstood)
  );
}

/** Both signatures, that of the root by itself included. */
async function isIssuedBy(leaf: X509Certificate, root: X509Certificate): Promise<boolean> {
  if (leaf.issuer !== root.subject || root.issuer !== root.subject) return false;
  const { publicKey } = root;
  try {
    const signed = await Promise.all([leaf, root].map((one) => one.verify({ publicKey, signatureOnly: true })));
    return [leaf, root].every(isSignedWithSha384) && signed.every(Boolean);
  } catch {
    return false;
  }
}

function isSignedWithSha384(certificate: X509Certificate): boolean {
  // Its own type is declared in terms of a browser's.
  const { name, hash } = certificate.signatureAlgorithm as {
    readonly name?: string;
    readonly hash?: { name?: string };
  };
  return name === 'ECDSA' && hash?.name === 'SHA-384';
}

/** Undefined: it does not say, or not so that everybody has to heed it. */
function isAuthority(certificate: X509Certificate): boolean | undefined {
  const said = certificate.getExtension<BasicConstraintsExtension>(BASIC_CONSTRAINTS);
  return said?.critical === true ? said.ca : undefined;
}

function mayAll(certificate: X509Certificate, usages: number): boolean {
  const said = certificate.getExtension<KeyUsagesExtension>(KEY_USAGE);
  return said !== null && (said.usages & usages) === usages;
}

/** A critical extension that is not understood makes a certificate unfit. */
function isUnderstood({ extensions }: X509Certificate): boolean {
  const types = extensions.map(({ type }) => type);
  if (new Set(types).size < types.length) return false;
  return extensions.every(({ critical, type }) => !critical || type === BASIC_CONSTRAINTS || type === KEY_USAGE);
}
