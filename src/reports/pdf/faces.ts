import type { Family, FontName, LetterFonts } from './fonts.ts';
import { openTypeface } from './typeface.ts';
import type { Typeface } from './typeface.ts';

/** A font in use, with the room that its lines take above and below the baseline (in ems of the text around). */
export interface Face extends Metrics {
  readonly name: FontName;
  readonly typeface: Typeface;
}

interface Metrics {
  /** Its size beside that of the text around. */
  readonly scale: number;
  readonly ascent: number;
  readonly descent: number;
}

export interface Style {
  readonly bold?: true;
  readonly italic?: true;
}

export interface Faces {
  /** The face that shows a character in a text of this language (BCP 47); undefined if none does. */
  pick(character: string, language: string, style?: Style): Face | undefined;
  /** As {@link pick}, of one family. */
  of(family: Family, style?: Style): Face | undefined;
}

/** Naskh letters are small beside Latin ones of the same size; Chinese ones want more air. */
export const METRICS: Readonly<Record<Family, Metrics>> = {
  latin: { scale: 1, ascent: 1.069, descent: 0.293 },
  chinese: { scale: 1, ascent: 1.14, descent: 0.4 },
  arabic: { scale: 1.2, ascent: 1.28, descent: 0.58 },
};

const ARABIC = /[\u0600-\u06FF\u0750-\u077F\u0870-\u08FF\uFB50-\uFDFF\uFE70-\uFEFC\u200C\u200D]/;
const EAST_ASIAN = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}\u3000-\u303F\uFF00-\uFFEF]/u;
/** Marks that Latin has, too; in Chinese they are as wide as its letters. */
const WIDE_IN_CHINESE = /[\u00B7\u2014\u2018\u2019\u201C\u201D\u2026]/;

/** Opens fonts as they are needed. */
export function openFaces(fonts: LetterFonts): Faces {
  const faces = new Map<FontName, Face | undefined>();
  const open = (family: Family, name: FontName): Face | undefined => {
    if (!faces.has(name)) {
      const bytes = fonts(name);
      faces.set(name, bytes && { name, typeface: openTypeface(bytes, family), ...METRICS[family] });
    }
    return faces.get(name);
  };
  const of = (family: Family, { bold, italic }: Style = {}): Face | undefined => {
    const weight = bold ? 'bold' : 'regular';
    if (!italic || family !== 'latin') return open(family, `${family}-${weight}`);
    return open(family, bold ? 'latin-bold-italic' : 'latin-italic') ?? open(family, `latin-${weight}`);
  };
  const pick = (character: string, language: string, style?: Style): Face | undefined => {
    const codePoint = character.codePointAt(0)!;
    for (const family of familiesFor(character, language)) {
      const face = of(family, style);
      if (face?.typeface.coverage.has(codePoint)) return face;
    }
    return undefined;
  };
  return { pick, of };
}

const LATIN_FIRST = ['latin', 'chinese'] as const;
const CHINESE_FIRST = ['chinese', 'latin'] as const;
const ARABIC_FIRST = ['arabic', 'latin'] as const;

function familiesFor(character: string, language: string): readonly Family[] {
  if (character <= '\u007F') return LATIN_FIRST;
  if (ARABIC.test(character)) return ARABIC_FIRST;
  if (EAST_ASIAN.test(character)) return CHINESE_FIRST;
  return language.startsWith('zh') && WIDE_IN_CHINESE.test(character) ? CHINESE_FIRST : LATIN_FIRST;
}
