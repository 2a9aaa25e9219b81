import { fault } from '../base/index.ts';
import { rewriteReferences } from '../fhir/index.ts';
import type { EntryRequest } from './bundle-entry.ts';
import type { Committed } from './commit.ts';
import { resolveCriteria, resolveReference } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';

export function refuseTwice(drafts: readonly Draft[]): void {
  const seen = new Set<string>();
  for (const draft of drafts) {
    if (seen.has(draft.ref)) {
      throw fault(
        400,
        'invalid',
        'written-twice',
        'A transaction writes each record once. Join the entries for the same record.',
        draft.path,
      );
    }
    seen.add(draft.ref);
  }
}

export async function findExisting(
  house: House,
  context: Context,
  on: Parameters<typeof resolveCriteria>[2],
  entries: readonly EntryRequest[],
  keep: (body: string) => boolean,
): Promise<Map<EntryRequest, Committed>> {
  const conditional = entries.filter((entry) => entry.ifNoneExist !== undefined);
  const existing = new Map<EntryRequest, Committed>();
  if (conditional.length === 0) return existing;
  const criteria = conditional.map((entry) => ({
    type: entry.type,
    query: entry.ifNoneExist!,
    path: `${entry.path}.request.ifNoneExist`,
  }));
  const seen = new Set<string>();
  for (const one of criteria) {
    const key = `${one.type}?${one.query}`;
    if (seen.has(key))
      throw fault(400, 'invalid', 'written-twice', 'Two entries create under the same condition. Join them.', one.path);
    seen.add(key);
  }
  const found = await resolveCriteria(house, context, on, criteria, keep);
  for (const [n, entry] of conditional.entries()) {
    const match = found[n];
    if (match !== undefined) existing.set(entry, match);
  }
  return existing;
}

/** What the entries call each other (fullUrl) → what they are called here. */
export function nameEntries(
  house: House,
  entries: readonly EntryRequest[],
  drafts: ReadonlyMap<EntryRequest, Draft>,
  existing: ReadonlyMap<EntryRequest, Committed>,
): Map<string, string> {
  const names = new Map<string, string>();
  for (const entry of entries) {
    const { fullUrl } = entry;
    const made = existing.get(entry);
    // A transaction that runs again may find what its first attempt was about to make, and had named already.
    if (made !== undefined) names.set(drafts.get(entry)!.ref, made.ref);
    if (fullUrl === undefined || entry.method === 'DELETE') continue;
    if (names.has(fullUrl)) {
      throw fault(
        400,
        'invalid',
        'full-url-twice',
        'Two entries have the same fullUrl. Give each its own.',
        `${entry.path}.fullUrl`,
      );
    }
    const ref = made?.ref ?? drafts.get(entry)!.ref;
    names.set(fullUrl, ref);
    // A RESTful fullUrl is also meant by a reference relative to its base.
    const relative = /^https?:\/\/.*\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/.exec(fullUrl)?.[1];
    if (relative !== undefined && relative !== ref && !fullUrl.startsWith(`${house.base}/`)) names.set(relative, ref);
  }
  return names;
}

const CONDITIONAL = /^([A-Z][A-Za-z]+)\?(.+)$/;

/** Puts the server's names in place of the bundle's own, and resolves conditional references as the caller. */
export async function rewrite(
  house: House,
  context: Context,
  on: Parameters<typeof resolveReference>[2],
  entry: EntryRequest,
  draft: Draft,
  names: ReadonlyMap<string, string>,
): Promise<void> {
  if (draft.after === undefined) return;
  const conditional = new Map<string, string>();
  const own = `${house.base}/`;
  rewriteReferences(
    house.definitions,
    draft.after,
    (uri, path, isReference) => {
      const [url, fragment] = uri.split('#', 2) as [string, string?];
      const renamed = names.get(url);
      if (renamed !== undefined) return fragment === undefined ? renamed : `${renamed}#${fragment}`;
      if (!isReference) return undefined;
      if (CONDITIONAL.test(uri)) conditional.set(uri, path);
      // This server's own absolute address and the relative one are the same record.
      return uri.startsWith(own) ? uri.slice(own.length) : undefined;
    },
    draft.path,
  );
  if (conditional.size === 0) return;
  const resolved = new Map<string, string>();
  for (const [uri, path] of conditional) {
    const match = CONDITIONAL.exec(uri)!;
    resolved.set(uri, await resolveReference(house, context, on, { type: match[1]!, query: match[2]!, path }));
  }
  rewriteReferences(house.definitions, draft.after, (uri) => resolved.get(uri), entry.path);
}
