import PDFDocument from 'pdfkit';
import { mirrorOf } from './bidi.ts';
import { readCoverage } from './coverage.ts';
import type { Family } from './fonts.ts';

/** A glyph with the text that it shows, as it is found and copied. */
interface Glyph {
  readonly id: number;
  readonly codePoints: readonly number[];
  readonly advanceWidth: number;
}

/** Lengths in units of the font. */
interface Position {
  readonly xAdvance: number;
  readonly yAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
}

/** Glyphs from left to right. */
interface Shape {
  readonly glyphs: readonly Glyph[];
  readonly positions: readonly Position[];
  readonly width: number;
}

/** What is used of the font engine inside pdfkit (fontkit). */
interface Engine {
  readonly unitsPerEm: number;
  readonly postscriptName: string;
  /** Glyphs by id, each with the code points that it was first asked for with. */
  _glyphs: Record<number, unknown>;
  layout(
    text: string,
    features: Readonly<Record<string, boolean>>,
    script?: string,
    language?: string,
    direction?: 'ltr' | 'rtl',
  ): Omit<Shape, 'width'>;
  glyphForCodePoint(codePoint: number): Glyph;
}

export interface Typeface {
  /** Code points with a glyph. */
  readonly coverage: ReadonlySet<number>;
  /** Width of a text of one direction, in ems. */
  width(text: string): number;
  /**
   * For `PDFDocument.font`: shapes a text of one direction; a right-to-left one comes with its end on the left. A glyph of
   * an embedded font says one text, so that letters that share a form (Arabic and Persian ya) are drawn in two layers.
   */
  font(layer: number): PDFKit.Mixins.PDFFontSource;
  /** What the glyphs of a text of one direction say, by their ids; texts of one glyph may differ. */
  said(text: string): (readonly [glyph: number, text: string])[];
  /** As `font`, with brackets and the like turned round; they are still found and copied as what they are. */
  readonly mirroring: PDFKit.Mixins.PDFFontSource;
}

/**
 * `ccmp` off in Latin: Noto Sans composes a plain i from a dotless one and a dot, which pdfkit then maps back to ị, so that
 * copied and searched text would say "ị" for every "i". In Arabic it would take the hamza of an alef for its vowel's, so that
 * the alef says one time this and one time that; and `liga` is off there, since a ligature of more than two letters (the name
 * of God) is copied backwards by readers that turn text round glyph by glyph.
 */
const FEATURES: Readonly<Record<Family, Readonly<Record<string, boolean>>>> = {
  latin: { ccmp: false },
  chinese: {},
  arabic: { ccmp: false, liga: false },
};

/** Lam with alef is always one glyph; as one code point of its own (a compatibility form) it cannot be turned round. */
const LAM_ALEF: ReadonlyMap<number, number> = new Map([
  [0x622, 0xfef5],
  [0x623, 0xfef7],
  [0x625, 0xfef9],
  [0x627, 0xfefb],
]);
const LAM = 0x644;

const BLANK = /( +)/;
const LETTER = /[\p{L}\p{M}]/u;
/** Shapes kept of a font: more than the words of many letters. */
const KEPT_SHAPES = 20_000;

const opened = new WeakMap<Uint8Array, Typeface>();

/**
 * Reads a font, once for the same bytes.
 * @throws RangeError if it cannot be read
 */
export function openTypeface(bytes: Uint8Array, family: Family): Typeface {
  const known = opened.get(bytes);
  if (known !== undefined) return known;
  const coverage = readCoverage(bytes);
  const engine = openEngine(bytes);
  const shape = family === 'chinese' ? shapeSingly(engine) : shapeWords(engine, family);
  const layers: PDFKit.Mixins.PDFFontSource[] = [];
  const typeface: Typeface = {
    coverage,
    width: (text) => shape(text).width / engine.unitsPerEm,
    font: (layer) => (layers[layer] ??= fontOf(engine, shape, layer === 0 ? '' : `-${layer}`)),
    said: (text) => shape(text).glyphs.map(({ id, codePoints }) => [id, String.fromCodePoint(...codePoints)]),
    mirroring: fontOf(engine, (text) => shapeMirrored(engine, text), '-Mirrored'),
  };
  opened.set(bytes, typeface);
  return typeface;
}

/** pdfkit reads fonts by an engine of its own, which it does not hand out by a declared name. */
function openEngine(bytes: Uint8Array): Engine {
  const scratch = new PDFDocument({ font: '' }).font(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return (scratch as unknown as { readonly _font: { readonly font: Engine } })._font.font;
}

/** The engine under another way to shape; pdfkit scales the positions in place, so that each call needs its own. */
function fontOf(engine: Engine, shape: (text: string) => Shape, suffix: string): PDFKit.Mixins.PDFFontSource {
  const layout = (text: string): object => {
    const { glyphs, positions } = shape(text);
    const own = positions.map((position) => ({ ...position }));
    return {
      glyphs,
      positions: own,
      get advanceWidth(): number {
        return sum(own);
      },
    };
  };
  return Object.create(engine, {
    layout: { value: layout },
    // pdfkit takes fonts of one name for one font.
    postscriptName: { value: `${engine.postscriptName}${suffix}` },
  }) as PDFKit.Mixins.PDFFontSource;
}

/** Characters that stand beside each other as they are, which is much faster than asking the font's tables. */
function shapeSingly(engine: Engine): (text: string) => Shape {
  return (text) => joined(Array.from(text).map((character) => single(engine, character)));
}

function shapeWords(engine: Engine, family: Family): (text: string) => Shape {
  const kept = new Map<string, Shape>();
  const shapeWord = (word: string): Shape => {
    const known = kept.get(word);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_SHAPES) kept.clear();
    // Arabic digits run from left to right, too, which the engine does not know without what is around them.
    if (family === 'arabic' && !LETTER.test(word)) return shapeSingly(engine)(word);
    // Or a glyph would say what it said first, in another word or letter or in none.
    engine._glyphs = {};
    // By itself it takes a word that begins with a lengthened line for a Latin one.
    const run = family === 'arabic' ? (['arab', undefined, 'rtl'] as const) : [];
    const shape = whole(engine.layout(word, FEATURES[family], ...run));
    kept.set(word, shape);
    return shape;
  };
  return (text) => {
    const parts = text.split(BLANK).filter((part) => part !== '');
    const shapes = parts.map((part) =>
      part.startsWith(' ') ? joined(Array.from(part).map((one) => single(engine, one))) : shapeWord(part),
    );
    return joined(family === 'arabic' && LETTER.test(text) ? shapes.reverse() : shapes);
  };
}

function shapeMirrored(engine: Engine, text: string): Shape {
  return joined(Array.from(text).map((character) => single(engine, mirrorOf(character) ?? character, character)));
}

function single(engine: Engine, character: string, said: string = character): Shape {
  const { id, advanceWidth } = engine.glyphForCodePoint(character.codePointAt(0)!);
  const position = { xAdvance: advanceWidth, yAdvance: 0, xOffset: 0, yOffset: 0 };
  const glyph = { id, advanceWidth, codePoints: [said.codePointAt(0)!] };
  return { glyphs: [glyph], positions: [position], width: advanceWidth };
}

/** Without the blanks that the engine puts for characters without a shape, e.g. those that keep letters from joining. */
function whole({ glyphs, positions }: Omit<Shape, 'width'>): Shape {
  const seen = glyphs.flatMap((glyph, index) => (glyph.codePoints[0] === 0x20 ? [] : [index]));
  const shown = seen.map((index) => positions[index]!);
  return {
    glyphs: seen.map((index) => {
      const { id, advanceWidth, codePoints } = glyphs[index]!;
      const [first, second] = codePoints;
      const form = first === LAM && codePoints.length === 2 ? LAM_ALEF.get(second!) : undefined;
      return { id, advanceWidth, codePoints: form === undefined ? codePoints : [form] };
    }),
    positions: shown,
    width: sum(shown),
  };
}

function joined(shapes: readonly Shape[]): Shape {
  return {
    glyphs: shapes.flatMap(({ glyphs }) => glyphs),
    positions: shapes.flatMap(({ positions }) => positions),
    width: shapes.reduce((total, { width }) => total + width, 0),
  };
}

function sum(positions: readonly Position[]): number {
  return positions.reduce((total, { xAdvance }) => total + xAdvance, 0);
}
