import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { thumbprint } from './jwk.ts';

/** What is signed of a notification. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export interface WebhookMessage {
  /** The same for every try of one message; see `toWebhookId`. */
  readonly id: string;
  /** Of this try, in seconds since 1970. */
  readonly timestamp: number;
  /** As it is sent, byte by byte. */
  readonly body: string | Uint8Array;
}

/** A public Ed25519 key as JWK. https://www.rfc-editor.org/rfc/rfc8037#section-2 */
export interface WebhookPublicJwk {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: 'EdDSA';
}

/** The same with its private part: never leaves the process but sealed. */
export interface WebhookPrivateJwk extends WebhookPublicJwk {
  readonly d: string;
}

const SECRET_BYTES = 32;

/**
 * Makes the name of a message fit to be signed. Ids of FHIR may hold a point, which divides the parts of what is signed: it
 * becomes a tilde, which they never hold.
 */
export function toWebhookId(name: string): string {
  return name.replaceAll('.', '~');
}

/**
 * The header `webhook-signature`: an HMAC-SHA256 (`v1`) under each secret, then an Ed25519 signature (`v1a`) with each key.
 * While a secret or key takes another's place both sign, so that a receiver may change over when it likes.
 * @throws RangeError when nothing signs, or when other parts could be read out of what is signed
 */
export function signWebhook(
  { id, timestamp, body }: WebhookMessage,
  secrets: readonly Uint8Array[],
  keys: readonly KeyObject[] = [],
): string {
  if (!/^[\w~-]{1,256}$/.test(id)) throw new RangeError('The id of a message has letters, digits, _, - and ~ only.');
  if (!Number.isSafeInteger(timestamp) || timestamp < 0) throw new RangeError('A timestamp is in whole seconds.');
  if (secrets.length + keys.length === 0) throw new RangeError('A message is signed with a secret or a key.');
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
  return [
    ...secrets.map((secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`),
    ...keys.map((key) => `v1a,${sign(null, content, key).toString('base64')}`),
  ].join(' ');
}

/** A secret for HMAC: 32 random bytes. */
export function newSecret(): Uint8Array {
  return new Uint8Array(randomBytes(SECRET_BYTES));
}

/** As its holder is told it: `whsec_…`. */
export function showSecret(secret: Uint8Array): string {
  return `whsec_${Buffer.from(secret).toString('base64')}`;
}

/** Makes an Ed25519 key pair; both halves carry the RFC 7638 thumbprint as `kid`. */
export function makeWebhookKey(): WebhookPrivateJwk {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return {
    kty: 'OKP',
    crv: 'Ed25519',
    x,
    kid: thumbprint({ kty: 'OKP', crv: 'Ed25519', x }),
    use: 'sig',
    alg: 'EdDSA',
    d,
  };
}

/** The public half of a key. */
export function toWebhookPublicJwk({ kty, crv, x, kid, use, alg }: WebhookPrivateJwk): WebhookPublicJwk {
  return { kty, crv, x, kid, use, alg };
}

/** The private half, ready to sign. */
export function openWebhookKey(jwk: WebhookPrivateJwk): KeyObject {
  return createPrivateKey({ key: { ...jwk }, format: 'jwk' });
}

/** A public key as receivers configure it: `whpk_…`. */
export function showWebhookKey({ x }: WebhookPublicJwk): string {
  return `whpk_${Buffer.from(x, 'base64url').toString('base64')}`;
}
