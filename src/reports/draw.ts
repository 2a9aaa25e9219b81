import type { Block, Letter, Section } from './letter.ts';
import { ACCENT, FAINT, FEATURES, INK, LABEL, MARGIN, TINT } from './style.ts';

type Doc = PDFKit.PDFDocument;
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
  // A heading stays with at least the first lines of its text.
  makeRoom(doc, 64);
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
  for (const block of section.blocks) drawBlock(doc, sect, block);
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
    case 'list': {
      const rows = block.items.map((item, index) => [block.numbered ? `${index + 1}.` : '•', item] as const);
      return drawRows(doc, parent, rows, block.numbered ? 20 : 12, false);
    }
    case 'person':
      return drawPerson(doc, parent, block.name, block.lines);
    case 'notice':
      return drawNotice(doc, parent, block.text);
  }
}

/** Labels in a column of their own, each beside its text. */
function drawRows(
  doc: Doc,
  parent: Structure,
  rows: readonly (readonly [label: string, value: string])[],
  column: number,
  faint: boolean,
): void {
  const list = doc.struct('L');
  parent.add(list);
  for (const [label, value] of rows) {
    body(doc);
    const labelHeight = height(doc, label, column - 8);
    makeRoom(doc, Math.max(labelHeight, Math.min(height(doc, value, width(doc, MARGIN + column)), 60)));
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
  makeRoom(doc, 15 * (lines.length + 1));
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
  const pad = 10;
  body(doc);
  const inner = width(doc, MARGIN) - 2 * pad;
  const tall = height(doc, text, inner) + 2 * pad;
  makeRoom(doc, tall);
  const top = doc.y;
  doc.markContent('Artifact', { type: 'Layout' });
  doc.rect(MARGIN, top, width(doc, MARGIN), tall).fill(TINT);
  doc.endMarkedContent();
  doc.y = top + pad;
  parent.add(
    doc.struct('P', {}, () => {
      body(doc);
      write(doc, text, MARGIN + pad, inner);
    }),
  );
  doc.y = top + tall;
}

function body(doc: Doc, colour: string = INK): void {
  doc.font('regular').fontSize(10).fillColor(colour);
}

function write(doc: Doc, text: string, x: number, space: number = width(doc, x)): void {
  doc.text(text, x, doc.y, { width: space, lineGap: 1.5, features: FEATURES });
}

function height(doc: Doc, text: string, space: number): number {
  return doc.heightOfString(text, { width: space, lineGap: 1.5, features: FEATURES });
}

function width(doc: Doc, x: number): number {
  return doc.page.width - MARGIN - x;
}

/** Starts a new page when fewer than `needed` points are left on this one. */
function makeRoom(doc: Doc, needed: number): void {
  if (doc.y + needed > doc.page.height - doc.page.margins.bottom) doc.addPage();
}
