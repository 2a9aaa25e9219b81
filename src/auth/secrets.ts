import { hash, randomBytes } from 'node:crypto';

/** A secret that nobody has to remember: 32 random bytes in base64url. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of it. A plain SHA-256 will do: of 256 random bits nobody guesses any. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
