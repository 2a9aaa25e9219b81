import { tellPlace } from '../place.ts';
import { findInvalidUtf8, isWide } from '../utf8.ts';
import { refusal } from './problems.ts';

/** The bytes as text, without a byte order mark. Refuses (400, as a thrown Fault) all but UTF-8. */
export function decodeXml(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isWide(buffer)) {
    const what = 'The body is in UTF-16 or UTF-32, by its first bytes';
    throw refusal('xml-encoding', `${what} (line 1, column 1). Send application/fhir+xml in UTF-8.`);
  }
  const text = buffer.toString('utf8');
  const invalid = findInvalidUtf8(buffer);
  if (invalid !== undefined) {
    const where = tellPlace(text, invalid);
    throw refusal('invalid-utf8', `The body is not valid UTF-8 (${where}). Send application/fhir+xml in UTF-8.`);
  }
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
