import type { Block, Letter, Run, Section } from '../letter/model.ts';

/** Characters of a section, of a field, a cell or an item of a list, and of a person's or an organisation's name. */
export const SECTION_LIMIT = 60_000;
export const FIELD_LIMIT = 5_000;
export const NAME_LIMIT = 200;
/** Paragraphs, items of lists, rows of tables and lines of persons in a section. */
export const PIECE_LIMIT = 500;
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
    sections: letter.sections.map((section) => limitSection(section, shortened)),
  };
}

/** A text of at most `limit` characters and, where it was cut, the notice behind it. */
function shorten(text: string, limit: number, notice: string): string {
  return text.length <= limit ? text : `${firstOf(text, limit).trimEnd()}… ${notice}`;
}

/** A character outside the basic plane is two units; its half is none. */
function firstOf(text: string, limit: number): string {
  return text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
}

function limitSection(section: Section, notice: string): Section {
  const room: Room = { characters: SECTION_LIMIT, pieces: PIECE_LIMIT, notice };
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
