import type { Language } from '../language.ts';
import type { Texts } from './texts.ts';
import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import { VIETNAMESE } from './vietnamese.ts';

const TEXTS: Readonly<Record<Language, Texts>> = { en: ENGLISH, vi: VIETNAMESE, zh: CHINESE };

export function textsIn(language: Language): Texts {
  return TEXTS[language];
}
