import { findUnfitCharacter } from '../fhir/index.ts';

const REFERENCE = /&(?:amp|lt|gt|quot|apos|#(?:([0-9]{1,10})|x([0-9a-fA-F]{1,8})));/y;
const NAMED = /&[A-Za-z][A-Za-z0-9]*;/y;

/** Reads what begins with the "&" at `at`: its length; 0 with what is wrong with it, and how to mend it. */
export function readReference(text: string, at: number): { readonly length: number; readonly fault?: string } {
  REFERENCE.lastIndex = at;
  const reference = REFERENCE.exec(text);
  if (reference === null) return { length: 0, fault: explainUnknown(text, at) };
  const [{ length }, decimal, hexadecimal] = reference;
  if (decimal === undefined && hexadecimal === undefined) return { length };
  const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal);
  const isFit = code <= 0x10ffff && findUnfitCharacter(String.fromCodePoint(code)) < 0;
  return isFit ? { length } : { length: 0, fault: 'XML cannot hold the character of this number. Remove it.' };
}

/** "There is no support for HTML entities like &nbsp; or &copy;": http://hl7.org/fhir/R4/narrative.html#xhtml */
function explainUnknown(text: string, at: number): string {
  NAMED.lastIndex = at;
  return NAMED.test(text)
    ? 'FHIR has no entities of HTML. Send the character itself, or its number: &#160; for &nbsp;.'
    : 'This "&" begins no reference. Write it as &amp;.';
}
