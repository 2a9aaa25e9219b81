import { hash } from 'node:crypto';

/**
 * The number under which index rows hold a search parameter: FNV-1a (32 bit, as a signed int32) of `Type.code`.
 * It is stored, so it must never change; a test proves that no two parameters of R4 share one.
 */
export function paramKey(type: string, code: string): number {
  let hash = 0x811c9dc5;
  for (const text of [type, '.', code]) {
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash | 0;
}

const MAX_BYTES = 512;
/** How much of a longer value is kept as it is: prefixes up to this length can still be found. */
export const KEPT_BYTES = 400;

/**
 * A value as index rows hold it: as it is up to 512 bytes of UTF-8, otherwise its first 400 bytes (whole characters),
 * `…` and its SHA-256 in hex, so that equality still tells long values apart. Applied to query values, too.
 */
export function boundKey(value: string): string {
  // A UTF-16 unit takes at most three bytes of UTF-8, so most values need not be measured.
  if (value.length * 3 <= MAX_BYTES || Buffer.byteLength(value) <= MAX_BYTES) return value;
  // A UTF-16 unit takes at least one byte.
  const bytes = Buffer.from(value.slice(0, KEPT_BYTES + 1), 'utf8');
  let end = KEPT_BYTES;
  while ((bytes[end]! & 0xc0) === 0x80) end -= 1;
  return `${bytes.toString('utf8', 0, end)}…${hash('sha256', value)}`;
}
