import type { Block, Letter, Section } from './letter.ts';
import { body, HEADING, listColumn, listRows, makeRoom, noticeHeight, opening, rowHeight, width } from './measure.ts';
import type { Doc, Row } from './measure.ts';
import { ACCENT, FAINT, INK, LABEL, MARGIN, PAD, TEXT, TINT } from './style.ts';

type Structure = PDFKit.PDFStructureElement;

/** Draws the letter's text from the current page on: tagged for screen readers, a bookmark for each section. */
export function drawLetter(doc: Doc, letter: Letter): void {
  const root = doc.struct('Document', { title: letter.title });
  doc.addStructure(root);
  root.add(
    doc.struct('H1', {}, () => {
      doc.font('bold').fontSize(19).fillColor(INK);
      write(doc, letter.title, MARGIN);
    }),
  );
  for (const section of letter.sections) drawSection(doc, root, section);
  root.end();
}

function drawSection(doc: Doc, root: Structure, section: Section): void {
  makeRoom(doc, HEADING + opening(doc, section.blocks, 0));
  doc.y += 12;
  doc.outline.addItem(section.heading);
  const sect = doc.struct('Sect', section.language === undefined ? {} : { lang: section.language });
  root.add(sect);
  sect.add(
    doc.struct('H2', section.language === undefined ? {} : { lang: 'en' }, () => {
      doc.font('bold').fontSize(12).fillColor(ACCENT);
      write(doc, section.heading, MARGIN);
    }),
  );
  doc.y += 3;
  section.blocks.forEach((block, index) => {
    makeRoom(doc, opening(doc, section.blocks, index));
    drawBlock(doc, sect, block);
  });
  sect.end();
}

function drawBlock(doc: Doc, parent: Structure, block: Block): void {
  switch (block.kind) {
    case 'paragraph':
      parent.add(
        doc.struct('P', {}, () => {
          body(doc);
          write(doc, block.text, MARGIN);
        }),
      );
      doc.y += 5;
      return;
    case 'fields':
      return drawRows(doc, parent, block.rows, LABEL, true);
    case 'list':
      return drawRows(doc, parent, listRows(block), listColumn(block), false);
    case 'person':
      return drawPerson(doc, parent, block.name, block.lines);
    case 'notice':
      return drawNotice(doc, parent, block.text);
  }
}

/** Labels in a column of their own, each beside its text. */
function drawRows(doc: Doc, parent: Structure, rows: readonly Row[], column: number, faint: boolean): void {
  const list = doc.struct('L');
  parent.add(list);
  for (const [label, value] of rows) {
    makeRoom(doc, Math.min(rowHeight(doc, [label, value], column), 60));
    const item = doc.struct('LI');
    list.add(item);
    const page = doc.page;
    const top = doc.y;
    item.add(
      doc.struct('Lbl', {}, () => {
        body(doc, faint ? FAINT : INK);
        write(doc, label, MARGIN, column - 8);
      }),
    );
    const bottom = doc.y;
    doc.y = top;
    item.add(
      doc.struct('LBody', {}, () => {
        body(doc);
        write(doc, value, MARGIN + column);
      }),
    );
    if (doc.page === page) doc.y = Math.max(doc.y, bottom);
    doc.y += 2;
    item.end();
  }
  list.end();
}

function drawPerson(doc: Doc, parent: Structure, name: string, lines: readonly string[]): void {
  parent.add(
    doc.struct('P', {}, () => {
      doc.font('bold').fontSize(10).fillColor(INK);
      write(doc, name, MARGIN);
      body(doc, FAINT);
      for (const line of lines) write(doc, line, MARGIN);
    }),
  );
  doc.y += 5;
}

function drawNotice(doc: Doc, parent: Structure, text: string): void {
  const inner = width(doc, MARGIN) - 2 * PAD;
  const tall = noticeHeight(doc, text);
  const top = doc.y;
  doc.markContent('Artifact', { type: 'Layout' });
  doc.rect(MARGIN, top, width(doc, MARGIN), tall).fill(TINT);
  doc.endMarkedContent();
  doc.y = top + PAD;
  parent.add(
    doc.struct('P', {}, () => {
      body(doc);
      write(doc, text, MARGIN + PAD, inner);
    }),
  );
  doc.y = top + tall;
}

function write(doc: Doc, text: string, x: number, space: number = width(doc, x)): void {
  doc.text(text, x, doc.y, { ...TEXT, width: space });
}
