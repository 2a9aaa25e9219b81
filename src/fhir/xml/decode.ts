import { isUtf8 } from 'node:buffer';
import { Places, refusal } from './problems.ts';

/** The bytes as text, without a byte order mark. Refuses (400, as a thrown Fault) all but UTF-8. */
export function decodeXml(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf16(buffer)) {
    throw refusal('xml-encoding', 'The body is in UTF-16, by its first bytes. Send application/fhir+xml in UTF-8.');
  }
  const text = buffer.toString('utf8');
  if (!isUtf8(buffer)) {
    const where = new Places(text).tell(findInvalid(buffer, text));
    throw refusal('invalid-utf8', `The body is not valid UTF-8 (${where}). Send application/fhir+xml in UTF-8.`);
  }
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

/** By the byte order mark, or by a first `<` in two bytes. */
function isUtf16(bytes: Buffer): boolean {
  const first = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  return first === 0xfeff || first === 0xfffe || first === 0x003c || first === 0x3c00;
}

/** Position of the first U+FFFD that decoding put in the place of bytes, rather than one that was sent. */
function findInvalid(bytes: Buffer, text: string): number {
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', from)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return at;
    offset += 3;
    from = at + 1;
  }
  return text.length;
}
