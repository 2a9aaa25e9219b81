import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import type { Expected } from '../../.ci/plant-faults.ts';
import { codeSystems, structureOf, structures, valueSets } from './guide.ts';
import type { Element, Structure, Tree } from './guide.ts';
import { rulesOf } from './rules.ts';

/*
 * A slow and simple reading of the guide's own rules, made without the server's validator, so that either can be wrong
 * without the other. Knows the differentials of the guide alone: what R4 itself says is not looked at here.
 */

/** One node of a resource, and the FHIRPath of its place. */
interface Place {
  readonly value: unknown;
  readonly path: string;
}

/** The children of one node that an element is about. */
interface Occurrence {
  /** Where the element is or would be, without index. */
  readonly path: string;
  readonly places: readonly Place[];
}

/** All rules of the guide's profile (and of those it is made of) that a resource breaks. */
export function judge(resource: Tree, profile: string): Expected[] {
  return judgeAt({ value: resource, path: String(resource['resourceType']) }, profile);
}

function judgeAt(root: Place, url: string): Expected[] {
  const structure = structureOf(url);
  if (structure === undefined) return [];
  return [
    ...judgeAt(root, structure.baseDefinition),
    ...structure.differential.element.flatMap((element) => judgeElement(structure, element, root)),
  ];
}

function judgeElement(structure: Structure, element: Element, root: Place): Expected[] {
  const found: Expected[] = [];
  const add = (rule: string, expression: string, severity: Expected['severity'] = 'error'): void => {
    found.push({ definition: structure.id, element: element.id, rule, severity, expression });
  };
  for (const { key, expression, severity } of element.constraint ?? []) {
    if (!holds(root.value as Tree, expression)) add(key, root.path, severity);
  }
  const rules = rulesOf(structure, element);
  for (const { path, places } of occurrences(structure, element.id, root)) {
    if (rules.includes('min') && places.length < element.min!) add('min', path);
    if (rules.includes('max') && places.length > Number(element.max)) add('max', path);
    for (const place of places) {
      if (rules.includes('pattern') && !contains(place.value, patternOf(element))) add('pattern', place.path);
      if (rules.includes('binding') && !isBound(place.value, element.binding!)) {
        add('binding', place.path, element.binding!.strength === 'required' ? 'error' : 'warning');
      }
      if (rules.includes('type') && !element.type!.some(({ code }) => code === typeOf(place))) add('type', place.path);
      if (rules.includes('target') && !pointsAt(place.value, element)) add('target', place.path);
      for (const profile of element.type?.flatMap((type) => type.profile ?? []) ?? []) {
        found.push(...judgeAt(place, profile));
      }
    }
  }
  return found;
}

function holds(resource: Tree, expression: string): boolean {
  const answer: unknown = fhirpath.evaluate(resource, expression, { resource }, r4);
  return Array.isArray(answer) && answer[0] === true;
}

/** The name under which a choice stands: its type is known by the name alone. */
const TYPED = Symbol('type');

function typeOf({ value }: Place): string {
  const { resourceType, [TYPED]: type } = Object(value) as { resourceType?: string; [TYPED]?: string };
  return type ?? resourceType ?? '';
}

function occurrences(structure: Structure, id: string, root: Place): Occurrence[] {
  const dot = id.lastIndexOf('.');
  if (dot < 0) return [];
  const [name = '', slice] = id.slice(dot + 1).split(':');
  const parents = parentPlaces(structure, id.slice(0, dot), root);
  return parents.map(({ value, path: above }) => {
    const { children, path } = step(value as Tree, name, above);
    if (slice === undefined) return { path, places: children };
    return { path, places: children.filter((child) => isInSlice(structure, id, child.value)) };
  });
}

function parentPlaces(structure: Structure, id: string, root: Place): Place[] {
  if (!id.includes('.')) return [root];
  return occurrences(structure, id, root).flatMap(({ places }) => places);
}

function step(tree: Tree, name: string, above: string): { children: Place[]; path: string } {
  const plain = name.replace('[x]', '');
  const path = `${above}.${plain}`;
  const property =
    plain === name ? name : Object.keys(tree).find((key) => key.startsWith(plain) && key.length > plain.length);
  const value = property === undefined ? undefined : tree[property];
  if (value === undefined) return { children: [], path };
  if (Array.isArray(value))
    return { children: value.map((item, at) => ({ value: item, path: `${path}[${at}]` })), path };
  const type = property!.slice(plain.length);
  return { children: [{ value: plain === name ? value : typed(value, type), path }], path };
}

/** Primitives become objects that say their type and still compare as text. */
function typed(value: unknown, type: string): unknown {
  const primitive = typeof value !== 'object';
  const code = primitive ? type.charAt(0).toLowerCase() + type.slice(1) : type;
  return Object.assign(Object(structuredClone(value)) as object, { [TYPED]: code });
}

function isInSlice(structure: Structure, id: string, item: unknown): boolean {
  const element = elementOf(structure, id);
  const profile = element.type?.[0]?.profile?.[0];
  if (profile !== undefined) return (item as Tree)['url'] === profile;
  const sliced = elementOf(structure, id.slice(0, id.lastIndexOf(':')));
  return sliced.slicing!.discriminator.every(({ type, path }) => {
    const decisive = elementOf(structure, `${id}.${path}`);
    const value = (item as Tree)[path];
    if (type === 'type') return decisive.type?.[0]?.code === (value as Tree | undefined)?.['resourceType'];
    return contains(value, patternOf(decisive));
  });
}

function elementOf(structure: Structure, id: string): Element {
  const found = structure.snapshot.element.find((element) => element.id === id);
  if (found === undefined) throw new Error(`The snapshot of ${structure.id} has no ${id}`);
  return found;
}

function patternOf(element: Element): unknown {
  return Object.entries(element).find(([name]) => /^(pattern|fixed)[A-Z]/.test(name))?.[1];
}

function contains(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((part) => value.some((item) => contains(item, part)));
  }
  if (typeof pattern !== 'object' || pattern === null) return Object(value).valueOf() === pattern;
  return Object.entries(pattern).every(([name, part]) => contains((value as Tree | undefined)?.[name], part));
}

/** A text without any code is fine where other codes would be. */
function isBound(value: unknown, { strength, valueSet }: NonNullable<Element['binding']>): boolean {
  const { coding, text } = value as { coding?: unknown; text?: unknown };
  return (strength === 'extensible' && coding === undefined && text !== undefined) || isListed(value, valueSet);
}

/** Whether one of the codings is in the value set; those of others than the guide are taken for granted. */
function isListed(value: unknown, url: string): boolean {
  const valueSet = valueSets.find((one) => one.url === url);
  if (valueSet === undefined) return true;
  const { coding = [value] } = value as { coding?: readonly unknown[] };
  return coding.some((one) => {
    const { system, code } = one as { system?: string; code?: string };
    return valueSet.compose.include.some((include) => {
      if (include.system !== system) return false;
      const concepts = include.concept ?? codeSystems.find((known) => known.url === system)!.concept;
      return concepts.some((concept) => concept.code === code);
    });
  });
}

/** References by URN or to contained resources do not say of which type they are. */
function pointsAt(value: unknown, { type = [] }: Element): boolean {
  if (!type.some(({ code }) => code === 'Reference')) return true;
  const { reference } = value as { reference?: string };
  const named = /^([A-Z][A-Za-z]+)\//.exec(reference ?? '')?.[1];
  const targets = type
    .flatMap(({ targetProfile = [] }) => targetProfile)
    .map((url) => url.slice(url.lastIndexOf('/') + 1));
  return named === undefined || targets.length === 0 || targets.includes(named);
}

/** The guide's own definitions that a resource of the profile is held against. */
export function lineage(url: string): Structure[] {
  const structure = structures.find((one) => one.url === url);
  return structure === undefined ? [] : [structure, ...lineage(structure.baseDefinition)];
}
