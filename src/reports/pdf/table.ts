import type { Block } from '../letter/model.ts';
import { isRightToLeft } from './bidi.ts';
import { heightOf } from './lines.ts';
import { countFitting, drawAt, makeRoom, pageRoom, roomLeft, setText, turnPage, wholeFrame } from './sheet.ts';
import type { Frame, SetText, Sheet, Structure } from './sheet.ts';
import { CELL, INK, RULE, SMALL, TINT } from './style.ts';
import type { SetBlock } from './tagged.ts';

type Table = Extract<Block, { kind: 'table' }>;

interface Row {
  readonly cells: readonly SetText[];
  readonly kind: 'head' | 'body' | 'foot';
}

/** A table's columns on the page. */
interface Grid {
  readonly frame: Frame;
  readonly columns: readonly Frame[];
  readonly amounts: ReadonlySet<number>;
}

const AFTER = 8;
/** No column is narrower, whatever the others say. */
const NARROWEST = 34;

/** Breaks a table's lines; its head comes again on each page, and a row goes on there only if no page has room for it. */
export function setTable(sheet: Sheet, table: Table): SetBlock {
  const frame = wholeFrame(sheet);
  const grid: Grid = {
    frame,
    columns: placeColumns(frame, columnWidths(sheet, table, frame.width), sheet.language),
    amounts: new Set(table.amounts),
  };
  const setRow = (cells: readonly string[], kind: Row['kind']): Row => ({
    kind,
    cells: grid.columns.map(({ width }, index) => setCell(sheet, cells[index] ?? '', width, kind)),
  });
  const head = setRow(table.head, 'head');
  const rows = [
    ...table.rows.map((cells) => setRow(cells, 'body')),
    ...(table.foot === undefined ? [] : [setRow(table.foot, 'foot')]),
  ];
  return {
    opening: rowHeight(head) + Math.min(rowHeight(rows[0] ?? head), pageRoom(sheet) / 2),
    announces: false,
    draw: (parent) => {
      makeRoom(sheet, rowHeight(head) + Math.min(rowHeight(rows[0] ?? head), pageRoom(sheet) / 2));
      const element = sheet.doc.struct('Table', { title: table.caption });
      parent.add(element);
      drawRow(sheet, element, head, grid, head);
      for (const row of rows) drawRow(sheet, element, row, grid, head);
      element.end();
      sheet.y += AFTER;
    },
  };
}

function setCell(sheet: Sheet, text: string, width: number, kind: Row['kind']): SetText {
  const size = kind === 'head' ? { size: SMALL } : {};
  return setText(sheet, text, width - 2 * CELL, { ...size, ...(kind !== 'body' && { bold: true }) });
}

/** Each as wide as its longest text; where that is too much, those that ask for more than their share give way. */
function columnWidths(sheet: Sheet, { head, rows, foot = [] }: Table, width: number): number[] {
  const wanted = head.map((name, column) => {
    const texts = [...rows.map((cells) => cells[column] ?? ''), foot[column] ?? ''].map((text) => text.slice(0, 400));
    const widest = (text: string, kind: Row['kind']): number =>
      Math.max(...setCell(sheet, text, Infinity, kind).lines.map((line) => line.width));
    return Math.max(NARROWEST, widest(name, 'head'), ...texts.map((text) => widest(text, 'foot'))) + 2 * CELL + 1;
  });
  const granted = new Map<number, number>();
  let left = width;
  for (const [order, column] of [...wanted.keys()].sort((one, other) => wanted[one]! - wanted[other]!).entries()) {
    const share = left / (wanted.length - order);
    granted.set(column, Math.min(wanted[column]!, share));
    left -= granted.get(column)!;
  }
  const spare = left / Math.max(1, wanted.length);
  return wanted.map((_, column) => granted.get(column)! + spare);
}

function placeColumns(frame: Frame, widths: readonly number[], language: string): Frame[] {
  let used = 0;
  return widths.map((width) => {
    const x = isRightToLeft(language) ? frame.x + frame.width - used - width : frame.x + used;
    used += width;
    return { x, width };
  });
}

/** A row at once where a page has room for it, else as much of it as the page has. */
function drawRow(sheet: Sheet, table: Structure, row: Row, grid: Grid, head: Row): void {
  const element = sheet.doc.struct('TR');
  table.add(element);
  const cells = row.cells.map(() => {
    const cell = row.kind === 'head' ? headCell(sheet) : sheet.doc.struct('TD');
    element.add(cell);
    return cell;
  });
  let left = row.cells;
  if (rowHeight(row) > roomLeft(sheet) && rowHeight(row) <= pageRoom(sheet) - rowHeight(head))
    startPage(sheet, head, grid);
  for (;;) {
    const room = roomLeft(sheet) - 2 * CELL;
    const here = left.map((cell) => part(cell, 0, countFitting(cell.lines, room)));
    const stuck = here.every(({ lines }) => lines.length === 0) && left.some(({ lines }) => lines.length > 0);
    if (!stuck) {
      drawCells(sheet, here, row.kind, grid, (index, draw) => cells[index]!.add(draw));
      left = left.map((cell, index) => part(cell, here[index]!.lines.length));
    }
    if (left.every(({ lines }) => lines.length === 0)) break;
    startPage(sheet, head, grid);
  }
  cells.forEach((cell) => cell.end());
  element.end();
}

/** A heading of its column. */
function headCell({ doc }: Sheet): Structure {
  const scope: PDFKit.Mixins.StructureElementOptions & { scope: 'Column' } = { scope: 'Column' };
  return doc.struct('TH', scope);
}

function startPage(sheet: Sheet, head: Row, grid: Grid): void {
  turnPage(sheet);
  // Said once already: to a screen reader it is furniture.
  sheet.doc.markContent('Artifact', { type: 'Pagination' });
  drawCells(sheet, head.cells, 'head', grid);
  sheet.doc.endMarkedContent();
}

/** Draws cells side by side, each by `add` into its element; without it all is furniture already. */
function drawCells(
  sheet: Sheet,
  cells: readonly SetText[],
  kind: Row['kind'],
  { frame, columns, amounts }: Grid,
  add?: (index: number, draw: () => void) => void,
): void {
  const height = tallest(cells) + 2 * CELL;
  const top = sheet.y;
  if (add !== undefined) sheet.doc.markContent('Artifact', { type: 'Layout' });
  if (kind === 'head') sheet.doc.rect(frame.x, top, frame.width, height).fill(TINT);
  sheet.doc
    .moveTo(frame.x, top + height)
    .lineTo(frame.x + frame.width, top + height)
    .lineWidth(kind === 'foot' ? 1 : 0.5)
    .stroke(kind === 'body' ? RULE : INK);
  if (add !== undefined) sheet.doc.endMarkedContent();
  cells.forEach((cell, index) => {
    const { x, width } = columns[index]!;
    const inner = { x: x + CELL, width: width - 2 * CELL };
    // Digits run from left to right in any script: amounts stand below each other by their last one.
    const side = amounts.has(index) && !isRightToLeft(sheet.language) ? 'end' : 'start';
    const draw = (): void => void drawAt(sheet, cell, inner, top + CELL, side);
    if (add === undefined) draw();
    else if (cell.lines.length > 0) add(index, draw);
  });
  sheet.y = top + height;
}

function part(text: SetText, start: number, end?: number): SetText {
  const lines = text.lines.slice(start, end);
  return { ...text, lines, height: heightOf(lines) };
}

function rowHeight({ cells }: Row): number {
  return tallest(cells) + 2 * CELL;
}

function tallest(cells: readonly SetText[]): number {
  return Math.max(0, ...cells.map(({ height }) => height));
}
