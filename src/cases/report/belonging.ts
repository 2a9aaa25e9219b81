import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refOf } from '../packet/ref-of.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { nodes, referencesOf } from '../tree.ts';
import { compositionOf, translatedOf } from './composition.ts';
import { REPORT } from './place.ts';

const DONE: ReadonlySet<unknown> = new Set(['final', 'amended']);

/** What stands against a Composition as part of this report: it is of another patient or case, or not done. */
export function belongingIssues(
  { row, records }: Pick<Scene, 'row' | 'records'>,
  ref: string,
  composition: Resource,
  report: Resource,
): Issue[] {
  const issues: Issue[] = [];
  const say = (text: string): void =>
    void issues.push(refusal('business-rule', 'report-composition', `${ref} ${text}`, REPORT));
  if (referencesOf(composition.subject)[0] !== referencesOf(report.subject)[0])
    say('is not about the patient of the report: name the same one in subject.');
  const requests = nodes(composition.event).flatMap(({ detail }) => referencesOf(detail));
  if (requests.length !== 1 || requests[0] !== row.serviceRequest)
    say(`has to say of which case it is: ${row.serviceRequest}, and no other, in event.detail.`);
  const others = row.state.reports.filter((one) => one !== refOf(report));
  if (others.some((one) => namesComposition(records.get(one), ref)))
    say('is that of another issued report of the case: write one of its own for this one.');
  if (!DONE.has(composition.status)) say('is not done: set its status to final (amended, after a report was issued).');
  return issues;
}

function namesComposition(report: Resource | undefined, ref: string): boolean {
  return report !== undefined && [compositionOf(report), ...translatedOf(report)].includes(ref);
}

export function withoutComposition(ref: string | undefined): Issue {
  const text = `${ref ?? 'What the report names as its Composition'} is no Composition that is here: send it in the same Bundle as the report, or first.`;
  return refusal('not-found', 'report-composition', text, REPORT);
}
