import { rewriteReferences } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Queryable } from '../store/index.ts';
import type { EntryRequest } from './bundle-form.ts';
import type { BundleNames } from './bundle-names.ts';
import type { BundleRecords } from './bundle-records.ts';
import { resolveReference, splitConditional } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { keptIn } from './wrappers.ts';

/** Conditional references, and where they stand. */
type Places = ReadonlyMap<string, string>;

const NONE: Places = new Map();

/** Resolves conditional references as the caller; those that several entries have, once. */
export class ConditionalReferences {
  readonly #resolved = new Map<string, string>();
  readonly #resolve: (uri: string, path: string) => Promise<string>;

  constructor(house: House, context: Context, on: Queryable, records: BundleRecords) {
    this.#resolve = (uri, path) => {
      return resolveReference(house, context, on, { ...splitConditional(uri)!, path }, records);
    };
  }

  async resolve(references: Places): Promise<void> {
    for (const [uri, path] of references) {
      if (!this.#resolved.has(uri)) this.#resolved.set(uri, await this.#resolve(uri, path));
    }
  }

  find(uri: string): string | undefined {
    return this.#resolved.get(uri);
  }
}

/**
 * Puts the server's names in place of the bundle's own: now, and in what a patch will make. Returns the conditional
 * references that are left; `inPatch`: those that a patch has.
 */
export function renameReferences(
  house: House,
  draft: Draft,
  entry: EntryRequest,
  names: BundleNames,
  inPatch: Places = NONE,
): Places {
  if (draft.patch !== undefined) {
    draft.rewrite = (resource) => void rename(house, resource, names, entry, draft.path);
    return inPatch;
  }
  return draft.after === undefined ? NONE : rename(house, draft.after, names, entry, draft.path);
}

/** Puts what they mean in place of the conditional references that are left. */
export async function replaceConditional(
  { definitions }: House,
  draft: Draft,
  left: Places,
  references: ConditionalReferences,
): Promise<void> {
  await references.resolve(left);
  const replace = (resource: Resource): void =>
    rewriteReferences(definitions, resource, (uri, _path, isReference) =>
      isReference ? references.find(uri) : undefined,
    );
  const { rewrite } = draft;
  if (rewrite !== undefined) {
    draft.rewrite = (resource) => {
      rewrite(resource);
      replace(resource);
    };
  }
  if (draft.after !== undefined) replace(draft.after);
}

function rename(
  { definitions, base }: House,
  resource: Resource,
  names: BundleNames,
  from: EntryRequest,
  path: string,
): Places {
  const conditional = new Map<string, string>();
  const own = `${base}/`;
  const kept = keptIn(resource);
  rewriteReferences(
    definitions,
    resource,
    (uri, place, isReference) => {
      if (kept.has(uri)) return undefined;
      const renamed = names.find(uri, from, place, isReference);
      if (renamed !== undefined || !isReference) return renamed;
      if (splitConditional(uri) !== undefined) conditional.set(uri, place);
      // This server's own absolute address and the relative one are the same record.
      return uri.startsWith(own) ? uri.slice(own.length) : undefined;
    },
    path,
  );
  return conditional;
}

/** Conditional references that a patch writes. */
export function conditionalReferencesIn(patch: unknown, path: string): Map<string, string> {
  const found = new Map<string, string>();
  visitReferences(patch, (reference) => {
    if (splitConditional(reference) !== undefined) found.set(reference, path);
  });
  return found;
}

/** As the `reference` of a value, or as the value of a JSON Patch that sets a `/reference`. */
export function visitReferences(patch: unknown, visit: (reference: string) => void): void {
  if (typeof patch !== 'object' || patch === null) return;
  const target = (patch as { readonly path?: unknown }).path;
  const setsReference = typeof target === 'string' && target.endsWith('/reference');
  for (const [name, item] of Object.entries(patch)) {
    const isReference = name === 'reference' || (name === 'value' && setsReference);
    if (isReference && typeof item === 'string') visit(item);
    visitReferences(item, visit);
  }
}
