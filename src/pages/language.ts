import { chooseTag } from '../base/index.ts';

/** The languages in which the pages are written; Chinese in simplified characters. */
export type Language = 'en' | 'vi' | 'zh';

/** The tag of each for `lang` and for `Content-Language` (BCP 47). */
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', vi: 'vi', zh: 'zh-Hans' };

/** What each is called by its readers. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', vi: 'Tiếng Việt', zh: '中文' };

const LANGUAGES: readonly Language[] = ['en', 'vi', 'zh'];

/** Of a list of wishes, nothing after this many is looked at. */
const MOST_TAGS = 50;

/**
 * The language that a browser asks for by `Accept-Language`: any kind of Chinese gets simplified characters; English when
 * nothing fits.
 */
export function chooseLanguage(acceptLanguage: string | undefined): Language {
  return chooseTag(acceptLanguage, LANGUAGES) ?? 'en';
}

/** The first language of a list such as `fr-CA vi en` that the pages are written in, as apps wish for one (`ui_locales`). */
export function readLanguage(tags: string): Language | undefined {
  const languages = tags.split(' ', MOST_TAGS).map((tag) => tag.toLowerCase().split('-', 1)[0]);
  return languages.find(isLanguage);
}

function isLanguage(text: string | undefined): text is Language {
  return text !== undefined && Object.hasOwn(LANGUAGE_TAGS, text);
}
