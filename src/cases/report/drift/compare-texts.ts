import { compareFacts } from './compare-facts.ts';
import { decimalMark } from './decimals.ts';
import type { DecimalMark } from './decimals.ts';
import type { Drift, DriftKind, Wording } from './drift.ts';
import { readFacts } from './facts.ts';
import { foldText } from './fold.ts';

/** A text in blocks that may stand beside those of another, folded. */
export interface Side {
  readonly blocks: readonly string[];
  readonly language: string | undefined;
  readonly mark: DecimalMark;
}

const WORDS: Readonly<Partial<Record<DriftKind, string>>> = {
  numbers: 'numbers, or less and more',
  doses: 'numbers with a unit of measure',
  units: 'the unit of the same number, or how often (daily, weekly)',
  dates: 'dates',
  laterality: 'left, right, or both sides',
  stage: 'stages, grades or types',
  codes: 'names and codes with digits',
  results: 'positive and negative results',
};
const MOST_DETAILS = 20;
const MOST_PLACES = 10;

/** What a translation of a text changed that no translation may change. `place`: as the caller names it. */
export function compareTexts(original: Wording, translated: Wording, place = 'text'): Drift[] {
  return compareSides(readSide(original), readSide(translated), place);
}

function readSide({ text, language }: Wording): Side {
  const folded = foldText(text);
  return { blocks: [folded], language, mark: decimalMark([folded], language) };
}

/**
 * Compares block by block where there are as many on both sides, so that numbers exchanged between two rows of a table are
 * found; else each text as a whole.
 */
export function compareSides(original: Side, translated: Side, place: string): Drift[] {
  const isAligned = original.blocks.length === translated.blocks.length;
  const first = isAligned ? original.blocks : [original.blocks.join(' \n ')];
  const second = isAligned ? translated.blocks : [translated.blocks.join(' \n ')];
  const found = first.flatMap((text, index) => {
    const mine = readFacts(text, original.language, original.mark);
    const other = readFacts(second[index]!, translated.language, translated.mark);
    return compareFacts(mine, other).map((difference) => ({ ...difference, block: index + 1 }));
  });
  return [...Map.groupBy(found, ({ kind }) => kind)].map(([kind, differences]): Drift => {
    const missing = differences.flatMap((one) => one.missing);
    const added = differences.flatMap((one) => one.added);
    const places = isAligned && first.length > 1 ? tellBlocks(differences.map(({ block }) => block)) : '';
    return {
      kind,
      place,
      missing: missing.length,
      added: added.length,
      hint: `${WORDS[kind] ?? kind}${places}`,
      details: { missing: missing.slice(0, MOST_DETAILS), added: added.slice(0, MOST_DETAILS) },
    };
  });
}

function tellBlocks(blocks: readonly number[]): string {
  const some = blocks.slice(0, MOST_PLACES).join(', ');
  return ` (paragraphs, items or cells: ${some}${blocks.length > MOST_PLACES ? ' and more' : ''})`;
}
