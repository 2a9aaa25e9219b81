import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { referencesOf } from '../tree.ts';
import { flatSections } from './composition.ts';
import type { ReportSection } from './composition.ts';
import { REPORT } from './place.ts';

/**
 * What stands against the records of which a report consists: its results say of which patient they are, and nothing that
 * is named is of another one. Else it would be left out of the signed document, or be signed as this patient's.
 * @param ref `Composition/x`
 */
export function partsIssues(
  { records }: Pick<Scene, 'records'>,
  ref: string,
  sections: readonly ReportSection[],
  report: Resource,
): Issue[] {
  const [patient] = referencesOf(report.subject);
  const results = referencesOf(report.result);
  const named = new Set([...results, ...flatSections(sections).flatMap(({ entries }) => entries)]);
  return [...named].flatMap((part) => {
    const record = records.get(part);
    if (record === undefined) return [];
    const [whose] = [...referencesOf(record.subject), ...referencesOf(record.patient)];
    if (whose === patient || (whose === undefined && !results.includes(part))) return [];
    const what = whose === undefined ? 'does not say of which patient it is' : 'is of another patient than the report';
    const text = `${part}, which ${results.includes(part) ? 'the report names as a result' : `${ref} names`}, ${what}: name the report's patient in its subject, or leave it out.`;
    return [refusal('business-rule', 'report-patient', text, REPORT)];
  });
}
