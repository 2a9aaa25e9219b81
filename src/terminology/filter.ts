import type { CodeSystemTable, Concept } from './code-system.ts';
import { compileSafePattern } from './safe-pattern.ts';

/** Tells which concepts of a system a filter lets through. */
export type ConceptTest = (concept: Concept) => boolean;

const CODE_PROPERTIES: ReadonlySet<string> = new Set(['concept', 'code']);

/**
 * A filter of a value set on a code system that is held (http://hl7.org/fhir/R4/valueset.html#filter); undefined where
 * it cannot be decided: a property that the system does not have, an operator that R4 does
 * not have for it, a pattern that could run away.
 */
export function compileFilter(
  system: CodeSystemTable,
  property: string,
  op: string,
  value: string,
): ConceptTest | undefined {
  const hierarchical = CODE_PROPERTIES.has(property) ? compileHierarchy(system, op, value) : undefined;
  return hierarchical ?? compileComparison(system, property, op, value);
}

function compileHierarchy(system: CodeSystemTable, op: string, value: string): ConceptTest | undefined {
  const start = system.concepts.get(system.keyOf(value));
  const within = (next: (concept: Concept) => readonly Concept[]): ReadonlySet<Concept> =>
    start === undefined ? new Set() : reach(start, next);
  switch (op) {
    case 'is-a': {
      const below = within(({ children }) => children);
      return (concept) => below.has(concept);
    }
    case 'descendent-of': {
      const below = within(({ children }) => children);
      return (concept) => concept !== start && below.has(concept);
    }
    case 'is-not-a': {
      const below = within(({ children }) => children);
      return (concept) => !below.has(concept);
    }
    case 'generalizes': {
      const above = within(({ parents }) => parents);
      return (concept) => above.has(concept);
    }
    default:
      return undefined;
  }
}

/** The concept and all that can be reached from it; hierarchies of other people may hold circles. */
function reach(start: Concept, next: (concept: Concept) => readonly Concept[]): Set<Concept> {
  const reached = new Set([start]);
  for (const concept of reached) for (const each of next(concept)) reached.add(each);
  return reached;
}

function compileComparison(
  system: CodeSystemTable,
  property: string,
  op: string,
  value: string,
): ConceptTest | undefined {
  const read = readerOf(system, property);
  if (read === undefined) return undefined;
  switch (op) {
    case '=':
      return (concept) => read(concept).includes(value);
    case 'in':
    case 'not-in': {
      const values = new Set(value.split(',').map((each) => each.trim()));
      return (concept) => read(concept).some((each) => values.has(each)) === (op === 'in');
    }
    case 'exists':
      return (concept) => read(concept).length > 0 === (value === 'true');
    case 'regex': {
      const pattern = compileSafePattern(value);
      return pattern && ((concept) => read(concept).some(pattern));
    }
    default:
      return undefined;
  }
}

/** Reads the values of a property as text; undefined where the system has no such property. */
function readerOf(system: CodeSystemTable, property: string): ((concept: Concept) => string[]) | undefined {
  if (CODE_PROPERTIES.has(property)) return ({ code }) => [code];
  if (property === 'display') return ({ display }) => (display === undefined ? [] : [display]);
  if (property === 'parent') return ({ parents }) => parents.map(({ code }) => code);
  if (property === 'child') return ({ children }) => children.map(({ code }) => code);
  if (property === 'inactive') return ({ inactive }) => [String(inactive)];
  if (!Object.hasOwn(system.propertyTypes, property)) return undefined;
  // Where a system has the property for some concepts, the others are not abstract.
  if (property === 'notSelectable') return ({ abstract }) => [String(abstract)];
  return ({ properties }) => properties.filter(([code]) => code === property).map(([, value]) => printValue(value));
}

function printValue(value: unknown): string {
  if (JSON.isRawJSON(value)) return value.rawJSON;
  if (typeof value === 'object' && value !== null && 'code' in value) return String(value.code);
  return String(value);
}
