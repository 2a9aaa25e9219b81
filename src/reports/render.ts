import PDFDocument from 'pdfkit';
import { drawLetter } from './draw.ts';
import type { Fonts, ReportInput } from './input.ts';
import { composeLetter } from './letter.ts';
import { drawLetterhead } from './letterhead.ts';
import { limitLetter, NAME_LIMIT, shorten } from './limits.ts';
import { speller } from './spelling.ts';
import { BOTTOM, MARGIN, TOP } from './style.ts';

/**
 * Renders the letter as a tagged PDF 1.7 (A4), with bookmarks and metadata. The same input and fonts give the same bytes.
 * Characters that the fonts lack are spelled out, or marked and announced; texts that are too long are cut and say so.
 * Takes some hundred milliseconds of computing, for the longest letters seconds.
 * @throws RangeError if `createdAt` is not a date or a font cannot be read
 */
export async function renderReport(given: ReportInput, fonts: Fonts): Promise<Uint8Array> {
  const input = mapTexts(given, speller(fonts));
  const created = new Date(input.createdAt);
  if (Number.isNaN(created.getTime())) throw new RangeError('createdAt of a report has to be an instant');
  const letter = limitLetter(composeLetter(input));
  const programme = { ...input.programme, name: shorten(input.programme.name, NAME_LIMIT) };
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: TOP, bottom: BOTTOM, left: MARGIN, right: MARGIN },
    // No default font: pdfkit would load one of its own that shows no Vietnamese.
    font: '',
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    // The last page has to be known before any can say "page 1 of n".
    bufferPages: true,
    info: {
      Title: letter.title,
      Author: programme.name,
      Subject: 'Second opinion',
      Creator: 'Consilium',
      CreationDate: created,
      ModDate: created,
    },
  });
  const chunks: Uint8Array[] = [];
  doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const finished = new Promise<void>((resolve, reject) => doc.once('end', resolve).once('error', reject));
  doc.registerFont('regular', Buffer.from(fonts.regular));
  doc.registerFont('bold', Buffer.from(fonts.bold));
  drawLetter(doc, letter);
  drawLetterhead(doc, programme, input.caseNumber);
  doc.end();
  await finished;
  return Buffer.concat(chunks);
}

function mapTexts(input: ReportInput, map: (text: string) => string): ReportInput {
  return JSON.parse(JSON.stringify(input), (_name, value: unknown) =>
    typeof value === 'string' ? map(value) : value,
  ) as ReportInput;
}
