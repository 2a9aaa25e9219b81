import type { Resource } from '../../fhir/index.ts';
import { packetOf } from '../routing/packet-records.ts';
import { nodes } from '../tree.ts';
import { sentLater } from './questions.ts';

/** Types that a reader of the packet needs, beside those by which it is judged. */
export const SHARED_TYPES: readonly string[] = [
  'AllergyIntolerance',
  'Bundle',
  'CarePlan',
  'ClinicalImpression',
  'Composition',
  'Condition',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'FamilyMemberHistory',
  'ImagingStudy',
  'Immunization',
  'List',
  'Media',
  'Medication',
  'MedicationAdministration',
  'MedicationRequest',
  'MedicationStatement',
  'Observation',
  'Procedure',
  'QuestionnaireResponse',
  'ServiceRequest',
  'Specimen',
  'Task',
];

/**
 * The records on which an opinion rests: those that the request names, and those that were sent when the programme asked
 * for more, followed to the references' end.
 * @param members records of the case, of {@link SHARED_TYPES} at least
 */
export function sharedRecords(request: Resource, members: readonly Resource[]): Resource[] {
  const later = members.flatMap(sentLater).map((reference) => ({ reference }));
  return packetOf({ ...request, supportingInfo: [...nodes(request.supportingInfo), ...later] }, members);
}
