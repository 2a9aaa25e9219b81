import { fault } from '../base/index.ts';
import { rewriteReferences } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Queryable } from '../store/index.ts';
import type { EntryRequest } from './bundle-form.ts';
import { resolveReference, splitConditional } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';

/** https://hl7.org/fhir/R4/http.html#trules: the transaction fails where identities overlap, resolved ones included. */
export function refuseTwice(drafts: readonly Draft[]): void {
  const seen = new Set<string>();
  for (const draft of drafts) {
    if (seen.has(draft.ref)) {
      const text = 'A transaction writes each record once. Join the entries for the same record.';
      throw fault(400, 'invalid', 'written-twice', text, draft.path);
    }
    seen.add(draft.ref);
  }
}

interface Named {
  readonly entry: EntryRequest;
  /** Undefined: nothing stands there. */
  readonly ref: string | undefined;
}

/** What the entries call each other (fullUrl), and what they are called here. */
export class BundleNames {
  readonly #base: string;
  #names = new Map<string, string>();
  /**
   * A transaction that runs again finds the names of its attempts before in what it is to write, and may have to give
   * others: to what was found meanwhile, say.
   */
  readonly #earlier = new Map<EntryRequest, Set<string>>();

  constructor({ base }: House) {
    this.#base = base;
  }

  /** @throws Fault 400 where two entries have the same name */
  giveAnew(entries: readonly Named[]): void {
    this.#names = new Map();
    for (const { entry, ref } of entries) {
      if (ref === undefined || entry.method === 'DELETE') continue;
      for (const earlier of this.#earlier.get(entry) ?? []) if (earlier !== ref) this.#names.set(earlier, ref);
      this.#earlier.set(entry, (this.#earlier.get(entry) ?? new Set()).add(ref));
      if (entry.fullUrl !== undefined) this.#give(entry.fullUrl, ref, `${entry.path}.fullUrl`);
    }
  }

  #give(fullUrl: string, ref: string, path: string): void {
    if (this.#names.has(fullUrl)) {
      throw fault(400, 'invalid', 'full-url-twice', 'Two entries have the same fullUrl. Give each its own.', path);
    }
    this.#names.set(fullUrl, ref);
    // A RESTful fullUrl is also meant by a reference relative to its base.
    const relative = /^https?:\/\/.*\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/.exec(fullUrl)?.[1];
    if (relative !== undefined && relative !== ref && !fullUrl.startsWith(`${this.#base}/`)) {
      this.#names.set(relative, ref);
    }
  }

  /** The new text of a reference or uri that names an entry; undefined where it names none. */
  find(uri: string): string | undefined {
    const [url, fragment] = uri.split('#', 2) as [string, string?];
    // The version is that of the sender's server, and means nothing of what is written here.
    const renamed = this.#names.get(url) ?? this.#names.get(url.replace(/\/_history\/[^/]+$/, ''));
    return renamed === undefined || fragment === undefined ? renamed : `${renamed}#${fragment}`;
  }
}

/** Resolves conditional references as the caller; those that several entries have, once. */
export class ConditionalReferences {
  readonly #resolved = new Map<string, string>();
  readonly #resolve: (uri: string, path: string) => Promise<string>;

  constructor(house: House, context: Context, on: Queryable) {
    this.#resolve = (uri, path) => {
      return resolveReference(house, context, on, { ...splitConditional(uri)!, path });
    };
  }

  /** `references`: with the places where they stand. */
  async resolve(references: ReadonlyMap<string, string>): Promise<void> {
    for (const [uri, path] of references) {
      if (!this.#resolved.has(uri)) this.#resolved.set(uri, await this.#resolve(uri, path));
    }
  }

  find(uri: string): string | undefined {
    return this.#resolved.get(uri);
  }
}

/** Puts the server's names in place of the bundle's own, and what they mean in place of conditional references. */
export async function resolveReferences(
  house: House,
  draft: Draft,
  names: BundleNames,
  references: ConditionalReferences,
  inPatch: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  await references.resolve(inPatch);
  const replace = (resource: Resource): void =>
    rewriteReferences(house.definitions, resource, (uri, _path, isReference) =>
      isReference ? references.find(uri) : undefined,
    );
  if (draft.patch !== undefined) {
    draft.rewrite = (resource) => {
      rename(house, resource, names, draft.path);
      if (inPatch.size > 0) replace(resource);
    };
  }
  if (draft.after === undefined) return;
  const conditional = rename(house, draft.after, names, draft.path);
  if (conditional.size === 0) return;
  await references.resolve(conditional);
  replace(draft.after);
}

/** Those that a patch writes: as the `reference` of a value, or as the value of a JSON Patch that sets a `/reference`. */
export function conditionalReferencesIn(patch: unknown, path: string): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const target = (value as { readonly path?: unknown }).path;
    const setsReference = typeof target === 'string' && target.endsWith('/reference');
    for (const [name, item] of Object.entries(value)) {
      const isReference = name === 'reference' || (name === 'value' && setsReference);
      if (isReference && typeof item === 'string' && splitConditional(item) !== undefined) found.set(item, path);
      visit(item);
    }
  };
  visit(patch);
  return found;
}

/** Returns the conditional references that are left, and where they stand. */
function rename(
  { definitions, base }: House,
  resource: Resource,
  names: BundleNames,
  path: string,
): Map<string, string> {
  const conditional = new Map<string, string>();
  const own = `${base}/`;
  rewriteReferences(
    definitions,
    resource,
    (uri, place, isReference) => {
      const renamed = names.find(uri);
      if (renamed !== undefined || !isReference) return renamed;
      if (splitConditional(uri) !== undefined) conditional.set(uri, place);
      // This server's own absolute address and the relative one are the same record.
      return uri.startsWith(own) ? uri.slice(own.length) : undefined;
    },
    path,
  );
  return conditional;
}
