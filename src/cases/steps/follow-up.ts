import type { Resource } from '../../fhir/index.ts';
import { caseEvent } from '../case.ts';
import { CASE_INPUT_SYSTEM } from '../catalogue.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
import { cancelSteps } from './end.ts';
import { FOLLOW_UP, readAnswers } from './follow-up-answers.ts';
import { followUpTick, followUpTimers } from './follow-up-timers.ts';
import { noteStep } from './note.ts';
import type { StepRules } from './step.ts';
import { openSteps } from './step.ts';

/**
 * Some time after the report the home side is asked how the patient has fared: whether the advice was followed, and whether
 * it changed the plan. It answers with the guide's questionnaire; nothing presses it to.
 */
export const followUp: StepRules = {
  kind: 'follow-up',
  makers: ['programme'],
  movers: ['placer'],
  during: ['completed'],
  late: true,
  ownedBy: 'placer',
  wanted: ({ row }, { after }) =>
    after.status === 'completed'
      ? {
          refs: [
            row.serviceRequest,
            ...nodes(after.output).flatMap(({ valueReference }) => referencesOf(valueReference)),
          ],
        }
      : {},
  decide(scene, { after }, step, before) {
    if (before === undefined) return noteStep(scene, step, before, 'follow-up-asked');
    if (step.status !== 'completed' || before.status === 'completed' || !asksWithForm(after))
      return noteStep(scene, step, before);
    const answers = readAnswers(scene, after);
    if (Array.isArray(answers)) return answers;
    const detail = { kind: step.kind, status: step.status, ...answers };
    return { row: scene.row, events: [caseEvent('follow-up-answered', scene.row, scene.now, step.task, detail)] };
  },
  // A case that was sent in error asks nothing any more.
  moved: (scene) =>
    scene.row.status === 'entered-in-error'
      ? cancelSteps(scene, openSteps(scene, 'follow-up'), 'case-closed')
      : undefined,
  timers: followUpTimers,
  tick: followUpTick,
};

/** A Task that the programme made without the form is answered as it likes. */
function asksWithForm(task: Resource): boolean {
  return nodes(task.input).some(
    ({ type, valueCanonical }) =>
      codesIn(type, CASE_INPUT_SYSTEM).includes('questionnaire') &&
      text(valueCanonical)?.split('|', 1)[0] === FOLLOW_UP,
  );
}
