import { findCountedWords } from './counted-words.ts';
import type { DecimalMark } from './decimals.ts';
import { readDecimals, shift } from './decimals.ts';
import { findNumberWords } from './number-words.ts';
import { unitAt, unitBefore } from './units.ts';
import type { Value } from './value.ts';

const DIGITS =
  /(?<![\p{Script=Latin}\d])(?:(?<=^|[\s(:=<>^,،、。≤≥为是约值至于达])(?<!\d[ ]?)-)?(?:\d{2,3}(?: \d{3})+(?![\d])|\d+(?:[.,'٫٬]\d+)*)/gu;
const POWER = /(?<![\d.,])10(?:\^|\*|e)(-?\d{1,2})(?!\d)/giu;
const ROMAN =
  /(?<![\p{Script=Latin}\d])(?<roman>IV|IX|VI{1,3}|V|I{1,3}|X)(?:-?(?<letter>[A-Da-d])(?<part>[1-3])?)?(?![\p{Script=Latin}\d])/gu;
const ROMANS = ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X'];
const ORDINAL = /(?:st|nd|rd|th)(?!\p{Script=Latin})/iuy;
/** 千克 is a kilogram, triệu chứng a symptom. */
const MULTIPLIERS =
  / ?(?:(?:(?<n3>nghìn|ngàn|thousand|الفا?|الاف)|(?<n4>vạn)|(?<n6>triệu(?! chứng)|million|مليونا?|ملايين)|(?<n9>tỷ|tỉ|billion|مليار))(?!\p{Script=Latin}|\p{Script=Arabic})|(?<h3>千(?!克|卡))|(?<h4>[万萬])|(?<h6>百万)|(?<h8>亿))/iuy;
/** The letter of a stage: 3B, III B 期, المرحلة الثالثة ب. */
const LETTER = /(?:[- (]{0,2}(?=[A-D])|-?)([A-Da-d])([1-3])?\)?(?![\p{Script=Latin}\d-])/uy;
const SPACED_LETTER = / ([A-Da-d])([1-3])?(?= ?期)/uy;
const ARABIC_LETTER = / ?\(?([ابجد])\)?(?!\p{Script=Arabic})/uy;
const ARABIC_LETTERS: Readonly<Record<string, string>> = { ا: 'A', ب: 'B', ج: 'C', د: 'D' };
/** Between numbers of which the last alone has the unit. */
const JOINED =
  /^ ?(?:-|~|to|đến|tới|lên|xuống|[升降增减]?[至到]|الى|×|\*|or|hoặc|hay|或|او|and|và|和|与|و|,|،|、|\/|\+|:) ?$/iu;
const LONGEST_JOINT = 8;
/** Numbering in front of a paragraph, which the other side may leave to the list. */
const ENUMERATION = /^ ?[(（]?\d{1,2}[.、)）:](?= |\D)(?!\d) ?/u;

interface Found extends Value {
  readonly start: number;
  readonly end: number;
}

/** A number as it was found, before what stands around it is read. */
interface Raw {
  readonly start: number;
  readonly end: number;
  readonly readings: readonly string[];
  readonly origin: 'digits' | 'roman' | 'cardinal' | 'ordinal';
  readonly isLettered?: boolean;
}

/** The numbers of a folded text from which dates and codes are taken away. */
export function findValues(folded: string, mark: DecimalMark): Value[] {
  const enumeration = ENUMERATION.exec(folded)?.[0] ?? '';
  const body = folded.slice(enumeration.length);
  const powers: Value[] = [];
  const text = body.replace(POWER, (shown, power: string) => {
    powers.push({ readings: [`10^${Number(power)}`], shown });
    return ' '.repeat(shown.length);
  });
  const raws = [...findDigits(text, mark), ...findRomans(text), ...findWords(text)].sort((a, b) => a.start - b.start);
  const found = readAll(text, raws);
  const numbering = enumeration.match(/\d+/g) ?? [];
  return [
    ...powers,
    ...shareUnits(text, found),
    ...findCountedWords(text),
    ...numbering.map((shown): Value => ({ readings: [String(Number(shown))], isLoose: true, shown })),
  ];
}

function* findDigits(text: string, mark: DecimalMark): Generator<Raw> {
  for (const { index: start, 0: run } of text.matchAll(DIGITS)) {
    const isNegative = run.startsWith('-');
    const numbers = readDecimals(run.replace('-', '').replaceAll(' ', '٬'), mark);
    const end = start + run.length;
    for (const [index, readings] of numbers.entries()) {
      const signed = isNegative && index === 0 ? readings.map((one) => `-${one}`) : readings;
      // Of several numbers in one run, what stands behind belongs to the last.
      yield { start, end: index === numbers.length - 1 ? end : start, readings: signed, origin: 'digits' };
    }
  }
}

function* findRomans(text: string): Generator<Raw> {
  for (const { index: start, 0: whole, groups } of text.matchAll(ROMAN)) {
    const { roman, letter, part = '' } = groups as { roman: string; letter?: string; part?: string };
    const value = String(ROMANS.indexOf(roman));
    const end = start + whole.length;
    if (letter === undefined) yield { start, end, readings: [value], origin: 'roman' };
    else yield { start, end, readings: [`${value}${letter.toUpperCase()}${part}`], origin: 'roman', isLettered: true };
  }
}

function* findWords(text: string): Generator<Raw> {
  for (const { start, end, values, isOrdinal } of findNumberWords(text)) {
    const origin = isOrdinal || values.length > 1 ? 'ordinal' : 'cardinal';
    for (const value of values) yield { start, end, readings: [String(value)], origin };
  }
}

function readAll(text: string, raws: readonly Raw[]): Found[] {
  const found: Found[] = [];
  for (const raw of raws) {
    const last = found.at(-1);
    // The 2 of mg/m² has been read as part of the unit.
    if (last !== undefined && raw.start < last.end && raw.start !== last.start) continue;
    found.push(...readAround(text, raw));
  }
  return found;
}

/** What belongs to a number: its multiplier, the letter of a stage, its unit. */
function readAround(text: string, raw: Raw): Found[] {
  if (raw.origin === 'roman' && text.slice(raw.end, raw.end + 1) === '.' && raw.start === 0) return [];
  let { end } = raw;
  let { readings } = raw;
  if (raw.origin === 'digits') {
    end = skip(ORDINAL, text, end);
    MULTIPLIERS.lastIndex = end;
    const groups = MULTIPLIERS.exec(text)?.groups;
    if (groups !== undefined) {
      const [[name] = ['n0']] = Object.entries<string | undefined>(groups).filter(
        ([, written]) => written !== undefined,
      );
      readings = readings.map((one) => shift(one, Number(name.slice(1))));
      end = MULTIPLIERS.lastIndex;
    }
  }
  const before = unitBefore(text, raw.start);
  if (raw.isLettered !== true && /^[0-4]$/.test(readings[0]!)) {
    const letter = readLetter(text, end, before === 'stage');
    if (letter !== undefined) {
      readings = readings.map((one) => `${one}${letter.said}`);
      end = letter.end;
    }
  }
  const behind = unitAt(text, end);
  const unit = behind?.unit ?? before;
  const shown = text.slice(raw.start, behind?.end ?? end);
  return [
    {
      start: raw.start,
      end: behind?.end ?? end,
      readings,
      ...(unit === undefined ? {} : { unit }),
      ...(behind?.tail === undefined ? {} : { tail: behind.tail }),
      ...(isLoose(raw, unit, readings) ? { isLoose: true } : {}),
      shown,
    },
  ];
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function readLetter(text: string, at: number, isStage: boolean): { said: string; end: number } | undefined {
  for (const pattern of isStage ? [LETTER, ARABIC_LETTER] : [SPACED_LETTER]) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found === null) continue;
    const [, letter = '', part = ''] = found;
    return { said: `${ARABIC_LETTERS[letter] ?? letter.toUpperCase()}${part}`, end: pattern.lastIndex };
  }
  return undefined;
}

/**
 * Whether something else may be meant: words without a unit, one of something (`một lần`, `a`), ordinals, and Roman
 * numerals that are also letters or abbreviations (IV). `1 lần/ngày` may be daily.
 */
function isLoose({ origin, isLettered }: Raw, unit: string | undefined, [value]: readonly string[]): boolean {
  if (unit === 'time' && value === '1') return true;
  if (origin === 'digits') return false;
  if (origin === 'roman') return unit !== 'stage' && isLettered !== true && value !== '2' && value !== '3';
  if (unit === undefined) return true;
  if (unit === 'stage') return false;
  return origin === 'ordinal' || value === '1';
}

/** 3–5 weeks, 2 × 3 cm, 40 or 80 mg: the unit of the last is that of all. */
function shareUnits(text: string, found: readonly Found[]): Value[] {
  const shared: Found[] = [];
  for (const one of found.toReversed()) {
    const next = shared.at(-1);
    const isNear = next !== undefined && next.start - one.end <= LONGEST_JOINT;
    if (isNear && one.unit === undefined && next.unit !== undefined && JOINED.test(text.slice(one.end, next.start))) {
      shared.push({ ...one, unit: next.unit, isShared: true });
    } else shared.push(one);
  }
  return shared.map(({ start: _start, end: _end, ...value }) => value);
}
