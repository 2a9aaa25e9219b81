import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { EngineModule, RecordCommand } from '../module.ts';
import { refusal } from '../refusal.ts';
import type { ReportStatus } from '../report-status.ts';
import { isIssued } from '../report-status.ts';
import type { Scene } from '../scene.ts';
import { referencesOf } from '../tree.ts';
import { compositionOf, flatSections, readSections, translatedOf } from './composition.ts';

/** The types of records of which a report in sections consists. */
const TYPES: readonly string[] = ['CarePlan', 'Claim', 'Composition', 'Observation'];

/**
 * What an issued report says stands in records of its own, too. These change with the report alone, in one Bundle: then the
 * new version is checked, filed and told as a change, and nobody reads something that was never signed.
 */
export const issuedReport: EngineModule = {
  record: {
    types: TYPES,
    wanted: ({ row }, { before }) =>
      before === undefined || row.state.reports.length === 0
        ? {}
        : { refs: row.state.reports, follow: ['Composition'] },
    decide(scene, command) {
      const report = command.before === undefined ? undefined : bearerOf(scene, command);
      return report === undefined ? undefined : [fixed(command, report)];
    },
  },
};

/** The issued report of which the record is a part, and which this write leaves as it is. */
function bearerOf(scene: Scene, { ref }: RecordCommand): string | undefined {
  return scene.row.state.reports.find((report) => {
    const stands = scene.records.get(report);
    const before = scene.former?.get(report);
    if (stands === undefined || (before !== undefined && isIssued(stands.status as ReportStatus))) return false;
    return partsOf(scene, before ?? stands).has(ref);
  });
}

function partsOf({ records, former }: Pick<Scene, 'records' | 'former'>, report: Resource): ReadonlySet<string> {
  const compositions = [compositionOf(report) ?? [], translatedOf(report)].flat();
  const versions = compositions.flatMap((ref) => [records.get(ref) ?? [], former?.get(ref) ?? []].flat());
  const entries = versions.flatMap((one) => flatSections(readSections(one))).flatMap((section) => section.entries);
  return new Set([...compositions, ...(compositions.length > 0 ? referencesOf(report.result) : []), ...entries]);
}

function fixed({ ref, after }: RecordCommand, report: string): Issue {
  const text =
    `${ref} is a part of ${report}, which has been issued. Change it in one Bundle with the report: status amended, ` +
    'corrected or appended, and what has changed in the section changes; or make a new record.';
  return refusal('business-rule', 'report-fixed', text, after.resourceType);
}
