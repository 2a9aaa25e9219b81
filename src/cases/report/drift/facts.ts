import { mentionsOf } from './compare-mentions.ts';
import { takeCodes } from './codes.ts';
import { takeDates } from './dates.ts';
import type { DecimalMark } from './decimals.ts';
import type { Mentions } from './laterality.ts';
import { findSides } from './laterality.ts';
import { findResults } from './results.ts';
import type { Results } from './results.ts';
import { findRhythms } from './rhythms.ts';
import type { Value } from './value.ts';
import { findValues } from './values.ts';

/** What a text says that no translation may change. */
export interface Facts {
  readonly values: readonly Value[];
  readonly dates: readonly Value[];
  readonly months: Mentions;
  readonly codes: Mentions;
  readonly sides: Mentions;
  readonly rhythms: Mentions;
  /** Less than, more than: as signs. */
  readonly directions: Mentions;
  readonly results: Results;
}

/** @param text folded; @param mark of the whole document, see `decimalMark` */
export function readFacts(text: string, language: string | undefined, mark: DecimalMark): Facts {
  const { dates, months, numbers, rest: undated } = takeDates(text, language);
  const { codes, rest } = takeCodes(undated);
  const directions = rest.match(/[<>≤≥](?= ?=? ?-?\d)/g) ?? [];
  return {
    values: [...findValues(rest, mark), ...numbers],
    dates,
    months: mentionsOf(months),
    codes: mentionsOf(codes),
    sides: findSides(text),
    rhythms: findRhythms(text),
    directions: mentionsOf(directions.map((sign) => (sign === '<' || sign === '≤' ? 'less' : 'more'))),
    results: findResults(text),
  };
}
