import { sharedRecords } from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { localReference } from '../../fhir/index.ts';
import { refOf } from '../document/links.ts';
import { nodes } from '../elements.ts';
import { inTime, tellShared } from '../letter/shared.ts';
import type { Words } from '../letter/words/words.ts';
import type { Narrative } from './narrative.ts';
import { list, narrative } from './narrative.ts';

/** Types of which each record is told on its own. */
const TOLD: ReadonlySet<string> = new Set([
  'AllergyIntolerance',
  'Bundle',
  'CarePlan',
  'ClinicalImpression',
  'Condition',
  'DiagnosticReport',
  'DocumentReference',
  'FamilyMemberHistory',
  'ImagingStudy',
  'Immunization',
  'Media',
  'MedicationAdministration',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'Specimen',
]);
const WITHDRAWN: ReadonlySet<unknown> = new Set(['entered-in-error', 'superseded', 'cancelled']);

/** The records that the reviewers were given, in chronological order; single results come with the report that names them. */
export function recordsRead(request: Resource, members: readonly Resource[]): Resource[] {
  const shared = sharedRecords(request, members).filter(({ status }) => !WITHDRAWN.has(status));
  const reported = new Set(
    shared.flatMap(({ resourceType, result }) =>
      resourceType === 'DiagnosticReport'
        ? nodes(result).flatMap(({ reference }) => localReference(reference) ?? [])
        : [],
    ),
  );
  return inTime(shared.filter((record) => TOLD.has(record.resourceType) && !reported.has(refOf(record))));
}

/** The list of {@link recordsRead} in words; undefined where there are none. */
export function recordsText(
  words: Words,
  read: readonly Resource[],
  members: readonly Resource[],
): Narrative | undefined {
  if (read.length === 0) return undefined;
  const records = new Map(members.map((record) => [refOf(record), record]));
  const reading = { words, records, composition: { resourceType: 'Composition' } };
  return narrative('generated', list(read.map((record) => tellShared(reading, record))));
}
