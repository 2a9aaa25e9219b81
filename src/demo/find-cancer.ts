import { said } from './fhir.ts';
import type { CodeableConcept, Condition } from './fhir.ts';

/** The more a name says of a cancer's spread, the higher it ranks: the case is sent for the gravest of them. */
const RANKS: readonly RegExp[] = [
  /neoplas|tumou?r\b/i,
  /in situ/i,
  /malignan|cancer|carcinoma|sarcoma|lymphoma|leuka?emia|melanoma|myeloma|blastoma/i,
  /metasta|secondary malignan/i,
];

/** ICD-10 and ICD-10-CM chapter of malignant neoplasms; C77 to C79 are secondary ones. */
const ICD10 = /^C\d\d/;
const ICD10_SECONDARY = /^C7[789]/;

/** Not the disease itself: a history of it, a fear of it, or what is known to be harmless. */
const NOT_MEANT = /history of|suspect|screening|benign|family/i;

/** The Condition of a record that a cancer programme would be asked about; of equal ones the latest. */
export function findCancer(conditions: readonly Condition[]): Condition | undefined {
  return conditions
    .map((condition) => ({ condition, rank: rankOf(condition.code), since: since(condition) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => b.rank - a.rank || b.since.localeCompare(a.since))[0]?.condition;
}

/** When it began, as the record has it; empty when it does not say. */
export function since({ onsetDateTime, recordedDate }: Condition): string {
  return onsetDateTime ?? recordedDate ?? '';
}

function rankOf(code: CodeableConcept | undefined): number {
  const names = [said(code), ...(code?.coding ?? []).flatMap(({ display }) => display ?? [])].join('; ');
  if (NOT_MEANT.test(names)) return -1;
  const codes = (code?.coding ?? []).flatMap((coding) => coding.code ?? []);
  if (codes.some((one) => ICD10_SECONDARY.test(one))) return 3;
  if (codes.some((one) => ICD10.test(one))) return 2;
  // "Carcinoma in situ" is both; the lesser of the two is what is meant.
  if (/in situ/i.test(names) && !/metasta/i.test(names)) return 1;
  return RANKS.findLastIndex((pattern) => pattern.test(names));
}
