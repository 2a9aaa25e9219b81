import { isRightToLeft } from './bidi.ts';
import type { Faces, Style } from './faces.ts';
import { heightOf, lineHeight, setLines } from './lines.ts';
import type { Line } from './lines.ts';
import { drawPiece } from './pen.ts';
import type { Doc } from './pen.ts';
import type { Run } from '../letter/model.ts';
import { BODY, BOTTOM, INK, MARGIN, TOP } from './style.ts';

export type Structure = PDFKit.PDFStructureElement;

/** A column of the page: its left edge and its width, in points. */
export interface Frame {
  readonly x: number;
  readonly width: number;
}

/** Where the letter is being written. */
export interface Sheet {
  readonly doc: Doc;
  readonly faces: Faces;
  /** BCP 47, of the text that is being written. */
  language: string;
  /** Points from the top of the page to where the next text goes. */
  y: number;
}

export interface TextStyle extends Style {
  readonly size?: number;
  readonly colour?: string;
}

/** Lines of one text, ready to be drawn. */
export interface SetText {
  readonly lines: readonly Line[];
  readonly height: number;
  readonly colour: string;
}

export function setText(
  { faces, language }: Sheet,
  text: string | readonly Run[],
  width: number,
  { size = BODY, colour = INK, ...style }: TextStyle = {},
): SetText {
  const runs = typeof text === 'string' ? [{ text }] : text;
  const lines = setLines(faces, runs, { size, width, language, ...(style.bold && { bold: style.bold }) });
  return { lines, height: heightOf(lines), colour };
}

export function wholeFrame({ doc }: Sheet): Frame {
  return { x: MARGIN, width: doc.page.width - 2 * MARGIN };
}

/** Parts a frame in two, the first of this width at the side where lines begin. */
export function splitFrame({ x, width }: Frame, first: number, language: string): [first: Frame, rest: Frame] {
  return isRightToLeft(language)
    ? [
        { x: x + width - first, width: first },
        { x, width: width - first },
      ]
    : [
        { x, width: first },
        { x: x + first, width: width - first },
      ];
}

/** Points that a page has for text. */
export function pageRoom({ doc }: Sheet): number {
  return doc.page.height - TOP - BOTTOM;
}

export function roomLeft({ doc, y }: Sheet): number {
  return doc.page.height - BOTTOM - y;
}

/** Starts a new page when fewer than `needed` points are left on this one; more than a page cannot be asked for. */
export function makeRoom(sheet: Sheet, needed: number): void {
  if (Math.min(needed, pageRoom(sheet)) > roomLeft(sheet)) turnPage(sheet);
}

export function turnPage(sheet: Sheet): void {
  // What is tagged goes on there.
  sheet.doc.continueOnNewPage();
  sheet.y = TOP;
}

/** Writes a text downwards, over as many pages as it takes; no line of it stands alone on a page. */
export function flow(sheet: Sheet, text: SetText, frame: Frame, side: 'start' | 'end' = 'start'): void {
  let left = text.lines;
  while (left.length > 0) {
    const fitting = countFitting(left, roomLeft(sheet));
    const parted = fitting === left.length - 1 ? fitting - 1 : fitting;
    const count = parted === 1 && left.length > 1 ? 0 : parted;
    // On a page of its own all that fits is drawn, and a line that is higher than a page is all the same.
    const here = left.slice(0, sheet.y > TOP ? count : Math.max(1, count, parted));
    sheet.y = drawAt(sheet, { ...text, lines: here }, frame, sheet.y, side);
    left = left.slice(here.length);
    if (left.length > 0) turnPage(sheet);
  }
}

export function countFitting(lines: readonly Line[], room: number): number {
  let [count, used] = [0, 0];
  while (count < lines.length && used + lineHeight(lines[count]!) <= room) used += lineHeight(lines[count++]!);
  return count;
}

/** Draws a text from `top` down on this page; returns where it ends. */
export function drawAt(
  { doc, language }: Pick<Sheet, 'doc' | 'language'>,
  { lines, colour }: SetText,
  frame: Frame,
  top: number,
  side: 'start' | 'end' = 'start',
): number {
  let y = top;
  const onRight = isRightToLeft(language) === (side === 'start');
  for (const line of lines) {
    const x = onRight ? frame.x + frame.width - line.width : frame.x;
    doc.fillColor(colour);
    for (const piece of line.pieces) drawPiece(doc, piece, x, y + line.ascent);
    y += lineHeight(line);
  }
  return y;
}
