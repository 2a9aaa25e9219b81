import type { Definitions, Property } from '../../definitions/index.ts';
import { isBranch, isTree } from './tree.ts';
import type { Tree } from './tree.ts';

/** An element as JSON has it: a primitive's value stands apart from its id and extensions. */
export interface Content {
  /** Undefined or null where there is no value. */
  readonly value: unknown;
  /** What stands under `_name`, of primitives alone. */
  readonly companion?: Tree;
}

/** All elements of one name in one object. */
export interface Member {
  readonly holder: Tree;
  readonly property: Property;
}

/** The property that an element name means in an object: of a choice the one that is there, or undefined. */
export function propertyNamed(
  definitions: Definitions,
  typeName: string,
  name: string,
  holder: Tree,
): Property | undefined {
  const properties = definitions.type(typeName)?.properties;
  const named = properties?.get(name);
  if (named !== undefined) return named;
  return choicesOf(definitions, typeName, name).find((choice) => hasMember(holder, choice));
}

/** The properties of a choice: `value` → valueQuantity, valueString, … */
export function choicesOf(definitions: Definitions, typeName: string, name: string): Property[] {
  const properties = definitions.type(typeName)?.properties.values() ?? [];
  return [...properties].filter(({ choice }) => choice === `${name}[x]`);
}

function hasMember(holder: Tree, { name }: Property): boolean {
  return Object.hasOwn(holder, name) || Object.hasOwn(holder, `_${name}`);
}

/** The elements of a member, in their order. */
export function contentsOf({ holder, property: { name, kind, array } }: Member): Content[] {
  const values = Object.hasOwn(holder, name) ? holder[name] : undefined;
  const companions = kind === 'primitive' && Object.hasOwn(holder, `_${name}`) ? holder[`_${name}`] : undefined;
  if (!array) {
    return values === undefined && companions === undefined ? [] : [toContent(values, companions)];
  }
  const [first, second] = [listOf(values), listOf(companions)];
  return Array.from({ length: Math.max(first.length, second.length) }, (_, n) => toContent(first[n], second[n]));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function toContent(value: unknown, companion: unknown): Content {
  return isTree(companion) ? { value, companion } : { value };
}

/** Puts the elements of a member in place of what was there; none takes the member away. */
export function setContents({ holder, property: { name, array } }: Member, contents: readonly Content[]): void {
  put(
    holder,
    name,
    array,
    contents.map(({ value }) => value ?? null),
  );
  put(
    holder,
    `_${name}`,
    array,
    contents.map(({ companion }) => companion ?? null),
  );
}

function put(holder: Tree, name: string, array: boolean, values: readonly unknown[]): void {
  if (values.every((value) => value === null)) delete holder[name];
  else holder[name] = array ? values : values[0];
}

/** Puts elements in the place of the one at `index`; none takes it away. */
export function setContentsAt(member: Member, index: number, contents: readonly Content[]): void {
  const all = contentsOf(member);
  all.splice(index, 1, ...contents);
  setContents(member, all);
}

/** Where the elements of an element stand: in itself, or, of a primitive, in what stands beside its value. */
export function holderOf({ value, companion }: Content): Tree | undefined {
  return isTree(value) ? value : companion;
}

/** Whether a type is `wanted`, or made out of it: Age is a Quantity, and Patient a DomainResource. */
export function isA(definitions: Definitions, type: string | undefined, wanted: string): boolean {
  for (let name = type; name !== undefined; name = definitions.type(name)?.base) if (name === wanted) return true;
  return false;
}

/** The type whose elements an element has: of a resource within a resource its own. */
export function typeOf(content: Content, property: Property): string {
  if (property.kind === 'primitive') return 'Element';
  if (property.kind === 'resource' && isBranch(content.value) && 'resourceType' in content.value) {
    return String(content.value['resourceType']);
  }
  return property.type;
}
