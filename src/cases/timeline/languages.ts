import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import { VIETNAMESE } from './vietnamese.ts';
import type { Words } from './words.ts';

/** The languages in which a timeline is told; Chinese in simplified characters. */
export const TIMELINE_LANGUAGES = ['en', 'vi', 'zh'] as const;

export type TimelineLanguage = (typeof TIMELINE_LANGUAGES)[number];

const WORDS: Readonly<Record<TimelineLanguage, Words>> = { en: ENGLISH, vi: VIETNAMESE, zh: CHINESE };

export function wordsIn(language: TimelineLanguage): Words {
  return WORDS[language];
}

/** The language of a tag such as `vi-VN` or `zh-Hans`; undefined where the timeline is not told in it. */
export function readTimelineLanguage(tag: string): TimelineLanguage | undefined {
  const [primary] = tag.toLowerCase().split('-', 1);
  return TIMELINE_LANGUAGES.find((language) => language === primary);
}
