import type { Resource } from '../../fhir/index.ts';
import { anchors, caseReferences } from '../references.ts';

/** Types of records that a packet holds, and of those that lead from one to another. */
export const PACKET_TYPES: readonly string[] = [
  'Bundle',
  'CarePlan',
  'Composition',
  'Condition',
  'DiagnosticReport',
  'DocumentReference',
  'Encounter',
  'ImagingStudy',
  'List',
  'Media',
  'MedicationStatement',
  'Observation',
  'PractitionerRole',
  'Procedure',
  'QuestionnaireResponse',
];

/**
 * What the home side sent with its request: the records that it names, followed to the references' end. What is made on
 * the case, the reviewers' own work above all, is not of it; the opinion of an earlier case is, where it was sent along.
 * @param members records of the case
 */
export function packetOf(request: Resource, members: readonly Resource[]): Resource[] {
  const byRef = new Map(members.map((one) => [`${one.resourceType}/${one.id ?? ''}`, one]));
  const packet = new Set<Resource>();
  const named = caseReferences(request);
  const own = `ServiceRequest/${request.id ?? ''}`;
  // A list that grows while it is walked through: what a record names comes after it.
  for (const ref of named) {
    const record = byRef.get(ref);
    if (record === undefined || packet.has(record) || anchors(record).includes(own)) continue;
    packet.add(record);
    named.push(...caseReferences(record));
  }
  return [...packet];
}
