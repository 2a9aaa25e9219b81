import { createRequire } from 'node:module';

/** The scripts that the house has a family of fonts for; `latin` shows Greek, Cyrillic and Vietnamese, too. */
export type Family = 'latin' | 'chinese' | 'arabic';

/** A font of the house. */
export type FontName =
  | `${Family}-${'regular' | 'bold'}`
  /** The other scripts have no slanted form. */
  | 'latin-italic'
  | 'latin-bold-italic';

/**
 * Gives the bytes of a TrueType or OpenType font, or undefined where the house has none of that name. Asked only for what
 * a letter needs. The same array for the same name lets the next letter use what was read of the font for this one.
 */
export type LetterFonts = (name: FontName) => Uint8Array | undefined;

/** Where fonts are: paths of TrueType or OpenType files. */
export type FontFiles = Readonly<Record<FontName, string>>;

const require = createRequire(import.meta.url);

/** The files of the fonts that the house comes with, for who reads files. */
export function fontFiles(): FontFiles {
  return {
    'latin-regular': fileIn(require.resolve('@embedpdf/fonts-latin'), 'NotoSans-Regular.ttf'),
    'latin-bold': fileIn(require.resolve('@embedpdf/fonts-latin'), 'NotoSans-Bold.ttf'),
    'latin-italic': fileIn(require.resolve('@embedpdf/fonts-latin'), 'NotoSans-Italic.ttf'),
    'latin-bold-italic': fileIn(require.resolve('@embedpdf/fonts-latin'), 'NotoSans-BoldItalic.ttf'),
    'chinese-regular': fileIn(require.resolve('@embedpdf/fonts-sc'), 'NotoSansHans-Regular.otf'),
    'chinese-bold': fileIn(require.resolve('@embedpdf/fonts-sc'), 'NotoSansHans-Bold.otf'),
    'arabic-regular': fileIn(require.resolve('@embedpdf/fonts-arabic'), 'NotoNaskhArabic-Regular.ttf'),
    'arabic-bold': fileIn(require.resolve('@embedpdf/fonts-arabic'), 'NotoNaskhArabic-Bold.ttf'),
  };
}

/** The packages name their code alone, which stands in a folder beside the fonts. */
function fileIn(code: string, file: string): string {
  return code.replace(/dist[\\/][^\\/]+$/, `fonts/${file}`);
}
