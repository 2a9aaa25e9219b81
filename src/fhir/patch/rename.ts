import type { Definitions, Property } from '../../definitions/index.ts';
import { rewriteCompanion, rewriteReferences, rewriteValue } from '../reference.ts';
import type { Rename } from '../reference.ts';
import type { Resource } from '../resource.ts';
import type { Content } from './member.ts';
import { isTree } from './tree.ts';

/*
 * What a patch brings, renamed by the type of the place where it is to stand. It shares nothing with the patch any more:
 * objects are rewritten in place.
 */

/** Of a FHIRPath Patch. */
export function renameContent(
  definitions: Definitions,
  property: Property,
  { value, companion }: Content,
  rename: Rename,
  place: string,
): Content {
  if (companion !== undefined) rewriteCompanion(definitions, companion, rename, place);
  const renamed = rewriteValue(definitions, property, value, rename, place);
  return companion === undefined ? { value: renamed } : { value: renamed, companion };
}

/** Of a JSON Patch; `pointer`: the names and indexes that lead to the place in the record. */
export function renameAt(
  definitions: Definitions,
  record: unknown,
  pointer: readonly string[],
  value: unknown,
  rename: Rename,
  place: string,
): unknown {
  if (pointer.length === 0) {
    if (isResource(value)) rewriteReferences(definitions, value, rename, place);
    return value;
  }
  let found = record;
  let type = 'Element';
  let property: Property | undefined;
  for (const token of pointer) {
    if (Array.isArray(found)) {
      found = found[Number(token)];
      continue;
    }
    if (isResource(found)) type = found.resourceType;
    property = definitions.type(type)?.properties.get(token);
    // Beside a primitive stands an Element; below what nobody knows, nothing is known.
    type = property?.type ?? (token.startsWith('_') ? 'Element' : '');
    found = isTree(found) ? found[token] : undefined;
  }
  if (property !== undefined) return rewriteValue(definitions, property, value, rename, place);
  if (type === 'Element') rewriteCompanion(definitions, value, rename, place);
  return value;
}

function isResource(value: unknown): value is Resource {
  return isTree(value) && typeof value['resourceType'] === 'string';
}
