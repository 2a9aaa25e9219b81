import jose from 'node-jose';
import { isObject } from './jwk.ts';
import type { PrivateJwk, PublicJwk, SigningAlgorithm } from './jwk.ts';

const imported = new WeakMap<PublicJwk, Promise<jose.JWK.Key>>();

/** Signs a text as a compact JWS. https://www.rfc-editor.org/rfc/rfc7515#section-7.1 */
export async function signCompact(
  privateJwk: PrivateJwk,
  alg: SigningAlgorithm,
  fields: Readonly<Record<string, unknown>>,
  text: string,
): Promise<string> {
  const options = { format: 'compact' as const, alg, fields };
  const token: unknown = await jose.JWS.createSign(options, await importKey(privateJwk))
    .update(text, 'utf8')
    .final();
  return String(token);
}

/**
 * Whether a compact JWS is signed with this key. What the header says beside the algorithm was looked at before.
 * @param understood header parameters that `crit` may name
 */
export async function isSignedBy(
  token: string,
  jwk: PublicJwk,
  alg: SigningAlgorithm,
  understood: readonly string[] = [],
): Promise<boolean> {
  // node-jose 2.2 keeps options given to createVerify for all later verifiers, so they go to verify; a list of
  // algorithms would be merged with an earlier one, a single string is not.
  const handlers = Object.fromEntries(understood.map((name) => [name, {}]));
  const options = { algorithms: alg, allowEmbeddedKey: false, handlers };
  try {
    const verified = await jose.JWS.createVerify(await importKey(jwk)).verify(token, options);
    return (verified.header as { alg?: unknown }).alg === alg;
  } catch {
    return false;
  }
}

/** The JSON object that a part of a compact JWS holds; undefined for anything else. */
export function decodeObject(part: string): Readonly<Record<string, unknown>> | undefined {
  if (!isCanonical(part)) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(part, 'base64url')));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Base64url that decodes and encodes to itself: no padding, no other alphabet, no stray bits. */
export function isCanonical(part: string): boolean {
  return Buffer.from(part, 'base64url').toString('base64url') === part;
}

/** Reading a key costs more than using it: each JWK object is read once. */
function importKey(jwk: PublicJwk): Promise<jose.JWK.Key> {
  let key = imported.get(jwk);
  if (key === undefined) {
    key = jose.JWK.asKey({ ...jwk });
    imported.set(jwk, key);
  }
  return key;
}
