import type { Resource } from '../../fhir/index.ts';
import type { Node } from '../tree.ts';
import { nodes, text } from '../tree.ts';

/** Where records of each type say when that was of which they tell; the first that is there counts. */
const TOLD_IN: Readonly<Record<string, readonly string[]>> = {
  AllergyIntolerance: ['recordedDate', 'onsetDateTime'],
  CarePlan: ['created', 'period'],
  ClinicalImpression: ['effectiveDateTime', 'effectivePeriod', 'date'],
  Composition: ['date'],
  Condition: ['recordedDate', 'onsetDateTime'],
  Consent: ['dateTime'],
  DiagnosticReport: ['effectiveDateTime', 'effectivePeriod', 'issued'],
  ImagingStudy: ['started'],
  List: ['date'],
  Media: ['createdDateTime', 'createdPeriod', 'issued'],
  MedicationAdministration: ['effectiveDateTime', 'effectivePeriod'],
  MedicationRequest: ['authoredOn'],
  MedicationStatement: ['dateAsserted', 'effectivePeriod', 'effectiveDateTime'],
  Observation: ['effectiveDateTime', 'effectivePeriod', 'effectiveInstant', 'issued'],
  Procedure: ['performedDateTime', 'performedPeriod'],
  QuestionnaireResponse: ['authored'],
};

/** The FHIR date (of whatever precision) of what a record tells; the end of a period where it has one. */
export function dateOf(record: Resource): string | undefined {
  switch (record.resourceType) {
    case 'DocumentReference': {
      const [period] = nodes(record.context).flatMap((context) => momentOf(context.period) ?? []);
      const [made] = nodes(record.content).flatMap((one) =>
        nodes(one.attachment).flatMap(({ creation }) => text(creation) ?? []),
      );
      return period ?? text(record.date) ?? made;
    }
    case 'Specimen': {
      const [collected] = nodes(record.collection).flatMap(
        (one) => momentOf(one.collectedDateTime) ?? momentOf(one.collectedPeriod) ?? [],
      );
      return collected ?? text(record.receivedTime);
    }
    default:
      return firstMoment(record, TOLD_IN[record.resourceType] ?? []);
  }
}

function firstMoment(record: Node, names: readonly string[]): string | undefined {
  for (const name of names) {
    const moment = momentOf(record[name]);
    if (moment !== undefined) return moment;
  }
  return undefined;
}

/** Of a date as it is; of a period its end, or its beginning where it has none. */
function momentOf(value: unknown): string | undefined {
  const [period] = nodes(value);
  return text(value) ?? text(period?.end) ?? text(period?.start);
}

const DATE = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?(?:T|$)/;

/**
 * The last day, `2026-03-31`, that a FHIR date may mean: of `2026-03` that of the month, of a time the day at its place.
 * Undefined for what is no date.
 */
export function lastDay(date: string): string | undefined {
  const [whole, year, month, day] = DATE.exec(date) ?? [];
  if (whole === undefined) return undefined;
  if (day !== undefined) return isDay(date.slice(0, 10)) ? date.slice(0, 10) : undefined;
  if (month === undefined) return `${year}-12-31`;
  return new Date(Date.UTC(Number(year), Number(month), 0)).toISOString().slice(0, 10);
}

/** Not the 31st of February. */
function isDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00.000Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
