import type { Definitions, Property } from '../../definitions/index.ts';
import { choicesOf, contentsOf, isA, propertyNamed, setContents } from './member.ts';
import type { Content } from './member.ts';
import { malformedPatch, unfitPatch } from './problem.ts';
import { copyTree, isTree } from './tree.ts';
import type { Tree } from './tree.ts';

/** What an operation brings, as a part of Parameters has it. */
export type Value =
  | { readonly kind: 'typed'; readonly type: string; readonly isPrimitive: boolean; readonly content: Content }
  /** A resource within the record. */
  | { readonly kind: 'resource'; readonly content: Content }
  /** An element that has no type of its own, by its elements. */
  | { readonly kind: 'parts'; readonly parts: readonly { readonly name: string; readonly value: Value }[] };

/** Levels of parts in parts at most. */
const MAX_NESTING = 20;

/**
 * The value of one part: `value[x]`, a resource, or parts that name the elements of an element without a type of its own.
 * https://hl7.org/fhir/R4/fhirpatch.html
 */
export function parseValue(definitions: Definitions, part: Tree, place: string, level = 1): Value {
  const { name: _name, id: _id, extension: _extension, ...given } = part;
  const [[member, value] = ['', undefined], ...others] = Object.entries(given);
  if (member === 'part' && others.length === 0 && Array.isArray(value) && level <= MAX_NESTING) {
    return { kind: 'parts', parts: value.map((item) => parseNamed(definitions, item, place, level)) };
  }
  if (member === 'resource' && others.length === 0 && isTree(value)) return { kind: 'resource', content: { value } };
  const name = member.replace(/^_/, '');
  const property = definitions.type('Parameters.parameter')?.properties.get(name);
  const isAlone = others.every(([other]) => other.replace(/^_/, '') === name);
  if (property?.choice === undefined || !isAlone) {
    throw malformedPatch('A value is one value[x], one resource, or parts that each have a name and a value.', place);
  }
  const companion = given[`_${name}`];
  const content = { value: given[name], ...(isTree(companion) ? { companion } : {}) };
  return { kind: 'typed', type: property.type, isPrimitive: property.kind === 'primitive', content };
}

function parseNamed(
  definitions: Definitions,
  item: unknown,
  place: string,
  level: number,
): { name: string; value: Value } {
  if (!isTree(item) || typeof item['name'] !== 'string') {
    throw malformedPatch('Each part of a value has the name of an element and its value.', place);
  }
  return { name: item['name'], value: parseValue(definitions, item, place, level + 1) };
}

/**
 * The property that a value goes to under an element name: of a choice the one of the value's type.
 * @throws Fault 422 where the type has no such element
 */
export function propertyFor(definitions: Definitions, type: string, name: string, value: Value): Property {
  const choices = choicesOf(definitions, type, name);
  const chosen = choices.find((choice) => value.kind === 'typed' && choice.type === value.type);
  // Only R4's own names are told: what was sent may be anything.
  const property = chosen ?? (choices.length === 0 ? propertyNamed(definitions, type, name, {}) : undefined);
  if (property !== undefined) return property;
  if (choices.length === 0) throw unfitPatch(`${type} has no element of this name. Mend it.`);
  const types = choices.map((choice) => choice.type).join(', ');
  throw unfitPatch(`${type}.${choices[0]!.choice!} takes no value of this type. It takes ${types}.`);
}

/**
 * The element that a value makes at a place, sharing nothing with the patch.
 * @throws Fault 422 where it is of a type that does not belong there
 */
export function makeContent(definitions: Definitions, property: Property, value: Value): Content {
  const { kind, type } = property;
  if (value.kind === 'parts') {
    if (kind === 'primitive' || kind === 'resource') throw wrongType(property);
    const made: Tree = {};
    for (const part of value.parts) putPart(definitions, made, type, part.name, part.value);
    return { value: made };
  }
  const fits =
    value.kind === 'resource'
      ? kind === 'resource'
      : value.isPrimitive
        ? // Which text is a code and which a date is seen when the record is validated.
          kind === 'primitive'
        : kind === 'complex' && (isA(definitions, type, value.type) || isA(definitions, value.type, type));
  if (!fits) throw wrongType(property);
  return copyTree(value.content);
}

function putPart(definitions: Definitions, holder: Tree, type: string, name: string, value: Value): void {
  const property = propertyFor(definitions, type, name, value);
  const member = { holder, property };
  const there = contentsOf(member);
  if (there.length > 0 && !property.array) {
    throw unfitPatch(`${type}.${property.name} stands twice in the value. Give it once.`);
  }
  setContents(member, [...there, makeContent(definitions, property, value)]);
}

function wrongType({ kind, type, name, path }: Property): Error {
  const how =
    kind === 'backbone'
      ? 'has no type of its own: send its elements as parts of the value'
      : kind === 'resource'
        ? 'is a resource: send it in resource'
        : `is of type ${type}: send value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  return unfitPatch(`The value does not fit where it is to stand: ${path === '' ? name : path} ${how}.`);
}
