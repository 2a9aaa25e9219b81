import type { Resource } from '../../fhir/index.ts';

/** An entry of a document Bundle. */
export interface Entry {
  readonly fullUrl?: string;
  readonly resource?: Resource;
}

/** The entries of a Bundle, as far as they are objects. */
export function entriesOf(bundle: Resource): readonly Entry[] {
  return nodesOf(bundle['entry']).filter(({ resource }) => resource === undefined || isObject(resource));
}

/** The entry of the Composition, which comes first in a document. */
export function compositionOf(bundle: Resource): Entry | undefined {
  return entriesOf(bundle).find(({ resource }) => resource?.resourceType === 'Composition');
}

/** The identifier of a document, without the prefix of its scheme. */
export function documentName(bundle: Resource): string {
  return nameIn(bundle['identifier']);
}

/** The UUID in an identifier that names a document; '' where there is none. */
export function nameIn(identifier: unknown): string {
  const value = isObject(identifier) ? textOf(identifier['value']) : undefined;
  return value?.replace(/^urn:uuid:/, '') ?? '';
}

/** The objects of a list; none where it is no list. */
export function nodesOf(list: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The `Type/id` at the end of an address, or the address itself. */
export function placeOf(address: string): string {
  return /[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.exec(address)?.[0] ?? address;
}
