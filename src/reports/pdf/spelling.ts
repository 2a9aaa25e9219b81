import type { Faces } from './faces.ts';

/** Stands for a character that no font shows. */
export const UNSHOWN = '\uFFFD';

/** Signs that doses and findings depend on, where no font has them. */
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
  ['☐', '[ ]'],
  ['☑', '[x]'],
  ['☒', '[x]'],
  ['✓', '[x]'],
  ['\t', '    '],
  ['\u00A0', ' '],
  ['\u202F', ' '],
]);

/** Has no shape of its own: nothing is lost when it is left out. */
const SHAPELESS = /[\p{Cc}\p{Cf}]/u;
/** Say in which direction text runs (marks and isolates, no overrides); seen by the layout and never drawn. */
const FORMAT = /[\u061C\u200E\u200F\u2066-\u2069]/;
/** Keep Arabic letters from joining, or make them. */
const JOINERS = /[\u200C\u200D]/;

export function isFormat(character: string): boolean {
  return FORMAT.test(character);
}

/**
 * A function that turns a text into one that the faces show: composed (NFC, since loose accents would stand beside their
 * letters), signs without a glyph spelled out, and {@link UNSHOWN} for all else. A missing glyph would come as an empty
 * box, and "dose □ 5 mg" must never be printed.
 */
export function speller(faces: Faces): (text: string, language: string) => string {
  const known = new Map<string, string>();
  const spell = (character: string, language: string): string => {
    if (character === '\n' || FORMAT.test(character)) return character;
    if (SHAPELESS.test(character) && !JOINERS.test(character)) return SPELLED.get(character) ?? '';
    if (faces.pick(character, language) !== undefined) return character;
    return SPELLED.get(character) ?? (SHAPELESS.test(character) ? '' : UNSHOWN);
  };
  return (text, language) => {
    let shown = '';
    for (const character of text.normalize('NFC')) {
      const spelled = known.get(character) ?? spell(character, language);
      known.set(character, spelled);
      shown += spelled;
    }
    return shown;
  };
}
