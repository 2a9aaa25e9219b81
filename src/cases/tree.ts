import { localReference } from '../fhir/index.ts';

/** An object of a resource tree. */
export type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a repeating element; a single one counts as a list of one, anything else as none. */
export function nodes(value: unknown): Node[] {
  return (Array.isArray(value) ? value : [value]).filter(isNode);
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The codes that a CodeableConcept has in `system`. */
export function codesIn(concept: unknown, system: string): string[] {
  return nodes(concept)
    .flatMap((one) => nodes(one.coding))
    .filter((coding) => coding.system === system)
    .flatMap((coding) => text(coding.code) ?? []);
}

/** `Type/id`s of a Reference element, repeating or not. */
export function referencesOf(element: unknown): string[] {
  return nodes(element).flatMap((one) => localReference(one.reference) ?? []);
}
