import { rewriteReferences } from '../fhir/index.ts';
import type { Rename, Resource } from '../fhir/index.ts';
import type { Queryable } from '../store/index.ts';
import type { EntryRequest } from './bundle-form.ts';
import type { BundleNames } from './bundle-names.ts';
import type { BundleRecords } from './bundle-records.ts';
import { resolveReference, splitConditional } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { keptIn } from './wrappers.ts';

/** References, and where they stand. */
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
 * Puts the server's names in place of the bundle's own: now, or in what a patch will bring to the record, which is left
 * alone otherwise. Returns the conditional references that are left; `inPatch`: all references that a patch has.
 */
export function renameReferences(
  house: House,
  draft: Draft,
  entry: EntryRequest,
  names: BundleNames,
  inPatch: Places = NONE,
): Places {
  if (draft.patch !== undefined) {
    const find: Rename = (uri, place, isReference) => names.find(uri, entry, place, isReference);
    draft.rename = find;
    // Asked for now, too, so that versions can be learnt.
    const left = [...inPatch].filter(([uri, place]) => find(uri, place, true) === undefined);
    return new Map(left.filter(([uri]) => splitConditional(uri) !== undefined));
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
  const replace: Rename = (uri, _place, isReference) => (isReference ? references.find(uri) : undefined);
  const { rename, after } = draft;
  if (rename !== undefined) draft.rename = (...reference) => rename(...reference) ?? replace(...reference);
  if (after !== undefined) rewriteReferences(definitions, after, replace);
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

/** References that a patch brings; `path`: where it stands. */
export function referencesIn(patch: unknown, path: string): Map<string, string> {
  const found = new Map<string, string>();
  visitReferences(patch, (reference) => found.set(reference, path));
  return found;
}

/**
 * As the `reference` of a value, or as the value of an operation that sets one. A look at the patch alone: what stands
 * where in the record is not known yet.
 */
export function visitReferences(patch: unknown, visit: (reference: string) => void): void {
  if (Array.isArray(patch)) {
    for (const { op, path, value } of patch.filter(isObject)) {
      if (op === 'test') continue;
      if (typeof value === 'string' && String(path).endsWith('/reference')) visit(value);
      else visitMembers(value, visit);
    }
    return;
  }
  for (const operation of listOf(patch, 'parameter')) {
    const parts = listOf(operation, 'part');
    const setsReference = parts.some(({ name, valueString: text }) => {
      return name === 'name' ? text === 'reference' : name === 'path' && /\breference$/.test(String(text));
    });
    for (const part of parts) if (part['name'] === 'value') visitPart(part, visit, setsReference);
  }
}

/** A value of a FHIRPath Patch: a `value[x]`, a resource, or the parts of an element. */
function visitPart(part: Members, visit: (reference: string) => void, isReference: boolean): void {
  for (const [name, value] of Object.entries(part)) {
    if (isReference && typeof value === 'string' && name.startsWith('value')) visit(value);
    else if (name !== 'part') visitMembers(value, visit);
  }
  for (const inner of listOf(part, 'part')) visitPart(inner, visit, inner['name'] === 'reference');
}

function visitMembers(value: unknown, visit: (reference: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, item] of Object.entries(value)) {
    if (name === 'reference' && typeof item === 'string') visit(item);
    visitMembers(item, visit);
  }
}

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

function listOf(holder: unknown, name: string): readonly Members[] {
  const list = isObject(holder) ? holder[name] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}
