import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import { codesIn, nodes } from '../tree.ts';

export const OPINION_SYSTEM = `${CANONICAL}/CodeSystem/opinion-observation`;
export const CONCORDANCE_SYSTEM = `${CANONICAL}/CodeSystem/concordance`;

/** How one opinion stands to the first in one respect. */
export type Concordance = 'confirmed' | 'revised' | 'undetermined';

export const ASPECTS = ['diagnosis', 'stage', 'treatment'] as const;
export type ConcordanceAspect = (typeof ASPECTS)[number];

/** By respect; of one that is not there nothing is said. */
export type ByAspect = Readonly<Partial<Record<ConcordanceAspect, Concordance>>>;

/** Reports and Observations that say nothing (any more). */
export const SILENT: ReadonlySet<unknown> = new Set(['registered', 'cancelled', 'entered-in-error']);

/** The Observations of an opinion that are of a kind (code of opinion-observation) and say something. */
export function ofKind(observations: readonly Resource[], kind: string): Resource[] {
  return observations.filter(
    ({ resourceType, status, code }) =>
      resourceType === 'Observation' && !SILENT.has(status) && codesIn(code, OPINION_SYSTEM).includes(kind),
  );
}

/** What the Observations of a report say of each aspect; where two differ, the one that confirms less counts. */
export function readConcordance(observations: readonly Resource[]): ByAspect {
  const components = ofKind(observations, 'concordance').flatMap((one) => nodes(one.component));
  return weigh(
    components.flatMap((component) => {
      const [said] = codesIn(component.valueCodeableConcept, CONCORDANCE_SYSTEM).filter(isConcordance);
      const about = codesIn(component.code, OPINION_SYSTEM);
      return said === undefined
        ? []
        : ASPECTS.flatMap((aspect) => (about.includes(`concordance-${aspect}`) ? [{ aspect, said }] : []));
    }),
  );
}

/** Of all that is said of an aspect, what confirms least. */
export function weigh(all: readonly { readonly aspect: ConcordanceAspect; readonly said: Concordance }[]): ByAspect {
  const found: Partial<Record<ConcordanceAspect, Concordance>> = {};
  for (const { aspect, said } of all) {
    const known = found[aspect];
    if (known === undefined || WEIGHT[said] > WEIGHT[known]) found[aspect] = said;
  }
  return found;
}

const WEIGHT: Readonly<Record<Concordance, number>> = { confirmed: 0, undetermined: 1, revised: 2 };

function isConcordance(code: string): code is Concordance {
  return Object.hasOwn(WEIGHT, code);
}
