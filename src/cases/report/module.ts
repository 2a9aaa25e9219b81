import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { EngineModule, RecordCommand } from '../module.ts';
import { partyOf } from '../module.ts';
import { refusal } from '../refusal.ts';
import type { ReportStatus } from '../report-status.ts';
import { isIssued } from '../report-status.ts';
import type { Scene } from '../scene.ts';
import { nodes, referencesOf } from '../tree.ts';
import { compositionOf, flatSections, readSections, translatedOf } from './composition.ts';

/** The types of records of which a report in sections consists. */
const TYPES: readonly string[] = [
  'CarePlan',
  'Claim',
  'ClinicalImpression',
  'Composition',
  'Condition',
  'DeviceRequest',
  'DocumentReference',
  'Goal',
  'MedicationRequest',
  'MedicationStatement',
  'NutritionOrder',
  'Observation',
  'Procedure',
  'RiskAssessment',
  'ServiceRequest',
];

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
        : { refs: row.state.reports, follow: ['Composition', 'CarePlan'] },
    decide(scene, command) {
      // The home side goes on with its own records, whatever report lists them.
      if (command.before === undefined || partyOf(scene) !== 'programme') return undefined;
      const report = bearerOf(scene, command);
      return report === undefined ? undefined : [fixed(command, report)];
    },
  },
};

/** The issued report of which the record is a part, and which this write leaves as it is. */
function bearerOf(scene: Scene, { ref }: RecordCommand): string | undefined {
  return scene.row.state.reports.find((report) => {
    const stands = scene.records.get(report);
    const before = scene.former?.get(report);
    if (stands === undefined || (before !== undefined && changesWith(stands))) return false;
    return partsOf(scene, before ?? stands).has(ref);
  });
}

/** What it consists of changes with a report that changes, or that is withdrawn. */
function changesWith({ status }: Resource): boolean {
  return isIssued(status as ReportStatus) || status === 'entered-in-error';
}

/** All of which a report consists, in its versions before and after this write, as `Type/id`s. */
export function partsOf({ records, former }: Pick<Scene, 'records' | 'former'>, report: Resource): ReadonlySet<string> {
  const compositions = [compositionOf(report) ?? [], translatedOf(report)].flat();
  const versions = compositions.flatMap((ref) => [records.get(ref) ?? [], former?.get(ref) ?? []].flat());
  const entries = versions.flatMap((one) => flatSections(readSections(one))).flatMap((section) => section.entries);
  const planned = entries.flatMap((ref) => [records.get(ref) ?? [], former?.get(ref) ?? []].flat()).flatMap(plannedIn);
  const results = compositions.length > 0 ? referencesOf(report.result) : [];
  return new Set([...compositions, ...results, ...entries, ...planned]);
}

/** What a plan consists of: its goals, and what is to be done. */
function plannedIn({ resourceType, goal, activity }: Resource): string[] {
  if (resourceType !== 'CarePlan') return [];
  return [...referencesOf(goal), ...nodes(activity).flatMap(({ reference }) => referencesOf(reference))];
}

function fixed({ ref, after }: RecordCommand, report: string): Issue {
  const text =
    `${ref} is a part of ${report}, which has been issued. Change it in one Bundle with the report: status amended, ` +
    'corrected or appended, and what has changed in the section changes; or make a new record.';
  return refusal('business-rule', 'report-fixed', text, after.resourceType);
}
