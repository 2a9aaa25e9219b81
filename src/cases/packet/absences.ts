import type { Resource } from '../../fhir/index.ts';
import type { PacketItem } from '../programme/rules.ts';
import { codesIn, nodes } from '../tree.ts';
import { codings, inSystem, SNOMED } from './codings.ts';
import { itemsOfEmpty } from './kinds.ts';
import type { PacketAbsence } from './packet.ts';

const REASONS_SYSTEM = 'http://terminology.hl7.org/CodeSystem/list-empty-reason';
const IPS_SYSTEM = 'http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips';

/** It is known that there is none: the one reason that answers what is required. */
export const NIL_KNOWN = 'nilknown';

/** Codes that stand in place of a medication, an allergy … and say that there is none, or that nobody knows. */
const STATEMENTS: ReadonlyMap<string, string> = new Map([
  ...inSystem(IPS_SYSTEM, [
    'no-known-allergies',
    'no-known-medication-allergies',
    'no-known-medications',
    'no-known-problems',
    'no-known-procedures',
  ]).map((code): [string, string] => [code, NIL_KNOWN]),
  ...inSystem(IPS_SYSTEM, ['no-allergy-info', 'no-medication-info', 'no-problem-info', 'no-procedure-info']).map(
    (code): [string, string] => [code, 'unavailable'],
  ),
  ...inSystem(SNOMED, ['716186003', '409137002', '787481004', '160245001']).map((code): [string, string] => [
    code,
    NIL_KNOWN,
  ]),
]);

const STATED: Readonly<Record<string, PacketItem>> = {
  AllergyIntolerance: 'allergies',
  Condition: 'condition',
  MedicationStatement: 'medication-list',
  Procedure: 'prior-treatment',
};

/** What a record that says "none" or "unknown" by its code answers; undefined: it speaks of something. */
export function statedAbsence(record: Resource, ref: string): PacketAbsence | undefined {
  const item = STATED[record.resourceType];
  if (item === undefined) return undefined;
  const codes = codings(record.resourceType === 'MedicationStatement' ? record.medicationCodeableConcept : record.code);
  const reason = codes.flatMap((code) => STATEMENTS.get(code) ?? [])[0];
  return reason === undefined ? undefined : { item, reason, ref };
}

/** What a List or a section of a Composition answers by being empty. https://hl7.org/fhir/R4/list.html */
export function emptyAbsences(part: Readonly<Record<string, unknown>>, ref: string): PacketAbsence[] {
  const [reason] = codesIn(part.emptyReason, REASONS_SYSTEM);
  if (reason === undefined || nodes(part.entry).length > 0) return [];
  return itemsOfEmpty(codings(part.code)).map((item) => ({ item, reason, ref }));
}
