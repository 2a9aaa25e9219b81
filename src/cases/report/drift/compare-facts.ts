import { compareExchanged, compareMentions } from './compare-mentions.ts';
import type { DriftKind, DriftValues } from './drift.ts';
import type { Facts } from './facts.ts';
import { matchValues } from './match-values.ts';
import { compareResults } from './results.ts';
import { isMeasure } from './units.ts';
import type { Value } from './value.ts';

/** Differences of one kind. */
export interface Difference extends DriftValues {
  readonly kind: DriftKind;
}

export function compareFacts(first: Facts, second: Facts): Difference[] {
  const values = matchValues(first.values, second.values);
  const dates = matchValues(first.dates, second.dates);
  const months = compareExchanged(first.months, second.months);
  const units = {
    missing: values.otherUnit.map(([one]) => one.shown),
    added: values.otherUnit.map(([, other]) => other.shown),
  };
  const rhythms = compareExchanged(first.rhythms, second.rhythms);
  const directions = compareExchanged(first.directions, second.directions);
  const of = (kind: DriftKind): DriftValues => ({
    missing: ofKind(values.missing, kind),
    added: ofKind(values.added, kind),
  });
  return [
    { kind: 'doses' as const, ...of('doses') },
    { kind: 'numbers' as const, ...join(of('numbers'), directions) },
    { kind: 'stage' as const, ...of('stage') },
    { kind: 'units' as const, ...join(units, rhythms) },
    { kind: 'dates' as const, ...join({ missing: shown(dates.missing), added: shown(dates.added) }, months) },
    { kind: 'laterality' as const, ...compareSides(first, second) },
    { kind: 'codes' as const, ...compareMentions(first.codes, second.codes) },
    { kind: 'results' as const, ...compareResults(first.results, second.results) },
  ].filter(({ missing, added }) => missing.length > 0 || added.length > 0);
}

/** The left and the right of one language may be the both of another. */
function compareSides({ sides: first }: Facts, { sides: second }: Facts): DriftValues {
  const found = compareMentions(first, second);
  const isBoth = (sides: readonly string[]): boolean => sides.every((side) => side === 'both');
  const isEach = (sides: readonly string[]): boolean =>
    !sides.includes('both') && sides.includes('left') && sides.includes('right');
  const isSame =
    (isEach(found.missing) && isBoth(found.added) && second.possible.has('both')) ||
    (isEach(found.added) && isBoth(found.missing) && first.possible.has('both'));
  return isSame ? { missing: [], added: [] } : found;
}

function ofKind(values: readonly Value[], kind: DriftKind): string[] {
  return shown(values.filter((value) => kindOf(value) === kind));
}

function kindOf({ unit, readings: [reading] }: Value): DriftKind {
  if (unit === 'stage' || /[A-D]/.test(reading ?? '')) return 'stage';
  return isMeasure(unit) ? 'doses' : 'numbers';
}

function shown(values: readonly Value[]): string[] {
  return values.map((value) => value.shown);
}

function join(one: DriftValues, other: DriftValues): DriftValues {
  return { missing: [...one.missing, ...other.missing], added: [...one.added, ...other.added] };
}
