import type { Block, Letter, Section } from '../letter/model.ts';
import { setBlock } from './blocks.ts';
import { flow, makeRoom, pageRoom, setText, wholeFrame } from './sheet.ts';
import type { SetText, Sheet, Structure } from './sheet.ts';
import { ACCENT, SECTION, TITLE } from './style.ts';
import type { SetBlock } from './tagged.ts';
import { drawVerification, verificationHeight } from './verification.ts';

const BEFORE = 12;
const AFTER = 3;
/** Below a notice. */
const AFTER_NOTICE = 5;

/** Draws the letter's text from the current page on: tagged for screen readers, a bookmark for each section. */
export function drawSections(sheet: Sheet, letter: Letter): void {
  const { doc } = sheet;
  const root = doc.struct('Document', { title: letter.title });
  doc.addStructure(root);
  const title = setText(sheet, letter.title, wholeFrame(sheet).width, { bold: true, size: TITLE });
  root.add(doc.struct('H1', {}, () => flow(sheet, title, wholeFrame(sheet))));
  const { sections, verification } = letter;
  for (const section of sections) {
    if (section === sections.at(-1) && verification !== undefined) keepTogether(sheet, section, letter, verification);
    drawSection(sheet, root, section, letter.language);
  }
  if (verification !== undefined) {
    const sect = openSection(sheet, root, verification.heading, verificationHeight(sheet, verification));
    drawVerification(sheet, sect, verification);
    sect.end();
  }
  root.end();
}

/** The last section goes with the code to the next page, rather than leaving it alone there. */
function keepTogether(
  sheet: Sheet,
  { heading, language, blocks }: Section,
  letter: Letter,
  verification: NonNullable<Letter['verification']>,
): void {
  if (!blocks.every(({ kind }) => kind === 'notice')) return;
  sheet.language = language ?? letter.language;
  const own = setBlocks(sheet, blocks).reduce(
    (sum, { opening }) => sum + opening + AFTER_NOTICE,
    headingHeight(sheet, heading),
  );
  sheet.language = letter.language;
  const needed = own + headingHeight(sheet, verification.heading) + verificationHeight(sheet, verification);
  if (needed <= pageRoom(sheet)) makeRoom(sheet, needed);
}

function headingHeight(sheet: Sheet, heading: string): number {
  return BEFORE + setHeading(sheet, heading).height + AFTER;
}

function setHeading(sheet: Sheet, heading: string): SetText {
  return setText(sheet, heading, wholeFrame(sheet).width, { bold: true, size: SECTION, colour: ACCENT });
}

function drawSection(sheet: Sheet, root: Structure, { heading, language, blocks }: Section, usual: string): void {
  sheet.language = language ?? usual;
  const set = setBlocks(sheet, blocks);
  const sect = openSection(sheet, root, heading, set[0]?.opening ?? 0, language);
  for (const block of set) {
    makeRoom(sheet, block.opening);
    block.draw(sect);
  }
  sect.end();
  sheet.language = usual;
}

/** A heading with room for this much of what follows. */
function openSection(sheet: Sheet, root: Structure, heading: string, needed: number, language?: string): Structure {
  const { doc } = sheet;
  const set = setHeading(sheet, heading);
  makeRoom(sheet, BEFORE + set.height + AFTER + needed);
  sheet.y += BEFORE;
  doc.outline.addItem(heading);
  const sect = doc.struct('Sect', language === undefined ? {} : { lang: language });
  root.add(sect);
  sect.add(doc.struct('H2', {}, () => flow(sheet, set, wholeFrame(sheet))));
  sheet.y += AFTER;
  return sect;
}

/** With the openings of those that announce others made longer by theirs, up to half a page. */
function setBlocks(sheet: Sheet, blocks: readonly Block[]): SetBlock[] {
  let next = 0;
  return blocks
    .map((block) => setBlock(sheet, block))
    .reverse()
    .map((block) => {
      const both = block.opening + next;
      next = block.announces && both < pageRoom(sheet) / 2 ? both : block.opening;
      return { ...block, opening: next };
    })
    .reverse();
}
