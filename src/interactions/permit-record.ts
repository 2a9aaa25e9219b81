import {
  conditionOf,
  isOfNobody,
  isReached,
  meetsAll,
  memberCondition,
  permitOf,
  SHARED_TYPES,
} from '../access/index.ts';
import type { Confinement, Letter, Permit } from '../access/index.ts';
import { localReference, parseStored, splitReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { parseSearch } from '../search/index.ts';
import type { Condition, Indexed } from '../search/index.ts';
import { readRecord, readVersion, searchRecords } from '../store/index.ts';
import type { Queryable } from '../store/index.ts';
import { keysOf } from './draft.ts';
import type { Context, House } from './house.ts';

/*
 * Whether a caller may see one record, where its grants reach only some of a type. What they do not reach is as if it were
 * not there.
 */

/** A version of a record, as much as is looked at. */
interface Version {
  readonly ref: string;
  readonly version: number;
  readonly body: string | null;
}

/** Whether the caller may do `letter` with a version that its organisation sees; of a deletion, with what was deleted. */
export async function isPermitted(
  house: House,
  context: Context,
  on: Queryable,
  letter: Letter,
  { ref, version, body }: Version,
): Promise<boolean> {
  const { caller } = context;
  const [type] = splitReference(ref);
  const permit = permitOf(house, caller, type, letter);
  if (permit === undefined || permit === 'all') return permit === 'all';
  const text = body ?? (await readVersion(on, caller, ref, version - 1))?.body;
  if (text == null) return false;
  return reaches(house, context, on, permit, ref, parseStored(text));
}

/** Those of the records that the caller may read. */
export async function keepReadable<R extends Version>(
  house: House,
  context: Context,
  on: Queryable,
  records: readonly R[],
): Promise<R[]> {
  const kept: R[] = [];
  for (const record of records) if (await isPermitted(house, context, on, 'r', record)) kept.push(record);
  return kept;
}

/** Records of these patients, and what is of nobody, whether the caller may read the type or not; undefined: about nobody in particular. */
export function sameReach(house: House, patients: readonly string[] | undefined, type: string): Permit {
  if (patients === undefined || isOfNobody(type)) return 'all';
  const member = memberCondition(house, patients, type);
  return member === undefined ? [] : [{ conditions: [member], patients }];
}

/** A resource as conditions look at it. */
export function toIndexed(house: Pick<House, 'extract'>, ref: string, resource: Resource): Indexed {
  return { ...house.extract(resource), id: splitReference(ref)[1] };
}

/** Whether a grant reaches this record. */
export async function reaches(
  house: House,
  context: Context,
  on: Queryable,
  permit: Exclude<Permit, 'all'>,
  ref: string,
  resource: Resource,
): Promise<boolean> {
  const record = toIndexed(house, ref, resource);
  if (isReached(permit, record)) return true;
  for (const one of permit) {
    if (one.wrapped !== true || !meetsAll(one, record)) continue;
    if (await isWrappedFor(house, context, on, one, ref, resource)) return true;
  }
  return false;
}

/**
 * Whose bytes a Binary holds, or a Bundle its records: https://hl7.org/fhir/R4/binary.html#security-context, else who names
 * it; of a document, its subject.
 */
async function isWrappedFor(
  house: House,
  context: Context,
  on: Queryable,
  { patients = [] }: Confinement,
  ref: string,
  resource: Resource,
): Promise<boolean> {
  if (resource.resourceType === 'Bundle') return isDocumentOf(house, resource, patients);
  const secured = securityContextOf(resource);
  if (secured === undefined) return isNamed(house, context, on, ref, patients);
  if (patients.includes(secured)) return true;
  const [type] = splitReference(secured);
  if (type === 'Binary' || type === 'Bundle') return false;
  const record = await readRecord(on, context.caller, secured);
  return record?.body != null && isPermitted(house, context, on, 'r', record);
}

/** The record that a Binary is as secret as; `''` where that is none of this server. */
function securityContextOf({ securityContext }: Resource): string | undefined {
  if (securityContext === undefined) return undefined;
  return localReference((securityContext as Reference).reference) ?? '';
}

/** Whether a Binary says itself that it is one of these patients'. */
export function isSecuredFor(resource: Resource, patients: readonly string[]): boolean {
  return patients.includes(securityContextOf(resource) ?? '');
}

/** Addresses are taken as they are meant in the document: what is relative is below the base of its Composition. */
function isDocumentOf({ base }: House, { type, entry }: Resource, patients: readonly string[]): boolean {
  const [first] = Array.isArray(entry) ? (entry as { readonly fullUrl?: string; readonly resource?: Resource }[]) : [];
  const composition = first?.resource;
  if (type !== 'document' || composition?.resourceType !== 'Composition') return false;
  const { reference = '' } = (composition.subject as Reference | undefined) ?? {};
  const isOurs = first?.fullUrl?.startsWith(`${base}/`) === true;
  return patients.some((patient) => reference === `${base}/${patient}` || (isOurs && reference === patient));
}

/** Of reports and media of one patient, as many as are looked through for the bytes that they name: it is not indexed. */
const MOST_LOOKED_THROUGH = 500;

/** Whether a record of these patients, one that the caller may read, names the Binary. */
async function isNamed(
  house: House,
  context: Context,
  on: Queryable,
  ref: string,
  patients: readonly string[],
): Promise<boolean> {
  const addresses = [ref, `${house.base}/${ref}`];
  const location: [string, string] = ['location', addresses.join(',')];
  if ((await findOf(house, context, on, patients, 'DocumentReference', 1, location)).length > 0) return true;
  for (const type of ['DiagnosticReport', 'Media']) {
    const found = await findOf(house, context, on, patients, type, MOST_LOOKED_THROUGH);
    if (found.some((body) => body.includes(ref) && attachmentsOf(body).some((url) => addresses.includes(url))))
      return true;
  }
  return false;
}

function attachmentsOf(body: string): string[] {
  const { presentedForm = [], content = [] } = parseStored(body) as Resource &
    Record<string, Attachment | Attachment[]>;
  return [presentedForm, content].flat().flatMap(({ url }) => url ?? []);
}

interface Attachment {
  readonly url?: string;
}

/** Texts of these patients' records of a type that the caller may read. */
async function findOf(
  house: House,
  { caller }: Context,
  on: Queryable,
  patients: readonly string[],
  type: string,
  count: number,
  ...params: readonly [string, string][]
): Promise<string[]> {
  const permit = permitOf(house, caller, type, 'r');
  const member = memberCondition(house, patients, type);
  if (permit === undefined || member === undefined) return [];
  const options = { strict: true, maxCount: count, defaultCount: count, now: 0, base: house.base };
  const parsed = parseSearch(house, { types: [type] }, params, options);
  if (!parsed.ok) return [];
  const { query } = parsed;
  const own = conditionOf(permit);
  const conditions: Condition[] = [...query.parts[0]!.conditions, member, ...(own === undefined ? [] : [own])];
  const asked = { organization: caller.organization, role: caller.role, sharedTypes: SHARED_TYPES, keys: keysOf };
  const parts = [{ type, conditions, sort: [] }];
  const { matches } = await searchRecords(on, asked, { ...query, parts, total: 'none' });
  return matches.map(({ body }) => body);
}
