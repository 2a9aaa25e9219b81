import type { Issue } from '../../base/index.ts';
import type { Decision } from '../decision.ts';
import { freshOverrides, overrideIssues } from '../exclusions/override.ts';
import { noteOverrides } from '../note-overrides.ts';
import type { Scene } from '../scene.ts';
import type { StepCommand } from '../steps/step.ts';

/** What was found against reviewers: refused, or overridden with the decision that keeps it and what is still said of it. */
export type JudgedReviewers =
  { readonly refusals: readonly Issue[] } | { readonly noted: Decision; readonly remarks: readonly Issue[] };

const RULE = 'reviewer-unfit';

/** Lets through what the programme sets aside with a reason on the Task; who is no reviewer at all stays refused. */
export function overrideUnfit(
  scene: Scene,
  { before, after: task }: Pick<StepCommand, 'before' | 'after'>,
  issues: readonly Issue[],
): JudgedReviewers {
  const wrong = overrideIssues(task);
  if (wrong.length > 0) return { refusals: [...wrong, ...issues] };
  if (issues.length === 0) return { noted: { row: scene.row, events: [] }, remarks: [] };
  const given = freshOverrides(before, task).find(({ rule }) => rule === RULE);
  if (given === undefined || issues.some(({ key }) => key !== RULE)) return { refusals: issues };
  return {
    noted: noteOverrides(scene, [given], `Task/${task.id ?? ''}`),
    remarks: issues.map((issue) => ({ ...issue, severity: 'warning' })),
  };
}
