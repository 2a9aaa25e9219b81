import type { Mentions } from './laterality.ts';

export interface Unequal {
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

/**
 * What is named on one side alone; and what is named more often on one side while something else is named more often on
 * the other, as happens when one is taken for the other. That one side merely repeats what both name is how languages are.
 */
export function compareMentions(first: Mentions, second: Mentions): Unequal {
  const missing = excess(first, second);
  const added = excess(second, first);
  const isExchanged = missing.size > 0 && added.size > 0;
  const counted = (found: ReadonlyMap<string, number>, other: Mentions): string[] =>
    [...found]
      .filter(([name]) => isExchanged || !other.possible.has(name))
      .flatMap(([name, count]) => Array.from({ length: count }, () => name));
  return { missing: counted(missing, second), added: counted(added, first) };
}

/**
 * What is exchanged alone: nothing lacks where the other side has merely left it unsaid. Something has to be named on one
 * side that the other does not know at all, while the other names something else more often.
 */
export function compareExchanged(first: Mentions, second: Mentions): Unequal {
  const missing = [...excess(first, second).keys()];
  const added = [...excess(second, first).keys()];
  const unknownMissing = absent(first.possible, second);
  const unknownAdded = absent(second.possible, first);
  const isMissing = missing.some((name) => unknownMissing.includes(name));
  const isAdded = added.some((name) => unknownAdded.includes(name));
  const lost = missing.length > 0 ? missing : unknownMissing;
  const found = added.length > 0 ? added : unknownAdded;
  const isExchanged = (isMissing && found.length > 0) || (isAdded && lost.length > 0);
  return isExchanged ? { missing: lost, added: found } : { missing: [], added: [] };
}

/** @param names as they were found, each as often as it was */
export function mentionsOf(names: readonly string[]): Mentions {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return { sure: counts, possible: counts };
}

function excess(mine: Mentions, other: Mentions): Map<string, number> {
  const found = [...mine.sure].map(([name, count]) => [name, count - (other.possible.get(name) ?? 0)] as const);
  return new Map(found.filter(([, count]) => count > 0));
}

function absent(mine: ReadonlyMap<string, number>, other: Mentions): string[] {
  return [...mine.keys()].filter((name) => !other.possible.has(name));
}
