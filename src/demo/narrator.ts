import { styleText } from 'node:util';

/** A call and its answer, as the story has it. */
export interface Told {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Milliseconds until the whole answer was there. */
  readonly ms: number;
  /** A resource, or what else was in the answer. */
  readonly body: unknown;
}

export interface NarratorOptions {
  readonly print: (line: string) => void;
  readonly colour: boolean;
}

export interface Narrator {
  title(text: string, under: readonly string[]): void;
  chapter(text: string): void;
  /** One line: who, method, URL, status, time. `asked`: how often, when it was more than once. */
  call(who: string, told: Told, fine: boolean, asked?: number): void;
  /** What came of the call before; wrapped. */
  note(text: string): void;
  /** A block as it is: commands to be copied must not be wrapped. */
  block(lines: readonly string[]): void;
  failure(text: string): void;
}

const WIDTH = 100;
const WHO = 12;
const METHOD = 5;
const URL_WIDTH = 65;
const INDENT = ' '.repeat(3 + WHO);

type Style = Parameters<typeof styleText>[0];

/** Tells the story as text of 100 columns. */
export function createNarrator({ print, colour }: NarratorOptions): Narrator {
  const paint = (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  let chapters = 0;
  return {
    title(text, under) {
      print(paint('bold', text));
      for (const one of under) print(one);
    },
    chapter(text) {
      chapters += 1;
      print('');
      print(paint('bold', `${String(chapters)}. ${text}`));
    },
    call(who, told, fine, asked = 1) {
      const { method, status, ms } = told;
      const url = shortenUrl(told.url);
      const head = `   ${who.padEnd(WHO)}${method.padEnd(METHOD)}${url.padEnd(URL_WIDTH)}`;
      print(`${head} ${paint(fine ? 'green' : 'red', String(status))} ${`${ms.toFixed(0)} ms`.padStart(8)}`);
      if (asked > 1) this.note(`asked ${String(asked)} times until it was there`);
    },
    note(text) {
      for (const one of wrap(text, WIDTH - INDENT.length - 2)) print(paint('dim', `${INDENT}  ${one}`));
    },
    block(lines) {
      for (const one of lines) print(one);
    },
    failure(text) {
      for (const one of wrap(text, WIDTH - 3)) print(paint('red', `   ${one}`));
    },
  };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{6}([0-9a-f]{6})/g;
const LONG_ID = /\b[0-9a-f]{34}([0-9a-f]{6})\b/g;

/** Path and query as a reader needs them: decoded, ids by their ends (their beginnings are the time, and all alike). */
export function shortenUrl(url: string): string {
  const { pathname, search } = new URL(url);
  const short = decodeURIComponent(pathname + search)
    .replace(UUID, '…$1')
    .replace(LONG_ID, '…$1');
  return short.length <= URL_WIDTH ? short : `${short.slice(0, URL_WIDTH - 1)}…`;
}

/** Breaks a text at blanks into lines of at most `width` characters; a longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
