/** A resource as parsed JSON: FHIR's words unchanged, nothing dropped. */
export interface Resource {
  resourceType: string;
  id?: string;
  meta?: Meta;
  [name: string]: unknown;
}

export interface Meta {
  versionId?: string;
  lastUpdated?: string;
  [name: string]: unknown;
}

export interface Reference {
  reference?: string;
  type?: string;
  identifier?: { system?: string; value?: string };
  display?: string;
  [name: string]: unknown;
}

export interface Coding {
  system?: string;
  code?: string;
  display?: string;
  [name: string]: unknown;
}

export interface CodeableConcept {
  coding?: Coding[];
  text?: string;
  [name: string]: unknown;
}
