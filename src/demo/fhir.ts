/** What the story reads of FHIR R4; all else of a resource stays as it came. */
export interface Resource {
  resourceType: string;
  id?: string;
  meta?: { versionId?: string; lastUpdated?: string };
  [name: string]: unknown;
}

export interface Reference {
  reference?: string;
  display?: string;
}

export interface CodeableConcept {
  coding?: { system?: string; code?: string; display?: string }[];
  text?: string;
}

export interface Identifier {
  type?: CodeableConcept;
  system?: string;
  value?: string;
}

export interface Entry {
  fullUrl?: string;
  resource?: Resource;
  request?: { method: string; url: string; ifNoneExist?: string };
  response?: { status: string; location?: string };
}

export interface Bundle extends Resource {
  type?: string;
  entry?: Entry[];
}

export interface ServiceRequest extends Resource {
  identifier?: Identifier[];
  subject: Reference;
}

export interface Task extends Resource {
  status: string;
  businessStatus?: CodeableConcept;
  groupIdentifier?: Identifier;
}

export interface Condition extends Resource {
  code?: CodeableConcept;
  onsetDateTime?: string;
  recordedDate?: string;
}

export interface DiagnosticReport extends Resource {
  status: string;
  presentedForm?: { contentType?: string; url?: string; size?: number }[];
}

export interface OperationOutcome extends Resource {
  issue?: { details?: CodeableConcept; diagnostics?: string; expression?: string[] }[];
}

/** Base of the server's own artefacts. */
const CANONICAL = 'https://consilium.example/fhir';
export const SERVICE_SYSTEM = `${CANONICAL}/CodeSystem/second-opinion-service`;
export const BUSINESS_STATUS_SYSTEM = `${CANONICAL}/CodeSystem/case-business-status`;
export const CASE_NUMBER_SYSTEM = `${CANONICAL}/case-number`;

export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';

/** `ServiceRequest/x` */
export function refOf({ resourceType, id = '' }: Resource): string {
  return `${resourceType}/${id}`;
}

export function concept(system: string, code: string, display: string): CodeableConcept {
  return { coding: [{ system, code, display }], text: display };
}

/** What a coded value says to a reader. */
export function said(value: CodeableConcept | undefined): string {
  return value?.text ?? value?.coding?.[0]?.display ?? value?.coding?.[0]?.code ?? 'without a name';
}

/** The resources of a searchset or of a transaction's answer. */
export function resourcesOf(bundle: Bundle): Resource[] {
  return (bundle.entry ?? []).flatMap(({ resource }) => resource ?? []);
}

/** Where a task stands: `accepted`, `in-progress (under-review)`. */
export function standing({ status, businessStatus }: Task): string {
  const business = businessStatus?.coding?.[0]?.code;
  return business === undefined || business === status ? status : `${status} (${business})`;
}
