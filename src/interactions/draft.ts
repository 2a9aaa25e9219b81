import { fault, notFound } from '../base/index.ts';
import type { Fault, Issue } from '../base/index.ts';
import { parseStored as parseText, resourceToBody, splitReference } from '../fhir/index.ts';
import type { Rename, Resource } from '../fhir/index.ts';
import { paramKey } from '../search/index.ts';
import { Overtaken } from '../store/index.ts';
import type { RecordWrite, StoredRecord } from '../store/index.ts';
import type { House } from './house.ts';

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a patch makes of a version: validated, and with what there is to say about it. */
export interface Patched {
  readonly after: Resource;
  readonly remarks: readonly Issue[];
}

/** A change on its way into the store: what `commit` is given, checked and completed there. */
export interface Draft {
  readonly method: Method;
  /** `Type/id`; minted already for a POST. */
  readonly ref: string;
  /** The new version; undefined deletes, or is made by `patch`. */
  after?: Resource;
  /**
   * Of a PATCH: makes the new version out of the one that stands, and again out of the one that came between. `rename`
   * gives the server's names for those that a bundle's entries have for each other, in what the patch brings.
   */
  readonly patch?: (before: Resource, rename?: Rename) => Patched;
  /** Of a PATCH by who may not read the record: a version is written whether it changes something or not. */
  readonly isBlind?: boolean;
  /** For `patch`. */
  rename?: Rename;
  /** If-Match: the version that the client has seen. */
  readonly ifMatch?: number;
  /** The version by which something was decided, 0 for none: if another one stands, all is decided again. */
  readonly follows?: number;
  /** The refusal where a record stands already, rather than was deleted. */
  readonly ifThere?: Fault;
  readonly content?: { readonly hash: string; readonly size: number };
  /** What validation has to say about it, though it is taken. */
  readonly remarks?: readonly Issue[];
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
  /** What the case has to say about it, though it is taken. */
  told?: readonly Issue[];
}

/** The stored version as a tree; undefined if there is none or it was deleted. */
export function parseStored(stored: StoredRecord | undefined): Resource | undefined {
  return stored?.body == null ? undefined : parseText(stored.body);
}

/**
 * Refuses what the stored version does not allow, in the order in which a client can mend it.
 * @throws Overtaken where it is not the version by which it was decided
 */
export function checkPrecondition(draft: Draft, stored: StoredRecord | undefined): Fault | undefined {
  if (draft.follows !== undefined && draft.follows !== (stored?.version ?? 0)) throw new Overtaken();
  if (stored === undefined && (draft.method === 'DELETE' || draft.method === 'PATCH')) return notFound(draft.ref);
  if (stored?.body === null && draft.method === 'PATCH') return gone(draft.ref);
  if (draft.ifThere !== undefined && typeof stored?.body === 'string') return draft.ifThere;
  if (draft.ifMatch === undefined || stored?.version === draft.ifMatch) return undefined;
  return fault(
    412,
    'conflict',
    'version-conflict',
    `${draft.ref} is not at version ${draft.ifMatch} any more. Read it, apply your change to that version and send it with its ETag.`,
  );
}

/** The draft with what its patch makes of the stored version; a Binary keeps its bytes. */
export function applyPatch(draft: Draft, stored: StoredRecord | undefined, before: Resource | undefined): Draft {
  const { patch, rename } = draft;
  if (patch === undefined || before === undefined) return draft;
  const { contentHash: hash = null, contentSize: size = null } = stored ?? {};
  return { ...draft, ...patch(before, rename), ...(hash === null ? {} : { content: { hash, size: size ?? 0 } }) };
}

/** Said of an id under which something stands that the caller may not know of. */
export function idTaken({ ref }: Draft): Fault {
  const text = `The id of ${ref} cannot be used. Send the record by POST, and the server gives it one.`;
  return fault(409, 'conflict', 'id-taken', text);
}

/** Said of what was deleted: `Type/id`, or one version of it. */
export function gone(what: string): Fault {
  return fault(410, 'deleted', 'deleted', `${what} was deleted. Its earlier versions are in its history.`);
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
