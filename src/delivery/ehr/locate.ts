import type { Reference } from '../../fhir/index.ts';
import type { EhrCapability } from './capability.ts';
import { identifiersOf, isSame } from './names.ts';
import type { Identifier } from './names.ts';
import { never } from './outcome.ts';
import type { Parcel } from './parcel.ts';
import { refIn } from './server.ts';
import type { EhrServer } from './server.ts';

/**
 * The EHR's own record of the patient: the one that has an identifier under which it sent the patient here. Names and
 * birthdays are never gone by, but a birthday that speaks against it is. @throws Halt never where there is none, or where it is not certain which one it is
 */
export async function findPatient({ find }: EhrServer, { patient }: Parcel): Promise<Reference> {
  const isCurrent = ({ use }: { readonly use?: unknown }): boolean => use !== 'old' && use !== 'temp';
  const identifiers = identifiersOf(listOf(patient.identifier).filter(isCurrent));
  if (identifiers.length === 0) throw never('ehr-patient: sent without an identifier');
  const found = new Set<string>();
  let isRetired = false;
  for (const identifier of identifiers)
    for (const record of await find('Patient', identifier)) {
      const ref = refIn(record, 'Patient');
      if (ref === undefined) continue;
      // One that was merged into another stands there still.
      if (record['active'] === false || isReplaced(record['link'])) {
        isRetired = true;
        continue;
      }
      const known = identifiersOf(listOf(record['identifier']).filter(isCurrent));
      // A number that was the patient's once may have been given to another since.
      if (!known.some((one) => isSame(one, identifier))) continue;
      if (identifiers.some((one) => isContradicted(one.system, identifiers, known)))
        throw never('ehr-patient: has other identifiers than those that were sent');
      if (isAnotherDay(patient.birthDate, record['birthDate']))
        throw never('ehr-patient: has another date of birth than the one that was sent');
      found.add(ref);
    }
  const [reference, another] = found;
  if (reference === undefined && isRetired) throw never('ehr-patient: is inactive there, or was merged into another');
  if (reference === undefined) throw never('ehr-patient: not found by the identifiers that were sent');
  if (another !== undefined) throw never('ehr-patient: several have the identifiers that were sent');
  return { reference };
}

function listOf(value: unknown): { readonly use?: unknown }[] {
  const all: unknown[] = Array.isArray(value) ? value : [];
  return all.filter((one) => typeof one === 'object' && one !== null);
}

/** Whether both sides have numbers of a system, and none of them in common. */
function isContradicted(system: string, sent: readonly Identifier[], known: readonly Identifier[]): boolean {
  const theirs = known.filter((one) => one.system === system);
  return theirs.length > 0 && !theirs.some((one) => sent.some((other) => isSame(one, other)));
}

/** Of dates as far as both are known: https://hl7.org/fhir/R4/datatypes.html#date */
function isAnotherDay(sent: unknown, known: unknown): boolean {
  if (typeof sent !== 'string' || typeof known !== 'string') return false;
  const length = Math.min(sent.length, known.length);
  return sent.slice(0, length) !== known.slice(0, length);
}

function isReplaced(links: unknown): boolean {
  return Array.isArray(links) && links.some((link: { readonly type?: unknown }) => link.type === 'replaced-by');
}

/** The EHR's own request, or how it is called there. */
export async function findRequest(
  { find }: EhrServer,
  capability: EhrCapability,
  { placerIdentifiers }: Parcel,
): Promise<Reference | undefined> {
  const [identifier] = identifiersOf(placerIdentifiers);
  if (identifier === undefined) return undefined;
  const found = capability.of('ServiceRequest').search ? await find('ServiceRequest', identifier) : [];
  const refs = new Set(found.flatMap((record) => refIn(record, 'ServiceRequest') ?? []));
  const [reference, another] = refs;
  return reference !== undefined && another === undefined ? { reference } : { type: 'ServiceRequest', identifier };
}
