import { isUtf8 } from 'node:buffer';

/** What is left to be looked at character by character. */
const FEW_BYTES = 8;

/** Position in `bytes.toString('utf8')` of the first bytes that are no UTF-8; undefined if all are. */
export function findInvalidUtf8(bytes: Buffer): number | undefined {
  return isUtf8(bytes) ? undefined : bytes.toString('utf8', 0, findInvalidByte(bytes)).length;
}

/**
 * Whether a text that begins with an ASCII character is in UTF-16 or UTF-32: it has a byte order mark of these, or zero
 * beside its first character.
 */
export function isWide(bytes: Buffer): boolean {
  if (bytes.length < 2) return false;
  const first = bytes.readUInt16BE(0);
  return first === 0xfeff || first === 0xfffe || bytes[0] === 0 || bytes[1] === 0;
}

/** Halves what is left until the fault is near: all before `from` is known to be whole characters. */
function findInvalidByte(bytes: Buffer): number {
  let from = 0;
  for (let to = bytes.length; to - from > FEW_BYTES;) {
    const middle = startOfCharacter(bytes, (from + to) >> 1);
    if (isUtf8(bytes.subarray(from, middle))) from = middle;
    else to = middle;
  }
  for (;;) {
    const length = [1, 2, 3, 4].find((each) => isCharacter(bytes, from, each));
    if (length === undefined) return from;
    from += length;
  }
}

function isCharacter(bytes: Buffer, from: number, length: number): boolean {
  return from + length <= bytes.length && isUtf8(bytes.subarray(from, from + length));
}

/** At most three bytes follow the first of a character. */
function startOfCharacter(bytes: Buffer, at: number): number {
  let start = at;
  while (start > at - 3 && (bytes[start]! & 0xc0) === 0x80) start -= 1;
  return start;
}
