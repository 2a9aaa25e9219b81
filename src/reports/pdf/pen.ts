import type { Piece } from './lines.ts';

export type Doc = PDFKit.PDFDocument;

/** Draws a piece of a line whose left end is at `x`, in the colour that is set. */
export function drawPiece(doc: Doc, piece: Piece, x: number, baseline: number): void {
  // Who copies text or has it read out is told what the glyphs, drawn the other way round, say.
  if (piece.rightToLeft) doc.markContent('Span', { actual: piece.text });
  doc.font(useFont(doc, piece)).fontSize(piece.size);
  doc.text(piece.text, x + piece.x, baseline, {
    lineBreak: false,
    baseline: 'alphabetic',
    // With features named, pdfkit asks for the shape of the whole and does not part it at blanks.
    ...(piece.rightToLeft && { features: [] }),
  });
  if (piece.rightToLeft) doc.endMarkedContent();
}

/** The fonts of a document by their names, each with what its glyphs say. */
const used = new WeakMap<Doc, Map<string, Map<number, string>>>();

/** The name of the first layer of the piece's font in which each glyph says what it says in the piece. */
function useFont(doc: Doc, { face, text, mirrored, rightToLeft }: Piece): string {
  const fonts = used.get(doc) ?? new Map<string, Map<number, string>>();
  used.set(doc, fonts);
  if (mirrored) return register(doc, fonts, `${face.name}-mirrored`, () => face.typeface.mirroring);
  const said = rightToLeft ? face.typeface.said(text) : [];
  for (let layer = 0; ; layer++) {
    const name = register(doc, fonts, `${face.name}-${layer}`, () => face.typeface.font(layer));
    const glyphs = fonts.get(name)!;
    // A word that has two such letters itself gets a layer of its own, in which the first decides.
    const fits = glyphs.size === 0 || said.every(([glyph, own]) => (glyphs.get(glyph) ?? own) === own);
    if (!fits) continue;
    for (const [glyph, own] of said) glyphs.set(glyph, own);
    return name;
  }
}

function register(
  doc: Doc,
  fonts: Map<string, Map<number, string>>,
  name: string,
  source: () => PDFKit.Mixins.PDFFontSource,
): string {
  if (!fonts.has(name)) {
    doc.registerFont(name, source());
    fonts.set(name, new Map());
  }
  return name;
}
