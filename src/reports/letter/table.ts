import type { Markup } from './markup.ts';
import type { Block } from './model.ts';
import { linesOf, textOf } from './runs.ts';

type Table = Extract<Block, { kind: 'table' }>;

/** Columns and rows that one cell spans at most: what says more is a mistake. */
const MAX_SPAN = 50;
/** Columns of a table: what stands beyond comes into the last. Every row is as long as the longest. */
const MAX_COLUMNS = 64;

interface Row {
  readonly part: 'thead' | 'tbody' | 'tfoot';
  readonly cells: readonly Markup[];
}

/**
 * A table of a narrative: each row as long as the longest, an empty cell where another one reaches over it. Stray text
 * between the cells comes as a row of its own. A table without a row of headings has an empty `head`.
 */
export function readTable(element: Markup, caption: string): Table & { readonly title?: string } {
  const rows: Row[] = [];
  let title: string | undefined;
  const walk = (parent: Markup, part: Row['part']): void => {
    for (const child of parent.children) {
      if (typeof child === 'string') {
        if (child.trim() !== '') rows.push({ part, cells: [{ name: 'td', attributes: {}, children: [child] }] });
      } else if (child.name === 'thead' || child.name === 'tbody' || child.name === 'tfoot') walk(child, child.name);
      else if (child.name === 'tr') rows.push({ part, cells: cellsOf(child) });
      else if (child.name === 'caption') title = textOf(child) || undefined;
      else if (child.name !== 'colgroup' && child.name !== 'col') rows.push({ part, cells: [child] });
    }
  };
  walk(element, 'tbody');
  const filled = rows.filter(({ cells }) => cells.length > 0);
  const grid = layOut(filled);
  const heads = filled.findIndex((row) => !isHead(row));
  const isHeaded = heads > 0 || (heads < 0 && filled.length > 1);
  const last = filled.length - 1;
  const isFooted = filled[last]?.part === 'tfoot' && last > 0;
  return {
    kind: 'table',
    caption: title ?? caption,
    ...(title === undefined ? {} : { title }),
    head: isHeaded ? grid[0]! : [],
    rows: grid.slice(isHeaded ? 1 : 0, isFooted ? last : undefined),
    ...(isFooted ? { foot: grid[last]! } : {}),
  };
}

function isHead({ part, cells }: Row): boolean {
  return part === 'thead' || cells.every(({ name }) => name === 'th');
}

function cellsOf(row: Markup): Markup[] {
  return row.children.flatMap((child): Markup[] => {
    if (typeof child !== 'string') return [child];
    return child.trim() === '' ? [] : [{ name: 'td', attributes: {}, children: [child] }];
  });
}

function layOut(rows: readonly Row[]): string[][] {
  const grid: (string | undefined)[][] = rows.map(() => []);
  for (const [y, { cells }] of rows.entries()) {
    let x = 0;
    for (const cell of cells) {
      while (x < MAX_COLUMNS && grid[y]![x] !== undefined) x += 1;
      const words = linesOf({ name: 'cell', attributes: {}, children: [cell] });
      if (x === MAX_COLUMNS) {
        if (words !== '') grid[y]![x - 1] = `${grid[y]![x - 1] ?? ''} · ${words}`;
        continue;
      }
      const wide = Math.min(spanOf(cell.attributes.colspan), MAX_COLUMNS - x);
      const high = spanOf(cell.attributes.rowspan);
      for (let down = 0; down < high && y + down < rows.length; down++)
        for (let along = 0; along < wide; along++) grid[y + down]![x + along] ??= '';
      grid[y]![x] = words;
      x += wide;
    }
  }
  const width = Math.max(0, ...grid.map((row) => row.length));
  return grid.map((row) => Array.from({ length: width }, (_, x) => row[x] ?? ''));
}

function spanOf(value: string | undefined): number {
  const span = Number.parseInt(value ?? '1', 10);
  return Number.isNaN(span) || span < 1 ? 1 : Math.min(span, MAX_SPAN);
}
