import { caseEvent } from './case.ts';
import { STATUS_REASON_SYSTEM, STATUS_REASONS } from './catalogue.ts';
import type { Decision } from './decision.ts';
import { compose, withState } from './decision.ts';
import { stepRules } from './modules.ts';
import type { Scene } from './scene.ts';
import { isClosed } from './states.ts';
import { isOpenStep } from './steps/step.ts';

/** No step stays open in a case that is closed; those that come after a report outlive it. */
export function closeSteps(scene: Scene, decision: Decision): Decision {
  const { row } = decision;
  // An answered case whose request was sent in error closes once more, and for all.
  if (!isClosed(row.status) || row.status === scene.row.status) return decision;
  const outlives = row.status === 'completed';
  const ended = row.state.steps.filter(
    (step) => isOpenStep(step) && !(outlives && stepRules(step.kind)?.late === true),
  );
  if (ended.length === 0) return decision;
  const changes = new Map(decision.changes);
  const reason = outlives ? 'answered' : 'case-closed';
  for (const { task } of ended) {
    changes.set(
      task,
      compose(changes.get(task), (current) => ({
        ...current,
        status: 'cancelled',
        statusReason: { coding: [{ system: STATUS_REASON_SYSTEM, code: reason, display: STATUS_REASONS.get(reason) }] },
        lastModified: scene.now,
      })),
    );
  }
  const tasks = new Set(ended.map((step) => step.task));
  const steps = row.state.steps.map((step) =>
    tasks.has(step.task) ? { ...step, status: 'cancelled' as const, since: scene.now } : step,
  );
  return {
    ...decision,
    row: withState(row, { steps }),
    changes,
    events: [
      ...decision.events,
      ...ended.map((step) => caseEvent('step-cancelled', row, scene.now, step.task, { kind: step.kind, reason })),
    ],
  };
}
