import type { Issue } from '../base/index.ts';
import type { CaseRow } from './case.ts';
import { refusal } from './refusal.ts';
import { isOpenStep } from './steps/step.ts';

/** Steps that may be open in a case at once: a case that is withdrawn ends them all, in one transaction. */
const MOST_OPEN = 1000;
/** Steps of a case in all: each is remembered, and what is remembered is written with each write to the case. */
const MOST = 5000;

/** What stands against a write that makes more steps than a case can carry; it is never the work of a timer. */
export function stepLimitIssues(before: CaseRow, { state: { steps } }: CaseRow): Issue[] {
  if (steps.length <= before.state.steps.length || steps.length <= MOST_OPEN) return [];
  const open = steps.filter(isOpenStep).length;
  if (open <= MOST_OPEN && steps.length <= MOST) return [];
  const text = `A case has ${MOST_OPEN} open steps at most, and ${MOST} in all. Complete or cancel some first, or ask for several things with one.`;
  return [refusal('business-rule', 'too-many-steps', text)];
}
