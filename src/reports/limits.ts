import type { Block, Letter, Section } from './letter.ts';

/** Characters of a section, of a field or an item of a list, and of a person's or an organisation's name. */
export const SECTION_LIMIT = 60_000;
export const FIELD_LIMIT = 5_000;
export const NAME_LIMIT = 200;
/** Paragraphs, items of lists and lines of persons in a section. */
export const PIECE_LIMIT = 500;
/** Stands where a text was cut; what follows it is in the structured report and the records beside it. */
export const SHORTENED = '(shortened; the full text is in the records of the case)';

/** Characters in a row without a place to break the line. */
const UNBROKEN = 80;
/**
 * That many characters of which none is a blank where a line may end whatever comes before and after: lines do not end
 * behind opening brackets, quotes and dashes nor before closing marks, blanks between or not.
 * https://www.unicode.org/reports/tr14/
 */
const STRETCH = new RegExp(
  `(?:[^\\n\\p{Zs}]|(?<=[\\p{Ps}\\p{Pi}\\p{Pf}"'\\u2014])\\p{Zs}|\\p{Zs}(?=[\\p{Pe}\\p{Po}\\p{Zs}])){${UNBROKEN}}(?=[^\\n])`,
  'gu',
);

/** What a section may still say. */
interface Room {
  characters: number;
  pieces: number;
}

/**
 * The letter with its texts cut at their limits, each cut announced by {@link SHORTENED}, and with line breaks in long
 * words: pdfkit needs time that grows with the square of a word's length.
 */
export function limitLetter(letter: Letter): Letter {
  return { title: shorten(letter.title, NAME_LIMIT), sections: letter.sections.map(limitSection) };
}

/** A text of at most `limit` characters and, where it was cut, the notice behind it. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // A character outside the basic plane is two units; its half is none.
  const kept = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept.trimEnd()}… ${SHORTENED}`;
}

function limitSection(section: Section): Section {
  const room: Room = { characters: SECTION_LIMIT, pieces: PIECE_LIMIT };
  const blocks: Block[] = [];
  for (const block of section.blocks) {
    if (spent(room)) return { ...section, blocks: [...blocks, { kind: 'paragraph', text: SHORTENED }] };
    blocks.push(limitBlock(block, room));
  }
  return { ...section, blocks };
}

function limitBlock(block: Block, room: Room): Block {
  switch (block.kind) {
    case 'paragraph':
    case 'notice':
      return { ...block, text: take(block.text, SECTION_LIMIT, room) };
    case 'fields':
      return { ...block, rows: block.rows.map(([label, value]) => [label, take(value, FIELD_LIMIT, room)] as const) };
    case 'list':
      return { ...block, items: takeAll(block.items, room) };
    case 'person':
      return { ...block, name: take(block.name, NAME_LIMIT, room), lines: takeAll(block.lines, room) };
  }
}

function takeAll(texts: readonly string[], room: Room): string[] {
  const taken: string[] = [];
  for (const text of texts) {
    if (spent(room)) return [...taken, SHORTENED];
    taken.push(take(text, FIELD_LIMIT, room));
  }
  return taken;
}

function take(text: string, limit: number, room: Room): string {
  const shown = shorten(text, Math.min(limit, room.characters));
  room.characters = Math.max(0, room.characters - shown.length);
  room.pieces--;
  return breakLongWords(shown);
}

function spent({ characters, pieces }: Room): boolean {
  return characters === 0 || pieces <= 0;
}

/** Breaks after the last blank of a stretch, else in the middle of its word. */
function breakLongWords(text: string): string {
  return text.replaceAll(STRETCH, (stretch) => {
    const end = stretch.search(/\p{Zs}[^\p{Zs}]*$/u) + 1;
    return end === 0 ? `${stretch}\n` : `${stretch.slice(0, end)}\n${stretch.slice(end)}`;
  });
}
