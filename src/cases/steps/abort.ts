import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { moveTask } from '../records.ts';
import { illegalStep, refusal } from '../refusal.ts';
import { noteStep } from './note.ts';
import type { StepRules } from './step.ts';

/**
 * The home side asks that work on the case ends; when the programme has accepted, T0 fails. It is the way of a Task for
 * what setting the request to revoked does. https://hl7.org/fhir/R4/codesystem-task-code.html
 */
export const abort: StepRules = {
  kind: 'abort',
  makers: ['placer'],
  movers: ['programme'],
  during: ['accepted', 'in-progress', 'on-hold'],
  ownedBy: 'programme',
  decide(scene, _command, step, before) {
    const { row, now } = scene;
    const noted = noteStep(scene, step, before);
    if (before === undefined) {
      if (step.status !== 'requested') return [illegalStep(step.kind, undefined, ['requested'], step.status)];
      const next = { ...row, businessStatus: 'cancellation-requested' as const };
      if (row.businessStatus === next.businessStatus) return noted;
      return { row: begin(next), events: [caseEvent('cancellation-requested', next, now, step.task)] };
    }
    if (step.status === 'rejected') {
      const text =
        'A withdrawal is not refused. Legal: completed, by which the case ends; what was done so far may be sent as a Communication.';
      return [refusal('business-rule', 'illegal-move', text, 'Task.status')];
    }
    if (step.status !== 'completed' || before.status === 'completed') return noted;
    const next = { ...row, status: 'failed' as const, businessStatus: 'cancelled' as const };
    return {
      row: next,
      task: moveTask(next, now, 'withdrawn'),
      events: [...noted.events, caseEvent('case-cancelled', next, now, row.task)],
    };
  },
};

/** An accepted case whose work has not begun has no place for a withdrawal that is asked for: it is as begun. */
function begin(row: Decision['row']): Decision['row'] {
  return row.status === 'accepted' ? { ...row, status: 'in-progress' } : row;
}
