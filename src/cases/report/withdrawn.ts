import type { Resource } from '../../fhir/index.ts';
import type { Command } from '../command.ts';
import type { Scene, Wanted } from '../scene.ts';
import { compositionOf, translatedOf } from './composition.ts';
import { partsOf } from './module.ts';
import { referencesOf } from '../tree.ts';

type ReportCommand = Extract<Command, { kind: 'report' }>;

/** Types that somebody may act on, and whose `status` can say that they are in error. */
const WITHDRAWN_TYPES: readonly string[] = [
  'CarePlan',
  'Claim',
  'ClinicalImpression',
  'Composition',
  'DeviceRequest',
  'MedicationRequest',
  'NutritionOrder',
  'Observation',
  'Procedure',
  'RiskAssessment',
  'ServiceRequest',
];

/** The records that are withdrawn with an issued report, and the other reports that may name them. */
export function wantedToWithdraw(
  { row }: Pick<Scene, 'row'>,
  { report, to, before, after }: Pick<ReportCommand, 'report' | 'to' | 'before' | 'after'>,
): Wanted {
  if (to !== 'entered-in-error' || !row.state.reports.includes(report)) return {};
  const versions = [after, ...(before === undefined ? [] : [before])];
  const named = versions.flatMap((one) =>
    [compositionOf(one) ?? [], translatedOf(one), referencesOf(one.result)].flat(),
  );
  return {
    refs: [...new Set([...row.state.reports, ...named])],
    follow: WITHDRAWN_TYPES,
  };
}

/**
 * What a withdrawn report alone says is in error, too: its Compositions and what they name, as far as the programme has
 * written that. What stands in another report of the case, or is the home side's, stays.
 */
export function withdrawParts(
  scene: Pick<Scene, 'row' | 'records' | 'former' | 'own'>,
  { report, before, after }: Pick<ReportCommand, 'report' | 'before' | 'after'>,
): ReadonlyMap<string, (current: Resource) => Resource> {
  const saidBy = (reports: readonly Resource[]): ReadonlySet<string> =>
    new Set(reports.flatMap((one) => [...partsOf(scene, one), ...referencesOf(one.result)]));
  const standing = scene.row.state.reports.filter((one) => one !== report);
  const others = saidBy(standing.flatMap((one) => scene.records.get(one) ?? []));
  const parts = saidBy([after, ...(before === undefined ? [] : [before])]);
  const gone = [...parts].filter(
    (ref) =>
      scene.own?.has(ref) === true &&
      !others.has(ref) &&
      WITHDRAWN_TYPES.includes(scene.records.get(ref)?.resourceType ?? ''),
  );
  return new Map(gone.map((ref) => [ref, asError]));
}

function asError(current: Resource): Resource {
  return { ...current, status: 'entered-in-error' };
}
