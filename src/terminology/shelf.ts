import type { HeldByKind, HeldKind, HeldLine } from './held.ts';

/** What is held, by kind and address. A line is parsed when it is first asked for. */
export interface Shelf {
  find<K extends HeldKind>(kind: K, url: string): HeldByKind[K] | undefined;
  /** Addresses of all that are held of a kind. */
  urls(kind: HeldKind): readonly string[];
}

const LINE_END = 10;
const QUOTE = 34;

/**
 * Opens `r4-terminology.ndjson`; the additions come before it where both have the same address. Only the beginnings of
 * the lines are read here, so that starting stays quick.
 */
export function openShelf(bytes: Uint8Array, additions: readonly HeldLine[]): Shelf {
  const places = indexLines(bytes);
  const added = new Map(additions.map((line) => [keyOf(line[0], line[1]), line]));
  const urls = [...new Set([...added.keys(), ...places.keys()])];
  return {
    find: <K extends HeldKind>(kind: K, url: string) => {
      const key = keyOf(kind, url);
      const place = places.get(key);
      const line = added.get(key) ?? (place && parseLine(bytes, place));
      return line?.[2] as HeldByKind[K] | undefined;
    },
    urls: (kind) => urls.filter((key) => key.startsWith(`${kind} `)).map((key) => key.slice(kind.length + 1)),
  };
}

type Place = readonly [start: number, end: number];

function keyOf(kind: string, url: string): string {
  return `${kind} ${url}`;
}

/** Addresses hold nothing that JSON escapes, so each ends at the next quotation mark. */
function indexLines(bytes: Uint8Array): Map<string, Place> {
  const decoder = new TextDecoder();
  const places = new Map<string, Place>();
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_END, start);
    const afterKind = bytes.indexOf(QUOTE, start + 2);
    const beforeUrl = bytes.indexOf(QUOTE, afterKind + 1) + 1;
    const kind = decoder.decode(bytes.subarray(start + 2, afterKind));
    const url = decoder.decode(bytes.subarray(beforeUrl, bytes.indexOf(QUOTE, beforeUrl)));
    places.set(keyOf(kind, url), [start, end]);
    start = end + 1;
  }
  return places;
}

function parseLine(bytes: Uint8Array, [start, end]: Place): HeldLine {
  return JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))) as HeldLine;
}
