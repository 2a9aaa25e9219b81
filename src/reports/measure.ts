import type { Block } from './letter.ts';
import { INK, LABEL, MARGIN, PAD, TEXT } from './style.ts';

export type Doc = PDFKit.PDFDocument;
export type Row = readonly [label: string, value: string];
type List = Extract<Block, { kind: 'list' }>;

/** Height of a section's heading with the space around it. */
export const HEADING = 34;
/** Lines of an answer that stay with its question. */
const FIRST_LINES = 2;
/** Fields and lists up to this height stay whole and with what is before them; of longer ones, that much. */
const SHORT = 96;
/** Announces what follows it: a question its answer, a colon its list. */
const ANNOUNCING = /[?:？：]$/;

/** Starts a new page when fewer than `needed` points are left on this one; more than a page cannot be asked for. */
export function makeRoom(doc: Doc, needed: number): void {
  const bottom = doc.page.height - doc.page.margins.bottom;
  if (doc.y + Math.min(needed, bottom - doc.page.margins.top) > bottom) doc.addPage();
}

/**
 * Points from the start of a block that belong on one page, with the opening of what the block announces; from `page`
 * points on, no more are counted.
 */
export function opening(doc: Doc, blocks: readonly Block[], index: number, page: number = doc.page.height): number {
  const block = blocks[index];
  if (block === undefined || page <= 0) return 0;
  body(doc);
  switch (block.kind) {
    case 'paragraph': {
      const whole = height(doc, block.text, width(doc, MARGIN));
      if (whole <= SHORT && ANNOUNCING.test(block.text)) return whole + opening(doc, blocks, index + 1, page - whole);
      const [first = '', ...rest] = block.text.split('\n');
      const question = rest.length > 0 && ANNOUNCING.test(first.trim()) ? height(doc, first, width(doc, MARGIN)) : 0;
      return Math.min(whole, question + FIRST_LINES * height(doc, 'x', width(doc, MARGIN)));
    }
    case 'fields':
      return Math.min(rowsHeight(doc, block.rows, LABEL), SHORT);
    case 'list':
      return Math.min(rowsHeight(doc, listRows(block), listColumn(block)), SHORT);
    case 'person':
      return 15 * (block.lines.length + 1);
    case 'notice':
      return noticeHeight(doc, block.text);
  }
}

export function listRows({ items, numbered }: List): Row[] {
  return items.map((item, index) => [numbered ? `${index + 1}.` : '•', item]);
}

/** Width of the column of numbers or dots: the longest number has room on one line. */
export function listColumn({ items, numbered }: List): number {
  return numbered ? 14 + 6 * String(items.length).length : 12;
}

export function rowHeight(doc: Doc, [label, value]: Row, column: number): number {
  body(doc);
  return Math.max(height(doc, label, column - 8), height(doc, value, width(doc, MARGIN + column)));
}

export function noticeHeight(doc: Doc, text: string): number {
  body(doc);
  return height(doc, text, width(doc, MARGIN) - 2 * PAD) + 2 * PAD;
}

/** Sets the font of running text; heights are measured in it. */
export function body(doc: Doc, colour: string = INK): void {
  doc.font('regular').fontSize(10).fillColor(colour);
}

/** From `x` to the margin. */
export function width(doc: Doc, x: number): number {
  return doc.page.width - MARGIN - x;
}

function rowsHeight(doc: Doc, rows: readonly Row[], column: number): number {
  let sum = 0;
  for (const row of rows) {
    sum += rowHeight(doc, row, column) + 2;
    // Whether it is a little or much more matters to nobody.
    if (sum > SHORT) break;
  }
  return sum;
}

function height(doc: Doc, text: string, space: number): number {
  return doc.heightOfString(text, { ...TEXT, width: space });
}
