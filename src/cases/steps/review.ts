import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import { isReviewerRef, JUDGED_BY, postOf, reviewerIssues } from '../routing/assignment.ts';
import { formerReviewers } from '../routing/former.ts';
import { overrideUnfit } from '../routing/override-unfit.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { referencesOf } from '../tree.ts';
import { noteStep } from './note.ts';
import { outputIssues, reviewedIn } from './review-output.ts';
import type { StepCommand, StepRules } from './step.ts';
import { isOpenStep, withStep } from './step.ts';

/**
 * A reviewer is asked for the opinion, or for a review of slides or images; a second one by a further Task. Who reviews is
 * a reviewer of the programme, fit and independent. The report follows as many completed reviews as its service asks for.
 */
export const review: StepRules = {
  kind: 'review',
  makers: ['programme'],
  movers: ['programme'],
  during: ['received', 'accepted', 'in-progress', 'on-hold'],
  ownedBy: 'programme',
  wanted({ row }, { after, task }) {
    const [owner] = referencesOf(after.owner);
    if (row.rules === 0 || !isReviewerRef(owner)) return {};
    const known = row.state.steps.find((step) => step.task === task);
    const ends = after.status === 'completed' && known?.status !== 'completed';
    const refs = ends ? [owner, ...reviewedIn(after)] : [];
    return owner === known?.owner
      ? { refs, follow: ['PractitionerRole'] }
      : { refs: [...refs, owner, row.serviceRequest, ...formerReviewers(row.state)], ...JUDGED_BY };
  },
  decide: decideReview,
  guard: {
    to: ['report-issued'],
    overridable: 'reviews-missing',
    check: ({ row, rules }) => missingReviews(row.state.steps, neededReviews({ row, rules })),
  },
};

function decideReview(scene: Scene, command: StepCommand, step: Step, before: Step | undefined): Decision | Issue[] {
  const { row } = scene;
  const told = tellReview(scene, step, before);
  if (row.rules === 0 || !(isOpenStep(step) || step.status === 'completed')) return told;
  if (!isReviewerRef(step.owner)) return isBegun(step) ? [unassigned(step)] : told;
  const ends = step.status === 'completed' && before?.status !== 'completed';
  const foreign = ends ? outputIssues(scene, command.after, step.owner) : [];
  if (foreign.length > 0) return foreign;
  if (step.owner === before?.owner) return told;
  const judged = overrideUnfit(
    scene,
    command,
    reviewerIssues(scene, [step.owner], postOf(scene, command.after), 'Task.owner'),
  );
  if ('refusals' in judged) return [...judged.refusals];
  const known = withPerson(step, scene.records.get(step.owner));
  return {
    ...chain(judged.noted, tellReview({ ...scene, row: withStep(judged.noted.row, known) }, step, before)),
    remarks: judged.remarks,
  };
}

/** A person may have several roles, and reviews as one of them: who it is, is kept with the step. */
function withPerson({ notes: _notes, ...step }: Step, reviewer: Resource | undefined): Step {
  const [person] = reviewer?.resourceType === 'PractitionerRole' ? referencesOf(reviewer.practitioner) : [];
  return person === undefined ? step : { ...step, notes: { person } };
}

/** Until a reviewer is found the programme itself is the owner: then nobody can have begun. */
function isBegun({ status }: Step): boolean {
  return status === 'accepted' || status === 'in-progress' || status === 'on-hold' || status === 'completed';
}

function unassigned({ status }: Step): Issue {
  const text = `A review that is ${status} is somebody's: name its reviewer as owner, a PractitionerRole of the programme.`;
  return refusal('business-rule', 'reviewer-unknown', text, 'Task.owner');
}

function tellReview(scene: Scene, step: Step, before: Step | undefined): Decision {
  const { row, now } = scene;
  const isCompleted = step.status === 'completed' && before?.status !== 'completed';
  const completed = isCompleted ? [caseEvent('review-completed', row, now, step.task, detailOf(step))] : [];
  if (!isReviewerRef(step.owner) || step.owner === before?.owner) {
    return isCompleted ? { row, events: completed } : noteStep(scene, step, before);
  }
  const former = isReviewerRef(before?.owner) ? { from: before.owner } : undefined;
  const type = former === undefined ? 'review-assigned' : 'review-reassigned';
  return { row, events: [caseEvent(type, row, now, step.task, { ...detailOf(step), ...former }), ...completed] };
}

function detailOf({ owner }: Step): Record<string, string> {
  return owner === undefined ? {} : { reviewer: owner };
}

function neededReviews({ row, rules }: Pick<Scene, 'row' | 'rules'>): number {
  return rules.services.find(({ code }) => code === row.state.service)?.reviewers ?? 0;
}

/** One reviewer who signs twice is one reviewer. */
function missingReviews(steps: readonly Step[], needed: number): Issue[] {
  const completed = steps.filter(({ kind, status }) => kind === 'review' && status === 'completed');
  const reviewers = new Set(completed.map(({ owner, task, notes }) => notes?.['person'] ?? owner ?? task)).size;
  if (reviewers >= needed) return [];
  const text =
    `The service asks for ${needed} completed ${needed === 1 ? 'review' : 'reviews by different reviewers'} before its report, and the case has ` +
    `${reviewers}. Complete the review Tasks first.`;
  return [refusal('business-rule', 'reviews-missing', text, 'DiagnosticReport.status')];
}
