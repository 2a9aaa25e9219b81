import { CANONICAL } from '../../cases/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { codingText, day, node, nodes, text } from '../elements.ts';
import { list } from './blocks.ts';
import type { Block } from './model.ts';
import type { Reading } from './reading.ts';
import { follow, tellConcept, tellText } from './reading.ts';
import { languageName } from './words/choose.ts';
import type { Words } from './words/words.ts';

const PACKET_KIND_SYSTEM = `${CANONICAL}/CodeSystem/packet-document-kind`;

interface SharedRecord {
  readonly kind: string;
  /** Undefined where there is nothing to say but what it is. */
  readonly description: string | undefined;
  readonly date: string | undefined;
}

/** Records that were shared for an opinion, each in one line, in chronological order; undated ones last. */
export function sharedList(reading: Reading, records: readonly Resource[]): Block {
  const told = records.filter(({ resourceType }) => resourceType !== 'QuestionnaireResponse');
  return list(inTime(told).map((record) => tellShared(reading, record)));
}

/** What the forms are called that the programme attached to its report. */
export function attachedTitles(words: Words, report: Resource | undefined): string[] {
  return nodes(report?.presentedForm).flatMap(({ title }) => text(title) ?? words.kinds.DocumentReference ?? []);
}

/** A record that was shared for an opinion in one line: when, what, and what it says. */
export function tellShared(reading: Reading, record: Resource): string {
  const { undated, colon } = reading.words;
  const { kind, description, date } = readShared(reading, record);
  return `${date ?? undated} · ${kind}${description === undefined ? '' : `${colon}${description}`}`;
}

/** Records in chronological order; undated ones last. */
export function inTime(records: readonly Resource[]): Resource[] {
  const dates = new Map(records.map((record) => [record, dateOf(record) ?? '9999']));
  const at = (record: Resource): string => dates.get(record) ?? '';
  return [...records].sort((one, other) => (at(one) < at(other) ? -1 : at(one) > at(other) ? 1 : 0));
}

function readShared(reading: Reading, record: Resource): SharedRecord {
  const { words } = reading;
  const described = describe(reading, record);
  const named = kindOf(reading, record) ?? words.kinds[record.resourceType] ?? record.resourceType;
  const kind = isTranslation(record) ? named + tellTranslation(reading, record) : named;
  return { kind, description: described === named ? undefined : described, date: dateOf(record) };
}

/** Documents are what their category says: "Pathology report", not "Document". */
function kindOf({ words }: Reading, record: Resource): string | undefined {
  if (record.resourceType !== 'DocumentReference') return undefined;
  const concept = nodes(record.category).find(({ coding }) =>
    nodes(coding).some(({ system }) => system === PACKET_KIND_SYSTEM),
  );
  return concept === undefined ? undefined : tellConcept(words, concept);
}

function describe(reading: Reading, record: Resource): string | undefined {
  const { words } = reading;
  const say = (concept: unknown): string | undefined => tellConcept(words, concept);
  if (record.resourceType === 'Consent') return say(nodes(record.category)[0]) ?? say(record.scope);
  return (
    tellText(words, record, 'description') ??
    tellText(words, record, 'title') ??
    tellText(words, node(nodes(record.content)[0]).attachment, 'title') ??
    say(record.code) ??
    say(record.type) ??
    say(record.medicationCodeableConcept) ??
    say(follow(reading, record.medicationReference)?.code) ??
    say(record.vaccineCode) ??
    imagedWhat(record) ??
    text(node(nodes(record.entry)[0]?.resource).title)
  );
}

function isTranslation(record: Resource): boolean {
  return (
    record.resourceType === 'DocumentReference' && nodes(record.relatesTo).some(({ code }) => code === 'transforms')
  );
}

function tellTranslation({ words }: Reading, record: Resource): string {
  const language = text(node(nodes(record.content)[0]?.attachment).language);
  return words.translation(language === undefined ? undefined : languageName(words, language));
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
  ['', 'dateAsserted', 'assertedDate', 'recordedDate', 'recorded', 'receivedTime', 'timestamp'],
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
