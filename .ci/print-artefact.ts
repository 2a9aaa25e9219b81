/** A conformance resource as it is kept. */
export interface Artefact {
  readonly resourceType: string;
  readonly id: string;
  readonly [name: string]: unknown;
}

interface Element {
  readonly id: string;
  readonly mapping?: unknown;
  readonly [name: string]: unknown;
}

/**
 * JSON with one member a line, and one element, concept or other item of a list a line, so that a change shows as a
 * readable difference.
 */
export function printArtefact(artefact: Artefact): string {
  const members = Object.entries(withoutMappings(artefact)).map(
    ([name, value]) => `${JSON.stringify(name)}:${printMember(value)}`,
  );
  return `{\n${members.join(',\n')}\n}\n`;
}

function printMember(value: unknown): string {
  if (Array.isArray(value) && typeof value[0] === 'object') return printLines(value);
  if (isElements(value)) return `{"element":${printLines(value.element)}}`;
  return JSON.stringify(value);
}

function printLines(items: readonly unknown[]): string {
  return `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
}

/** What the core types map to in HL7 v2, v3 and W5 is a third of a snapshot, and no profile of ours says anything of it. */
function withoutMappings(artefact: Artefact): Artefact {
  if (artefact.resourceType !== 'StructureDefinition' || !isElements(artefact['snapshot'])) return artefact;
  const { mapping: _mapping, ...rest } = artefact;
  const element = artefact['snapshot'].element.map(({ mapping: _inherited, ...own }) => own);
  return { ...rest, snapshot: { element } };
}

function isElements(value: unknown): value is { readonly element: readonly Element[] } {
  return typeof value === 'object' && value !== null && Array.isArray((value as { element?: unknown }).element);
}
