import { textsOf } from '../letter/blocks.ts';
import type { Block, Letter, Run, Section } from '../letter/model.ts';

/** Characters of a section, of a field, a cell or an item of a list, and of a person's or an organisation's name. */
export const SECTION_LIMIT = 60_000;
export const FIELD_LIMIT = 5_000;
export const NAME_LIMIT = 200;
/** Paragraphs, items of lists, rows of tables and lines of persons in a section. */
export const PIECE_LIMIT = 500;
/** The same for all sections together: what a letter takes in time and memory has an end. Long sections give way to short ones. */
export const LETTER_LIMIT = 200_000;
export const LETTER_PIECE_LIMIT = 3_000;
/** Sections of a letter. The last one says what the report is not, and is kept. */
export const SECTIONS_LIMIT = 100;
/** Columns of a table; the texts of those beyond stand in the last. */
export const COLUMN_LIMIT = 8;

/** What a section may still say. */
interface Room {
  characters: number;
  pieces: number;
  /** Stands where a text was cut. */
  readonly notice: string;
}

/** The letter with its texts cut at their limits, each cut announced by `letter.shortened`. */
export function limitLetter(letter: Letter): Letter {
  const { shortened, programme } = letter;
  return {
    ...letter,
    title: shorten(letter.title, NAME_LIMIT, shortened),
    programme: { ...programme, name: shorten(programme.name, NAME_LIMIT, shortened) },
    sections: limitSections(letter.sections, shortened),
  };
}

function limitSections(given: readonly Section[], notice: string): Section[] {
  const sections =
    given.length <= SECTIONS_LIMIT
      ? given
      : [
          ...given.slice(0, SECTIONS_LIMIT - 2),
          { heading: notice, blocks: [{ kind: 'paragraph' as const, runs: [{ text: notice }] }] },
          ...given.slice(-1),
        ];
  const characters = sections.map(({ blocks }) => sum(blocks.flatMap(textsOf).map(({ length }) => length)));
  const pieces = sections.map(({ blocks }) => sum(blocks.map(countPieces)));
  const room: Room = {
    characters: shareOf(characters, SECTION_LIMIT, LETTER_LIMIT),
    pieces: shareOf(pieces, PIECE_LIMIT, LETTER_PIECE_LIMIT),
    notice,
  };
  return sections.map((section) => limitSection(section, { ...room }));
}

function countPieces(block: Block): number {
  switch (block.kind) {
    case 'list':
      return block.items.length;
    case 'fields':
    case 'table':
      return block.rows.length;
    case 'person':
      return block.lines.length;
    default:
      return 1;
  }
}

/** What each of these may have at most, so that all together have no more than `whole`: those that need little get it. */
function shareOf(needs: readonly number[], most: number, whole: number): number {
  let left = whole;
  for (const [index, need] of needs.toSorted((one, other) => one - other).entries()) {
    const share = Math.floor(left / (needs.length - index));
    if (need > share) return Math.min(most, share);
    left -= Math.min(need, most);
  }
  return most;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** A text of at most `limit` characters and, where it was cut, the notice behind it. */
function shorten(text: string, limit: number, notice: string): string {
  return text.length <= limit ? text : `${firstOf(text, limit).trimEnd()}… ${notice}`;
}

/** A character outside the basic plane is two units; its half is none. */
function firstOf(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
}

function limitSection(section: Section, room: Room): Section {
  const { notice } = room;
  const blocks: Block[] = [];
  const heading = shorten(section.heading, NAME_LIMIT, notice);
  for (const block of section.blocks) {
    if (spent(room)) {
      blocks.push({ kind: 'paragraph', runs: [{ text: notice }] });
      break;
    }
    blocks.push(limitBlock(block, room));
  }
  return { ...section, heading, blocks };
}

function limitBlock(block: Block, room: Room): Block {
  switch (block.kind) {
    case 'heading':
      return { ...block, text: take(block.text, NAME_LIMIT, room) };
    case 'paragraph':
      return { ...block, runs: takeRuns(block.runs, SECTION_LIMIT, room) };
    case 'notice':
      return { ...block, text: take(block.text, SECTION_LIMIT, room) };
    case 'fields':
      return {
        ...block,
        rows: takeAll(
          block.rows,
          room,
          ([label, value]) => [take(label, NAME_LIMIT, room), take(value, FIELD_LIMIT, room)] as const,
          ['', room.notice] as const,
        ),
      };
    case 'list':
      return {
        ...block,
        items: takeAll(block.items, room, (item) => takeRuns(item, FIELD_LIMIT, room), [{ text: room.notice }]),
      };
    case 'table':
      return limitTable(block, room);
    case 'person':
      return {
        ...block,
        name: take(block.name, NAME_LIMIT, room),
        lines: takeAll(block.lines, room, (line) => take(line, FIELD_LIMIT, room), room.notice),
      };
  }
}

function limitTable(table: Extract<Block, { kind: 'table' }>, room: Room): Block {
  const columns = Math.min(table.head.length, COLUMN_LIMIT);
  const fold = (cells: readonly string[]): string[] => [
    ...cells.slice(0, columns - 1),
    cells.slice(columns - 1).join(' · '),
  ];
  const row = (cells: readonly string[]): string[] => fold(cells).map((cell) => take(cell, FIELD_LIMIT, room));
  const [head, foot] = [row(table.head), table.foot && row(table.foot)];
  return { ...table, head, rows: takeAll(table.rows, room, row, [room.notice]), ...(foot && { foot }) };
}

/** Those that there is room for, and the notice in the place of the rest. */
function takeAll<T, U>(given: readonly T[], room: Room, limit: (one: T) => U, notice: U): U[] {
  const taken: U[] = [];
  for (const one of given) {
    if (spent(room)) return [...taken, notice];
    taken.push(limit(one));
  }
  return taken;
}

function takeRuns(runs: readonly Run[], limit: number, room: Room): Run[] {
  const taken: Run[] = [];
  let left = Math.min(limit, room.characters);
  room.pieces--;
  for (const run of runs) {
    const shown = left < run.text.length ? `${firstOf(run.text, left).trimEnd()}… ${room.notice}` : run.text;
    if (shown !== '') taken.push({ ...run, text: shown });
    left -= run.text.length;
    room.characters = Math.max(0, room.characters - run.text.length);
    if (left < 0) break;
  }
  return taken;
}

function take(text: string, limit: number, room: Room): string {
  return takeRuns([{ text }], limit, room)[0]?.text ?? '';
}

function spent({ characters, pieces }: Room): boolean {
  return characters === 0 || pieces <= 0;
}
