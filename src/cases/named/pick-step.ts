import type { Issue } from '../../base/index.ts';
import type { CaseRow } from '../case.ts';
import type { TaskKind } from '../catalogue.ts';
import { refusal } from '../refusal.ts';
import type { Step } from '../state.ts';
import { isOpenStep, openSteps } from '../steps/step.ts';

/** The open step that is meant: the one that is told, else the only one of its kind. */
export function pickStep(row: CaseRow, kind: TaskKind | 'any', task: string | undefined): Step | Issue {
  const open = kind === 'any' ? row.state.steps.filter(isOpenStep) : openSteps({ row }, kind);
  if (task !== undefined) {
    const told = open.find((step) => step.task === task);
    return told ?? none(kind, open, 'The task that was told is none of them.');
  }
  const [only, another] = open;
  if (only === undefined) return none(kind, open, '');
  if (another === undefined) return only;
  const text = `More than one step of this kind is open. Tell which one is meant as task: ${list(open)}.`;
  return refusal('required', 'task-needed', text, 'Parameters.parameter');
}

function none(kind: TaskKind | 'any', open: readonly Step[], told: string): Issue {
  const what = kind === 'any' ? '' : ` ${kind}`;
  const there = open.length === 0 ? `The case has no step${what} open.` : `Steps${what} that are open: ${list(open)}.`;
  return refusal('business-rule', 'illegal-move', `${there} ${told}`.trim(), 'Parameters.parameter');
}

function list(steps: readonly Step[]): string {
  return steps.map(({ task }) => task).join(', ');
}
