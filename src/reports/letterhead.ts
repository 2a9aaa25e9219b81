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
  let text = given;
  while (doc.widthOfString(text, options) > space) text = `${text.slice(0, -2).trimEnd()}…`;
  const x = side === 'left' ? MARGIN : doc.page.width - MARGIN - doc.widthOfString(text, options);
  doc.text(text, x, y, options);
}
