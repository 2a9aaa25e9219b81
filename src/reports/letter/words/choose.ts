import { arabic } from './ar.ts';
import { english } from './en.ts';
import { vietnamese } from './vi.ts';
import type { Words } from './words.ts';
import { chinese } from './zh.ts';

const ALL: readonly Words[] = [english, vietnamese, chinese, arabic];

/** The words for a BCP 47 tag, by its language alone ("zh-Hans-CN" → Chinese); English where there are none. */
export function chooseWords(tag: string): Words {
  const [language] = tag.toLowerCase().split('-', 1);
  return ALL.find((words) => words.language === language) ?? english;
}

/** A language by its name in the language of the words; the tag itself where it names none. */
export function languageName(words: Words, tag: string): string {
  try {
    return new Intl.DisplayNames([words.language], { type: 'language', fallback: 'code' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
