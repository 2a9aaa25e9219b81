import PDFDocument from 'pdfkit';
import type { Block, Letter, Section } from '../letter/model.ts';
import { openFaces } from './faces.ts';
import type { Faces } from './faces.ts';
import type { LetterFonts } from './fonts.ts';
import { drawLetterhead } from './letterhead.ts';
import { limitLetter } from './limits.ts';
import { drawSections } from './sections.ts';
import type { Sheet } from './sheet.ts';
import { speller, UNSHOWN } from './spelling.ts';
import { BOTTOM, MARGIN, TOP } from './style.ts';

/**
 * Renders the letter as a tagged PDF 1.7 (A4), with bookmarks and metadata. The same letter and fonts give the same bytes.
 * Characters that no font has are spelled out, or marked and announced; texts that are too long are cut and say so.
 * Takes some hundred milliseconds of computing, for the longest letters seconds.
 * @throws RangeError if `createdAt` is not a date, the Latin font is missing or a font cannot be read
 */
export async function renderLetter(given: Letter, fonts: LetterFonts): Promise<Uint8Array> {
  const created = new Date(given.createdAt);
  if (Number.isNaN(created.getTime())) throw new RangeError('createdAt of a letter has to be an instant');
  const faces = openFaces(fonts);
  if (faces.of('latin') === undefined) throw new RangeError('The house has no Latin font to write letters in');
  const letter = spellLetter(limitLetter(given), faces);
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: TOP, bottom: BOTTOM, left: MARGIN, right: MARGIN },
    // No default font: pdfkit would load one of its own that shows no Vietnamese.
    font: '',
    pdfVersion: '1.7',
    tagged: true,
    lang: letter.language,
    displayTitle: true,
    // The last page has to be known before any can say "page 1 of n".
    bufferPages: true,
    info: {
      Title: letter.title,
      Author: letter.programme.name,
      Subject: letter.subject,
      Creator: 'Consilium',
      ...(letter.verification && { Keywords: `sha-256:${letter.verification.digest}` }),
      CreationDate: created,
      ModDate: created,
    },
  });
  const chunks: Uint8Array[] = [];
  doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  const finished = new Promise<void>((resolve, reject) => doc.once('end', resolve).once('error', reject));
  const sheet: Sheet = { doc, faces, language: letter.language, y: TOP };
  drawSections(sheet, letter);
  drawLetterhead(sheet, letter);
  doc.end();
  await finished;
  return Buffer.concat(chunks);
}

/** The letter in characters that the fonts have; where one is lost, its section begins with saying so. */
function spellLetter(letter: Letter, faces: Faces): Letter {
  const spell = speller(faces);
  const { sections, ...rest } = letter;
  const around = mapTexts(rest, (text) => spell(text, letter.language));
  const spelled = sections.map((section) =>
    mapTexts(section, (text) => spell(text, section.language ?? letter.language)),
  );
  const notice: Block = { kind: 'notice', text: around.undrawable };
  const { title, programme, foot } = around;
  const announced = spelled.map((section, index): Section => {
    const lost = JSON.stringify(index === 0 ? [title, programme, foot, section] : section).includes(UNSHOWN);
    return lost ? { ...section, blocks: [notice, ...section.blocks] } : section;
  });
  return { ...around, sections: announced };
}

function mapTexts<T>(tree: T, map: (text: string) => string): T {
  return JSON.parse(JSON.stringify(tree), (_name, value: unknown) =>
    typeof value === 'string' ? map(value) : value,
  ) as T;
}
