import { fault, notFound } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { resourceToBody, splitReference } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { paramKey } from '../search/index.ts';
import type { RecordWrite, StoredRecord } from '../store/index.ts';
import type { House } from './house.ts';

export type Method = 'POST' | 'PUT' | 'DELETE';

/** A change on its way into the store: what `commit` is given, checked and completed there. */
export interface Draft {
  readonly method: Method;
  /** `Type/id`; minted already for a POST. */
  readonly ref: string;
  /** The new version; undefined deletes. */
  after?: Resource;
  /** If-Match: the version that the client has seen. */
  readonly ifMatch?: number;
  readonly content?: { readonly hash: string; readonly size: number };
  /** Where it stood in the request, for `expression`: `Patient` or `Bundle.entry[3].resource`. */
  readonly path: string;
  /** Whose the record will be, where that is not the caller's: the server's own additions to a case. */
  readonly owner?: string;
  /** Made by the server because of something that was decided before: the rules for callers do not apply again. */
  readonly consequence?: boolean;
}

/** A draft with the version that it follows. */
export interface Change extends Draft {
  readonly stored?: StoredRecord;
  /** The stored version as a tree; undefined if there is none or it was deleted. */
  readonly before?: Resource;
  /** All who may see it when it is new. */
  readers: readonly string[];
  readonly owner: string;
}

export function parseStored(stored: StoredRecord | undefined): Resource | undefined {
  // Stored text was checked when it came; numbers whose text matters keep it.
  return stored?.body == null ? undefined : (JSON.parse(stored.body, keepText) as Resource);
}

function keepText(_name: string, value: unknown, context: { source?: string }): unknown {
  const { source } = context;
  return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value;
}

/** Refuses what the stored version does not allow, in the order in which a client can mend it. */
export function checkPrecondition(draft: Draft, stored: StoredRecord | undefined): Fault | undefined {
  if (draft.method === 'DELETE' && stored === undefined) return notFound(draft.ref);
  if (draft.ifMatch === undefined || stored?.version === draft.ifMatch) return undefined;
  return fault(
    412,
    'conflict',
    'version-conflict',
    `${draft.ref} is not at version ${draft.ifMatch} any more. Read it, apply your change to that version and send it with its ETag.`,
  );
}

const keyCache = new Map<string, { id: number; lastUpdated: number }>();

export function keysOf(type: string): { id: number; lastUpdated: number } {
  let keys = keyCache.get(type);
  if (keys === undefined) {
    keys = { id: paramKey(type, '_id'), lastUpdated: paramKey(type, '_lastUpdated') };
    keyCache.set(type, keys);
  }
  return keys;
}

const NOTHING = { text: [], range: [] };

export function changeToWrite(house: House, change: Change): RecordWrite {
  const [type, id] = splitReference(change.ref);
  const { stored, after } = change;
  const version = (stored?.version ?? 0) + 1;
  return {
    ref: change.ref,
    type,
    version,
    owner: change.owner,
    readers: stored?.readers ?? change.readers,
    method: change.method,
    ...(after === undefined ? {} : { body: resourceToBody(after, id, version) }),
    ...(change.content === undefined ? {} : { content: change.content }),
    ...(stored === undefined ? {} : { previous: { version: stored.version, at: stored.at } }),
    index: after === undefined ? NOTHING : house.extract(after),
    keys: keysOf(type),
  };
}
