import type { Definitions, Property, StructureDefinition } from '../../definitions/index.ts';
import type { Terminology } from '../../terminology/index.ts';
import type { Knowledge } from '../evaluate.ts';
import type { Findings } from '../findings.ts';
import type { ProfileNode } from './tree.ts';

/** One value of an element where it stands in a resource. */
export interface Occurrence {
  /** Undefined for a primitive that has only extensions. */
  readonly value: unknown;
  /** `_name` of a primitive. */
  readonly companion: unknown;
  readonly property: Property;
  /** -1 where the element does not repeat. */
  readonly index: number;
}

/** Checks one occurrence; the findings stand at it. */
export type CheckOccurrence = (occurrence: Occurrence, findings: Findings) => void;

/** Checks an element of a profile within its parent; the findings stand at the parent. */
export type CheckWithin = (parent: unknown, findings: Findings) => void;

/** What the compilation of profiles leans on. */
export interface Engine {
  readonly definitions: Definitions;
  readonly terminology: Terminology | undefined;
  readonly knowledge: Knowledge;
  structure(url: string): StructureDefinition | undefined;
  /** Checks a value against a profile; the findings stand at it. False where the profile is not known. */
  check(url: string, value: unknown, findings: Findings): boolean;
  /** Whether a value conforms, told to nobody; undefined where the profile is not known. */
  conforms(url: string, value: unknown, findings: Findings): boolean | undefined;
}

/** A profile while it is compiled. Elements hold elements, so what compiles them is handed along. */
export interface Compiling {
  readonly engine: Engine;
  readonly root: ProfileNode;
  /** What texts call the profile. */
  readonly label: string;
  compileElement(node: ProfileNode, property: Property): CheckOccurrence | undefined;
  compileChildren(node: ProfileNode, type: string): CheckWithin | undefined;
}

const TYPE_URL = 'http://hl7.org/fhir/StructureDefinition/';

/** The type that the URL of a base definition names. */
export function typeOfUrl(definitions: Definitions, url: string): string | undefined {
  const name = url.startsWith(TYPE_URL) ? url.slice(TYPE_URL.length).split('|')[0]! : '';
  return definitions.type(name) === undefined ? undefined : name;
}
