import { CANONICAL } from '../catalogue.ts';
import type { PacketItem } from '../programme/rules.ts';
import { inSystem, LOINC, SNOMED } from './codings.ts';

/*
 * By which codes documents, reports and sections say what they are to the opinion.
 */

export const PACKET_KIND_SYSTEM = `${CANONICAL}/CodeSystem/packet-document-kind`;

/** Of the guide's kinds of documents; each is an item of the same name. */
const KINDS: readonly PacketItem[] = [
  'imaging',
  'imaging-report',
  'pathology-slides',
  'pathology-report',
  'laboratory',
  'operative-report',
  'medication-list',
  'allergies',
  'prior-treatment',
  'first-opinion',
  'narrative',
  'questions',
];

/** Types of documents and reports, and sections of a Composition. https://loinc.org */
const DOCUMENT_TYPES: Readonly<Partial<Record<PacketItem, readonly string[]>>> = {
  'imaging-report': ['18748-4', '68604-8', '18726-0', '18782-3', 'LP29684-5'],
  'pathology-report': ['11526-1', '60568-3', '22634-0', '22637-3', '27898-6', 'LP7839-6'],
  laboratory: ['11502-2', '26436-6', '30954-2', '18719-5', '18723-7', '18725-2', '51969-4'],
  'operative-report': ['11504-8', '34874-8', '28573-4'],
  'medication-list': ['10160-0', '56445-0', '19009-0'],
  allergies: ['48765-2', '10155-0'],
  'prior-treatment': ['47519-4', '18842-5', '34133-9', '28655-9'],
  'first-opinion': ['18776-5', '51847-2', '51848-0', '11488-4', '57133-1'],
  narrative: ['10164-2', '51855-5', '11348-0'],
  questions: ['42349-1'],
  condition: ['11450-4'],
};

/** Diagnostic services of a DiagnosticReport. http://terminology.hl7.org/CodeSystem/v2-0074 */
const SERVICES_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0074';
const SERVICES: Readonly<Partial<Record<PacketItem, readonly string[]>>> = {
  'imaging-report': ['IMG', 'RAD', 'CT', 'NMR', 'NMS', 'RUS', 'VUS', 'CUS', 'OUS', 'RX', 'XRC'],
  'pathology-report': ['SP', 'PAT', 'CP'],
  laboratory: 'LAB CH HM MB MCB MYC SR IMM BG BLB CG GE PAR TX URN VR OSL'.split(' '),
};

/** Categories of a DiagnosticReport or of a Procedure's report in SNOMED CT. */
const SNOMED_KINDS: Readonly<Partial<Record<PacketItem, readonly string[]>>> = {
  'imaging-report': ['4201000179104', '363679005', '394914008'],
  'pathology-report': ['371528001', '108257001', '394597005'],
  laboratory: ['4241000179101', '108252007', '15220000'],
  'operative-report': ['371526002'],
};

function table(
  system: string,
  codes: Readonly<Partial<Record<PacketItem, readonly string[]>>>,
): [string, PacketItem][] {
  return Object.entries(codes).flatMap(([item, list]) =>
    inSystem(system, list).map((code): [string, PacketItem] => [code, item as PacketItem]),
  );
}

const ITEM_OF_KIND: ReadonlyMap<string, PacketItem> = new Map(
  KINDS.map((kind) => [`${PACKET_KIND_SYSTEM}|${kind}`, kind]),
);
const ITEM_OF_TYPE: ReadonlyMap<string, PacketItem> = new Map([
  ...table(LOINC, DOCUMENT_TYPES),
  ...table(SERVICES_SYSTEM, SERVICES),
  ...table(SNOMED, SNOMED_KINDS),
]);

/** The items of the guide's own codes: what the placer says that a document is. */
export function itemsOfKind(codes: readonly string[]): PacketItem[] {
  return pick(ITEM_OF_KIND, codes);
}

/** The items of published codes of documents, reports and sections. */
export function itemsOfType(codes: readonly string[]): PacketItem[] {
  return pick(ITEM_OF_TYPE, codes);
}

function pick(items: ReadonlyMap<string, PacketItem>, codes: readonly string[]): PacketItem[] {
  return [...new Set(codes.flatMap((code) => items.get(code) ?? []))];
}

/** What has no report has no images or slides either: who says that there are no studies says both. */
const TOGETHER: Readonly<Partial<Record<PacketItem, PacketItem>>> = {
  'imaging-report': 'imaging',
  'pathology-report': 'pathology-slides',
};

/** The items that a section or a List answers which is said to be empty. */
export function itemsOfEmpty(codes: readonly string[]): PacketItem[] {
  const studies = itemsOfType(codes).flatMap((item) => [item, TOGETHER[item] ?? item]);
  return [...new Set([...itemsOfKind(codes), ...studies])];
}
