import bidiFactory from 'bidi-js';
import type { Bidi } from 'bidi-js';

/** The package's types name a default that its CommonJS module does not have: it is the function. */
const bidi = (bidiFactory as unknown as () => Bidi)();

/** Hebrew, Arabic and their neighbours, with their forms for compatibility, and the mark that stands for such a letter. */
const RIGHT_TO_LEFT = /[\u200F\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;
const RIGHT_TO_LEFT_LANGUAGES = /^(?:ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)(?:-|$)/i;

/** Whether a language (BCP 47) is written from right to left. */
export function isRightToLeft(language: string): boolean {
  return RIGHT_TO_LEFT_LANGUAGES.test(language);
}

/** Days and months as letters have them. */
const ISO_DATE = /(?<![\d-])\d{4}-\d\d(?:-\d\d)?(?![\d-])/g;

/**
 * The embedding level of each UTF-16 unit of a paragraph: odd ones run from right to left. A text without a letter of such
 * a script, e.g. a telephone number, runs from left to right in either paragraph. So does a date: behind an Arabic letter the algorithm
 * would turn its parts round, and 2027-03-12 be read as 12-03-2027. A full stop keeps numbers together, where a hyphen does not.
 * https://www.unicode.org/reports/tr9/
 */
export function levelsOf(text: string, rightToLeft: boolean): Uint8Array {
  if (!RIGHT_TO_LEFT.test(text)) return new Uint8Array(text.length);
  const kept = text.replace(ISO_DATE, (date) => date.replaceAll('-', '.'));
  return bidi.getEmbeddingLevels(kept, rightToLeft ? 'rtl' : 'ltr').levels;
}

/** The character that is drawn for this one where text runs from right to left, if it is another. */
export function mirrorOf(character: string): string | undefined {
  return bidi.getMirroredCharacter(character) ?? undefined;
}

/** The order in which stretches of these levels stand from left to right (rule L2), as indexes. */
export function visualOrder(levels: readonly number[]): number[] {
  const order = levels.map((_, index) => index);
  const lowest = Math.min(...levels.filter((level) => level % 2 === 1));
  for (let level = Math.max(0, ...levels); level >= lowest; level--) {
    for (let start = 0; start < order.length; start++) {
      if (levels[order[start]!]! < level) continue;
      let end = start;
      while (end < order.length && levels[order[end]!]! >= level) end++;
      const turned = order.slice(start, end).reverse();
      order.splice(start, turned.length, ...turned);
      start = end;
    }
  }
  return order;
}
