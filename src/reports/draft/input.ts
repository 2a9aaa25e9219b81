import type { Resource } from '../../fhir/index.ts';

/** Somebody who answers for the report: `PractitionerRole/x` or `Practitioner/x`. */
export interface Reviewer {
  readonly ref: string;
  readonly name?: string;
}

/** All of which the draft of a report is made. */
export interface DraftInput {
  /** `opinion`: the answer to the case; `summary`: what is written after a video consultation. */
  readonly kind: 'opinion' | 'summary';
  /** Its id is that of the case's ServiceRequest. */
  readonly request: Resource;
  readonly caseNumber: string;
  /** `Organization/x` */
  readonly programme: string;
  readonly reviewers: readonly Reviewer[];
  /** Records of the case as far as they may be read. */
  readonly members: readonly Resource[];
  /** BCP 47: the language of its texts. */
  readonly language: string;
  /** The programme's own disclaimer in that language; else the one of every report. */
  readonly disclaimer?: string;
  /** Whether travel advice and an estimate are asked for. */
  readonly travel: boolean;
  /** ISO 4217: of the estimate. */
  readonly currency: string;
  /** Instant. */
  readonly now: string;
  /** A `urn:uuid:` of its own for each record that is to be made. */
  readonly newUrn: () => string;
}

/** An entry of the transaction: a record that is to be made. */
export interface DraftEntry {
  readonly fullUrl: string;
  readonly resource: Resource;
  readonly request: { readonly method: 'POST'; readonly url: string };
}

export function draftEntry(fullUrl: string, resource: Resource): DraftEntry {
  return { fullUrl, resource, request: { method: 'POST', url: resource.resourceType } };
}

/** https://hl7.org/fhir/R4/http.html#transaction */
export function transactionOf(entry: readonly DraftEntry[]): Resource {
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

export function to(reference: string, display?: string): { readonly reference: string; readonly display?: string } {
  return { reference, ...(display === undefined ? {} : { display }) };
}

/** A CodeableConcept with one code. */
export function concept(system: string, code: string): { readonly coding: readonly object[] } {
  return { coding: [{ system, code }] };
}

/** What kind of document a report is: https://loinc.org/11488-4 */
export const CONSULT_NOTE = { coding: [{ system: 'http://loinc.org', code: '11488-4', display: 'Consult note' }] };
