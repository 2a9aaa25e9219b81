import type { Block, Run } from '../letter/model.ts';
import { isRightToLeft } from './bidi.ts';
import { flow, makeRoom, pageRoom, setText, splitFrame, wholeFrame } from './sheet.ts';
import type { SetText, Sheet, TextStyle } from './sheet.ts';
import { FAINT, INK, LABEL, PAD, SUBSECTION, TINT } from './style.ts';
import { setTable } from './table.ts';
import { addElement, addText } from './tagged.ts';
import type { SetBlock } from './tagged.ts';

/** Fields and lists up to this height stay whole and with what is before them; of longer ones, that much. */
const SHORT = 96;
/** A question its answer, a colon its list. */
const ANNOUNCING = /[?:？：؟]\s*$/;
/** Lines of a paragraph that stay with what announces it. */
const FIRST_LINES = 2;
const AFTER = 5;
const ROW_GAP = 2;

export function setBlock(sheet: Sheet, block: Block): SetBlock {
  switch (block.kind) {
    case 'heading':
      return setHeading(sheet, block);
    case 'paragraph':
      return setParagraph(sheet, block.runs);
    case 'fields':
      return setRows(sheet, block.rows, LABEL, FAINT);
    case 'list':
      return setRows(sheet, listRows(block, sheet.language), listColumn(block), INK);
    case 'table':
      return setTable(sheet, block);
    case 'person':
      return setPerson(sheet, block.name, block.lines);
    case 'notice':
      return setNotice(sheet, block.text);
  }
}

function setHeading(sheet: Sheet, { level, text }: Extract<Block, { kind: 'heading' }>): SetBlock {
  const space = 6;
  const style: TextStyle = { bold: true, colour: level === 3 ? INK : FAINT, ...(level === 3 && { size: SUBSECTION }) };
  const set = setText(sheet, text, wholeFrame(sheet).width, style);
  return {
    opening: space + set.height + ROW_GAP,
    announces: true,
    draw: (parent) => {
      sheet.y += space;
      addText(sheet, parent, `H${level}`, set);
      sheet.y += ROW_GAP;
    },
  };
}

function setParagraph(sheet: Sheet, runs: readonly Run[]): SetBlock {
  const set = setText(sheet, runs, wholeFrame(sheet).width);
  const [first = '', ...rest] = runs
    .map(({ text }) => text)
    .join('')
    .split('\n');
  const whole = first + rest.join('\n');
  const question =
    rest.length > 0 && ANNOUNCING.test(first) ? setText(sheet, first, wholeFrame(sheet).width).lines : [];
  const announces = set.height <= SHORT && ANNOUNCING.test(whole);
  const kept = set.lines.slice(0, announces ? set.lines.length : question.length + FIRST_LINES);
  return {
    opening: heightOfPart(kept.length, set) + (announces ? AFTER : 0),
    announces,
    draw: (parent) => {
      addText(sheet, parent, 'P', set);
      sheet.y += AFTER;
    },
  };
}

type Row = readonly [label: string, value: string | readonly Run[]];

/** The mark lets the number's dot stand behind it in a right-to-left list. */
const DIRECTION = '\u200F';

function listRows({ items, numbered }: Extract<Block, { kind: 'list' }>, language: string): Row[] {
  const mark = isRightToLeft(language) ? DIRECTION : '';
  return items.map((item, index) => [numbered ? `${mark}${index + 1}.` : '•', item]);
}

/** Width of the column of numbers or dots: the longest number has room on one line. */
function listColumn({ items, numbered }: Extract<Block, { kind: 'list' }>): number {
  return numbered ? 14 + 6 * String(items.length).length : 12;
}

/** Labels in a column of their own, each beside its text. */
function setRows(sheet: Sheet, given: readonly Row[], column: number, colour: string): SetBlock {
  const [labels, values] = splitFrame(wholeFrame(sheet), column, sheet.language);
  const [labelFrame] = splitFrame(labels, column - 8, sheet.language);
  const rows = given.map(([label, value]) => {
    const [name, text] = [setText(sheet, label, labelFrame.width, { colour }), setText(sheet, value, values.width)];
    return { name, text, height: Math.max(name.height, text.height) + ROW_GAP };
  });
  const height = rows.reduce((sum, row) => sum + row.height, 0);
  return {
    opening: Math.min(height, SHORT),
    announces: false,
    draw: (parent) => {
      const list = addElement(sheet, parent, 'L');
      for (const { name, text } of rows) {
        makeRoom(sheet, Math.max(name.height, heightOfPart(FIRST_LINES, text)));
        const item = addElement(sheet, list, 'LI');
        const [page, top] = [sheet.doc.page, sheet.y];
        addText(sheet, item, 'Lbl', name, labelFrame);
        const bottom = sheet.y;
        sheet.y = top;
        addText(sheet, item, 'LBody', text, values);
        if (sheet.doc.page === page) sheet.y = Math.max(sheet.y, bottom);
        sheet.y += ROW_GAP;
        item.end();
      }
      sheet.y += AFTER - ROW_GAP;
      list.end();
    },
  };
}

function setPerson(sheet: Sheet, name: string, lines: readonly string[]): SetBlock {
  const frame = wholeFrame(sheet);
  // The blank keeps a line apart from the next for who copies the text.
  const texts = [name, ...lines].map((text, index) => (index < lines.length ? `${text} ` : text));
  const set = texts.map((text, index) =>
    setText(sheet, text, frame.width, index === 0 ? { bold: true } : { colour: FAINT }),
  );
  const height = set.reduce((sum, line) => sum + line.height, 0);
  return {
    opening: height,
    announces: false,
    draw: (parent) => {
      makeRoom(sheet, height);
      parent.add(
        sheet.doc.struct('P', {}, () => {
          for (const text of set) flow(sheet, text, frame);
        }),
      );
      sheet.y += AFTER;
    },
  };
}

function setNotice(sheet: Sheet, text: string): SetBlock {
  const frame = wholeFrame(sheet);
  const inner = { x: frame.x + PAD, width: frame.width - 2 * PAD };
  const set = setText(sheet, text, inner.width);
  const tall = set.height + 2 * PAD;
  return {
    opening: tall,
    announces: false,
    draw: (parent) => {
      makeRoom(sheet, tall);
      if (tall <= pageRoom(sheet)) {
        sheet.doc.markContent('Artifact', { type: 'Layout' });
        sheet.doc.rect(frame.x, sheet.y, frame.width, tall).fill(TINT);
        sheet.doc.endMarkedContent();
      }
      sheet.y += PAD;
      addText(sheet, parent, 'P', set, inner);
      sheet.y += PAD + AFTER;
    },
  };
}

function heightOfPart(count: number, { lines, height }: SetText): number {
  return lines.length === 0 ? 0 : (height / lines.length) * Math.min(count, lines.length);
}
