import type { Concordance, ConcordanceAspect } from './concordance.ts';
import { ASPECTS } from './concordance.ts';
import type { Opinion } from './opinion.ts';

/** Opinions on one patient side by side. */
export interface Comparison {
  readonly opinions: readonly Opinion[];
  /** Of each aspect of which one of them says something: whether they differ. */
  readonly aspects: readonly ComparedAspect[];
}

export interface ComparedAspect {
  readonly aspect: ConcordanceAspect | 'travel';
  /** `yes`: somebody has come to another conclusion; `unknown`: nobody has, but somebody could not tell. */
  readonly differs: 'yes' | 'no' | 'unknown';
}

/** Sets opinions side by side. What an opinion says of an aspect is how it stands to the home doctor's own. */
export function compareOpinions(opinions: readonly Opinion[]): Comparison {
  const aspects = ASPECTS.flatMap((aspect): ComparedAspect[] => {
    const said = opinions.flatMap(({ concordance }) => concordance[aspect] ?? []);
    return said.length === 0 ? [] : [{ aspect, differs: differ(said) }];
  });
  const travel = opinions.flatMap((opinion) => opinion.travel ?? []);
  return {
    opinions,
    aspects: travel.length < 2 ? aspects : [...aspects, { aspect: 'travel', differs: differTravel(travel) }],
  };
}

/** Two that both revise the first may still differ from each other: codes cannot tell, so that it is not said that they agree. */
function differ(said: readonly Concordance[]): ComparedAspect['differs'] {
  if (said.includes('revised')) return 'yes';
  return said.includes('undetermined') ? 'unknown' : 'no';
}

function differTravel(said: readonly string[]): ComparedAspect['differs'] {
  const clear = new Set(said.filter((one) => one !== 'undetermined'));
  if (clear.size > 1) return 'yes';
  return said.includes('undetermined') ? 'unknown' : 'no';
}
