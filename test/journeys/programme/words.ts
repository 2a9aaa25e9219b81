import { CANONICAL } from '../../../src/cases/index.ts';
import type { Json } from '../../support/house.ts';

/** Short ways to write what journeys write again and again. */

export const SNOMED = 'http://snomed.info/sct';
export const LOINC = 'http://loinc.org';
export const ICD_10 = 'http://hl7.org/fhir/sid/icd-10';
export const V2_0074 = 'http://terminology.hl7.org/CodeSystem/v2-0074';

/** A CodeableConcept of a published system. */
export function concept(system: string, code: string): Json {
  return { coding: [{ system, code }] };
}

/** A CodeableConcept of one of the guide's systems: `guide('payer-kind', 'insurer')`. */
export function guide(system: string, code: string): Json {
  return concept(`${CANONICAL}/CodeSystem/${system}`, code);
}

/** One of Task.input, by its code of case-input. */
export function input(code: string, value: Json): Json {
  return { type: guide('case-input', code), ...value };
}

/** One of Task.output, by its code of case-output. */
export function output(code: string, value: Json): Json {
  return { type: guide('case-output', code), ...value };
}

/** `to('Task/x')`: a reference. */
export function to(reference: string): { reference: string } {
  return { reference };
}

/** Plain text as the data of an Attachment. */
export function attachment(text: string, language: string): Json {
  return { contentType: 'text/plain', language, data: Buffer.from(text).toString('base64') };
}

/** Sets a rule of the programme aside: to be put into the request, or T0. */
export function override(rule: string, reason: string): { extension: Json[] } {
  const parts = [
    { url: 'rule', valueCode: rule },
    { url: 'reason', valueString: reason },
  ];
  return { extension: [{ url: `${CANONICAL}/StructureDefinition/override`, extension: parts }] };
}
