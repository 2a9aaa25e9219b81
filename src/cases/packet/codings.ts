import { nodes, text } from '../tree.ts';

export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';

/** The codings of a CodeableConcept, repeating or not, as `system|code`. */
export function codings(concept: unknown): string[] {
  return nodes(concept).flatMap((one) => coded(one.coding));
}

/** The same of an element of type Coding. */
export function coded(coding: unknown): string[] {
  return nodes(coding).flatMap((one) => {
    const code = text(one.code);
    return code === undefined ? [] : [`${text(one.system) ?? ''}|${code}`];
  });
}

/** Codes of one system, as {@link codings} writes them. */
export function inSystem(system: string, codes: readonly string[]): string[] {
  return codes.map((code) => `${system}|${code}`);
}
