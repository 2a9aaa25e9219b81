import type { Property } from '../definitions/index.ts';

const SPECIAL_VALUES = 'http://terminology.hl7.org/CodeSystem/special-values';
const HL7 = 'http://hl7.org/fhir/';
const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem/';

/** Value sets whose codes are not from the code system of the same name. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  languages: ['urn:ietf:bcp:47'],
  mimetypes: ['urn:ietf:bcp:13'],
  'type-restful-interaction': [`${HL7}restful-interaction`],
  'system-restful-interaction': [`${HL7}restful-interaction`],
  'care-plan-intent': [`${HL7}request-intent`],
  'care-plan-activity-kind': [`${HL7}resource-types`],
  'clinicalimpression-status': [`${HL7}event-status`],
  'immunization-status': [`${HL7}event-status`],
  'immunization-evaluation-status': [`${TERMINOLOGY}medication-admin-status`],
  'medication-admin-status': [`${TERMINOLOGY}medication-admin-status`],
  'medicationdispense-status': [`${TERMINOLOGY}medicationdispense-status`],
  'medicationknowledge-status': [`${TERMINOLOGY}medicationknowledge-status`],
  'medication-status': [`${HL7}CodeSystem/medication-status`],
  'medicationrequest-status': [`${HL7}CodeSystem/medicationrequest-status`],
  'medicationrequest-intent': [`${HL7}CodeSystem/medicationrequest-intent`],
  'medication-statement-status': [`${HL7}CodeSystem/medication-statement-status`],
  'verificationresult-status': [`${HL7}CodeSystem/status`],
  'v3-ConfidentialityClassification': [`${TERMINOLOGY}v3-Confidentiality`],
  'task-intent': [`${HL7}task-intent`, `${HL7}request-intent`],
  'all-types': [`${HL7}data-types`, `${HL7}resource-types`, `${HL7}abstract-types`],
  'defined-types': [`${HL7}data-types`, `${HL7}resource-types`],
};

/**
 * Whether the codes of a primitive element are from `system`, which the element itself cannot say: its binding does
 * (`status=http://hl7.org/fhir/request-status|active`). See http://hl7.org/fhir/R4/search.html#token.
 */
export function impliesSystem({ type, binding }: Property, system: string): boolean {
  if (type === 'boolean') return system === SPECIAL_VALUES;
  if (type !== 'code' || binding === undefined) return false;
  const name = binding.valueSet.slice(binding.valueSet.lastIndexOf('/') + 1);
  const exceptions = Object.hasOwn(EXCEPTIONS, name) ? EXCEPTIONS[name] : undefined;
  return (exceptions ?? [binding.valueSet.replace('/ValueSet/', '/')]).includes(system);
}
