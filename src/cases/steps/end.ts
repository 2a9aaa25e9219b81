import type { CaseEventType } from '../case.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import { statusReasonConcept } from '../records.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { withStep } from './step.ts';

/**
 * The server ends an open step: `cancelled` what nobody needs any more, `failed` what did not come.
 * @param reason code of decline-reason
 */
export function endStep(
  scene: Scene,
  step: Step,
  status: 'cancelled' | 'failed',
  reason: string,
  type: CaseEventType = 'step-cancelled',
): Decision {
  const { now } = scene;
  const row = withStep(scene.row, { ...step, status, since: now });
  return {
    row,
    events: [caseEvent(type, row, now, step.task, { kind: step.kind, reason })],
    changes: new Map([
      [step.task, (current) => ({ ...current, status, statusReason: statusReasonConcept(reason), lastModified: now })],
    ]),
  };
}

/** All of these are not needed any more; none: nothing happens. */
export function cancelSteps(scene: Scene, steps: readonly Step[], reason: string): Decision {
  return steps.reduce<Decision>(
    (all, step) => chain(all, endStep({ ...scene, row: all.row }, step, 'cancelled', reason)),
    { row: scene.row, events: [] },
  );
}
