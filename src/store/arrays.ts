/*
 * Arrays as parameters, in PostgreSQL's binary form (its `array_recv`): as text every quotation mark of every record
 * would be escaped here and unescaped there, which costs more than all else that a parameter needs. pg sends a Buffer as
 * a binary parameter; the statement has to name its type (`$1::text[]`).
 */

/** Object identifiers of element types, which PostgreSQL never changes. */
const OID = { int4: 23, int8: 20, float8: 701, text: 25 } as const;
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const TWO_32 = 2 ** 32;

type Numbers = readonly (number | null)[];

export function int4Array(values: Numbers): Buffer {
  return numberArray(OID.int4, 4, values, (buffer, value, at) => buffer.writeInt32BE(value, at));
}

/** @param values whole numbers that a double holds exactly. */
export function int8Array(values: Numbers): Buffer {
  return numberArray(OID.int8, 8, values, (buffer, value, at) => {
    buffer.writeInt32BE(Math.floor(value / TWO_32), at);
    buffer.writeUInt32BE(value - Math.floor(value / TWO_32) * TWO_32, at + 4);
  });
}

export function float8Array(values: Numbers): Buffer {
  return numberArray(OID.float8, 8, values, (buffer, value, at) => buffer.writeDoubleBE(value, at));
}

export function textArray(values: readonly (string | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? -1 : Buffer.byteLength(value)));
  const bytes = lengths.reduce((sum, length) => sum + LENGTH_BYTES + Math.max(length, 0), 0);
  const buffer = open(OID.text, values, bytes);
  let at = HEADER_BYTES;
  for (const [n, value] of values.entries()) {
    at = buffer.writeInt32BE(lengths[n]!, at);
    if (value !== null) at += buffer.write(value, at);
  }
  return buffer;
}

function numberArray(
  oid: number,
  size: number,
  values: Numbers,
  write: (buffer: Buffer, value: number, at: number) => void,
): Buffer {
  const nulls = values.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0);
  const buffer = open(oid, values, values.length * (LENGTH_BYTES + size) - nulls * size);
  let at = HEADER_BYTES;
  for (const value of values) {
    at = buffer.writeInt32BE(value === null ? -1 : size, at);
    if (value === null) continue;
    write(buffer, value, at);
    at += size;
  }
  return buffer;
}

/** One dimension that counts from 1; the elements follow, each behind its length. */
function open(oid: number, values: readonly unknown[], bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}
