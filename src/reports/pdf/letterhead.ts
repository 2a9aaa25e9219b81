import type { Letter } from '../letter/model.ts';
import { drawAt, setText, wholeFrame } from './sheet.ts';
import type { SetText, Sheet } from './sheet.ts';
import { ACCENT, BAND, FAINT, SMALL } from './style.ts';
import type { TextStyle } from './sheet.ts';

/** Puts the band with the programme's name and the foot with case and page number on every page. */
export function drawLetterhead(sheet: Sheet, { programme, foot, pageOf }: Letter): void {
  const { doc } = sheet;
  const frame = wholeFrame(sheet);
  const name = lineOf(sheet, programme.name, { size: 15, bold: true, colour: '#ffffff' });
  const lines = programme.lines.slice(0, 2).map((line) => lineOf(sheet, line, { size: SMALL, colour: '#dbe6f2' }));
  const caseLine = lineOf(sheet, foot, { size: SMALL, colour: FAINT });
  const { start, count } = doc.bufferedPageRange();
  for (let index = 0; index < count; index++) {
    doc.switchToPage(start + index);
    // To a screen reader these are furniture, not text.
    doc.markContent('Artifact', { type: 'Pagination', attached: ['Top'] });
    doc.rect(0, 0, doc.page.width, BAND).fill(ACCENT);
    let y = drawAt(sheet, name, frame, (BAND - heightOf([name, ...lines])) / 2);
    for (const line of lines) y = drawAt(sheet, line, frame, y);
    doc.endMarkedContent();
    doc.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] });
    const bottom = doc.page.height - 40;
    const page = pageOf.replace('{page}', String(index + 1)).replace('{pages}', String(count));
    drawAt(sheet, caseLine, frame, bottom);
    drawAt(sheet, lineOf(sheet, page, { size: SMALL, colour: FAINT }), frame, bottom, 'end');
    doc.endMarkedContent();
  }
}

function heightOf(texts: readonly SetText[]): number {
  return texts.reduce((sum, { height }) => sum + height, 0);
}

/** More characters than a line has room for, however narrow they are. */
const LONGEST = 400;

/** One line; too long a text is cut at the margin with an ellipsis, found by halving. */
function lineOf(sheet: Sheet, given: string, style: TextStyle): SetText {
  const text = given.slice(0, LONGEST).replaceAll(/\s+/g, ' ');
  const space = wholeFrame(sheet).width;
  const set = (shown: string): SetText => setText(sheet, shown, Infinity, style);
  const whole = set(text);
  if (given.length <= LONGEST && whole.lines[0]!.width <= space) return whole;
  const cut = (length: number): SetText => set(`${Array.from(text).slice(0, length).join('').trimEnd()}…`);
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (cut(middle).lines[0]!.width <= space) low = middle;
    else high = middle - 1;
  }
  return cut(low);
}
