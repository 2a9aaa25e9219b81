import type { CaseEventType } from '../case.ts';
import type { Service, TaskKind } from '../catalogue.ts';
import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import type { Holder } from '../state.ts';
import type { BusinessStatus } from '../states.ts';
import { VIETNAMESE } from './vietnamese.ts';

/** The languages in which a timeline is told; Chinese in simplified characters. */
export const TIMELINE_LANGUAGES = ['en', 'vi', 'zh'] as const;

export type TimelineLanguage = (typeof TIMELINE_LANGUAGES)[number];

/**
 * What a timeline says in one language. In a sentence, `{kind}`, `{service}`, `{status}`, `{why}`, `{when}` and `{part}`
 * stand for more that an event may tell: filled in behind `joint`, or left out.
 */
export interface Words {
  readonly events: Readonly<Record<CaseEventType, string>>;
  readonly statuses: Readonly<Record<BusinessStatus, string>>;
  readonly kinds: Readonly<Record<TaskKind, string>>;
  /** By the codes of `SERVICES`. */
  readonly services: Readonly<Record<Service['code'], string>>;
  /** By the codes of `STATUS_REASONS`. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly parts: Readonly<Record<string, string>>;
  /** `{days}`: a number with at most one decimal. */
  readonly held: Readonly<Record<Holder, string>>;
  /** Between a sentence and what is added to it. */
  readonly joint: string;
  /** Of dates and numbers (BCP 47). */
  readonly locale: string;
}

const WORDS: Readonly<Record<TimelineLanguage, Words>> = { en: ENGLISH, vi: VIETNAMESE, zh: CHINESE };

export function wordsIn(language: TimelineLanguage): Words {
  return WORDS[language];
}

/** The language of a tag such as `vi-VN` or `zh-Hans`; undefined where the timeline is not told in it. */
export function readTimelineLanguage(tag: string): TimelineLanguage | undefined {
  const [primary] = tag.toLowerCase().split('-', 1);
  return TIMELINE_LANGUAGES.find((language) => language === primary);
}
