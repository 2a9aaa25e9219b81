import type { Definitions } from '../definitions/index.ts';
import type { Resource } from '../fhir/index.ts';
import { compileParameter, STORE_PARAMETERS } from './compile-parameter.ts';
import { buildTree, visitTree } from './element-tree.ts';
import type { ElementTree } from './element-tree.ts';
import { relativeTo } from './emit-reference.ts';
import { RowCollector } from './index-values.ts';
import type { IndexValues } from './index-values.ts';

/**
 * Makes the function that reads all index rows out of a resource, each once. The parameters of a type are compiled
 * when its first resource comes. `_id` and `_lastUpdated` are not among the rows.
 * @param base this server's own base URL: references below it are indexed as `Type/id`.
 */
export function compileExtractor(definitions: Definitions, base?: string): (resource: Resource) => IndexValues {
  const trees = new Map<string, ElementTree>();
  const relative = relativeTo(base);
  return (resource) => {
    let tree = trees.get(resource.resourceType);
    if (tree === undefined) {
      tree = compileType(definitions, resource.resourceType, relative);
      if (definitions.isResourceType(resource.resourceType)) trees.set(resource.resourceType, tree);
    }
    const rows = new RowCollector();
    visitTree(tree, resource, rows);
    return rows;
  };
}

function compileType(definitions: Definitions, type: string, relative: (url: string) => string): ElementTree {
  const parameters = [...definitions.searchParameters(type).values()];
  const extracted = parameters.filter(({ code }) => !STORE_PARAMETERS.has(code));
  return buildTree(extracted.flatMap((parameter) => compileParameter(definitions, type, parameter, relative) ?? []));
}
