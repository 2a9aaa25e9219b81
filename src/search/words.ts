import { normaliseString } from './normalise-string.ts';
import { paramKey } from './param-key.ts';

/** What the words of a record are looked for in: its narrative (`_text`), or all of it (`_content`). */
export type WordScope = '_text' | '_content';

/** Whether a search parameter is answered from words; those have no expression. */
export function isWordScope(code: string): code is WordScope {
  return code === '_text' || code === '_content';
}

/** The distinct words of a record, bounded. */
export type Words = Readonly<Record<WordScope, readonly string[]>>;

/** Characters of a word that count. */
const MAX_LENGTH = 64;

/** Invisible, and no border of a word: soft hyphen, zero-width space and joiners. */
const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;
const PLAIN = /^[\x20-\x7e]*$/;
const PLAIN_WORDS = /[a-z0-9]+/g;
const WORDS = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** Scripts that are written without spaces, and Korean, where endings grow on to words. */
const UNSPACED =
  /[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]+/u;
const RUNS = new RegExp(`${UNSPACED.source}|(?:(?!${UNSPACED.source}).)+`, 'gsu');

/**
 * The words of a text as an index has them, normalised, in their order and with repetitions. Where words are not parted
 * by spaces, each character and each pair of neighbours stands for one.
 */
export function indexedWords(text: string): string[] {
  return cut(text, (run) => {
    const characters = Array.from(run);
    return [...characters, ...pairs(characters)];
  });
}

/** The words that a text has to have in its index to hold what is asked for. */
export function askedWords(text: string): string[] {
  return cut(text, (run) => {
    const characters = Array.from(run);
    return characters.length === 1 ? characters : pairs(characters);
  });
}

function cut(text: string, cutRun: (run: string) => string[]): string[] {
  if (PLAIN.test(text)) return (text.toLowerCase().match(PLAIN_WORDS) ?? []).map(shorten);
  const words = normaliseString(text.replace(INVISIBLE, '')).match(WORDS) ?? [];
  return words.flatMap((word) => {
    if (!UNSPACED.test(word)) return shorten(word);
    return word.match(RUNS)!.flatMap((run) => (UNSPACED.test(run) ? cutRun(run) : shorten(run)));
  });
}

function pairs(characters: readonly string[]): string[] {
  return characters.slice(1).map((character, n) => characters[n]! + character);
}

function shorten(word: string): string {
  return word.length <= MAX_LENGTH ? word : Array.from(word).slice(0, MAX_LENGTH).join('');
}

/**
 * What all lexemes of one reader, type and scope begin with. Should two of them ever have the same number, a search looks
 * at a few rows for nothing: the rows say whose they are. It is stored, so it must never change.
 */
export function lexemePrefix(reader: string, type: string, scope: WordScope): string {
  return `${(paramKey(`${reader} ${type}`, scope) >>> 0).toString(36)}:`;
}
