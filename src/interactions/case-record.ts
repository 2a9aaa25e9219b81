import { caseReferences } from '../cases/index.ts';
import type { CaseRow } from '../cases/index.ts';
import { localReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { readRecords } from '../store/index.ts';
import type { Queryable, StoredRecord } from '../store/index.ts';
import type { NamedRecord } from './case-apart.ts';
import { findApart } from './case-apart.ts';
import { isOthersRecord } from './case-others.ts';
import { parties } from './case-state.ts';
import { parseStored } from './draft.ts';
import type { Change } from './draft.ts';

/** On these a case hangs: they must be there, and be the caller's to see. */
const ESSENTIAL = ['subject', 'supportingInfo', 'basedOn', 'focus'];

/** Where an organisation has itself told, and with which headers, is nobody else's business. */
const NEVER_SHARED: ReadonlySet<string> = new Set(['Subscription']);

/** The case's record, as refs. */
export interface GatheredRecord {
  readonly refs: ReadonlySet<string>;
  /** Those that stand in the store already and that one of the parties cannot see yet. */
  readonly unshared: readonly string[];
  /** Those that were looked at on the way, by ref: all of a case that is opened, of others what is new. */
  readonly resources: ReadonlyMap<string, Resource>;
}

/** The reference that a case hangs on and that leads nowhere. */
export interface MissingRecord {
  readonly missing: string;
  readonly change: Change;
}

/**
 * The case's record as far as these changes reach: the changed records, what they name, and what that names in turn,
 * to the references' end; never into another patient's compartment, and never from a Patient to its other records
 * (references are only followed forward). Only records of the two parties join; one store query a level.
 *
 * Whoever shares a record has to be its owner and to have written the reference to it: a reference that the other party
 * wrote is never followed with this caller's eyes.
 * @param claimed refs that this write brings into cases with other placers
 */
export async function gatherCaseRecord(
  on: Queryable,
  organization: string,
  row: CaseRow,
  serviceRequest: Resource | undefined,
  starts: readonly Change[],
  all: readonly Change[],
  claimed: ReadonlySet<string>,
): Promise<GatheredRecord | MissingRecord> {
  const drafted = new Map(all.map((change) => [change.ref, change]));
  const request = starts.find((change) => change.ref === row.serviceRequest);
  const patient = serviceRequest === undefined ? undefined : subjectOf(serviceRequest);
  const refs = new Set<string>(starts.map((change) => change.ref));
  const resources = new Map(starts.flatMap(({ ref, after }) => (after === undefined ? [] : [[ref, after] as const])));
  const needed = essentialReferences(request);
  const unsent = essentials(request).find((reference) => reference.startsWith('urn:'));
  if (unsent !== undefined) return { missing: unsent, change: request! };
  const unshared = starts
    .filter(({ stored, owner }) => owner === organization && isUnshared(stored, row))
    .map(({ ref }) => ref);
  let level = starts.flatMap((change) => referencesBy(organization, change));
  // An earlier request has to be there, but its record stays its own.
  const apart = [...needed].filter((ref) => !level.includes(ref) && !drafted.has(ref));
  const earlier = await readRecords(on, organization, apart);
  const missing = apart.find((ref) => parseStored(earlier.find((record) => record.ref === ref)) === undefined);
  if (missing !== undefined) return { missing, change: request! };
  const partners = [`Organization/${row.placer}`, `Organization/${row.programme}`];
  while (level.length > 0) {
    const fresh = [...new Set(level)].filter((ref) => !refs.has(ref));
    // The parties themselves are published: nothing of them has to be read or shared.
    for (const ref of partners) if (fresh.includes(ref)) refs.add(ref);
    const known = fresh.filter((ref) => !drafted.has(ref) && !partners.includes(ref));
    const stored = new Map((await readRecords(on, organization, known)).map((record) => [record.ref, record]));
    const named = fresh.flatMap((ref): NamedRecord[] => {
      const change = drafted.get(ref);
      const record = change?.stored ?? stored.get(ref);
      return change === undefined && record === undefined ? [] : [{ ref, change, stored: record }];
    });
    const others = await findApart(on, organization, row, named, claimed);
    level = [];
    for (const ref of fresh) {
      if (others.has(ref)) continue;
      const record = stored.get(ref);
      const resource = drafted.get(ref)?.after ?? parseStored(record);
      if (resource === undefined) {
        if (needed.has(ref)) return { missing: ref, change: request! };
        continue;
      }
      const owner = drafted.get(ref)?.owner ?? record?.owner;
      if (owner !== row.placer && owner !== row.programme) continue;
      const isMade = drafted.get(ref)?.consequence === true;
      if (NEVER_SHARED.has(resource.resourceType) || isOthersRecord(resource, patient, isMade)) continue;
      refs.add(ref);
      resources.set(ref, resource);
      if (owner !== organization) continue;
      if (isUnshared(record ?? drafted.get(ref)?.stored, row)) unshared.push(ref);
      // Both parties may have written into a Task: what is named there is followed when it is written.
      if (resource.resourceType !== 'Task') level.push(...caseReferences(resource));
    }
  }
  return { refs, unshared, resources };
}

/** The references that this caller wrote: all of a record that only it writes, of others those that were not there before. */
function referencesBy(organization: string, { owner, before, after }: Change): string[] {
  const references = caseReferences(after!);
  if (owner === organization && after!.resourceType !== 'Task') return references;
  const known = new Set(before === undefined ? [] : caseReferences(before));
  return references.filter((ref) => !known.has(ref));
}

function isUnshared(stored: StoredRecord | undefined, row: CaseRow): boolean {
  if (stored === undefined || stored.readers.includes('*')) return false;
  return parties(row).some((party) => !stored.readers.includes(party));
}

function essentialReferences(request: Change | undefined): ReadonlySet<string> {
  return new Set(essentials(request).flatMap((reference) => localReference(reference) ?? []));
}

/** As they are written: a `urn:` that is still there names no entry of the bundle that it came in. */
function essentials(request: Change | undefined): string[] {
  return ESSENTIAL.flatMap((name) => {
    const value = request?.after?.[name];
    const items = (Array.isArray(value) ? value : [value]) as (Reference | undefined)[];
    return items.flatMap((item) => item?.reference ?? []);
  });
}

function subjectOf(resource: Resource): string | undefined {
  const subject = (resource.subject ?? resource.patient ?? resource.for ?? resource.beneficiary) as
    Reference | undefined;
  return localReference(subject?.reference);
}
