import { decodeObject, isCanonical, isSignedBy, signCompact } from './compact.ts';
import { isUsable } from './jwk.ts';
import type { Jwks, PrivateJwk, PublicJwk, SigningAlgorithm } from './jwk.ts';

/** Why a token is not taken. For the audit; whoever sent it is told less. */
export type JwtRefusal =
  | 'malformed'
  | 'header'
  | 'algorithm'
  | 'type'
  | 'key'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'lifetime'
  | 'not-yet';

export type JwtClaims = Readonly<Record<string, unknown>>;

export interface JwtExpectation {
  readonly algs: readonly SigningAlgorithm[];
  readonly issuer?: string;
  /** `aud` has to be one of these, as a single string. */
  readonly audience?: string | readonly string[];
  /** The header's `typ`, whatever its case. */
  readonly typ?: string;
  /** The one `jku` that the header may name; without it, none. */
  readonly jku?: string;
  readonly now: Date;
  readonly clockToleranceSeconds: number;
  /** How far ahead `exp` may lie at most. */
  readonly maxLifetimeSeconds?: number;
}

export type JwtVerdict =
  { readonly ok: true; readonly claims: JwtClaims } | { readonly ok: false; readonly refusal: JwtRefusal };

/** A token's parts, read but not yet believed. */
interface Shape {
  readonly alg: SigningAlgorithm;
  readonly kid: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: JwtClaims;
}

const KEY_TYPE: Record<SigningAlgorithm, { kty: string; crv?: string }> = {
  ES384: { kty: 'EC', crv: 'P-384' },
  RS384: { kty: 'RSA' },
  RS256: { kty: 'RSA' },
};
const ES384_SIGNATURE_BYTES = 96;
const TOKEN_CHARACTERS_MOST = 16_384;

/** Signs claims as a compact JWS with `alg`, `kid` and `typ` in its header. */
export async function signJwt(
  privateJwk: PrivateJwk,
  claims: JwtClaims,
  header: { typ: string; alg: SigningAlgorithm },
): Promise<string> {
  return await signCompact(privateJwk, header.alg, { typ: header.typ }, JSON.stringify(claims));
}

/** The `kid` that a token names, unverified; undefined when it is no well-formed token at all. */
export function readKid(token: string): string | undefined {
  const kid = decodeObject(token.split('.')[0] ?? '')?.['kid'];
  return typeof kid === 'string' && kid.length <= 256 ? kid : undefined;
}

/**
 * Verifies a signed JWT (RFC 7519, RFC 8725) against a set of public keys and checks its claims.
 * Never throws for a bad token: the verdict says why it is refused.
 */
export async function verifyJwt(token: string, jwks: Jwks, expected: JwtExpectation): Promise<JwtVerdict> {
  const shape = readShape(token, expected);
  if (typeof shape === 'string') return { ok: false, refusal: shape };
  // Dates before the signature: an expired token need not cost a verification.
  const refusal = checkClaims(shape.claims, expected);
  if (refusal !== undefined) return { ok: false, refusal };
  const key = chooseKey(jwks, shape);
  if (key === undefined) return { ok: false, refusal: 'key' };
  return (await isSignedBy(token, key, shape.alg))
    ? { ok: true, claims: shape.claims }
    : { ok: false, refusal: 'signature' };
}

function readShape(token: string, expected: JwtExpectation): Shape | JwtRefusal {
  if (token.length > TOKEN_CHARACTERS_MOST) return 'malformed';
  const parts = token.split('.');
  if (parts.length !== 3) return 'malformed';
  const [first, second, signature] = parts as [string, string, string];
  const header = decodeObject(first);
  const claims = decodeObject(second);
  if (header === undefined || claims === undefined || !isCanonical(signature)) return 'malformed';
  const alg = expected.algs.find((listed) => listed === header['alg']);
  if (alg === undefined) return 'algorithm';
  if (alg === 'ES384' && Buffer.from(signature, 'base64url').length !== ES384_SIGNATURE_BYTES) return 'malformed';
  const kid = header['kid'];
  if (typeof kid !== 'string' || kid === '') return 'header';
  // `b64` changes what is signed, the others whose key counts: none of them is for the sender to say.
  if (['jwk', 'x5c', 'x5u', 'crit', 'b64', 'zip', 'enc'].some((name) => Object.hasOwn(header, name))) return 'header';
  if (Object.hasOwn(header, 'jku') && (expected.jku === undefined || header['jku'] !== expected.jku)) return 'header';
  const typ = header['typ'];
  if (expected.typ !== undefined && (typeof typ !== 'string' || typ.toLowerCase() !== expected.typ.toLowerCase()))
    return 'type';
  return { alg, kid, header, claims };
}

function checkClaims(claims: JwtClaims, expected: JwtExpectation): JwtRefusal | undefined {
  const { issuer, audience, clockToleranceSeconds: tolerance, maxLifetimeSeconds } = expected;
  const now = expected.now.getTime() / 1000;
  const { iss, aud, exp, nbf, iat } = claims;
  if (issuer !== undefined && iss !== issuer) return 'issuer';
  const audiences = typeof audience === 'string' ? [audience] : audience;
  if (audiences !== undefined && !(typeof aud === 'string' && audiences.includes(aud))) return 'audience';
  if (!isTime(exp) || exp + tolerance <= now) return 'expired';
  if (maxLifetimeSeconds !== undefined && exp > now + maxLifetimeSeconds + tolerance) return 'lifetime';
  if (nbf !== undefined && !(isTime(nbf) && nbf - tolerance <= now)) return 'not-yet';
  if (iat !== undefined && !(isTime(iat) && iat - tolerance <= now)) return 'not-yet';
  return undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** The one key that the header points at; none when it points at none, or at several. */
function chooseKey(jwks: Jwks, { kid, alg }: Shape): PublicJwk | undefined {
  const { kty, crv } = KEY_TYPE[alg];
  const found = jwks.keys.filter((key) => key.kid === kid && key.kty === kty && (crv === undefined || key.crv === crv));
  const [key] = found;
  if (key === undefined || found.length > 1 || !isUsable(key)) return undefined;
  return key.alg === undefined || key.alg === alg ? key : undefined;
}
