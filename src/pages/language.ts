/** The languages in which the pages are written; Chinese in simplified characters. */
export type Language = 'en' | 'vi' | 'zh';

/** The tag of each for `lang` and for `Content-Language` (BCP 47). */
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', vi: 'vi', zh: 'zh-Hans' };

/** What each is called by its readers. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', vi: 'Tiếng Việt', zh: '中文' };

/** A browser sends about ten ranges; nothing after this many is looked at. */
const MOST_RANGES = 50;

/**
 * The language that a browser asks for by `Accept-Language`: the highest weight wins, the first among equals; any kind of
 * Chinese gets simplified characters; English when nothing fits.
 * https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4
 */
export function chooseLanguage(acceptLanguage: string | undefined): Language {
  let best: Language = 'en';
  let bestWeight = 0;
  const refused = new Set<Language>();
  const wishes = (acceptLanguage ?? '').split(',', MOST_RANGES).map(parseRange);
  for (const { language, weight } of wishes) if (isLanguage(language) && weight === 0) refused.add(language);
  for (const { language, weight } of wishes) {
    const chosen = language === '*' ? firstBut(refused) : language;
    if (!isLanguage(chosen) || weight <= bestWeight) continue;
    best = chosen;
    bestWeight = weight;
  }
  return best;
}

/** The first language of a list such as `fr-CA vi en` that the pages are written in, as apps wish for one (`ui_locales`). */
export function readLanguage(tags: string): Language | undefined {
  const languages = tags.split(' ', MOST_RANGES).map((tag) => tag.toLowerCase().split('-', 1)[0]);
  return languages.find(isLanguage);
}

/** `zh-Hant-TW;q=0.8` → zh, 0.8. A weight that is no weight counts as none. */
function parseRange(range: string): { language: string | undefined; weight: number } {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const weight = q === undefined ? 1 : /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(q) ? Number(q) : 0;
  return { language: tag.split('-', 1)[0], weight };
}

function isLanguage(text: string | undefined): text is Language {
  return text !== undefined && Object.hasOwn(LANGUAGE_TAGS, text);
}

function firstBut(refused: ReadonlySet<Language>): Language | undefined {
  return (['en', 'vi', 'zh'] as const).find((language) => !refused.has(language));
}
