const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const QUARTERS: Readonly<Record<string, string>> = { '¼': '25', '½': '5', '¾': '75' };
/** Marks of direction, joiners, soft hyphens and all else that is not drawn; the Arabic stretch and vowel signs, which are not said. */
const UNSAID = /[\p{Default_Ignorable_Code_Point}\u0640\u064b-\u0652\u0670]/gu;
/** Digits of all scripts but ours. */
const DIGITS = /(?![0-9])\p{Nd}/gu;
/** Numbers in dark circles, which have no plain form of their own: from which on, and of what number. */
const CIRCLED: readonly (readonly [first: number, last: number, value: number])[] = [
  [0x24eb, 0x24f4, 11],
  [0x2776, 0x277f, 1],
  [0x2780, 0x2789, 1],
  [0x278a, 0x2793, 1],
  [0x3021, 0x3029, 1],
];
/** Numerals of contracts and bills; alone, some of them are other words. */
const FORMAL = '壹贰叁肆伍陆柒捌玖拾佰仟貳參陸';
const PLAIN = '一二三四五六七八九十百千二三六';

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
    .replace(DIGITS, digitOf)
    .replace(/[\u24eb-\u24f4\u2776-\u2793\u3021-\u3029]/g, (sign) => ` ${numberIn(sign)} `)
    .replace(/[零〇壹贰叁肆伍陆柒捌玖拾佰仟貳參陸]{2,}/g, (run) => run.replace(/[^零〇]/g, plainNumeral))
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

/** The digits of a script stand one behind the other, from its zero. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0)!;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}

function numberIn(sign: string): number {
  const code = sign.charCodeAt(0);
  const [first = code, , value = 0] = CIRCLED.find(([from, to]) => code >= from && code <= to) ?? [];
  return code - first + value;
}

function plainNumeral(numeral: string): string {
  return PLAIN[FORMAL.indexOf(numeral)] ?? numeral;
}

function digitOfPower(character: string): string {
  return String(SUPERSCRIPTS.indexOf(character));
}
