import type { Definitions } from '../definitions/index.ts';
import type { Resource } from '../fhir/index.ts';
import { compileParameter, parameterPlaces, STORE_PARAMETERS } from './compile-parameter.ts';
import { buildTree, visitTree } from './element-tree.ts';
import type { ElementTree, Entry } from './element-tree.ts';
import { emitUnshownReference, relativeTo } from './emit-reference.ts';
import { paramKeys } from './emitter.ts';
import type { Tools } from './emitter.ts';
import { RowCollector } from './index-values.ts';
import type { IndexValues } from './index-values.ts';
import { dateKey, keepingOf } from './keeping.ts';
import type { Knowledge } from './setting.ts';
import { scalesOf } from './unit-scale.ts';

/**
 * Makes the function that reads all index rows out of a resource, each once. The parameters of a type are compiled
 * when its first resource comes. `_id` and `_lastUpdated` are not among the rows.
 * @param base this server's own base URL: references below it are indexed as `Type/id`.
 */
export function compileExtractor(
  { definitions, terminology }: Knowledge,
  base?: string,
): (resource: Resource) => IndexValues {
  const types = new Map<string, Compiled>();
  const tools: Tools = { relative: relativeTo(base), scaleOf: scalesOf(terminology) };
  return (resource) => {
    let compiled = types.get(resource.resourceType);
    if (compiled === undefined) {
      compiled = compileType(definitions, resource.resourceType, tools);
      if (definitions.isResourceType(resource.resourceType)) types.set(resource.resourceType, compiled);
    }
    const rows = new RowCollector();
    visitTree(compiled.tree, resource, rows);
    if (compiled.date !== undefined) rows.dateReferences(compiled.date);
    return rows;
  };
}

interface Compiled {
  readonly tree: ElementTree;
  /** The date that rows of references carry along. */
  readonly date: number | undefined;
}

function compileType(definitions: Definitions, type: string, tools: Tools): Compiled {
  const parameters = [...definitions.searchParameters(type).values()];
  const entries = parameters.flatMap((parameter): Entry[] => {
    if (STORE_PARAMETERS.has(parameter.code)) return [];
    const { codes, target } = keepingOf(definitions, type, parameter);
    if (codes.includes(parameter.code)) return compileParameter(definitions, type, parameter, tools) ?? [];
    if (target === undefined) return [];
    const keys = paramKeys(type, parameter.code);
    return parameterPlaces(definitions, type, parameter).flatMap((place) => {
      const emit = emitUnshownReference(place, keys, tools);
      return emit === undefined ? [] : [{ place, emit }];
    });
  });
  return { tree: buildTree(entries), date: dateKey(definitions, type) };
}
