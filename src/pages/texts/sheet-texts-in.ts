import { findTag } from '../../base/index.ts';
import { SHEET_ARABIC } from './sheet-arabic.ts';
import { SHEET_CHINESE } from './sheet-chinese.ts';
import { SHEET_ENGLISH } from './sheet-english.ts';
import { SHEET_LANGUAGES } from './sheet-texts.ts';
import type { SheetLanguage, SheetTexts } from './sheet-texts.ts';
import { SHEET_VIETNAMESE } from './sheet-vietnamese.ts';

const TEXTS: Readonly<Record<SheetLanguage, SheetTexts>> = {
  en: SHEET_ENGLISH,
  vi: SHEET_VIETNAMESE,
  zh: SHEET_CHINESE,
  ar: SHEET_ARABIC,
};

/** English where there are none in the language. */
export function sheetTextsIn(tag: string): { readonly language: SheetLanguage; readonly texts: SheetTexts } {
  const language = findTag(tag, SHEET_LANGUAGES) ?? 'en';
  return { language, texts: TEXTS[language] };
}
