import type { Resource } from '../../fhir/index.ts';
import { collectReferences } from '../../fhir/index.ts';
import { nodes, referencesOf } from '../tree.ts';
import { refOf } from './ref-of.ts';

/** What a report hands over, or T0: of these types it was made for the opinion, others it only looks at. */
const HANDED_OVER = /^(Bundle|CarePlan|Composition|DocumentReference|Observation)\//;

/** `Type/id`s of the reports on the case, and of what they and its Task T0 hand over: answers to it, and none of its packet. */
export function madeOnCase(request: Resource, records: readonly Resource[]): ReadonlySet<string> {
  const own = refOf(request);
  const made = new Set<string>();
  for (const record of records) {
    if (record.resourceType === 'DiagnosticReport' && referencesOf(record.basedOn).includes(own)) {
      made.add(refOf(record));
      for (const ref of collectReferences(record)) if (HANDED_OVER.test(ref)) made.add(ref);
    }
    if (record.resourceType === 'Task' && referencesOf(record.focus).includes(own)) {
      for (const ref of nodes(record.output).flatMap((output) => referencesOf(output.valueReference)))
        if (HANDED_OVER.test(ref)) made.add(ref);
    }
  }
  const letters = records.filter((record) => record.resourceType === 'DocumentReference' && isLetterOf(record, made));
  return new Set([...made, ...letters.map(refOf)]);
}

function isLetterOf(document: Resource, made: ReadonlySet<string>): boolean {
  const related = nodes(document.context).flatMap((context) => referencesOf(context.related));
  return related.some((ref) => ref.startsWith('DiagnosticReport/') && made.has(ref));
}
