import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import { isStatement, makersOf, personOf } from '../routing/team.ts';
import type { Scene } from '../scene.ts';
import { nodes, referencesOf } from '../tree.ts';

/** The records that a review hands over and that say whose they are: its report, Observations, letters. */
export function reviewedIn(task: Resource): string[] {
  return nodes(task.output)
    .flatMap(({ valueReference }) => referencesOf(valueReference))
    .filter(isStatement);
}

/**
 * What stands against the output of a completed review: it is not of its reviewer. One report that names one person is
 * not the opinion of two.
 * @param owner `PractitionerRole/x` or `Practitioner/x`
 */
export function outputIssues({ records }: Pick<Scene, 'records'>, task: Resource, owner: string): Issue[] {
  const handed = reviewedIn(task);
  const own = new Set([owner, ...personOf(records.get(owner))]);
  const isOwn = (by: string): boolean => [by, ...personOf(records.get(by))].some((ref) => own.has(ref));
  if (handed.length === 0 || handed.some((ref) => makersOf(records.get(ref)).some(isOwn))) return [];
  const text =
    `What the review hands over is not of its reviewer: name ${[...own].join(' or ')} in DiagnosticReport.resultsInterpreter, ` +
    'Observation.performer or DocumentReference.author of an output. Where several reviewed together, one report names them all.';
  return [refusal('business-rule', 'review-output', text, 'Task.output')];
}
