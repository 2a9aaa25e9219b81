import { collectReferences, localReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';

/**
 * Whether a record is, or speaks of, another patient than the case's, wherever in it: it is not of this patient alone.
 *
 * A document is a copy of records. The patient's own record in it may name whom it will: the case has it as it stands.
 * @param isMade whether it is a consequence of what was written: the server makes documents of what both parties see
 */
export function isOthersRecord(resource: Resource, patient: string | undefined, isMade: boolean): boolean {
  if (patient === undefined || refOf(resource) === patient) return false;
  if (resource.resourceType === 'Patient') return true;
  if (resource.resourceType !== 'Bundle' || resource.type !== 'document') return namesOther(resource, patient);
  const composition = (resource.entry as { readonly resource?: Resource }[] | undefined)?.[0]?.resource;
  // The request's Task, say, is shared for itself: of whom it speaks beside the patient (a donor, a mother) is no secret.
  if (isMade && composition?.resourceType === 'Composition')
    return localReference((composition.subject as Reference | undefined)?.reference) !== patient;
  return namesOther(withoutPatients(resource, patient) as Resource, patient);
}

function namesOther(resource: Resource, patient: string): boolean {
  return collectReferences(resource).some((ref) => ref.startsWith('Patient/') && ref !== patient);
}

/**
 * Without the patient's own record, and without what a copy of it under another id is linked to: that "concerns the same
 * actual patient". http://hl7.org/fhir/R4/patient.html#links
 */
function withoutPatients(value: unknown, patient: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutPatients(item, patient));
  const isPatient = 'resourceType' in value && value.resourceType === 'Patient';
  if (isPatient && refOf(value as Resource) === patient) return undefined;
  const kept = Object.entries(value).filter(([name]) => !isPatient || name !== 'link');
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutPatients(item, patient)]));
}

function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id ?? ''}`;
}
