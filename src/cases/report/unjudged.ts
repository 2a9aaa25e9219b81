import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { codesIn, nodes } from '../tree.ts';
import { flatSections } from './composition.ts';
import type { ReportSection } from './composition.ts';
import { issueIn } from './place.ts';

/** What a draft brings with it says so of itself, until somebody has judged it. */
export const DRAFT_MARK_SYSTEM = `${CANONICAL}/CodeSystem/draft-mark`;
/** Of an activity, as the reason of its status. */
export const FROM_FIRST_PLAN = 'from-first-plan';

/**
 * What stands against the plans and estimates of a report: they are drafts still, or hold something of the first plan that
 * nobody has judged.
 */
export function unjudgedIssues({ records }: Pick<Scene, 'records'>, sections: readonly ReportSection[]): Issue[] {
  // The list of what was read names the plans of the home side, too.
  const written = sections.filter(({ code }) => code !== 'records');
  const named = new Set(flatSections(written).flatMap(({ entries }) => entries));
  return [...named].flatMap((ref) => {
    const record = records.get(ref);
    if (record?.resourceType === 'CarePlan') return [...draftIssues(ref, record), ...activityIssues(ref, record)];
    return record?.resourceType === 'Claim' ? draftIssues(ref, record) : [];
  });
}

function draftIssues(ref: string, { status }: Resource): Issue[] {
  if (status !== 'draft') return [];
  const text = `${ref} is a draft: say what it is to say and set its status to active, or take it out of the sections.`;
  return [issueIn(ref, 'status', refusal('required', 'report-unwritten', text))];
}

function activityIssues(ref: string, { activity }: Resource): Issue[] {
  return nodes(activity).flatMap(({ detail }, n) => {
    const isMarked = nodes(detail).some(({ statusReason }) =>
      codesIn(statusReason, DRAFT_MARK_SYSTEM).includes(FROM_FIRST_PLAN),
    );
    if (!isMarked) return [];
    const text = `Activity ${n + 1} of ${ref} comes from the first plan, and nobody has judged it: keep it without the code ${FROM_FIRST_PLAN} in its statusReason, change it, or take it out.`;
    return [issueIn(ref, `activity[${n}].detail.statusReason`, refusal('required', 'report-unwritten', text))];
  });
}
