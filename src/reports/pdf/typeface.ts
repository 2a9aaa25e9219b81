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

/** A glyph with its code points as a text. */
interface SaidGlyph extends Glyph {
  readonly said: string;
}

/** Glyphs from left to right. */
interface Shape {
  readonly glyphs: readonly SaidGlyph[];
  readonly positions: readonly Position[];
  readonly width: number;
}

/** Parts of a text from left to right. */
type Shaper = (text: string) => Shape[];

interface Layout {
  readonly glyphs: readonly Glyph[];
  readonly positions: readonly Position[];
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
  ): Layout;
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
  const parts = family === 'chinese' ? shapeSingly(engine) : shapeWords(engine, family);
  const shape = (text: string): Shape => joined(parts(text));
  const layers: PDFKit.Mixins.PDFFontSource[] = [];
  const typeface: Typeface = {
    coverage,
    width: (text) => parts(text).reduce((sum, { width }) => sum + width, 0) / engine.unitsPerEm,
    font: (layer) => (layers[layer] ??= fontOf(engine, shape, layer === 0 ? '' : `-${layer}`)),
    said: (text) => parts(text).flatMap(({ glyphs }) => glyphs.map(({ id, said }) => [id, said] as const)),
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
function shapeSingly(engine: Engine): Shaper {
  const shapeCharacter = keeping((character) => single(engine, character));
  return (text) => Array.from(text, shapeCharacter);
}

function shapeWords(engine: Engine, family: Family): Shaper {
  const shapeCharacters = shapeSingly(engine);
  const shapeWord = keeping((word) => {
    // Or a glyph would say what it said first, in another word or letter or in none.
    engine._glyphs = {};
    // By itself it takes a word that begins with a lengthened line for a Latin one.
    const run = family === 'arabic' ? (['arab', undefined, 'rtl'] as const) : [];
    return whole(engine.layout(word, FEATURES[family], ...run));
  });
  return (text) => {
    // Arabic digits run from left to right, too, which the engine does not know without what is around them.
    if (family === 'arabic' && !LETTER.test(text)) return shapeCharacters(text);
    const parts = text.split(BLANK).filter((part) => part !== '');
    const shapes = parts.flatMap((part) => (part.startsWith(' ') ? shapeCharacters(part) : [shapeWord(part)]));
    return family === 'arabic' ? shapes.reverse() : shapes;
  };
}

/** Remembers what was made of the last texts. */
function keeping(make: (text: string) => Shape): (text: string) => Shape {
  const kept = new Map<string, Shape>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_SHAPES) kept.clear();
    const shape = make(text);
    kept.set(text, shape);
    return shape;
  };
}

function shapeMirrored(engine: Engine, text: string): Shape {
  return joined(Array.from(text).map((character) => single(engine, mirrorOf(character) ?? character, character)));
}

function single(engine: Engine, character: string, said: string = character): Shape {
  const { id, advanceWidth } = engine.glyphForCodePoint(character.codePointAt(0)!);
  const position = { xAdvance: advanceWidth, yAdvance: 0, xOffset: 0, yOffset: 0 };
  const glyph = { id, advanceWidth, codePoints: [said.codePointAt(0)!], said };
  return { glyphs: [glyph], positions: [position], width: advanceWidth };
}

/** Without the blanks that the engine puts for characters without a shape, e.g. those that keep letters from joining. */
function whole({ glyphs, positions }: Layout): Shape {
  const seen = glyphs.flatMap((glyph, index) => (glyph.codePoints[0] === 0x20 ? [] : [index]));
  const shown = seen.map((index) => positions[index]!);
  return {
    glyphs: seen.map((index) => {
      const { id, advanceWidth, codePoints } = glyphs[index]!;
      const [first, second] = codePoints;
      const form = first === LAM && codePoints.length === 2 ? LAM_ALEF.get(second!) : undefined;
      const own = form === undefined ? codePoints : [form];
      return { id, advanceWidth, codePoints: own, said: String.fromCodePoint(...own) };
    }),
    positions: shown,
    width: sum(shown),
  };
}

function joined(shapes: readonly Shape[]): Shape {
  if (shapes.length === 1) return shapes[0]!;
  return {
    glyphs: shapes.flatMap(({ glyphs }) => glyphs),
    positions: shapes.flatMap(({ positions }) => positions),
    width: shapes.reduce((total, { width }) => total + width, 0),
  };
}

function sum(positions: readonly Position[]): number {
  return positions.reduce((total, { xAdvance }) => total + xAdvance, 0);
}
