import type { Run } from '../letter/model.ts';
import { isRightToLeft, levelsOf, mirrorOf, visualOrder } from './bidi.ts';
import { breaksOf, isBlank } from './breaks.ts';
import { METRICS } from './faces.ts';
import type { Face, Faces } from './faces.ts';
import { isFormat } from './spelling.ts';

/** A stretch of a line in one font and direction, at its place. */
export interface Piece {
  /** In logical order. */
  readonly text: string;
  readonly face: Face;
  /** Points. */
  readonly size: number;
  readonly rightToLeft: boolean;
  /** Drawn turned round, e.g. a bracket that opens on the right. */
  readonly mirrored: boolean;
  /** Points from the left end of the line's visible text. */
  readonly x: number;
}

export interface Line {
  /** In logical order, blanks at the line's end with them. */
  readonly pieces: readonly Piece[];
  /** Points, without the blanks at its end. */
  readonly width: number;
  /** Points above and below the baseline. */
  readonly ascent: number;
  readonly descent: number;
}

export interface Setting {
  /** Font size in points. */
  readonly size: number;
  /** Points. */
  readonly width: number;
  /** BCP 47 */
  readonly language: string;
  readonly bold?: true;
}

interface Character {
  readonly text: string;
  readonly face: Face;
  readonly level: number;
}

const LINE_GAP = 1.5;
/** Right-to-left letters with what belongs to them: drawn together, so that they join. */
const JOINING = /[\p{L}\p{M}\u0640\u200C\u200D]/u;
const MARK = /\p{M}/u;

/** Breaks a text into lines; a line feed ends a line and a paragraph of the bidirectional algorithm. */
export function setLines(faces: Faces, runs: readonly Run[], setting: Setting): Line[] {
  return splitRuns(runs).flatMap((paragraph) => {
    const characters = readCharacters(faces, paragraph, setting);
    return fillLines(characters, setting).map(([start, end]) => placeLine(characters.slice(start, end), setting));
  });
}

export function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + lineHeight(line), 0);
}

export function lineHeight({ ascent, descent }: Line): number {
  return ascent + descent + LINE_GAP;
}

function splitRuns(runs: readonly Run[]): Run[][] {
  const paragraphs: Run[][] = [[]];
  for (const run of runs) {
    run.text.split('\n').forEach((text, index) => {
      if (index > 0) {
        // For who copies the text or has it read out: the line's last word is not the next line's beginning.
        paragraphs.at(-1)!.push({ ...run, text: ' ' });
        paragraphs.push([]);
      }
      paragraphs.at(-1)!.push({ ...run, text });
    });
  }
  return paragraphs;
}

function readCharacters(faces: Faces, runs: readonly Run[], { language, bold }: Setting): Character[] {
  const text = runs.map((run) => run.text).join('');
  const rightToLeft = isRightToLeft(language);
  const levels = levelsOf(text, rightToLeft);
  const characters: Character[] = [];
  const letters = new Map<Run, Map<string, Face | undefined>>();
  let at = 0;
  for (const run of runs) {
    const style = { ...run, ...(bold && { bold }) };
    const known = letters.get(run) ?? new Map<string, Face | undefined>();
    letters.set(run, known);
    let before: Face | undefined;
    for (const character of run.text) {
      const level = levels[at]!;
      at += character.length;
      if (isFormat(character)) continue;
      const key = `${character}${level % 2}`;
      if (!known.has(key)) {
        const inArabic = level % 2 === 1 && character === ' ';
        known.set(key, (inArabic ? faces.of('arabic', style) : undefined) ?? faces.pick(character, language, style));
      }
      // A mark stays with its letter where their font has it.
      const own = known.get(key);
      const face =
        MARK.test(character) && before?.typeface.coverage.has(character.codePointAt(0)!) ? before : (own ?? before);
      // Texts were spelled with what the faces show, so that there is none without.
      if (face === undefined) continue;
      characters.push({ text: character, face, level });
      before = face;
    }
  }
  return characters;
}

/** Lines as ranges of characters. A word that is longer than a line is parted where the line ends. */
function fillLines(characters: readonly Character[], { size, width }: Setting): [start: number, end: number][] {
  const lines: [number, number][] = [];
  const breaks = [...breaksOf(characters.map(({ text }) => text)), characters.length];
  let [lineStart, wordStart, used] = [0, 0, 0];
  const closeAt = (index: number): void => {
    lines.push([lineStart, index]);
    [lineStart, used] = [index, 0];
  };
  for (const wordEnd of breaks) {
    const visible = measure(characters.slice(wordStart, trimmed(characters, wordStart, wordEnd)), size);
    const blanks = measure(characters.slice(trimmed(characters, wordStart, wordEnd), wordEnd), size);
    if (used + visible > width && lineStart < wordStart) closeAt(wordStart);
    if (visible > width) {
      for (let index = wordStart; index < wordEnd; index++) {
        const advance = measure([characters[index]!], size);
        if (used + advance > width && lineStart < index && !MARK.test(characters[index]!.text)) closeAt(index);
        used += advance;
      }
    } else {
      used += visible + blanks;
    }
    wordStart = wordEnd;
  }
  closeAt(characters.length);
  return lines;
}

function trimmed(characters: readonly Character[], start: number, end: number): number {
  let last = end;
  while (last > start && isBlank(characters[last - 1]!.text)) last--;
  return last;
}

function measure(characters: readonly Character[], size: number): number {
  return stretches(characters).reduce((sum, stretch) => sum + widthOf(stretch, size), 0);
}

interface Stretch {
  readonly text: string;
  readonly face: Face;
  readonly level: number;
}

/** Neighbours of one font and level; of right-to-left text, marks of punctuation stand alone. */
function stretches(characters: readonly Character[]): Stretch[] {
  const found: { text: string; face: Face; level: number; joins: boolean }[] = [];
  for (const { text, face, level } of characters) {
    const joins = level % 2 === 0 || text === ' ' || JOINING.test(text);
    const last = found.at(-1);
    if (last?.face === face && last.level === level && last.joins && joins) last.text += text;
    else found.push({ text, face, level, joins });
  }
  return found;
}

/**
 * A glyph of an embedded font says one text, and forms of some letters (Arabic and Persian ya) are one glyph: where both
 * are in a stretch its words are drawn one by one, since they can be drawn in different layers of the font.
 */
function partWhereGlyphsDiffer(stretch: Stretch): Stretch[] {
  if (stretch.level % 2 === 0) return [stretch];
  const said = stretch.face.typeface.said(stretch.text);
  const distinct = new Set(said.map(([glyph]) => glyph)).size;
  if (new Set(said.map(([glyph, text]) => `${glyph} ${text}`)).size === distinct) return [stretch];
  return stretch.text.split(/(?<= )/).map((text) => ({ ...stretch, text }));
}

function widthOf({ text, face }: Stretch, size: number): number {
  return face.typeface.width(text) * size * face.scale;
}

/** Puts the stretches of a line side by side in visual order. */
function placeLine(given: readonly Character[], { size, language }: Setting): Line {
  const rightToLeft = isRightToLeft(language) && given.some(({ level }) => level > 0);
  const base = rightToLeft ? 1 : 0;
  const end = trimmed(given, 0, given.length);
  // Rule L1: blanks at the end of a line stand where its paragraph goes on.
  const characters = given.map((one, index) => (index < end ? one : { ...one, level: base }));
  const found = stretches(characters).flatMap(partWhereGlyphsDiffer);
  const blanks = measure(characters.slice(end), size);
  const places = new Array<number>(found.length);
  let x = rightToLeft ? -blanks : 0;
  for (const index of visualOrder(found.map(({ level }) => level))) {
    places[index] = x;
    x += widthOf(found[index]!, size);
  }
  const metrics = [METRICS.latin, ...found.map(({ face }) => face)];
  return {
    pieces: found.map(({ text, face, level }, index) => ({
      text,
      face,
      size: size * face.scale,
      rightToLeft: level % 2 === 1,
      mirrored: level % 2 === 1 && mirrorOf(text) !== undefined,
      x: places[index]!,
    })),
    width: rightToLeft ? x : x - blanks,
    ascent: size * Math.max(...metrics.map((one) => one.ascent)),
    descent: size * Math.max(...metrics.map((one) => one.descent)),
  };
}
