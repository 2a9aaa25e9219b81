import type { Resource } from '../fhir/index.ts';
import { codingText, conceptText, day, node, nodes, text } from './elements.ts';
import type { ReviewedRecord } from './input.ts';

const KINDS: ReadonlyMap<string, string> = new Map([
  ['DocumentReference', 'Document'],
  ['ImagingStudy', 'Imaging study'],
  ['DiagnosticReport', 'Report'],
  ['MedicationStatement', 'Medication'],
  ['AllergyIntolerance', 'Allergy'],
]);

/** A record of the packet in one line. */
export function readReviewed(record: Resource): ReviewedRecord {
  const kind = KINDS.get(record.resourceType) ?? record.resourceType;
  const description =
    text(record.description) ??
    text(record.title) ??
    conceptText(record.code) ??
    conceptText(record.type) ??
    conceptText(record.medicationCodeableConcept) ??
    conceptText(record.vaccineCode) ??
    imagedWhat(record) ??
    kind;
  const date = dateOf(record);
  return { kind, description, ...(date === undefined ? {} : { date }) };
}

/** What an imaging study without description shows, out of itself or its series: "Ultrasound, thoracic". */
function imagedWhat(record: Resource): string | undefined {
  const series = nodes(record.series);
  const own = nodes(record.modality);
  const modalities = own.length > 0 ? own : series.flatMap((one) => nodes(one.modality));
  const sites = series.flatMap((one) => nodes(one.bodySite));
  const said = [...modalities.map(codingText), ...sites.map((site) => decapitalize(codingText(site)))];
  return text([...new Set(said.filter((one) => one !== undefined))].join(', '));
}

/** "Thoracic" → "thoracic"; "MCP joint" and codes stay. */
function decapitalize(said: string | undefined): string | undefined {
  return said?.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());
}

/** Where R4's types say when, as date, period or attachment: what happened comes before what was written about it. */
const DATES: readonly (readonly [holder: string, ...names: string[]])[] = [
  ['', 'started', 'effectiveDateTime', 'effectivePeriod', 'effectiveInstant', 'performedDateTime', 'performedPeriod'],
  ['', 'occurrenceDateTime', 'occurrencePeriod', 'onsetDateTime', 'onsetPeriod', 'whenHandedOver', 'period'],
  ['context', 'period'],
  ['collection', 'collectedDateTime', 'collectedPeriod'],
  ['', 'date', 'dateTime', 'created', 'createdDateTime', 'createdPeriod', 'issued', 'authored', 'authoredOn'],
  ['', 'dateAsserted', 'assertedDate', 'recordedDate', 'recorded', 'receivedTime'],
  ['content', 'creation', 'attachment'],
];

function dateOf(record: Resource): string | undefined {
  for (const [holder, ...names] of DATES) {
    const from = holder === '' ? record : node(record[holder]);
    for (const name of names) {
      const { start, end, creation } = node(from[name]);
      const date = day(from[name]) ?? day(start) ?? day(end) ?? day(creation);
      if (date !== undefined) return date;
    }
  }
  return undefined;
}

/** Chronological; records without date come last, in the order they were given. */
export function byDate(one: ReviewedRecord, other: ReviewedRecord): number {
  const [a, b] = [one.date ?? '9999', other.date ?? '9999'];
  return a < b ? -1 : a > b ? 1 : 0;
}
