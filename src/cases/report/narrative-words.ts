import { readBlocks } from './drift/narrative.ts';

/** The text of a narrative (XHTML), with every stretch of blanks as one; empty where there is no letter or number to be seen. */
export function wordsOf(div: string): string {
  const words = fold(
    readBlocks(div)
      .map(({ text }) => text)
      .join(' '),
  );
  return /[\p{L}\p{N}]/u.test(words.replace(UNSEEN, '')) ? words : '';
}

/** Of these some count as letters. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/** Two texts that look the same are the same. */
export function fold(words: string): string {
  return words.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** Whether `words` hold `part`, however both are broken into lines and marked up. */
export function holds(words: string, part: string): boolean {
  return squeeze(words).includes(squeeze(part));
}

function squeeze(words: string): string {
  return words.normalize('NFC').replace(/\s+/g, '');
}
