import { createCipheriv, createDecipheriv, createSecretKey, hash, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Issue } from '../base/index.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** 32 random bytes hold about 30 different ones; fewer than 16 means that somebody typed them. */
const DIFFERENT_BYTES_LEAST = 16;

/** Reads MASTER_KEY: 32 random bytes as hexadecimal, base64 or base64url. Issues instead, when it is none. */
export function parseMasterKey(text: string): Uint8Array | Issue[] {
  const trimmed = text.trim();
  const bytes = Buffer.from(trimmed, /^[0-9a-f]{64}$/i.test(trimmed) ? 'hex' : 'base64');
  if (bytes.length !== KEY_BYTES || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(trimmed)) {
    const how = 'MASTER_KEY has to be 32 random bytes in base64url.';
    return [{ severity: 'error', code: 'value', key: 'master-key-shape', text: how }];
  }
  if (new Set(bytes).size < DIFFERENT_BYTES_LEAST) {
    const how = 'MASTER_KEY is not random. Make one from 32 random bytes.';
    return [{ severity: 'error', code: 'value', key: 'master-key-weak', text: how }];
  }
  return new Uint8Array(bytes);
}

/** Names a master key without giving it away. */
export function masterKeyId(masterKey: Uint8Array): string {
  return hash('sha256', Buffer.concat([Buffer.from('consilium master key\0'), masterKey]), 'hex').slice(0, 16);
}

/**
 * Seals bytes with AES-256-GCM under the master key. `purpose` says what they are (`server key …`): unsealing asks for
 * the same, so one sealed secret cannot be put in another's place.
 * @returns `keyId.iv.ciphertext.tag`, all but the id in base64url.
 */
export function seal(masterKey: Uint8Array, bytes: Uint8Array, purpose: string): string {
  return sealUnder(keyFor(masterKey, purpose), bytes);
}

/** @throws Error when it was sealed under another master key, for another purpose, or was changed since. */
export function unseal(masterKey: Uint8Array, sealed: string, purpose: string): Uint8Array {
  return unsealUnder(keyFor(masterKey, purpose), sealed);
}

/** The same for a value of JSON, such as a JWK. */
export function sealJson(masterKey: Uint8Array, value: object, purpose: string): string {
  return seal(masterKey, Buffer.from(JSON.stringify(value)), purpose);
}

/** @throws Error as `unseal` does. The value is what was sealed, since nobody else can make one. */
export function unsealJson(masterKey: Uint8Array, sealed: string, purpose: string): unknown {
  return JSON.parse(Buffer.from(unseal(masterKey, sealed, purpose)).toString('utf8'));
}

/** A master key made ready for one purpose. */
interface PurposeKey {
  readonly key: KeyObject;
  readonly id: string;
  /** Authenticated with what is sealed. */
  readonly bound: Buffer;
}

function keyFor(masterKey: Uint8Array, purpose: string): PurposeKey {
  const id = masterKeyId(masterKey);
  return { key: createSecretKey(masterKey), id, bound: Buffer.from(`${id} ${purpose}`) };
}

function sealUnder({ key, id, bound }: PurposeKey, bytes: Uint8Array): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(bound);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return [id, ...[iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

function unsealUnder({ key, id: own, bound }: PurposeKey, sealed: string): Uint8Array {
  const [id, ...rest] = sealed.split('.');
  const [iv, bytes, tag] = rest.map((part) => Buffer.from(part, 'base64url'));
  if (id !== own) {
    throw new Error(`The secret was sealed under another MASTER_KEY (${id}); start with that one.`);
  }
  if (iv?.length !== IV_BYTES || bytes === undefined || tag?.length !== TAG_BYTES || rest.length !== 3) {
    throw new Error('The sealed secret is not whole.');
  }
  const cipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound).setAuthTag(tag);
  return new Uint8Array(Buffer.concat([cipher.update(bytes), cipher.final()]));
}

/** Texts that others carry, and nobody but the holder of the master key can read, make or change. */
export interface Sealer {
  seal(text: string): string;
  /** Undefined: it was not sealed under this master key for this purpose. */
  open(sealed: string): string | undefined;
}

export function createSealer(masterKey: Uint8Array, purpose: string): Sealer {
  const key = keyFor(masterKey, purpose);
  return {
    seal: (text) => sealUnder(key, Buffer.from(text)),
    open(sealed) {
      try {
        return Buffer.from(unsealUnder(key, sealed)).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
