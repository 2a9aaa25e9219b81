import type { Definitions, Property, TypeDefinition } from '../definitions/index.ts';
import { parseStored } from './json.ts';
import type { Coding, Meta, Resource } from './resource.ts';

/**
 * What of a resource is wanted. https://hl7.org/fhir/R4/search.html#summary, https://hl7.org/fhir/R4/search.html#elements
 */
export interface Shape {
  readonly summary?: 'true' | 'text' | 'data';
  /** Top-level elements: `name`, `value` for any of a choice, and `Patient.name` where only those of one type are meant. */
  readonly elements?: readonly string[];
}

/** https://hl7.org/fhir/R4/valueset-security-labels.html: says that the resource is not whole. */
const SUBSETTED = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' } as const;

/** What tells which resource it is stays, and `meta` tells that it is not whole. */
const ALWAYS = new Set(['id', 'meta']);
/** What may change the meaning of all that it stands beside is never parted from it. */
const QUALIFYING = new Set(['implicitRules', 'modifierExtension']);

/**
 * A shape for what comes along with the matches: elements that are named without a type are those of the matches alone.
 * Undefined where these resources are wanted whole.
 */
export function shapeOfIncluded(shape: Shape): Shape | undefined {
  const elements = shape.elements?.filter((name) => name.includes('.')) ?? [];
  const { summary } = shape;
  if (summary === undefined && elements.length === 0) return undefined;
  return { ...(summary === undefined ? {} : { summary }), ...(elements.length === 0 ? {} : { elements }) };
}

/** A stored text, reduced to a shape. */
export function subsetText(definitions: Definitions, text: string, shape: Shape): string {
  return JSON.stringify(subsetOf(definitions, parseStored(text), shape));
}

/**
 * A resource reduced to a shape and tagged SUBSETTED; the one given stays as it is. What R4 demands of the resource stays
 * whatever was asked for, so that a summary is still a valid resource.
 */
export function subsetOf(definitions: Definitions, resource: Resource, shape: Shape): Resource {
  const type = definitions.type(resource.resourceType);
  const { summary } = shape;
  const elements = elementsOf(resource.resourceType, shape);
  if (type === undefined || (summary === undefined && elements === undefined)) return resource;
  const subset: Resource = { resourceType: resource.resourceType };
  for (const [name, value] of Object.entries(resource)) {
    const property = type.properties.get(nameOf(name));
    if (property === undefined) continue;
    if (elements !== undefined && !isAskedFor(property, elements)) continue;
    if (summary !== undefined && !isInSummary(property, summary)) continue;
    subset[name] = summary === 'true' && name === property.name ? summarise(definitions, property, value) : value;
  }
  return markSubsetted(subset);
}

/** Whether a resource is one that a server has reduced: storing it in place of the whole one would lose the rest. */
export function isSubsetted({ meta }: Resource): boolean {
  const tags = (meta as { tag?: unknown } | undefined)?.tag;
  return Array.isArray(tags) && (tags as (Coding | null)[]).some((coding) => coding !== null && isTag(coding));
}

function elementsOf(type: string, { elements }: Shape): ReadonlySet<string> | undefined {
  const own = elements?.filter((name) => !name.includes('.') || name.startsWith(`${type}.`));
  return own === undefined || own.length === 0 ? undefined : new Set(own.map((name) => name.replace(/^.*\./, '')));
}

function isAskedFor(property: Property, elements: ReadonlySet<string>): boolean {
  const { name, choice } = property;
  if (elements.has(name) || (choice !== undefined && elements.has(choice.slice(0, -'[x]'.length)))) return true;
  return ALWAYS.has(name) || property.min > 0 || property.modifier;
}

function isInSummary(property: Property, summary: 'true' | 'text' | 'data'): boolean {
  const { name } = property;
  if (summary === 'data') return name !== 'text';
  if (ALWAYS.has(name) || QUALIFYING.has(name) || property.min > 0) return true;
  return summary === 'text' ? name === 'text' : property.summary || property.modifier;
}

/** The same for what is within an element that stays. */
function summarise(definitions: Definitions, property: Property, value: unknown): unknown {
  if (property.kind === 'primitive' || property.type === 'Extension' || property.type === 'Narrative') return value;
  if (Array.isArray(value)) return value.map((item: unknown) => summarise(definitions, property, item));
  if (typeof value !== 'object' || value === null) return value;
  if (property.kind === 'resource') return subsetOf(definitions, value as Resource, { summary: 'true' });
  const type = definitions.type(property.type);
  return type === undefined ? value : summariseElement(definitions, type, value as Record<string, unknown>);
}

function summariseElement(definitions: Definitions, type: TypeDefinition, element: Record<string, unknown>): unknown {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(element)) {
    const property = type.properties.get(nameOf(name));
    if (property === undefined || !staysWithin(type, property)) continue;
    kept.push([name, name === property.name ? summarise(definitions, property, value) : value]);
  }
  // FHIR has no empty elements, and one of which nothing is marked may be one that has to be there.
  return kept.length === 0 ? element : Object.fromEntries(kept);
}

/** R4 leaves open what becomes of extensions: those of a value are part of it, those of a resource's parts are not. */
function staysWithin(type: TypeDefinition, property: Property): boolean {
  const { name } = property;
  if (name === 'id' || QUALIFYING.has(name)) return true;
  if (name === 'extension') return type.kind === 'complex';
  return property.summary || property.modifier || property.min > 0;
}

/** `_birthDate` is what else there is to say about `birthDate`. */
function nameOf(name: string): string {
  return name.startsWith('_') ? name.slice(1) : name;
}

/** The same with the tag that says that it is not whole. */
export function markSubsetted(subset: Resource): Resource {
  if (isSubsetted(subset)) return subset;
  const { resourceType, id, meta = {}, ...rest } = subset;
  const tags = (meta as { tag?: unknown[] }).tag ?? [];
  const marked: Meta = { ...meta, tag: [...tags, SUBSETTED] };
  return { resourceType, ...(id === undefined ? {} : { id }), meta: marked, ...rest };
}

function isTag({ system, code }: Coding): boolean {
  return system === SUBSETTED.system && code === SUBSETTED.code;
}
