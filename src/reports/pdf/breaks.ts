const BLANK = /[ \u2000-\u2006\u2008-\u200A\u205F\u3000]/;
const WIDE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}\p{sc=Hang}\u3000-\u303F\uFF00-\uFFEF]/u;
/** Never at the start of a line. */
const NO_START =
  /[\p{M}\p{Pe}\p{Pf},.;:?!%\u00B0\u00B7\u2014\u2026\u2030\u2103\u3001\u3002\u3005\u30FB\u30FC\uFF01\uFF05\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF5E\u060C\u061B\u061F]/u;
/** Never at the end of a line. */
const NO_END = /[\p{Ps}\p{Pi}#$\u00A3\u00A5\uFF03\uFF04\uFFE5]/u;
const LETTER = /\p{L}/u;
const JOINED = /[\p{M}\u200C\u200D]/u;

/** Characters of a word that are measured at once; a longer one may be parted after each so many. */
const LONGEST_WORD = 48;

/**
 * Where lines of a text may end, as indexes into its characters (code points): behind blanks, between Chinese characters
 * by the usual rules (no closing mark at a line's start, no opening one at its end), behind a hyphen between letters, and
 * within words that are longer than any. A short form of https://www.unicode.org/reports/tr14/
 */
export function breaksOf(characters: readonly string[]): number[] {
  const breaks: number[] = [];
  let last = 0;
  for (let index = 1; index < characters.length; index++) {
    if (!mayBreak(characters, index) && (index - last < LONGEST_WORD || JOINED.test(characters[index]!))) continue;
    breaks.push(index);
    last = index;
  }
  return breaks;
}

export function isBlank(character: string): boolean {
  return BLANK.test(character);
}

function mayBreak(characters: readonly string[], index: number): boolean {
  const [before, after] = [characters[index - 1]!, characters[index]!];
  if (isBlank(after)) return false;
  // A mark alone at a line's start looks lost, also where its language sets a blank before it.
  if (isBlank(before)) return !NO_START.test(after) || LETTER.test(characters[index + 1] ?? '');
  if (NO_START.test(after) || NO_END.test(before)) return false;
  if (WIDE.test(before) || WIDE.test(after)) return true;
  return before === '-' && LETTER.test(after) && LETTER.test(characters[index - 2] ?? '');
}
