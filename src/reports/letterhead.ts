import type { ReportInput } from './input.ts';
import { ACCENT, BAND, FAINT, FEATURES, MARGIN } from './style.ts';

/** Puts the band with the programme's name and the foot with case and page number on every page. */
export function drawLetterhead(doc: PDFKit.PDFDocument, programme: ReportInput['programme'], caseNumber: string): void {
  const { start, count } = doc.bufferedPageRange();
  for (let index = 0; index < count; index++) {
    doc.switchToPage(start + index);
    // To a screen reader these are furniture, not text.
    doc.markContent('Artifact', { type: 'Pagination', attached: ['Top'] });
    doc.rect(0, 0, doc.page.width, BAND).fill(ACCENT);
    line(doc, programme.name, 22, 15, 'bold', '#ffffff');
    programme.lines.slice(0, 2).forEach((text, row) => line(doc, text, 44 + row * 12, 8.5, 'regular', '#dbe6f2'));
    doc.endMarkedContent();
    doc.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] });
    const foot = doc.page.height - 40;
    line(doc, `Case ${caseNumber}`, foot, 8.5, 'regular', FAINT);
    line(doc, `Page ${index + 1} of ${count}`, foot, 8.5, 'regular', FAINT, 'right');
    doc.endMarkedContent();
  }
}

/** More characters than a line has room for, however narrow they are. */
const LONGEST = 400;

/** One line that never wraps and never starts a page; too long a text is cut at the margin with an ellipsis. */
function line(
  doc: PDFKit.PDFDocument,
  given: string,
  y: number,
  size: number,
  font: 'regular' | 'bold',
  colour: string,
  side: 'left' | 'right' = 'left',
): void {
  doc.font(font).fontSize(size).fillColor(colour);
  const space = doc.page.width - 2 * MARGIN;
  const options = { features: FEATURES, lineBreak: false };
  const fits = (text: string): boolean => doc.widthOfString(text, options) <= space;
  const text = fitting(given.slice(0, LONGEST).replaceAll(/\s+/g, ' '), given.length > LONGEST, fits);
  const x = side === 'left' ? MARGIN : doc.page.width - MARGIN - doc.widthOfString(text, options);
  doc.text(text, x, y, options);
}

/** The text if it fits, else the longest beginning of it that fits with an ellipsis; found by halving. */
function fitting(text: string, cut: boolean, fits: (text: string) => boolean): string {
  if (!cut && fits(text)) return text;
  const shown = (length: number): string =>
    `${text
      .slice(0, length)
      .replace(/[\uD800-\uDBFF]$/, '')
      .trimEnd()}…`;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(shown(middle))) low = middle;
    else high = middle - 1;
  }
  return shown(low);
}
