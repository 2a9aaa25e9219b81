import type { Definitions, Property } from '../../definitions/index.ts';
import { isTree } from '../tree.ts';
import type { Occurrence } from './engine.ts';

const NONE: readonly Occurrence[] = [];

/** The properties behind an element of a type: one, or one for each type of a choice. `valueQuantity` is one of them. */
export function propertiesOf(definitions: Definitions, type: string, name: string): readonly Property[] {
  const properties = definitions.type(type)?.properties;
  if (properties === undefined) return [];
  const single = properties.get(name);
  if (single !== undefined) return [single];
  return [...properties.values()].filter(({ choice }) => choice === name);
}

/** Finds what stands in a parent under any of the properties; tolerates what the structure's own check refuses. */
export function compileGather(properties: readonly Property[]): (parent: unknown) => readonly Occurrence[] {
  const gathers = properties.map(gatherOne);
  if (gathers.length === 1) return gathers[0]!;
  return (parent) => {
    for (const gather of gathers) {
      const found = gather(parent);
      if (found.length > 0) return found;
    }
    return NONE;
  };
}

function gatherOne(property: Property): (parent: unknown) => readonly Occurrence[] {
  const { name, kind } = property;
  const companionName = kind === 'primitive' ? `_${name}` : undefined;
  return (parent) => {
    if (!isTree(parent)) return NONE;
    const value = parent[name];
    const companion = companionName === undefined ? undefined : parent[companionName];
    if (value === undefined && companion === undefined) return NONE;
    if (!Array.isArray(value) && !Array.isArray(companion)) return [{ value, companion, property, index: -1 }];
    const values = Array.isArray(value) ? (value as unknown[]) : [];
    const companions = Array.isArray(companion) ? (companion as unknown[]) : [];
    return Array.from({ length: Math.max(values.length, companions.length) }, (_, index) => ({
      value: values[index] ?? undefined,
      companion: companions[index] ?? undefined,
      property,
      index,
    }));
  };
}
