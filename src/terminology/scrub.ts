import type { TerminologyResource } from './resources.ts';

/*
 * The source package is R4 4.0.1 with pieces of later versions. These rules take it back to what HL7 published;
 * `test/terminology` compares code by code.
 */

const FOREIGN: ReadonlySet<unknown> = new Set([
  'http://hl7.org/fhir/ValueSet/detectedissue-status',
  'http://hl7.org/fhir/detectedissue-status',
]);

/** Whether R4 has the resource. */
export function isR4Terminology(resource: TerminologyResource): boolean {
  return !FOREIGN.has(resource.url);
}
