import { readBlocks } from './drift/narrative.ts';

/** The text of a narrative (XHTML), with every stretch of blanks as one. */
export function wordsOf(div: string): string {
  return fold(
    readBlocks(div)
      .map(({ text }) => text)
      .join(' '),
  );
}

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
