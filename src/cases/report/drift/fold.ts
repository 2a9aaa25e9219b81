const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const QUARTERS: Readonly<Record<string, string>> = { '¼': '25', '½': '5', '¾': '75' };
/** Marks of direction, joiners, soft hyphens, the Arabic stretch and vowel signs: drawn, but not said. */
const UNSAID = /[\u00ad\u061c\u0640\u064b-\u0652\u0670\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/**
 * One spelling for what is the same in print: compatibility forms (NFKC), the digits of all scripts, dashes, Arabic letters
 * that are written with or without their signs. Powers keep a mark of their own (`10^9`), so that they do not become 109;
 * `٫` stays the decimal mark and `٬` the mark of thousands, as both can mean nothing else.
 */
export function foldText(text: string): string {
  return text
    .replace(/⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g, (power) => `^${power.replaceAll('⁻', '-').replace(/[^-]/g, digitOfPower)}`)
    .replace(/(\d?)([¼½¾])/g, (_, whole: string, part: string) => `${whole || '0'}٫${QUARTERS[part]!}`)
    .replace(/(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, '٬')
    .replaceAll('，', ', ')
    .normalize('NFKC')
    .replace(UNSAID, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replaceAll('ة', 'ه')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll('٪', '%')
    .replace(/[‐‑‒–—―−]/g, '-')
    .replaceAll('〜', '~')
    .replaceAll('⁄', '/')
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/(?<=[\d\s)])[xX](?=\s?\d)/g, '×')
    .replace(/(?<=\d\s?)G\/L(?![\w/])/g, '×10^9/L')
    .replace(/(?<=\d\s?)T\/L(?![\w/])/g, '×10^12/L');
}

function digitOfPower(character: string): string {
  return String(SUPERSCRIPTS.indexOf(character));
}
