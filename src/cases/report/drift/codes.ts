import { isUnit, unitBefore } from './units.ts';

/** What has been read gives way to this, so that nothing reads it again. */
export const READ = ' \ufffc ';

const ADDRESS = /(?:https?:\/\/|www\.|10\.\d{4,9}\/)[!-~]{1,2000}/g;
/** Abbreviations that are written with and without a space before their number. */
const SPACED = /(?<![\p{Script=Latin}\d])(CA|CD|HER|Ki|CK|IL|PD|PD-L) (?=\d)/gu;
const FROM_LETTER =
  /(?<![\p{Script=Latin}\d])\p{Script=Latin}[\p{Script=Latin}\d]{0,40}(?:[-.>*+_:](?=[\p{Script=Latin}\d])[\p{Script=Latin}\d]{1,40}){0,8}/gu;
const FROM_DIGIT =
  /(?<![\p{Script=Latin}\d.,])\d{1,5}(?:-?[A-Z]{2,12}|[A-Za-z]{1,12})[A-Za-z\d]{0,20}(?:-[A-Z\d]{1,8}){0,3}(?!\p{Script=Latin})/gu;
const TNM = /^(?<before>[cpyra]{0,3})(?<t>T(?:is|x|\d)[a-d]?)(?<n>N(?:x|\d)[a-d]?)?(?<m>M(?:x|\d)[a-d]?)?$/i;
const TNM_WORDS = /(?<![\p{Script=Latin}\d])[cpyra]{0,3}(?:Tis|T[xX]|N[xX]|M[xX])(?![\p{Script=Latin}])/gu;
const ROMAN_STAGE = /^(?:IV|I{1,3})-?[A-D]\d?$/i;
/** Every three weeks: the numbers of these are read as numbers. */
const RHYTHM = /^q(\d{1,2})([hdwm])$/i;
const RHYTHM_UNITS: Readonly<Record<string, string>> = { h: 'hours', d: 'days', w: 'weeks', m: 'months' };

/** Of which one is the other, shortened. */
const ALIASES: Readonly<Record<string, string>> = { A1C: 'HBA1C' };

export interface FoundCodes {
  readonly codes: readonly string[];
  /** The text without them. */
  readonly rest: string;
}

/**
 * Words of Latin letters with digits, which every language writes alike: T790M, pT3N1, PD-L1, C34.1, addresses. Hyphens and
 * case do not count. Numbers with units and what merely hangs on a number (21-day) stay in the text.
 * @param text folded
 */
export function takeCodes(text: string): FoundCodes {
  const codes: string[] = [];
  const rest = text
    .replace(ADDRESS, (address) => {
      const ended = /[.,;:)\]'"]{1,5}$/.exec(address)?.[0] ?? '';
      codes.push(address.slice(0, address.length - ended.length));
      return READ + ended;
    })
    .replace(SPACED, '$1')
    .replace(TNM_WORDS, (word) => {
      codes.push(canonical(word));
      return READ;
    })
    .replace(FROM_LETTER, (run: string) => readRun(run, codes))
    .replace(FROM_DIGIT, (run: string, at: number, whole: string) => {
      const letters = run.replace(/^\d+-?/, '');
      if (isUnit(letters) || /^(?:st|nd|rd|th|x)$/i.test(letters)) return run;
      // Stage 3B is read with the numbers.
      if (/^[A-D]\d?$/i.test(letters) && unitBefore(whole, at) === 'stage') return run;
      codes.push(canonical(run));
      return READ;
    });
  return { codes, rest };
}

/** A run may be several words: T1-T2, anti-PD-1, HER2-positive. */
function readRun(run: string, codes: string[]): string {
  if (!/\d/.test(run) || ROMAN_STAGE.test(run) || isUnit(run)) return run;
  const rhythm = RHYTHM.exec(run);
  if (rhythm !== null) return ` ${rhythm[1]!} ${RHYTHM_UNITS[rhythm[2]!.toLowerCase()]!} `;
  if (/^G[1-4]$/.test(run)) return `grade ${run.slice(1)}`;
  const parts = run.split('-');
  while (parts.length > 1 && /^[^\d]{3,}$/.test(parts[0]!) && isPlainWord(parts[0]!)) parts.shift();
  while (parts.length > 1 && /^[^\d]*$/.test(parts.at(-1)!) && isPlainWord(parts.at(-1)!)) parts.pop();
  const joined = parts.join('-');
  // Interleukin-6, week-8: a number behind a word.
  if (!/\p{L}/u.test(joined)) return run.replaceAll('-', ' ');
  const severalCodes = parts.length > 1 && parts.every((part) => /\p{L}/u.test(part) && /\d/.test(part));
  codes.push(...(severalCodes ? parts : [joined]).flatMap(splitTnm));
  return READ;
}

function isPlainWord(part: string): boolean {
  return part === part.toLowerCase();
}

function splitTnm(code: string): string[] {
  const { before = '', t, n, m } = TNM.exec(code)?.groups ?? {};
  if (t === undefined) return [canonical(code)];
  return [before + t, n, m].flatMap((part) => (part === undefined ? [] : canonical(part)));
}

function canonical(code: string): string {
  const plain = code.replace(/[-_]/g, '').toUpperCase();
  return ALIASES[plain] ?? plain;
}
