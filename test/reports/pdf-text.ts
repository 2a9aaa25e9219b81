import { inflateSync } from 'node:zlib';
import { getDocument, OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Letter } from '../../src/reports/letter/model.ts';

export async function openPdf(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  return getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
}

/** A tagged piece of text, e.g. a paragraph or a cell. */
export interface Leaf {
  readonly role: string;
  readonly text: string;
}

interface TreeNode {
  readonly role?: string;
  readonly type?: string;
  readonly id?: string;
  readonly children?: readonly TreeNode[];
}

/** Texts of the tagged pieces of a page by the ids of their marked content. */
type Reader = (page: PDFPageProxy) => Promise<Map<string, string>>;

/** The tagged pieces in the order of the tags, page by page. */
export async function leavesOf(pdf: PDFDocumentProxy, read: Reader): Promise<Leaf[][]> {
  const pages = Array.from({ length: pdf.numPages }, async (_, index) => {
    const page = await pdf.getPage(index + 1);
    const texts = await read(page);
    return flatten(await page.getStructTree(), texts);
  });
  return Promise.all(pages);
}

function flatten(node: TreeNode | null, texts: ReadonlyMap<string, string>): Leaf[] {
  if (node?.children === undefined) return [];
  const own = node.children.filter(({ type }) => type === 'content').map(({ id = '' }) => texts.get(id) ?? '');
  const inner = node.children.flatMap((child) => flatten(child, texts));
  return own.length === 0 ? inner : [{ role: node.role ?? '', text: own.join('') }, ...inner];
}

/**
 * What copying gives: pdfjs turns right-to-left text round by itself and leaves out blanks between two of its items that
 * do not stand one after the other from left to right, so that a gap stands for one. Line ends come as line feeds. An
 * accent at the left end of such a text comes as an item of its own, before the text that it stands at the end of.
 */
export const copied: Reader = async (page) => {
  const { items } = await page.getTextContent({ includeMarkedContent: true, disableNormalization: true });
  const texts = new Map<string, string>();
  const open: (string | undefined)[] = [];
  let accent = '';
  let last: { left: number; right: number; base: number } | undefined;
  for (const item of items) {
    if (!('str' in item)) {
      if (item.type === 'endMarkedContent') open.pop();
      else open.push((item as { readonly id?: string | null }).id ?? open.at(-1));
      continue;
    }
    const id = open.at(-1) ?? '';
    const [left, base, size] = [Number(item.transform[4]), Number(item.transform[5]), Number(item.transform[0])];
    const box = { left, right: left + item.width, base };
    if (/^\s*\p{M}+$/u.test(item.str)) {
      accent = item.str.trim();
      texts.set(id, (texts.get(id) ?? '') + (item.hasEOL ? '\n' : ''));
      continue;
    }
    const said = texts.get(id) ?? '';
    const apart = last?.base === base && Math.max(box.left - last.right, last.left - box.right) > 0.1 * size;
    texts.set(
      id,
      said + (apart && said !== '' ? ' ' : '') + item.str + (item.str === '' ? '' : accent) + (item.hasEOL ? '\n' : ''),
    );
    accent = item.str === '' ? accent : '';
    if (item.str.trim() !== '') last = box;
  }
  return texts;
};

/** What the glyphs say by the fonts' own tables, in the order of drawing; each right-to-left stretch from its right end. */
export const glyphByGlyph: Reader = async (page) => {
  const { fnArray, argsArray } = await page.getOperatorList();
  const texts = new Map<string, string>();
  const open: { readonly id: string; turned: string[] | undefined }[] = [];
  fnArray.forEach((operator, index) => {
    const args = argsArray[index] as readonly unknown[] | null;
    if (operator === OPS.beginMarkedContentProps || operator === OPS.beginMarkedContent) {
      const mcid = args?.[1] as number | null | undefined;
      const id = mcid === null || mcid === undefined ? undefined : `p${refOf(page)}_mc${mcid}`;
      open.push({ id: id ?? open.at(-1)?.id ?? '', turned: args?.[0] === 'Span' ? [] : undefined });
    } else if (operator === OPS.endMarkedContent) {
      const { id, turned } = open.pop()!;
      if (turned !== undefined) texts.set(id, (texts.get(id) ?? '') + turned.reverse().join(''));
    } else if (operator === OPS.showText) {
      const { id, turned } = open.at(-1)!;
      const glyphs = unicodesOf(args);
      if (turned === undefined) texts.set(id, (texts.get(id) ?? '') + glyphs.join(''));
      else turned.push(...glyphs);
    }
  });
  return texts;
};

function refOf({ ref }: PDFPageProxy): string {
  return ref === null ? '' : `${ref.num}R`;
}

/** The right-to-left stretches of all pages in the order of drawing, each from its right end. */
export async function stretches(pdf: PDFDocumentProxy): Promise<string[]> {
  const found: string[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const { fnArray, argsArray } = await (await pdf.getPage(number)).getOperatorList();
    let glyphs: string[] | undefined;
    fnArray.forEach((operator, index) => {
      const args = argsArray[index] as readonly unknown[] | null;
      if (operator === OPS.beginMarkedContentProps && args?.[0] === 'Span') glyphs = [];
      else if (operator === OPS.showText) glyphs?.push(...unicodesOf(args));
      else if (operator === OPS.endMarkedContent && glyphs !== undefined) {
        found.push(glyphs.reverse().join(''));
        glyphs = undefined;
      }
    });
  }
  return found;
}

/** What the glyphs of an operation that shows text say. */
function unicodesOf(args: readonly unknown[] | null): string[] {
  const glyphs = args?.[0] as readonly (number | { readonly unicode: string } | null)[];
  return glyphs.flatMap((one) => (typeof one === 'object' && one !== null ? [one.unicode] : []));
}

/** The texts that stand for glyphs of a right-to-left stretch (ActualText), in the order of drawing. */
export function actualTexts(pdf: Uint8Array): string[] {
  const bytes = Buffer.from(pdf);
  const found: string[] = [];
  for (let start = bytes.indexOf('stream\n'); start >= 0; start = bytes.indexOf('stream\n', start + 7)) {
    const content = inflated(bytes.subarray(start + 7, bytes.indexOf('\nendstream', start)));
    for (const [, literal = ''] of content.matchAll(/\/ActualText \(((?:[^\\)]|\\.)*)\)/gs)) {
      const unescaped = literal.replace(/\\(.)/gs, (_, one: string) => ESCAPES.get(one) ?? one);
      const utf16 = Buffer.from(unescaped, 'latin1');
      found.push(utf16[0] === 0xfe ? utf16.subarray(2).swap16().toString('utf16le') : unescaped);
    }
  }
  return found;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['f', '\f'],
]);

function inflated(stream: Uint8Array): string {
  try {
    return inflateSync(stream).toString('latin1');
  } catch {
    return '';
  }
}

/** As two texts are compared: compatibility forms folded, blanks too, and without characters that have no shape. */
export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/**
 * The pieces as one list. What goes on on the next page is there tagged anew; it is put behind its beginning if the text
 * that was wanted goes on.
 */
export function acrossPages(pages: readonly (readonly Leaf[])[], wanted: readonly Leaf[]): Leaf[] {
  const merged: Leaf[] = [];
  for (const leaves of pages) {
    for (const [index, leaf] of leaves.filter(({ text }) => folded(text) !== '').entries()) {
      const last = merged.at(-1);
      const whole = folded(wanted[merged.length - 1]?.text ?? '');
      const goesOn = index === 0 && last?.role === leaf.role && bare(last.text).length < bare(whole).length;
      if (goesOn) merged[merged.length - 1] = { ...last, text: last.text + leaf.text };
      else merged.push(leaf);
    }
  }
  return merged;
}

/** A text without its blanks. */
export function bare(text: string): string {
  return folded(text).replaceAll(' ', '');
}

/** The texts of a letter as they are tagged, in reading order. */
export function textsOf(letter: Letter): Leaf[] {
  const leaves: Leaf[] = [{ role: 'H1', text: letter.title }];
  const add = (role: string, text: string): number => leaves.push({ role, text });
  for (const { heading, blocks } of letter.sections) {
    add('H2', heading);
    for (const block of blocks) {
      if (block.kind === 'heading') add(`H${block.level}`, block.text);
      if (block.kind === 'paragraph') add('P', block.runs.map(({ text }) => text).join(''));
      if (block.kind === 'notice') add('P', block.text);
      if (block.kind === 'person') add('P', [block.name, ...block.lines].join(' '));
      if (block.kind === 'fields')
        for (const [label, value] of block.rows) {
          add('Lbl', label);
          add('LBody', value);
        }
      if (block.kind === 'list')
        block.items.forEach((runs, index) => {
          add('Lbl', block.numbered ? `${index + 1}.` : '•');
          add('LBody', runs.map(({ text }) => text).join(''));
        });
      if (block.kind === 'table') {
        for (const cell of block.head) add('TH', cell);
        for (const cell of [...block.rows, block.foot ?? []].flat()) add('TD', cell);
      }
    }
  }
  const { verification } = letter;
  if (verification !== undefined) {
    add('H2', verification.heading);
    for (const key of ['text', 'address', 'digestLabel'] as const) add('P', verification[key]);
    // In groups of eight, as it is compared by eye.
    add('P', verification.digest.replace(/.{8}(?=.)/g, '$& '));
  }
  return leaves.filter(({ text }) => text !== '');
}
