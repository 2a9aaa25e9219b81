import { localReference, numberOf } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { conceptText, day, node, nodes, text, texts } from '../elements.ts';
import type { Node } from '../elements.ts';
import type { SummaryWords } from './words.ts';

/** A record in one line: what it is, its date, and what else there is to know. */
export interface Told {
  readonly what: string;
  readonly when: string;
  readonly detail: string;
}

/** @param named the records that others refer to, by `Type/id` */
export function tellRecord(record: Resource, named: ReadonlyMap<string, Resource>, words: SummaryWords): Told {
  const what = whatOf(record, named);
  const details = DETAILS[record.resourceType]?.(record, words) ?? [];
  const told = details.filter((part) => part !== undefined && part !== '' && part !== what);
  return { what, when: whenOf(record) ?? '', detail: told.join('; ') };
}

/** The day to which a record belongs; undefined where it names none. */
export function whenOf(record: Resource): string | undefined {
  for (const name of DATES) {
    const value = record[name];
    const found = day(value) ?? day(node(value).start) ?? day(node(value).end);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The first of these that a record has: when it was, else when it was written down. */
const DATES = [
  'onsetDateTime',
  'onsetPeriod',
  'performedDateTime',
  'performedPeriod',
  'effectiveDateTime',
  'effectivePeriod',
  'effectiveInstant',
  'occurrenceDateTime',
  'timingDateTime',
  'timingPeriod',
  'period',
  'authoredOn',
  'dateAsserted',
  'recordedDate',
  'recordedOn',
  'recorded',
  'issued',
  'created',
];

function whatOf(record: Resource, named: ReadonlyMap<string, Resource>): string {
  const { code, medicationCodeableConcept, vaccineCode, title, description, category } = record;
  const said = [code, medicationCodeableConcept, vaccineCode].map(conceptText).find((one) => one !== undefined);
  const behind = [record.medicationReference, record.device].map((link) => nameBehind(link, named));
  const told = [said, ...behind, text(title), text(description), ...nodes(category).map(conceptText)];
  return told.find((one) => one !== undefined) ?? record.resourceType;
}

function nameBehind(link: unknown, named: ReadonlyMap<string, Resource>): string | undefined {
  const { reference, display } = node(link);
  const target = named.get(localReference(reference) ?? '');
  const called = nodes(target?.deviceName).flatMap(({ name }) => text(name) ?? [])[0];
  return called ?? conceptText(target?.code) ?? conceptText(target?.type) ?? text(display);
}

type Detail = (record: Resource, words: SummaryWords) => readonly (string | undefined)[];

const DETAILS: Readonly<Record<string, Detail>> = {
  AllergyIntolerance: ({ clinicalStatus, criticality, reaction }) => [
    conceptText(clinicalStatus),
    text(criticality),
    ...nodes(reaction).flatMap(({ manifestation }) => nodes(manifestation).map(conceptText)),
  ],
  CarePlan: ({ description, activity }) => [
    text(description),
    ...nodes(activity).map(({ detail }) => text(node(detail).description) ?? conceptText(node(detail).code)),
  ],
  Condition: ({ clinicalStatus, severity, stage, bodySite }) => [
    conceptText(clinicalStatus),
    conceptText(severity),
    ...nodes(stage).map(({ summary }) => conceptText(summary)),
    ...nodes(bodySite).map(conceptText),
  ],
  DeviceUseStatement: ({ status, bodySite }) => [text(status), conceptText(bodySite)],
  DiagnosticReport: ({ conclusion, conclusionCode }) => [text(conclusion), ...nodes(conclusionCode).map(conceptText)],
  MedicationRequest: ({ status, dosageInstruction }) => [text(status), ...nodes(dosageInstruction).map(dosageOf)],
  MedicationStatement: ({ status, dosage }) => [text(status), ...nodes(dosage).map(dosageOf)],
  Observation: (record, words) => [
    valueOf(record, words),
    ...nodes(record.component).map((part) => `${conceptText(part.code) ?? ''}: ${valueOf(part, words) ?? ''}`),
    ...nodes(record.interpretation).map(conceptText),
  ],
  Procedure: ({ status, outcome, bodySite }) => [
    status === 'completed' ? undefined : text(status),
    conceptText(outcome),
    ...nodes(bodySite).map(conceptText),
  ],
};

function dosageOf({ text: own, timing, doseAndRate }: Node): string | undefined {
  const doses = nodes(doseAndRate).flatMap(({ doseQuantity }) => quantityOf(doseQuantity) ?? []);
  const parts = [...doses, ...[conceptText(node(timing).code)].filter((one) => one !== undefined)];
  return text(own) ?? (parts.length === 0 ? undefined : parts.join(', '));
}

function valueOf(holder: Node, { yes, no }: SummaryWords): string | undefined {
  const { valueBoolean, valueInteger, valueRange, valueRatio, valuePeriod } = holder;
  if (typeof valueBoolean === 'boolean') return valueBoolean ? yes : no;
  const { low, high } = node(valueRange);
  const { numerator, denominator } = node(valueRatio);
  return (
    quantityOf(holder.valueQuantity) ??
    conceptText(holder.valueCodeableConcept) ??
    texts(holder.valueString)[0] ??
    written(valueInteger) ??
    between(' – ', quantityOf(low), quantityOf(high)) ??
    between(' / ', quantityOf(numerator), quantityOf(denominator)) ??
    day(holder.valueDateTime) ??
    text(holder.valueTime) ??
    between(' – ', day(node(valuePeriod).start), day(node(valuePeriod).end)) ??
    conceptText(holder.dataAbsentReason)
  );
}

function between(sign: string, ...parts: readonly (string | undefined)[]): string | undefined {
  const there = parts.filter((part) => part !== undefined);
  return there.length === 0 ? undefined : there.join(sign);
}

function quantityOf(quantity: unknown): string | undefined {
  const { value, comparator, unit, code } = node(quantity);
  const number = written(value);
  return number === undefined
    ? undefined
    : [text(comparator), number, text(unit) ?? text(code)].filter(Boolean).join(' ');
}

/** A number as its sender wrote it: 5.0 says more than 5. */
function written(value: unknown): string | undefined {
  return numberOf(value) === undefined ? undefined : JSON.stringify(value);
}
