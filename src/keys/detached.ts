import { hash } from 'node:crypto';
import { decodeObject, isCanonical, isSignedBy, signCompact } from './compact.ts';
import { thumbprint } from './jwk.ts';
import type { PrivateJwk, PublicJwk } from './jwk.ts';
import { readCertificate } from './certificate.ts';

/** Signs in the name of a certificate's subject; the key itself stays inside. */
export interface Signer {
  readonly kid: string;
  /** Who signs, as the certificate names it: the common name, and the address where it has one. */
  readonly name: string;
  readonly uri: string | undefined;
  /** `x5c`: the signer's certificate and its root, DER in base64. */
  readonly chain: readonly string[];
  /** A compact JWS of a text (ES384), with `fields` and what names the key in its protected header. */
  sign(text: string, fields: Readonly<Record<string, unknown>>): Promise<string>;
}

/** A compact JWS, read but not believed. */
export interface ReadJws {
  readonly header: JwsHeader;
  /** As they stand in the token. */
  readonly parts: readonly [header: string, payload: string, signature: string];
}

export interface JwsHeader {
  readonly kid: string;
  readonly x5c: readonly string[];
  readonly [name: string]: unknown;
}

/** Why a signature is not even looked at. */
export type JwsRefusal = 'malformed' | 'algorithm' | 'header';

const ALG = 'ES384';
const SIGNATURE_BYTES = 96;
/** Characters of a header at most: it lists the parts of a document, some 250 for each. */
const HEADER_CHARACTERS_MOST = 4_000_000;
/** `b64` changes what is signed, the others whose key counts: none of them is for the sender to say. */
const REFUSED = ['jwk', 'jku', 'x5u', 'b64', 'zip', 'enc'] as const;

/**
 * @param certificates in PEM: of the key, of its root
 * @throws Error when the first is not the key's
 */
export async function createSigner(privateJwk: PrivateJwk, certificates: readonly string[]): Promise<Signer> {
  const facts = await Promise.all(certificates.map((pem) => readCertificate(pem)));
  const [leaf] = facts;
  const kid = thumbprint(privateJwk);
  if (leaf?.publicJwk?.kid !== kid) throw new Error('The certificate is not that of the key.');
  const chain = facts.map((one) => one!.der);
  const named = { kid, x5c: chain, 'x5t#S256': digestOf(leaf.der) };
  return {
    kid,
    name: leaf.name,
    uri: leaf.uri,
    chain,
    sign: (text, fields) => signCompact(privateJwk, ALG, { ...fields, ...named }, text),
  };
}

/** The same token without its payload, which travels as the document itself: RFC 7515, appendix F. */
export function detachPayload(token: string): string {
  const [header, , signature] = token.split('.');
  return `${header}..${signature}`;
}

/**
 * Reads a compact JWS to the letter: one algorithm, a key that is named by its certificate alone, nothing critical that is
 * not understood.
 * @param understood header parameters that `crit` may name
 */
export function readJws(token: string, understood: readonly string[]): ReadJws | JwsRefusal {
  const parts = token.split('.');
  if (parts.length !== 3) return 'malformed';
  const [first, payload, signature] = parts as [string, string, string];
  if (first.length > HEADER_CHARACTERS_MOST) return 'malformed';
  const header = decodeObject(first);
  if (header === undefined || !isCanonical(payload) || !isCanonical(signature)) return 'malformed';
  if (header['alg'] !== ALG) return 'algorithm';
  if (Buffer.from(signature, 'base64url').length !== SIGNATURE_BYTES) return 'malformed';
  return isNamed(header) && isCritRight(header, understood) ? { header, parts: [first, payload, signature] } : 'header';
}

function isNamed(header: Readonly<Record<string, unknown>>): header is JwsHeader {
  if (REFUSED.some((name) => Object.hasOwn(header, name))) return false;
  const { kid, x5c } = header;
  if (typeof kid !== 'string' || !Array.isArray(x5c) || !x5c.every((one) => typeof one === 'string')) return false;
  return header['x5t#S256'] === digestOf(x5c[0] ?? '');
}

/** https://www.rfc-editor.org/rfc/rfc7515#section-4.1.11 */
function isCritRight(header: Readonly<Record<string, unknown>>, understood: readonly string[]): boolean {
  const { crit } = header;
  if (crit === undefined) return true;
  if (!Array.isArray(crit) || crit.length === 0 || new Set(crit).size < crit.length) return false;
  return crit.every((name) => understood.includes(name as string) && Object.hasOwn(header, name as string));
}

/**
 * Whether the key of a certificate signed a token, or this text where the token came without its payload.
 * @param publicJwk of the first certificate of the chain, which was checked
 */
export async function isSignedText(
  { header, parts: [first, payload, signature] }: ReadJws,
  publicJwk: PublicJwk,
  understood: readonly string[],
  text?: string,
): Promise<boolean> {
  if (header.kid !== publicJwk.kid || (text === undefined) === (payload === '')) return false;
  const signed = text === undefined ? payload : Buffer.from(text, 'utf8').toString('base64url');
  return await isSignedBy(`${first}.${signed}.${signature}`, publicJwk, ALG, understood);
}

function digestOf(der: string): string {
  return hash('sha256', Buffer.from(der, 'base64'), 'base64url');
}
