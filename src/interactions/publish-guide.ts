import { isDeepStrictEqual } from 'node:util';
import { SERVER_ORGANIZATION } from '../base/index.ts';
import type { Caller } from '../base/index.ts';
import { GUIDE_TYPES } from '../access/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { lockCriteria, readPublished } from '../store/index.ts';
import { commitWithin } from './commit.ts';
import { keysOf } from './draft.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';

/** The artefacts of the guide, by `Type/id`: JSON text each, as compiled. */
export type Guide = ReadonlyMap<string, string>;

const SERVER: Caller = { client: 'consilium', organization: SERVER_ORGANIZATION, role: 'server', scopes: [] };

const IDS = [...GUIDE_TYPES].map((type) => keysOf(type).id);

/**
 * Brings the guide's records to what this release says: writes those that differ and deletes those that it has no more.
 * Of several processes that start at once one writes, the others find it done. Returns how many were changed.
 * The artefacts are not validated again here: they come with the release, whose tests did.
 */
export async function publishGuide(house: House, guide: Guide): Promise<number> {
  const context: Context = { caller: SERVER, request: 'guide' };
  const changed = await house.database.transact(async (on) => {
    await lockCriteria(on, ['guide']);
    const published = await readPublished(on, SERVER_ORGANIZATION, IDS);
    const stored = new Map(published.map(({ ref, body }) => [ref, body]));
    const drafts = [...guide].flatMap(([ref, text]) => draftIfChanged(ref, text, stored.get(ref)));
    const dropped = published.filter(({ ref }) => !guide.has(ref)).map(({ ref }) => deletion(ref));
    const all = [...drafts, ...dropped];
    if (all.length > 0) await commitWithin(house, context, 'update', on, all);
    return all.length;
  });
  if (changed > 0) house.wake();
  return changed;
}

function draftIfChanged(ref: string, text: string, stored: string | null | undefined): Draft[] {
  const after = parseStored(text);
  const isSame = stored != null && isDeepStrictEqual(withoutVersion(parseStored(stored)), withoutVersion(after));
  return isSame ? [] : [{ method: 'PUT', ref, after, path: after.resourceType }];
}

function deletion(ref: string): Draft {
  return { method: 'DELETE', ref, path: ref };
}

/** What a server adds to a record says nothing about its content. */
function withoutVersion(resource: Resource): unknown {
  const { versionId: _version, lastUpdated: _at, ...meta } = resource.meta ?? {};
  return { ...resource, meta };
}
