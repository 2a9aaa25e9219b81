import type { Resource } from '../../fhir/index.ts';
import { caseEvent } from '../case.ts';
import { CASE_INPUT_SYSTEM, CASE_OUTPUT_SYSTEM } from '../catalogue.ts';
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
  decide(scene, { before: asked, after }, step, before) {
    if (before === undefined) return noteStep(scene, step, before, 'follow-up-asked');
    if (step.status !== 'completed' || before.status === 'completed' || !isFormAnswered(asked ?? after, after))
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

/**
 * Whether the answers have to be those of the guide's form: it was asked with, or the answer is a form and no other one was
 * asked with. A Task that the programme made without a form is answered in words as it likes.
 */
function isFormAnswered(asked: Resource, after: Resource): boolean {
  const forms = nodes(asked.input)
    .filter(({ type }) => codesIn(type, CASE_INPUT_SYSTEM).includes('questionnaire'))
    .flatMap(({ valueCanonical }) => text(valueCanonical)?.split('|', 1) ?? []);
  if (forms.length > 0) return forms.includes(FOLLOW_UP);
  return nodes(after.output).some(
    ({ type, valueReference }) =>
      codesIn(type, CASE_OUTPUT_SYSTEM).includes('follow-up-answers') ||
      referencesOf(valueReference).some((ref) => ref.startsWith('QuestionnaireResponse/')),
  );
}
