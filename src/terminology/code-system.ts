import type { HeldCodeSystem, HeldConcept } from './held.ts';
import type { Membership } from './types.ts';

export interface Concept {
  readonly system: string;
  readonly code: string;
  readonly display: string | undefined;
  readonly definition: string | undefined;
  /** Other displays, with their language (`''`: not told). */
  readonly designations: readonly (readonly [language: string, text: string])[];
  readonly properties: readonly (readonly [code: string, value: unknown])[];
  /** Directly above and below it; of V3 a concept may have more than one above. */
  readonly parents: readonly Concept[];
  readonly children: readonly Concept[];
  /** Not for use any more; what is deprecated may still be used. */
  readonly inactive: boolean;
  /** There to group others (`notSelectable`). */
  readonly abstract: boolean;
}

/** A code system with all the concepts that are held of it. */
export interface CodeSystemTable {
  readonly url: string;
  readonly name: string | undefined;
  readonly title: string | undefined;
  readonly version: string | undefined;
  readonly propertyTypes: Readonly<Record<string, string>>;
  /** By key, in the order of the system, what is below a concept right after it. */
  readonly concepts: ReadonlyMap<string, Concept>;
  /** The code as the system tells codes apart: in lower case where case does not matter. */
  readonly keyOf: (code: string) => string;
  /** Whether all concepts of the system are held. */
  readonly complete: boolean;
  /** What a code is that is not among the concepts. */
  readonly other: (code: string) => Membership;
  /** Whether its displays are the system's own words, so that other words are wrong. */
  readonly ownsDisplays: boolean;
}

interface Growing extends Concept {
  readonly parents: Concept[];
  readonly children: Concept[];
}

export function buildCodeSystem(url: string, held: HeldCodeSystem): CodeSystemTable {
  const keyOf = held.fold ? foldCase : keepCase;
  const concepts = new Map<string, Growing>();
  for (const each of held.concepts) addConcept(concepts, url, keyOf, each, undefined);
  for (const concept of concepts.values()) linkByProperties(concepts, keyOf, concept);
  // Some systems are complete but empty in what is published: their codes are another body's.
  const complete = held.content === undefined && concepts.size > 0;
  return {
    url,
    name: held.name,
    title: held.title,
    version: held.version,
    propertyTypes: held.properties ?? {},
    concepts,
    keyOf,
    complete,
    other: () => (complete ? 'out' : 'unknown'),
    ownsDisplays: true,
  };
}

export function keepCase(code: string): string {
  return code;
}

function foldCase(code: string): string {
  return code.toLowerCase();
}

function addConcept(
  concepts: Map<string, Growing>,
  system: string,
  keyOf: (code: string) => string,
  held: HeldConcept,
  parent: Growing | undefined,
): void {
  const [code, display, details = {}] = typeof held === 'string' ? [held, ''] : held;
  const properties = details.p ?? [];
  const concept: Growing = {
    system,
    code,
    display: display || undefined,
    definition: details.d,
    designations: details.n ?? [],
    properties,
    parents: [],
    children: [],
    inactive: isInactive(properties),
    abstract: properties.some(([name, value]) => name === 'notSelectable' && value === true),
  };
  concepts.set(keyOf(code), concept);
  if (parent) link(parent, concept);
  for (const below of details.c ?? []) addConcept(concepts, system, keyOf, below, concept);
}

/** http://hl7.org/fhir/R4/codesystem.html#status: `retired` is not for use, `deprecated` is discouraged. */
function isInactive(properties: Concept['properties']): boolean {
  return properties.some(
    ([name, value]) =>
      (name === 'inactive' && value === true) || (name === 'status' && (value === 'retired' || value === 'inactive')),
  );
}

/** A concept with more than one above it stands below one of them; the others name it in a property. */
function linkByProperties(
  concepts: ReadonlyMap<string, Growing>,
  keyOf: (code: string) => string,
  concept: Growing,
): void {
  for (const [name, value] of concept.properties) {
    if (typeof value !== 'string' || (name !== 'child' && name !== 'parent')) continue;
    const other = concepts.get(keyOf(value));
    if (other === undefined) continue;
    if (name === 'child') link(concept, other);
    else link(other, concept);
  }
}

function link(parent: Growing, child: Growing): void {
  if (parent.children.includes(child)) return;
  parent.children.push(child);
  child.parents.push(parent);
}
