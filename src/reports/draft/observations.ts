import {
  ASPECT_SYSTEM,
  ASPECTS,
  CONCORDANCE_SYSTEM,
  OPINION_SYSTEM,
  sumDifferences,
  TRAVEL_SYSTEM,
} from '../../cases/index.ts';
import type { ProposedDifference, Statement } from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { DraftInput } from './input.ts';
import { concept, to } from './input.ts';

type About = Pick<DraftInput, 'request' | 'reviewers'>;

/** An Observation of the report that says nothing certain yet, of a kind (code of opinion-observation). */
function observation({ request, reviewers }: About, kind: string): Resource {
  return {
    resourceType: 'Observation',
    status: 'preliminary',
    basedOn: [to(`ServiceRequest/${request.id ?? ''}`)],
    code: concept(OPINION_SYSTEM, kind),
    subject: request.subject,
    ...(reviewers.length === 0 ? {} : { performer: reviewers.map(({ ref, name }) => to(ref, name)) }),
  };
}

/** How the opinion stands to the first in each respect in which they are compared; diagnosis and treatment always are. */
export function draftConcordance(about: About, differences: readonly ProposedDifference[]): Resource {
  const sums = sumDifferences(differences);
  const compared = ASPECTS.filter((aspect) => aspect !== 'stage' || sums.stage !== undefined);
  return {
    ...observation(about, 'concordance'),
    component: compared.map((aspect) => ({
      code: concept(OPINION_SYSTEM, `concordance-${aspect}`),
      valueCodeableConcept: concept(CONCORDANCE_SYSTEM, sums[aspect] ?? 'undetermined'),
    })),
  };
}

/** @param document `DocumentReference/x` of the first opinion */
export function draftDifference(
  about: About,
  { aspect, code, first, second, records }: ProposedDifference,
  document: string | undefined,
): Resource {
  const side = (kind: string, statement: Statement | undefined): object[] =>
    statement === undefined ? [] : [{ code: concept(OPINION_SYSTEM, kind), ...statement }];
  const focus = records.filter((record) => record !== document);
  return {
    ...observation(about, 'difference'),
    ...(focus.length === 0 ? {} : { focus: focus.map((record) => to(record)) }),
    valueCodeableConcept: concept(CONCORDANCE_SYSTEM, code),
    ...(document === undefined ? {} : { derivedFrom: [to(document)] }),
    component: [
      { code: concept(OPINION_SYSTEM, 'difference-aspect'), valueCodeableConcept: concept(ASPECT_SYSTEM, aspect) },
      ...side('first-opinion', first),
      ...side('second-opinion', second),
    ],
  };
}

export function draftTravelAdvice(about: About): Resource {
  return { ...observation(about, 'travel-advice'), valueCodeableConcept: concept(TRAVEL_SYSTEM, 'undetermined') };
}
