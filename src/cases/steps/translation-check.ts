import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { CASE_INPUT_SYSTEM, CASE_OUTPUT_SYSTEM } from '../catalogue.ts';
import { documentOf, isRead } from '../packet/languages.ts';
import { refusal } from '../refusal.ts';
import { compositionOf } from '../report/composition.ts';
import type { TranslationMethod } from '../report/translator.ts';
import { methodOf, withoutProvenance } from '../report/translator.ts';
import type { Scene } from '../scene.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';

/** What was found out about a translation that is said to be done. */
export interface TranslationFindings {
  readonly issues: readonly Issue[];
  readonly method?: TranslationMethod;
}

/** `Type/id`s of the translations that a Task hands over. */
export function translationsIn(task: Resource): string[] {
  return nodes(task.output)
    .filter(({ type }) => codesIn(type, CASE_OUTPUT_SYSTEM).includes('translated-document'))
    .flatMap(({ valueReference }) => referencesOf(valueReference));
}

/** Whether it is a report that is translated section by section. */
export function isComposition(ref: string): boolean {
  return ref.startsWith('Composition/');
}

/** The language (BCP 47) that a Task asks for. */
export function targetLanguage(task: Resource): string | undefined {
  const [input] = nodes(task.input).filter(({ type }) => codesIn(type, CASE_INPUT_SYSTEM).includes('target-language'));
  return text(input?.valueCode);
}

/**
 * Whether a translation is one: a document that says what it translates, in the language asked for, of the same patient, and
 * a Provenance that says who made it and how.
 */
export function checkTranslation(scene: Scene, task: Resource, original: string | undefined): TranslationFindings {
  const refs = translationsIn(task);
  if (refs.length === 0) {
    const text = `A finished translation is named in output: type translated-document (${CASE_OUTPUT_SYSTEM}), valueReference a DocumentReference (of a report in sections: a Composition) in the same Bundle or sent before.`;
    return { issues: [refusal('required', 'translation-missing', text, 'Task.output')] };
  }
  const issues: Issue[] = [];
  const methods: TranslationMethod[] = [];
  for (const ref of refs) {
    issues.push(...documentIssues(scene, ref, original, targetLanguage(task)));
    const method = methodOf(scene, ref);
    if (method === undefined)
      issues.push(withoutProvenance(ref, 'One that was sent before is named in Task.relevantHistory.', 'Task.output'));
    else methods.push(method);
  }
  // What a machine alone has made in part counts as such.
  const method = methods.find((one) => one === 'machine') ?? methods[0];
  return { issues, ...(method === undefined ? {} : { method }) };
}

function documentIssues(
  { records }: Scene,
  ref: string,
  original: string | undefined,
  language: string | undefined,
): Issue[] {
  const document = records.get(ref);
  const type = isComposition(ref) ? 'Composition' : 'DocumentReference';
  if (document?.resourceType !== type) {
    const text = `${ref} is no ${type} that is here: send it in the same Bundle as the Task, or first.`;
    return [refusal('not-found', 'translation-missing', text, 'Task.output')];
  }
  const issues: Issue[] = [];
  if (type === 'Composition') issues.push(...sectionedIssues(ref, records.get(original ?? '')));
  else if (original !== undefined && !originalsOf(document).includes(original)) {
    issues.push(refusal('business-rule', 'translation-of', ofWhat(ref, original), 'Task.output'));
  }
  const languages = documentOf(document, ref)?.languages ?? [];
  if (language !== undefined && !languages.some((one) => isRead(one, [language]))) {
    const text = `${ref} has to be in the language that the Task asks for, and to say so in ${type === 'Composition' ? 'language' : 'content.attachment.language'}.`;
    issues.push(refusal('business-rule', 'translation-language', text, 'Task.output'));
  }
  const [patient] = referencesOf(records.get(original ?? '')?.subject);
  if (patient !== undefined && !referencesOf(document.subject).includes(patient)) {
    const text = `${ref} has to be about the patient of its original: name the same one in subject.`;
    issues.push(refusal('business-rule', 'translation-of', text, 'Task.output'));
  }
  return issues;
}

/** What a Composition translates is the Composition of a report; which one, is looked at where the two are compared. */
function sectionedIssues(ref: string, original: Resource | undefined): Issue[] {
  if (original?.resourceType === 'DiagnosticReport' && compositionOf(original) !== undefined) return [];
  const text = `${ref} is a Composition, and what the Task is to translate is no report in sections: hand over a DocumentReference.`;
  return [refusal('business-rule', 'translation-of', text, 'Task.output')];
}

/** R4's relatesTo reaches documents alone; a translation of another record is related to it. */
function originalsOf(document: Resource): string[] {
  const transforms = nodes(document.relatesTo).filter(({ code }) => code === 'transforms');
  return [
    ...transforms.flatMap(({ target }) => referencesOf(target)),
    ...nodes(document.context).flatMap(({ related }) =>
      referencesOf(related).filter((one) => !one.startsWith('DocumentReference/')),
    ),
  ];
}

function ofWhat(ref: string, original: string): string {
  return original.startsWith('DocumentReference/')
    ? `${ref} has to say of what it is the translation: relatesTo with code transforms and target ${original}.`
    : `${ref} has to say of what it is the translation: name ${original} in context.related.`;
}
