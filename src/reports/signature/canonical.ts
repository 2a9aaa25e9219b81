import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { numberOf } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';

/** What is signed of a document Bundle, by the name that FHIR gives it: https://hl7.org/fhir/R5/json.html#canonical */
export const CANONICALIZATION = 'http://hl7.org/fhir/canonicalization/json#document';

/** Members of the Bundle that are not signed: a copy on another server has others, and a signature cannot sign itself. */
const LEFT_OUT = ['id', 'meta', 'signature'] as const;

/**
 * The one text of a JSON value: https://www.rfc-editor.org/rfc/rfc8785. Numbers that were kept as written count by their
 * value.
 * @throws Error for what has none: a number beyond a double, half of a surrogate pair
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(toPlain(value));
  if (text === undefined) throw new Error('There is no JSON of this value.');
  return text;
}

/** SHA-256 of the canonical text, in hexadecimal. */
export function canonicalHash(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex');
}

/** The canonical text of a document Bundle, which is what its signature covers. */
export function canonicalDocument(bundle: Resource): string {
  return canonicalJson(signedMembers(bundle));
}

/** The Bundle without what its signature leaves out. */
export function signedMembers(bundle: Resource): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(bundle).filter(([name]) => !LEFT_OUT.some((left) => left === name)));
}

function toPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (JSON.isRawJSON(value)) return numberOf(value);
  if (Array.isArray(value)) return value.map(toPlain);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toPlain(item)]));
}
