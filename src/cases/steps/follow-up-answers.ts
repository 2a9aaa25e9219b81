import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { CANONICAL, CASE_OUTPUT_SYSTEM, FOLLOW_UP_ANSWER_SYSTEM } from '../catalogue.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';

/** Canonical of the form. */
export const FOLLOW_UP = `${CANONICAL}/Questionnaire/follow-up`;

/** Codes of follow-up-answer. */
const ANSWERS = ['yes', 'partly', 'no', 'not-yet'] as const;

const DONE: ReadonlySet<unknown> = new Set(['completed', 'amended']);

/** The coded answers of a follow-up, by the linkId of their questions: `{ followed: 'partly', changed: 'yes' }`. */
export type FollowUpAnswers = Readonly<Record<'followed' | 'changed', string>>;

/** What the home side answers by completing a follow-up, or why that is no answer. */
export function readAnswers(scene: Scene, task: Resource): FollowUpAnswers | Issue[] {
  const { records, row } = scene;
  const [ref] = nodes(task.output)
    .filter(({ type }) => codesIn(type, CASE_OUTPUT_SYSTEM).includes('follow-up-answers'))
    .flatMap(({ valueReference }) => referencesOf(valueReference));
  const form = ref === undefined ? undefined : records.get(ref);
  if (form?.resourceType !== 'QuestionnaireResponse') {
    const how = `Name in output the answers: type follow-up-answers (${CASE_OUTPUT_SYSTEM}), valueReference a QuestionnaireResponse in the same Bundle or sent before.`;
    return [refusal('required', 'follow-up-answers', how, 'Task.output')];
  }
  const issues: Issue[] = [];
  if (text(form.questionnaire)?.split('|', 1)[0] !== FOLLOW_UP || !DONE.has(form.status)) {
    const how = `The answers are a completed QuestionnaireResponse to ${FOLLOW_UP}: give its questionnaire and status completed.`;
    issues.push(refusal('business-rule', 'follow-up-answers', how, 'Task.output'));
  }
  const patient = referencesOf(records.get(row.serviceRequest)?.subject)[0];
  if (patient !== undefined && !referencesOf(form.subject).includes(patient)) {
    const how = 'The answers are about the patient of the case: name the same one in subject.';
    issues.push(refusal('business-rule', 'follow-up-answers', how, 'Task.output'));
  }
  const followed = answerTo(form, 'followed');
  const changed = answerTo(form, 'changed');
  if (followed === undefined || changed === undefined) {
    const how = `The answers say with one valueCoding each whether the advice was followed (linkId followed) and whether the plan changed (linkId changed), both of ${FOLLOW_UP_ANSWER_SYSTEM}.`;
    issues.push(refusal('required', 'follow-up-answers', how, 'Task.output'));
    return issues;
  }
  return issues.length > 0 ? issues : { followed, changed };
}

function answerTo(form: Resource, question: keyof FollowUpAnswers): string | undefined {
  const codings = nodes(form.item)
    .filter(({ linkId }) => linkId === question)
    .flatMap(({ answer }) => nodes(answer).flatMap(({ valueCoding }) => nodes(valueCoding)));
  const [coding] = codings.filter(({ system }) => system === FOLLOW_UP_ANSWER_SYSTEM);
  return ANSWERS.find((code) => code === coding?.code);
}
