import type { Resource } from '../../fhir/index.ts';
import { CASE_OUTPUT_SYSTEM } from '../catalogue.ts';
import { answersTo, isCaseForm } from '../packet/items.ts';
import { refOf } from '../packet/ref-of.ts';
import { unwrap } from '../packet/unwrap.ts';
import { caseReferences } from '../references.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
import { fold } from './narrative-words.ts';

/** Types of records in which questions are asked, and of those that lead to them. */
export const QUESTION_TYPES: readonly string[] = ['Bundle', 'List', 'QuestionnaireResponse', 'Task'];

/**
 * The questions of a case in the order in which they were asked, each once, blanks folded: those of the forms that the
 * request names, then those of forms that were sent later, when the programme asked. A form that was put out of the packet
 * (replaced, withdrawn) asks nothing.
 * @param request as it stands now
 * @param members records of the case, of {@link QUESTION_TYPES} at least
 */
export function questionsOf(request: Resource, members: Iterable<Resource>): string[] {
  const all = [...members];
  const byRef = new Map(all.map((record) => [refOf(record), record]));
  const open = [...caseReferences(request), ...all.flatMap(sentLater)];
  const seen = new Set<string>();
  const forms: Resource[] = [];
  // A list that grows while it is walked through: what a List or a document names comes after it.
  for (const ref of open) {
    const record = byRef.get(ref);
    if (record === undefined || seen.has(ref)) continue;
    seen.add(ref);
    if (record.resourceType === 'List') open.push(...caseReferences(record));
    forms.push(...unwrap([record]).flatMap((one) => (isCaseForm(one.record) ? [one.record] : [])));
  }
  return [...new Set(forms.flatMap(askedIn))];
}

function askedIn(form: Resource): string[] {
  return answersTo(form, 'questions').flatMap(({ valueString }) => {
    const question = fold(text(valueString) ?? '');
    return question === '' ? [] : [question];
  });
}

/** What the home side sent when it was asked for more, as `Type/id`s. */
export function sentLater(record: Resource): string[] {
  if (record.resourceType !== 'Task' || record.status !== 'completed') return [];
  return nodes(record.output)
    .filter(({ type }) => codesIn(type, CASE_OUTPUT_SYSTEM).includes('sent-records'))
    .flatMap(({ valueReference }) => referencesOf(valueReference));
}
