import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Letter } from '../../../src/reports/index.ts';
import { acrossPages, folded, glyphByGlyph, leavesOf, openPdf, textsOf } from '../../reports/pdf-text.ts';
import type { Leaf } from '../../reports/pdf-text.ts';

/** What a letter says, as somebody reads it out of its PDF: piece by piece in the order of the tags, `H2 Diagnosis`. */
export async function readLetter(pdf: Uint8Array, letter: Letter): Promise<string[]> {
  const opened = await openPdf(pdf);
  return acrossPages(await leavesOf(opened, glyphByGlyph), textsOf(letter)).map(toLine);
}

/** The same, as the letter was composed. */
export function linesOf(letter: Letter): string[] {
  return textsOf(letter).map(toLine);
}

function toLine({ role, text }: Leaf): string {
  return `${role} ${asRead(text)}`;
}

/** A text as it is read back: the one glyph of lam and alef bears the accents of both, so that nothing tells where they stood. */
export function asRead(text: string): string {
  return folded(text).replace(/ل(\p{M}+)ا/gu, 'لا$1');
}

/** Whether what the letters say now is kept anew: GOLDEN=write. */
const isKept = process.env['GOLDEN'] === 'write';

/**
 * Compares what a letter says with what is kept of it; what differs from run to run (numbers of cases and documents, digests,
 * addresses) is masked.
 */
export function expectGolden(name: string, lines: readonly string[]): void {
  const said = lines.map(mask);
  const file = new URL(`./golden/${name}.txt`, import.meta.url);
  if (isKept) writeFileSync(file, `${said.join('\n')}\n`);
  expect(said).toEqual(readFileSync(file, 'utf8').trimEnd().split('\n'));
}

/** Whoever keeps letters anew finds them in the folder for passing things, to look at them. */
export function layOut(name: string, pdf: Uint8Array): void {
  if (!isKept) return;
  const folder = join(tmpdir(), 'consilium-letters');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.pdf`), pdf);
}

function mask(line: string): string {
  return line
    .replace(/SO-\d\d-[0-9A-Z]{4}-[0-9A-Z]{4}/g, 'SO-YY-CASE-CASE')
    .replace(/http:\/\/127\.0\.0\.1:\d+\/verify\/\S+/g, 'https://gateway.example/verify/UUID')
    .replace(/\b[0-9a-f]{8}(?: [0-9a-f]{8}){7}\b/g, 'DIGEST');
}
