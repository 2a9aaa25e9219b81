import { randomFillSync } from 'node:crypto';

const pool = Buffer.allocUnsafe(16 * 256);
let used = pool.length;
let lastMs = 0;
let sequence = 0;

/**
 * A UUIDv7 (RFC 9562, section 5.7), growing strictly within the process: time-ordered ids keep index inserts at the
 * right edge of the b-tree. The 12 bits after the version count ids of the same millisecond.
 */
export function uuidv7(now: number = Date.now()): string {
  if (used >= pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.toString('hex', used + 8, used + 16);
  if (now > lastMs) {
    lastMs = now;
    sequence = pool.readUInt16BE(used) & 0x3ff;
  } else if (++sequence > 0xfff) {
    lastMs += 1;
    sequence = 0;
  }
  const variant = '89ab'[pool.readUInt8(used + 2) & 3]!;
  used += 16;
  const time = lastMs.toString(16).padStart(12, '0');
  const count = sequence.toString(16).padStart(3, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${variant}${random.slice(1, 4)}-${random.slice(4)}`;
}

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `length` random characters of Crockford's base 32 (no I, L, O, U), for numbers that people read aloud. */
export function randomCode(length: number): string {
  const bytes = randomFillSync(Buffer.allocUnsafe(length));
  let code = '';
  for (const byte of bytes) code += ALPHABET.charAt(byte & 31);
  return code;
}
