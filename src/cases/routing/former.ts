import type { Resource } from '../../fhir/index.ts';
import type { CaseRow } from '../case.ts';
import { withFacts } from '../payment/facts.ts';
import type { CaseState } from '../state.ts';
import { isOpenStep } from '../steps/step.ts';
import { referencesOf } from '../tree.ts';
import type { FirstOpinion } from './independence.ts';

/** Who has given the opinion before: `Type/id`s with blanks between. */
const FORMER = 'routing.former';

/** Who reviews a case, or has reviewed it, as `PractitionerRole/x` or `Practitioner/x`. */
export function reviewersOf({ steps }: CaseState): string[] {
  const reviews = steps.filter((step) => step.kind === 'review' && (isOpenStep(step) || step.status === 'completed'));
  const owners = reviews.flatMap(({ owner }) => owner ?? []);
  return [...new Set(owners)].filter((ref) => /^(PractitionerRole|Practitioner)\//.test(ref));
}

/** The row of a case that is based on another, with the reviewers of that: of them its own are to be independent, too. */
export function keepFormer(row: CaseRow, reviewers: readonly string[]): CaseRow {
  return reviewers.length === 0 ? row : withFacts(row, { [FORMER]: reviewers.join(' ') });
}

/** What {@link keepFormer} kept. */
export function formerReviewers({ facts }: Pick<CaseState, 'facts'>): readonly string[] {
  return facts[FORMER]?.split(' ') ?? [];
}

/** @param roles PractitionerRoles among which those of the former reviewers are: a person may have several */
export function withFormer(first: FirstOpinion, former: readonly string[], roles: readonly Resource[]): FirstOpinion {
  const named = roles.filter(({ resourceType, id }) => former.includes(`${resourceType}/${id ?? ''}`));
  const persons = named.flatMap(({ practitioner }) => referencesOf(practitioner));
  return { ...first, people: new Set([...first.people, ...former, ...persons]) };
}
