import { hash } from 'node:crypto';

/** Under which name a code, token, session or grant is kept: SHA-256 of its id, in base64url. */
export function digestPayloadId(id: string): string {
  return hash('sha256', id, 'base64url');
}
