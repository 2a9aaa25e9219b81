/** All but the characters of XML; halves of surrogate pairs have to be looked at together. */
const SUSPECT = /[^\t\n\r -\ud7ff\ue000-\ufffd]/;
/** https://www.w3.org/TR/xml/#charsets */
const UNFIT = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Position of the first character that XML cannot hold, not even as a reference; -1 if it can hold all. */
export function findUnfitCharacter(text: string): number {
  return SUSPECT.test(text) ? text.search(UNFIT) : -1;
}
