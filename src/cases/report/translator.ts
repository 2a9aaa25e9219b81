import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { TRANSLATION_METHOD_SYSTEM } from '../catalogue.ts';
import { refusal } from '../refusal.ts';
import type { ReportStatus } from '../report-status.ts';
import { isIssued } from '../report-status.ts';
import type { Scene } from '../scene.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';
import { translatedOf } from './composition.ts';
import { REPORT } from './place.ts';

const PARTICIPANT_SYSTEM = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const METHODS = ['machine-then-human', 'human', 'machine'] as const;

export type TranslationMethod = (typeof METHODS)[number];

/** How it was translated, by the Provenances of it that name who did it; what a machine began a person has finished. */
export function methodOf({ records }: Pick<Scene, 'records'>, ref: string): TranslationMethod | undefined {
  const performers = [...records.values()]
    .filter(({ resourceType, target }) => resourceType === 'Provenance' && referencesOf(target).includes(ref))
    .flatMap(({ agent }) => nodes(agent))
    .filter(({ type }) => codesIn(type, PARTICIPANT_SYSTEM).includes('performer'));
  const codes = new Set(performers.flatMap(({ role }) => codesIn(role, TRANSLATION_METHOD_SYSTEM)));
  if (codes.has('machine') && codes.has('human')) return 'machine-then-human';
  return METHODS.find((one) => codes.has(one));
}

/** @param before how one is named that was sent before */
export function withoutProvenance(ref: string, before: string, expression: string): Issue {
  const text = `Nothing says who translated ${ref} and how. Send a Provenance with it: target ${ref}, and an agent of type performer with one of ${METHODS.join(', ')} (${TRANSLATION_METHOD_SYSTEM}) as its role. ${before}`;
  return refusal('required', 'translation-provenance', text, expression);
}

/**
 * What stands against the translations that a report newly names: each says who made it and how. Those that were handed over
 * by a Task have said so there.
 * @param before the report as it stands
 */
export function translatorIssues(
  { row, records }: Pick<Scene, 'row' | 'records'>,
  before: Resource | undefined,
  after: Resource,
): Issue[] {
  const told = new Set([
    ...(before !== undefined && isIssued(before.status as ReportStatus) ? translatedOf(before) : []),
    ...row.state.steps.flatMap(({ notes }) => notes?.['translated'] ?? []),
  ]);
  return translatedOf(after).flatMap((ref) => {
    if (told.has(ref) || records.get(ref) === undefined) return [];
    const method = methodOf({ records }, ref);
    if (method === undefined) return [withoutProvenance(ref, SENT_BEFORE, REPORT)];
    return method === 'machine' ? [{ ...MACHINE_TRANSLATED, expression: REPORT }] : [];
  });
}

const SENT_BEFORE = 'One that was sent before names the DiagnosticReport as a target, too.';

export const MACHINE_TRANSLATED: Issue = {
  severity: 'warning',
  code: 'business-rule',
  key: 'machine-translated',
  text: 'A machine has translated this, and no person has read it over: tell the reviewer, or have it checked (machine-then-human).',
};
