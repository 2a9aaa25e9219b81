import { createPublicKey, generateKeyPair, hash } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import type { Issue } from '../base/index.ts';

/** The signature algorithms of the house (RFC 7518, section 3.1). */
export type SigningAlgorithm = 'ES384' | 'RS384' | 'RS256';

/** A public signature key as JWK (RFC 7517): EC on P-384, or RSA. */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly use?: string;
  readonly alg?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

/** The same with its private parts: never leaves the process but sealed. */
export interface PrivateJwk extends PublicJwk {
  readonly d: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
}

export interface Jwks {
  readonly keys: readonly PublicJwk[];
}

const PRIVATE_PARTS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;
const RSA_BITS = 3072;
const RSA_BITS_LEAST = 2048;
const generate = promisify(generateKeyPair);

/** Makes a key pair; both halves carry the RFC 7638 thumbprint as `kid`. */
export async function generateKey(alg: SigningAlgorithm): Promise<{ privateJwk: PrivateJwk; publicJwk: PublicJwk }> {
  const pair =
    alg === 'ES384'
      ? await generate('ec', { namedCurve: 'P-384' })
      : await generate('rsa', { modulusLength: RSA_BITS, publicExponent: 0x10001 });
  const bare = pair.privateKey.export({ format: 'jwk' });
  const privateJwk = { ...bare, kid: thumbprint(bare), use: 'sig', alg } as PrivateJwk;
  return { privateJwk, publicJwk: toPublicJwk(privateJwk) };
}

/** The public half of a key. */
export function toPublicJwk(jwk: PublicJwk): PublicJwk {
  const parts = Object.entries(jwk).filter(([name]) => !(PRIVATE_PARTS as readonly string[]).includes(name));
  return Object.fromEntries(parts) as unknown as PublicJwk;
}

/** The JWK thumbprint, SHA-256 in base64url. https://www.rfc-editor.org/rfc/rfc7638 */
export function thumbprint(jwk: JsonWebKey | PublicJwk): string {
  const { kty, crv, x, y, n, e } = jwk;
  const members = { EC: { crv, kty, x, y }, OKP: { crv, kty, x }, RSA: { e, kty, n } }[String(kty)];
  if (members === undefined) throw new TypeError('Keys of this type have no thumbprint here.');
  return hash('sha256', JSON.stringify(members), 'base64url');
}

/**
 * What is wrong with a JSON Web Key Set that a client hands over; no issue means that it may be trusted to verify.
 * Keys for other uses, types, curves and algorithms may stand beside those for RS384 and ES384: they are not used.
 */
export function checkPublicJwks(value: unknown): Issue[] {
  const keys = isObject(value) ? value['keys'] : undefined;
  if (!Array.isArray(keys))
    return [issue('jwks-shape', 'A JSON Web Key Set is an object with an array `keys`.', 'keys')];
  const issues = keys.flatMap((key: unknown, index) => checkKey(key, `keys[${index}]`));
  const names = keys.filter(isObject).map((key) => `${String(key['kty'])} ${String(key['kid'])}`);
  if (new Set(names).size < names.length) {
    issues.push(issue('jwks-duplicate', 'Two keys of one type share a `kid`: give each its own.', 'keys'));
  }
  if (issues.length === 0 && !keys.some((key: PublicJwk) => isUsable(key) && key.alg !== 'RS256')) {
    issues.push(issue('jwks-empty', 'No key is fit for RS384 (RSA) or ES384 (EC on P-384).', 'keys'));
  }
  return issues;
}

/** Is this a key that can verify RS384 or ES384? */
export function isUsable(key: PublicJwk): boolean {
  if (key.use !== undefined && key.use !== 'sig') return false;
  if (key.kty === 'RSA') return key.alg === undefined || key.alg === 'RS384' || key.alg === 'RS256';
  return key.kty === 'EC' && key.crv === 'P-384' && (key.alg === undefined || key.alg === 'ES384');
}

function checkKey(key: unknown, at: string): Issue[] {
  if (!isObject(key)) return [issue('jwk-shape', 'A key is a JSON object.', at)];
  const found = PRIVATE_PARTS.filter((part) => key[part] !== undefined);
  if (key['kty'] === 'oct' || found.length > 0) {
    const text = 'The key has private or secret parts. Consider it disclosed: make a new one and send its public half.';
    return [issue('jwk-private', text, at)];
  }
  const kid = key['kid'];
  if (typeof kid !== 'string' || kid === '' || kid.length > 256) {
    return [issue('jwk-kid', 'A key needs a `kid`: a text of 1 to 256 characters.', `${at}.kid`)];
  }
  const jwk = key as unknown as PublicJwk;
  return isUsable(jwk) ? checkMaterial(jwk, at) : [];
}

function checkMaterial(jwk: PublicJwk, at: string): Issue[] {
  try {
    // OpenSSL refuses a point that is not on the curve.
    const bits = createPublicKey({ key: { ...jwk }, format: 'jwk' }).asymmetricKeyDetails?.modulusLength;
    if (jwk.kty === 'RSA' && (bits === undefined || bits < RSA_BITS_LEAST)) {
      return [issue('jwk-weak', `An RSA key needs ${RSA_BITS_LEAST} bits or more.`, at)];
    }
    return [];
  } catch {
    return [issue('jwk-invalid', 'The numbers of the key do not make a key of its type.', at)];
  }
}

function issue(key: string, text: string, expression: string): Issue {
  return { severity: 'error', code: 'value', key, text, expression };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
