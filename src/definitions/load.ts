import type { CompiledDefinitions, CompiledElement, CompiledSearchParameter } from './compiled.ts';
import { compileAdditions } from './compile-parameters.ts';
import { indexStructures } from './index-structures.ts';
import type { Published, SearchParameter } from './published.ts';
import type { Binding, Constraint, Definitions, Property, SearchParameterDefinition, TypeDefinition } from './types.ts';

/**
 * Reads `r4.json`, and `r4-structures.ndjson` where profiles and extensions of R4 are wanted as well. Maps of a type are
 * made when it is first asked for, and a profile is parsed then, so that starting stays quick.
 *
 * @param additions parsed SearchParameters besides those of R4. Other resources among them are passed over.
 * @throws Error where one cannot be told from another of the same type, or has no expression for one of its types.
 */
export function loadDefinitions(
  bytes: Uint8Array,
  structures?: Uint8Array,
  additions: readonly Published[] = [],
): Definitions {
  const compiled = JSON.parse(new TextDecoder().decode(bytes)) as CompiledDefinitions;
  const resourceTypes = Object.entries(compiled.types)
    .filter(([, type]) => type.kind === 'resource' && !type.abstract)
    .map(([name]) => name);
  const concrete = new Set(resourceTypes);
  const added = compileAdditions(compiled.searchParameters, additions.filter(isSearchParameter), resourceTypes);
  const parametersByType = indexParameters([...compiled.searchParameters, ...added]);
  return {
    resourceTypes,
    isResourceType: (name) => concrete.has(name),
    type: remember((name) => materialiseType(compiled, name)),
    searchParameters: remember((name) => materialiseParameters(compiled, parametersByType, name)),
    compartment: remember((name) =>
      Object.hasOwn(compiled.compartments, name) ? new Map(Object.entries(compiled.compartments[name]!)) : undefined,
    ),
    codes: remember((url) => (Object.hasOwn(compiled.codes, url) ? new Set(compiled.codes[url]) : undefined)),
    constraints: remember((path) => materialiseConstraints(compiled, path)),
    structure: structures === undefined ? () => undefined : remember(indexStructures(structures)),
  };
}

function isSearchParameter(resource: Published): resource is SearchParameter {
  return resource.resourceType === 'SearchParameter';
}

/** Names come from requests, so only those with a value are kept. */
function remember<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(name);
    if (value !== undefined && value !== NO_PARAMETERS && value !== NO_CONSTRAINTS) made.set(name, value);
    return value;
  };
}

const NO_PARAMETERS: ReadonlyMap<string, SearchParameterDefinition> = new Map();
const NO_CONSTRAINTS: readonly Constraint[] = [];

function materialiseType(compiled: CompiledDefinitions, name: string): TypeDefinition | undefined {
  if (!Object.hasOwn(compiled.types, name)) return undefined;
  const { kind, pattern, base, binding } = compiled.types[name]!;
  const properties = new Map<string, Property>();
  for (const type of lineage(compiled, name)) {
    for (const element of compiled.types[type]?.elements ?? []) {
      for (const property of toProperties(compiled, type, element)) properties.set(property.name, property);
    }
  }
  return {
    name,
    kind,
    properties,
    ...(base === undefined ? {} : { base }),
    ...(binding === undefined ? {} : { binding: toBinding(binding) }),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

function materialiseConstraints(compiled: CompiledDefinitions, path: string): readonly Constraint[] {
  const own = Object.hasOwn(compiled.types, path) ? lineage(compiled, path) : [path];
  const found = own.flatMap((name) => (Object.hasOwn(compiled.constraints, name) ? compiled.constraints[name]! : []));
  if (found.length === 0) return NO_CONSTRAINTS;
  return found.map(([key, severity, human, expression]) => ({
    key,
    severity: severity as Constraint['severity'],
    human,
    expression,
  }));
}

/** The type and what it is based on, the most general first. */
function lineage(compiled: CompiledDefinitions, name: string): string[] {
  const base = compiled.types[name]?.base;
  return base === undefined ? [name] : [...lineage(compiled, base), name];
}

function toProperties(compiled: CompiledDefinitions, owner: string, element: CompiledElement): Property[] {
  const isChoice = element.name.endsWith('[x]');
  const stem = isChoice ? element.name.slice(0, -3) : element.name;
  const types = element.types[0] === '*' ? compiled.openTypes : element.types;
  const binding = element.binding === undefined ? undefined : toBinding(element.binding);
  return types.map((type) => ({
    name: isChoice ? stem + type.charAt(0).toUpperCase() + type.slice(1) : stem,
    path: `${owner}.${element.name}`,
    type,
    kind: kindOf(compiled, type),
    array: element.max !== undefined,
    min: element.min ?? 0,
    max: element.max === '*' ? Infinity : (element.max ?? 1),
    ...(isChoice ? { choice: element.name } : {}),
    ...(type === 'Reference' && element.targets ? { targets: element.targets } : {}),
    ...(type === 'canonical' && element.canonicals ? { targets: element.canonicals } : {}),
    summary: element.summary ?? false,
    modifier: element.modifier ?? false,
    ...(binding ? { binding } : {}),
    ...(element.profile !== undefined && type === 'Quantity' ? { profile: element.profile } : {}),
  }));
}

function kindOf(compiled: CompiledDefinitions, type: string): Property['kind'] {
  const kind = compiled.types[type]?.kind;
  if (kind === undefined) throw new Error(`The definitions name the type ${type} but do not have it`);
  return kind;
}

function toBinding(text: string): Binding {
  const [strength, valueSet, maxValueSet] = text.split(' ') as [Binding['strength'], string, string?];
  return { strength, valueSet, ...(maxValueSet === undefined ? {} : { maxValueSet }) };
}

function indexParameters(parameters: readonly CompiledSearchParameter[]): Map<string, CompiledSearchParameter[]> {
  const byType = new Map<string, CompiledSearchParameter[]>();
  for (const parameter of parameters) {
    for (const type of Object.keys(parameter.on)) {
      const list = byType.get(type);
      if (list === undefined) byType.set(type, [parameter]);
      else list.push(parameter);
    }
  }
  return byType;
}

function materialiseParameters(
  compiled: CompiledDefinitions,
  byType: ReadonlyMap<string, CompiledSearchParameter[]>,
  name: string,
): ReadonlyMap<string, SearchParameterDefinition> {
  if (!Object.hasOwn(compiled.types, name) || compiled.types[name]?.kind !== 'resource') return NO_PARAMETERS;
  const parameters = new Map<string, SearchParameterDefinition>();
  for (const type of lineage(compiled, name)) {
    for (const { code, url, type: kind, on, targets = [], components } of byType.get(type) ?? []) {
      const expression = on[type] ?? '';
      parameters.set(code, { code, url, type: kind, expression, targets, ...(components ? { components } : {}) });
    }
  }
  return parameters;
}
