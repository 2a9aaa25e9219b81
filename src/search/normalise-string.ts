const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const ASCII = /^\p{ASCII}*$/u;
/** Accents of the alphabets, Hebrew points and Arabic vowel signs; signs that make another letter (か/が) stay. */
const MARKS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff]/g;
/** Single blanks stay as they are. */
const BLANKS = /\s{2,}|[^\S ]/g;
/** Letters that people type without their stroke or ligature, but Unicode does not take apart, and signs that keyboards lack. */
const LETTERS: Readonly<Record<string, string>> = {
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ς: 'σ',
  ı: 'i',
  '’': "'",
  '‘': "'",
  ʼ: "'",
  '‐': '-',
  '–': '-',
};
const SPECIAL = /[đðøłæœßςı’‘ʼ‐–]/g;

/**
 * Text as string searches compare it, in index rows and query values alike: lower case, without accents and
 * compatibility forms, white space collapsed. Empty where nothing is left.
 * See http://hl7.org/fhir/R4/search.html#string.
 */
export function normaliseString(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  if (ASCII.test(text)) return text.toLowerCase().replace(BLANKS, ' ').trim();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .replace(SPECIAL, (letter) => LETTERS[letter]!)
    .replace(BLANKS, ' ')
    .trim()
    .normalize('NFC');
}
