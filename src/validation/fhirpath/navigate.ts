import type { Definitions, Property } from '../../definitions/index.ts';
import { program } from './program.ts';
import type { Program, Run } from './program.ts';
import { ExpressionError } from './tokens.ts';
import { EMPTY, Extended, isObject } from './values.ts';
import type { Items } from './values.ts';

/** A step to the element `name` of a type, or of whatever comes, where the type is not known. */
export function compileStep(definitions: Definitions, type: string | undefined, name: string): Program {
  if (type === undefined || type === 'Resource' || type === 'DomainResource')
    return program(stepAnywhere(definitions, name));
  const definition = definitions.type(type);
  if (definition === undefined) throw new ExpressionError(`No type ${type}`);
  if (definition.kind === 'primitive') return program(stepAnywhere(definitions, name));
  const properties = propertiesNamed(definitions, type, name);
  if (properties.length === 0) {
    if (name === 'resourceType') throw new ExpressionError('resourceType is no element');
    return program(() => EMPTY);
  }
  return ofProperties(properties);
}

function propertiesNamed(definitions: Definitions, type: string, name: string): Property[] {
  const { properties } = definitions.type(type)!;
  const single = properties.get(name);
  if (single !== undefined) return [single];
  return [...properties.values()].filter(({ choice }) => choice === `${name}[x]`);
}

function ofProperties(properties: readonly Property[]): Program {
  const [first, ...others] = properties;
  const run = others.length === 0 ? readOne(first!) : readChoice(properties);
  const types = new Set(properties.map(({ type }) => type));
  if (types.size === 1 && first!.choice === undefined)
    return program(run, first!.kind === 'resource' ? undefined : first!.type);
  return {
    run,
    narrow: (type) => {
      const narrowed = properties.filter((property) => property.type === type);
      return narrowed.length === 0 ? undefined : program(readOne(narrowed[0]!), type);
    },
  };
}

function readOne({ name, kind }: Property): Run {
  if (kind === 'primitive') {
    const companion = `_${name}`;
    return (item) => (isObject(item) ? toPrimitives(item[name], item[companion]) : EMPTY);
  }
  return (item) => (isObject(item) ? toItems(item[name]) : EMPTY);
}

function readChoice(properties: readonly Property[]): Run {
  const runs = properties.map(readOne);
  return (item, scope) => {
    for (const run of runs) {
      const items = run(item, scope);
      if (items.length > 0) return items;
    }
    return EMPTY;
  };
}

function toItems(value: unknown): Items {
  if (value === undefined || value === null) return EMPTY;
  if (!Array.isArray(value)) return [value];
  return value.includes(null) ? value.filter((item) => item !== null) : (value as Items);
}

function toPrimitives(value: unknown, companion: unknown): Items {
  if (companion === undefined || companion === null) return toItems(value);
  if (!Array.isArray(value) && !Array.isArray(companion)) return [toPrimitive(value, companion)];
  const values = Array.isArray(value) ? (value as unknown[]) : [];
  const companions = Array.isArray(companion) ? (companion as unknown[]) : [];
  const items: unknown[] = [];
  for (let at = 0; at < Math.max(values.length, companions.length); at++) {
    const other = companions[at];
    if (isObject(other)) items.push(toPrimitive(values[at], other));
    else if (values[at] !== null && values[at] !== undefined) items.push(values[at]);
  }
  return items;
}

function toPrimitive(value: unknown, companion: unknown): unknown {
  return isObject(companion) ? new Extended(value ?? undefined, companion) : value;
}

/** By the resource's own type where there is one; else by the JSON names, of which a choice adds its type. */
function stepAnywhere(definitions: Definitions, name: string): Run {
  const byType = new Map<string, Run>();
  const suffixed = new RegExp(`^${name.replace(/\W/g, '')}[A-Z]`);
  const direct: Run = (item) => {
    if (item instanceof Extended) return toItems(item.companion[name]);
    if (!isObject(item)) return EMPTY;
    if (Object.hasOwn(item, name) || Object.hasOwn(item, `_${name}`)) return toPrimitives(item[name], item[`_${name}`]);
    const chosen = Object.keys(item).find(
      (key) => suffixed.test(key) && isTypeName(definitions, key.slice(name.length)),
    );
    return chosen === undefined ? EMPTY : toPrimitives(item[chosen], item[`_${chosen}`]);
  };
  return (item, scope) => {
    const type = isObject(item) ? item['resourceType'] : undefined;
    if (typeof type !== 'string' || !definitions.isResourceType(type)) return direct(item, scope);
    let run = byType.get(type);
    if (run === undefined) byType.set(type, (run = compileStep(definitions, type, name).run));
    return run(item, scope);
  };
}

function isTypeName(definitions: Definitions, suffix: string): boolean {
  return (
    definitions.type(suffix) !== undefined ||
    definitions.type(suffix.charAt(0).toLowerCase() + suffix.slice(1)) !== undefined
  );
}

/** All elements right below the item. */
export function childrenOf(item: unknown): Items {
  if (item instanceof Extended) return Object.values(item.companion).flatMap(toItems);
  if (!isObject(item)) return EMPTY;
  const children: unknown[] = [];
  for (const name in item) {
    if (name === 'resourceType') continue;
    if (!name.startsWith('_')) children.push(...toPrimitives(item[name], item[`_${name}`]));
    else if (!Object.hasOwn(item, name.slice(1))) children.push(...toPrimitives(undefined, item[name]));
  }
  return children;
}
