import type { Resource } from '../../fhir/index.ts';
import { node, nodes, text } from '../elements.ts';
import { writeNarrative } from './narrative.ts';
import { SECTIONS } from './sections.ts';
import type { SummarySection } from './sections.ts';
import { tellRecord, whenOf } from './tell-record.ts';
import { summaryWordsIn } from './words.ts';
import type { SummaryWords } from './words.ts';

const IPS = 'http://hl7.org/fhir/uv/ips/StructureDefinition';
export const IPS_BUNDLE = `${IPS}/Bundle-uv-ips`;
export const IPS_COMPOSITION = `${IPS}/Composition-uv-ips`;

/** What kind of document a summary is. https://loinc.org/60591-5 */
export const SUMMARY_TYPE = {
  system: 'http://loinc.org',
  code: '60591-5',
  display: 'Patient summary Document',
} as const;

/** Types of which a summary is made, each read for itself. */
export const SUMMARY_SOURCES: readonly string[] = [...new Set(SECTIONS.flatMap(({ types }) => types))].sort();

/** What was read of one type. */
export interface SummarySource {
  readonly records: readonly Resource[];
  /** `none`: the reader may not read the type; `some`: only a part of it. */
  readonly access: 'all' | 'some' | 'none';
  /** There is more than was read. */
  readonly isCut?: true;
}

export interface SummaryInput {
  /** Address of the server's FHIR endpoint, before `/Type/id`. */
  readonly base: string;
  /** `en`, `vi`, `zh`; any other is told in English. */
  readonly language: string;
  /** Instant. */
  readonly at: string;
  /** UUIDs of the document and of what is made with it. */
  readonly ids: { readonly document: string; readonly composition: string; readonly device: string };
  /** Of the software that makes it. */
  readonly author: string;
  readonly patient: Resource;
  /** By type. */
  readonly sources: ReadonlyMap<string, SummarySource>;
  /** What these and the patient refer to, by `Type/id`. */
  readonly named: ReadonlyMap<string, Resource>;
}

/**
 * The records that a summary of these sources shows, section by section, the latest first; so that what they refer to can
 * be read before it is composed.
 */
export function chooseRecords(sources: SummaryInput['sources']): Resource[] {
  const chosen = SECTIONS.flatMap((section) => choose(section, sources).records);
  return [...new Set(chosen)];
}

/** A patient summary as a document. https://hl7.org/fhir/uv/ips/STU2/StructureDefinition-Bundle-uv-ips.html */
export function composeSummary(input: SummaryInput): Resource {
  const { base, ids, at, patient, sources, named } = input;
  const { language, words } = summaryWordsIn(input.language);
  const author = `urn:uuid:${ids.device}`;
  const composition = {
    resourceType: 'Composition',
    meta: { profile: [IPS_COMPOSITION] },
    language,
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${ids.composition}` },
    status: 'final',
    type: { coding: [SUMMARY_TYPE] },
    subject: { reference: addressOf(base, patient) },
    date: at,
    // A device as author says that nobody has looked it over.
    author: [{ reference: author, display: input.author }],
    title: words.title,
    section: SECTIONS.flatMap((section) => composeSection(section, input, language, words)),
  };
  const device = {
    resourceType: 'Device',
    status: 'active',
    deviceName: [{ name: input.author, type: 'manufacturer-name' }],
  };
  const others = [...chooseRecords(sources), ...named.values()];
  const own = new Map(others.map((record) => [addressOf(base, record), record]));
  own.delete(addressOf(base, patient));
  return {
    resourceType: 'Bundle',
    meta: { profile: [IPS_BUNDLE] },
    language,
    identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${ids.document}` },
    type: 'document',
    timestamp: at,
    entry: [
      { fullUrl: `urn:uuid:${ids.composition}`, resource: composition },
      { fullUrl: addressOf(base, patient), resource: fillPatient(patient) },
      { fullUrl: author, resource: device },
      ...Array.from(own, ([fullUrl, resource]) => ({ fullUrl, resource })),
    ],
  };
}

interface Chosen {
  readonly records: readonly Resource[];
  readonly access: SummarySource['access'];
  readonly isCut: boolean;
}

function choose({ types, keeps, most }: SummarySection, sources: SummaryInput['sources']): Chosen {
  const read = types.map((type) => sources.get(type) ?? NOTHING);
  const kept = read.flatMap(({ records }) => records.filter(keeps)).sort(latestFirst);
  return {
    records: kept.slice(0, most),
    access: read.every(({ access }) => access === 'none')
      ? 'none'
      : read.every(({ access }) => access === 'all')
        ? 'all'
        : 'some',
    isCut: kept.length > most || read.some(({ isCut }) => isCut === true),
  };
}

const NOTHING: SummarySource = { records: [], access: 'all' };

function latestFirst(a: Resource, b: Resource): number {
  const [one, other] = [whenOf(a) ?? '', whenOf(b) ?? ''];
  if (one !== other) return one < other ? 1 : -1;
  return refOf(a) < refOf(b) ? -1 : 1;
}

/** A section of which there is nothing to say is left out, unless summaries need it or something is kept back. */
function composeSection(
  section: SummarySection,
  { base, sources, named }: SummaryInput,
  language: string,
  words: SummaryWords,
): object[] {
  const { records, access, isCut } = choose(section, sources);
  if (records.length === 0 && access === 'all' && section.isRequired !== true) return [];
  const sentences = [
    ...(records.length === 0 && access !== 'none' ? [words.unavailable] : []),
    ...(access === 'none' ? [words.withheld] : []),
    ...(access === 'some' ? [words.partial] : []),
    ...(isCut ? [words.latest.replace('{count}', String(records.length))] : []),
  ];
  const rows = records.map((record) => tellRecord(record, named, words));
  const { code, display } = section;
  return [
    {
      title: words.sections[section.key],
      code: { coding: [{ system: 'http://loinc.org', code, display }] },
      text: writeNarrative(language, words.columns, rows, sentences),
      ...(records.length === 0
        ? { emptyReason: emptyReason(access === 'all' ? 'unavailable' : 'withheld') }
        : { entry: records.map((record) => ({ reference: addressOf(base, record) })) }),
    },
  ];
}

function emptyReason(code: 'unavailable' | 'withheld'): object {
  const display = code === 'unavailable' ? 'Unavailable' : 'Information Withheld';
  return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code, display }] };
}

/** The profile wants a name and a date of birth, or that they are said to be unknown. */
function fillPatient(patient: Resource): Resource {
  const unknown = { extension: [{ url: ABSENT, valueCode: 'unknown' }] };
  const isNamed = nodes(patient.name).some(
    (name) => text(name.text) ?? text(name.family) ?? (Array.isArray(name.given) ? name.given[0] : undefined),
  );
  const isBorn = text(patient.birthDate) !== undefined || Object.keys(node(patient._birthDate)).length > 0;
  return {
    ...patient,
    ...(isNamed ? {} : { name: [...nodes(patient.name), { _text: unknown }] }),
    ...(isBorn ? {} : { _birthDate: unknown }),
  };
}

const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';

function addressOf(base: string, record: Resource): string {
  return `${base}/${refOf(record)}`;
}

function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id ?? ''}`;
}
