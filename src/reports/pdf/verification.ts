import qrcode from 'qrcode-generator';
import type { Letter } from '../letter/model.ts';
import { setText, splitFrame, wholeFrame } from './sheet.ts';
import type { Frame, Sheet, Structure } from './sheet.ts';
import { FAINT, INK, QR_SIDE, SMALL } from './style.ts';
import { addText } from './tagged.ts';

type Verification = NonNullable<Letter['verification']>;

/** Modules of white around the code. https://www.iso.org/standard/83389.html */
const QUIET = 4;
const GAP = 14;

/** Points that the QR code and what stands beside it need. */
export function verificationHeight(sheet: Sheet, verification: Verification): number {
  return Math.max(QR_SIDE, columnOf(sheet, verification).height);
}

/** The address as a QR code with what it is for, the address and the digest beside it. */
export function drawVerification(sheet: Sheet, parent: Structure, verification: Verification): void {
  const { code, beside, texts, height } = columnOf(sheet, verification);
  const top = sheet.y;
  for (const text of texts) addText(sheet, parent, 'P', text, beside);
  const alt = `${verification.heading}: ${verification.address}`;
  parent.add(sheet.doc.struct('Figure', { alt }, () => drawCode(sheet, verification.address, code.x, top)));
  sheet.y = top + Math.max(QR_SIDE, height);
}

function columnOf(sheet: Sheet, { text, address, digestLabel, digest }: Verification) {
  const [code, rest] = splitFrame(wholeFrame(sheet), QR_SIDE, sheet.language);
  const [, beside]: [Frame, Frame] = splitFrame(rest, GAP, sheet.language);
  const small = { size: SMALL, colour: FAINT };
  const texts = [
    setText(sheet, text, beside.width),
    setText(sheet, address, beside.width, { size: SMALL }),
    setText(sheet, digestLabel, beside.width, small),
    setText(sheet, groupDigest(digest), beside.width, small),
  ];
  return { code, beside, texts, height: texts.reduce((sum, one) => sum + one.height, 0) };
}

/** In groups, as it is compared by eye. */
function groupDigest(digest: string): string {
  return digest.match(/.{1,8}/g)?.join(' ') ?? digest;
}

/** Drawn as rectangles, which stay sharp at any size: neighbours in a row as one. */
function drawCode({ doc }: Sheet, address: string, left: number, top: number): void {
  const code = qrcode(0, 'M');
  code.addData(address);
  code.make();
  const count = code.getModuleCount();
  const side = QR_SIDE / (count + 2 * QUIET);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      const start = column;
      while (column < count && code.isDark(row, column)) column++;
      if (column > start)
        doc.rect(left + (QUIET + start) * side, top + (QUIET + row) * side, (column - start) * side, side);
    }
  }
  doc.fill(INK);
}
