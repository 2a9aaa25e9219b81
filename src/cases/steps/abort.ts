import { caseEvent } from '../case.ts';
import type { Issue } from '../../base/index.ts';
import type { Decision } from '../decision.ts';
import { moveTask } from '../records.ts';
import { illegalStep, notYourMove, refusal } from '../refusal.ts';
import { isHold } from '../holds.ts';
import { partyOf } from '../module.ts';
import { noteStep } from './note.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import type { Standing } from '../states.ts';
import type { StepRules } from './step.ts';
import { isOpenStep, openSteps, withStep } from './step.ts';

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
      const [asked] = openSteps(scene, 'abort').filter(({ task }) => task !== step.task);
      if (asked !== undefined) return [askedAlready(asked)];
      if (step.status !== 'requested') return [illegalStep(step.kind, undefined, ['requested'], step.status)];
      const next = { ...row, businessStatus: 'cancellation-requested' as const };
      if (row.businessStatus === next.businessStatus) return noted;
      const stood = { ...step, notes: { status: row.status, businessStatus: row.businessStatus } };
      const withdrawn = withStep(begin(next), stood);
      return { row: withdrawn, events: [caseEvent('cancellation-requested', withdrawn, now, step.task)] };
    }
    if (isOpenStep(before) && TAKEN_BACK.has(step.status))
      return partyOf(scene) === 'placer' ? takeBack(scene, step, noted) : [notTheirsToCallOff()];
    if (step.status === 'rejected' || step.status === 'failed') {
      const text =
        'A withdrawal is not refused. Legal: completed, by which the case ends; what was done so far may be sent as a Communication.';
      return [refusal('business-rule', 'illegal-move', text, 'Task.status')];
    }
    if (step.status !== 'completed' || before.status === 'completed') return noted;
    const next = { ...row, status: 'failed' as const, businessStatus: 'cancelled' as const };
    return {
      row: next,
      task: moveTask(next, now, 'withdrawn'),
      events: [...noted.events, caseEvent('case-cancelled', next, now, row.task, { by: 'programme' })],
    };
  },
};

/** What a patient has withdrawn does not go on by the programme's word. */
function notTheirsToCallOff(): Issue {
  const instead = 'Complete the Task, by which the case ends.';
  return notYourMove('Taking back a withdrawal', 'the home side', instead, 'Task.status');
}

function askedAlready({ task }: Step): Issue {
  const text = `The withdrawal is asked for already, by ${task}. Legal: none but to cancel that, before the programme has agreed.`;
  return refusal('business-rule', 'illegal-move', text, 'Task.code');
}

const TAKEN_BACK: ReadonlySet<string> = new Set(['cancelled', 'entered-in-error']);

const WORKING: Standing = { status: 'in-progress', businessStatus: 'assigned' };

/** Who takes a withdrawal back before the programme has agreed finds the case where it was. */
function takeBack({ row, now }: Scene, { notes }: Step, noted: Decision): Decision {
  if (row.businessStatus !== 'cancellation-requested' || notes === undefined) return noted;
  const stood = notes as unknown as Standing;
  // What it waits for is found out anew: that may have come meanwhile.
  const next = { ...row, ...(isHold(stood) ? (row.state.resume ?? WORKING) : stood) };
  return {
    row: next,
    events: [...noted.events, caseEvent('case-moved', next, now, row.task, { from: row.businessStatus })],
  };
}

/** An accepted case whose work has not begun has no place for a withdrawal that is asked for: it is as begun. */
function begin(row: Decision['row']): Decision['row'] {
  return row.status === 'accepted' ? { ...row, status: 'in-progress' } : row;
}
