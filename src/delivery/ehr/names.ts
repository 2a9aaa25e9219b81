/** Base of this project's own artefacts, whatever the public address. */
const CANONICAL = 'https://consilium.example/fhir';

/** Identifiers under which what was written is found again: case number and id of the report, and of a letter its language. */
export const REPORT_SYSTEM = `${CANONICAL}/second-opinion-report`;
export const LETTER_SYSTEM = `${CANONICAL}/second-opinion-letter`;
export const URI_SYSTEM = 'urn:ietf:rfc:3986';

/** Names the signed document on a DiagnosticReport. */
export const REPORT_DOCUMENT = `${CANONICAL}/StructureDefinition/report-document`;

export interface Identifier {
  readonly system: string;
  readonly value: string;
}

/** An identifier as a search parameter takes it. http://hl7.org/fhir/R4/search.html#token */
export function toToken({ system, value }: Identifier): string {
  return [system, value].map((part) => part.replaceAll(/[\\|$,]/g, '\\$&')).join('|');
}

/** Those with a system and a value: others are nobody's. */
export function identifiersOf(value: unknown): Identifier[] {
  const all = (Array.isArray(value) ? value : [value]) as (Partial<Identifier> | null | undefined)[];
  return all.flatMap((one) => {
    const { system, value: text } = one ?? {};
    const isWhole = typeof system === 'string' && typeof text === 'string' && system !== '' && text !== '';
    return isWhole ? [{ system, value: text }] : [];
  });
}

export function isSame(one: Identifier, other: Identifier): boolean {
  return one.system === other.system && one.value === other.value;
}
