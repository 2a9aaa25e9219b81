import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { rewriteReferences } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { EntryRequest, WriteEntry } from './bundle-form.ts';
import { isWrite } from './bundle-form.ts';
import { BundleNames } from './bundle-names.ts';
import { visitReferences } from './bundle-references.ts';
import { patchIn } from './bundle-writes.ts';
import type { House } from './house.ts';
import { isWrapper } from './wrappers.ts';

/** The names of what a batch makes, as far as it will be called otherwise here; undefined where there are none. */
export function namesOfBatch(house: House, entries: Iterable<EntryRequest>): BundleNames | undefined {
  const byName = new Map<string, EntryRequest>();
  for (const entry of entries) {
    const { fullUrl } = entry;
    if (fullUrl !== undefined && isCalledOtherwise(entry, fullUrl)) byName.set(fullUrl, entry);
  }
  if (byName.size === 0) return undefined;
  const names = new BundleNames(house);
  names.giveAnew(Array.from(byName.values(), (entry) => ({ entry, ref: entry.path })));
  return names;
}

function isCalledOtherwise(entry: EntryRequest, fullUrl: string): boolean {
  if (!isWrite(entry) || entry.method === 'DELETE') return false;
  return fullUrl.startsWith('urn:') || entry.method === 'POST' || entry.address.id === undefined;
}

/**
 * Refuses an entry that refers to what another one makes: "considered to be non-conformant", and in the record it would
 * lead nowhere, or to another one. https://hl7.org/fhir/R4/http.html#brules
 * @throws Fault 422 that names the place
 */
export function refuseDependent({ definitions }: House, entry: WriteEntry, names: BundleNames): void {
  const refuse = (uri: string, place: string, isReference: boolean): undefined => {
    if (names.find(uri, entry, place, isReference) !== undefined) throw dependent(place);
  };
  const { resource } = entry;
  if (entry.method === 'PATCH') {
    const { body } = patchIn(entry);
    visitReferences(body, (reference) => refuse(reference, `${entry.path}.resource`, true));
  } else if (isResource(resource) && !isWrapper(resource)) {
    rewriteReferences(definitions, resource, refuse);
  }
}

function isResource(resource: unknown): resource is Resource {
  return typeof (resource as Partial<Resource> | null | undefined)?.resourceType === 'string';
}

function dependent(place: string): Fault {
  const text = `${place} refers to another entry by its fullUrl, which only a transaction resolves: the entries of a batch stand for themselves. Send a Bundle of type transaction, or refer to Type/id.`;
  return fault(422, 'not-supported', 'entry-reference-outside-transaction', text, place);
}
