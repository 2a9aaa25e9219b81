import { isDeepStrictEqual } from 'node:util';
import { fault } from '../../base/index.ts';
import type { Meta, Resource } from '../resource.ts';
import { unfitPatch } from './problem.ts';
import { isTree } from './tree.ts';

const GIVEN = ['versionId', 'lastUpdated'] as const;

/**
 * What was made of a record, as a resource again: what no patch changes is as it was. Refuses (422) another type or id, and
 * versions and times of the client's making; where they were taken out with all of `meta`, they come back.
 */
export function keepIdentity(before: Resource, after: unknown, path: string): Resource {
  if (!isTree(after)) throw unfitPatch('The patch leaves no resource. Delete a record by DELETE.', path);
  for (const name of ['resourceType', 'id'] as const) {
    if (after[name] === before[name]) continue;
    const text = `A patch does not change ${name}. Leave it as it is.`;
    throw fault(422, 'invalid', 'patch-changes-identity', text, path);
  }
  const patched = after as Resource;
  const { meta } = patched;
  // Whatever else it is, validation tells.
  if (meta !== undefined && !isTree(meta)) return patched;
  for (const name of GIVEN) {
    if (meta?.[name] === undefined || isDeepStrictEqual(meta[name], before.meta?.[name])) continue;
    const text = `meta.${name} is given by the server. Leave it out of the patch; If-Match guards a version.`;
    throw fault(422, 'invalid', 'patch-changes-identity', text, path);
  }
  const { versionId, lastUpdated } = before.meta ?? {};
  const given: Meta = {
    ...(versionId === undefined ? {} : { versionId }),
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
  };
  return Object.keys(given).length === 0 ? patched : { ...patched, meta: { ...meta, ...given } };
}
