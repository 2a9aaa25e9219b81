import { readCoverage } from './coverage.ts';
import type { Fonts } from './input.ts';

/** Stands for a character that the fonts cannot show. */
export const UNSHOWN = '\uFFFD';

/** Signs that doses and findings depend on, for fonts without them. */
const SPELLED: ReadonlyMap<string, string> = new Map([
  ['≥', '>='],
  ['⩾', '>='],
  ['≤', '<='],
  ['⩽', '<='],
  ['≠', '!='],
  ['≈', '~'],
  ['≃', '~'],
  ['→', '->'],
  ['⇒', '=>'],
  ['←', '<-'],
  ['↔', '<->'],
  ['↑', '(up)'],
  ['↓', '(down)'],
  ['−', '-'],
  ['‑', '-'],
  ['∅', '(diameter)'],
  ['⌀', '(diameter)'],
  ['\t', '    '],
  ['\u00A0', ' '],
  ['\u202F', ' '],
]);

/** Has no shape of its own: nothing is lost when it is left out. */
const SHAPELESS = /[\p{Cc}\p{Cf}]/u;

/**
 * A function that turns a text into one that both fonts can show: composed (NFC, since loose accents would stand beside
 * their letters), signs without a glyph spelled out, and {@link UNSHOWN} for all else. A missing glyph would come as an
 * empty box, and "dose □ 5 mg" must never be printed.
 */
export function speller(fonts: Fonts): (text: string) => string {
  const covered = readCoverage(fonts.regular).intersection(readCoverage(fonts.bold));
  return (text) => {
    let shown = '';
    for (const character of text.normalize('NFC')) {
      if (character === '\n' || covered.has(character.codePointAt(0)!)) shown += character;
      else shown += SPELLED.get(character) ?? (SHAPELESS.test(character) ? '' : UNSHOWN);
    }
    return shown;
  };
}
