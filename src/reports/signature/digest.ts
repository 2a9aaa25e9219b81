import type { Resource } from '../../fhir/index.ts';
import { canonicalHash } from './canonical.ts';
import { entriesOf } from './entries.ts';
import { isOwnLetter } from './letter.ts';

/**
 * SHA-256, in hexadecimal, of what a document says: the RFC 8785 text of the list of `{fullUrl, resource}` of its entries,
 * in their order. The letter made of it carries this digest, so that the entry about the letter itself is left out.
 */
export function documentDigest(bundle: Resource): string {
  const entries = entriesOf(bundle).filter(({ resource }) => resource === undefined || !isOwnLetter(bundle, resource));
  return canonicalHash(entries.map(({ fullUrl, resource }) => ({ fullUrl, resource })));
}
