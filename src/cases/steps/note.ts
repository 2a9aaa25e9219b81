import type { CaseEventType } from '../case.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { isOpenStep } from './step.ts';

/** What is told of a step where its kind says nothing of its own. */
export function stepEvent(before: Step | undefined, step: Step): CaseEventType {
  if (before === undefined) return step.status === 'completed' ? 'step-completed' : 'step-requested';
  if (before.status === step.status) return 'task-updated';
  if (step.status === 'completed') return 'step-completed';
  return isOpenStep(step) ? 'step-moved' : 'step-cancelled';
}

/** The decision that tells only that the step is where it is. */
export function noteStep(
  scene: Scene,
  step: Step,
  before: Step | undefined,
  type: CaseEventType = stepEvent(before, step),
): Decision {
  const detail = { kind: step.kind, status: step.status };
  return { row: scene.row, events: [caseEvent(type, scene.row, scene.now, step.task, detail)] };
}
