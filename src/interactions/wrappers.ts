import type { Resource } from '../fhir/index.ts';

/** What is stored as a whole, for others to read: references in it need not be those of a record of this server. */
const WRAPPERS = new Set(['Bundle', 'Parameters']);

export function isWrapper({ resourceType }: Resource): boolean {
  return WRAPPERS.has(resourceType);
}

const NOTHING: ReadonlySet<unknown> = new Set();

/**
 * What the entries of a Bundle that is stored call each other: that is told within it, and stays as it is.
 * https://hl7.org/fhir/R4/bundle.html#references
 */
export function keptIn({ resourceType, entry }: Resource): ReadonlySet<unknown> {
  if (resourceType !== 'Bundle' || !Array.isArray(entry)) return NOTHING;
  return new Set(entry.map((each: { readonly fullUrl?: unknown } | null) => each?.fullUrl));
}
