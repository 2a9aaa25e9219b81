import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { isReached, meetsAll, memberCondition, patientsAround, permitOf } from '../access/index.ts';
import type { Confinement, Letter, Permit } from '../access/index.ts';
import { collectReferences, splitReference } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Condition } from '../search/index.ts';
import { readRecords } from '../store/index.ts';
import type { Queryable, StoredRecord } from '../store/index.ts';
import { checkPrecondition, idTaken, parseStored } from './draft.ts';
import type { Draft, Method } from './draft.ts';
import type { Context, House } from './house.ts';
import { isSecuredFor, reaches, sameReach, toIndexed } from './permit-record.ts';

/*
 * What a caller may change whose grants reach only some records of a type: a version that it reaches becomes another that
 * it reaches. So nothing is moved into a filter or out of it, nor from one patient to another.
 */

const LETTERS: Readonly<Record<Method, Letter>> = { POST: 'c', PUT: 'u', PATCH: 'u', DELETE: 'd' };

type Confined = Exclude<Permit, 'all'>;

/** What the grants leave of records that the draft may be of; undefined where they leave all. Whether anything is granted was judged before. */
function confinementOf(house: House, { caller }: Context, { method, ref, consequence }: Draft): Confined | undefined {
  if (consequence === true) return undefined;
  const permit = permitOf(house, caller, splitReference(ref)[0], LETTERS[method]);
  return permit === 'all' ? undefined : permit;
}

/** Whether some of the drafts may only be written where the caller's grants reach. */
export function areConfined(house: House, context: Context, drafts: readonly Draft[]): boolean {
  return drafts.some((draft) => confinementOf(house, context, draft) !== undefined);
}

/** The refusal where a record stands that the caller's grants do not reach: as if it did not. */
export function refuseHidden(
  house: House,
  context: Context,
  draft: Draft,
  stored: StoredRecord | undefined,
  before: Resource | undefined,
): Fault | undefined {
  const confined = stored === undefined ? undefined : confinementOf(house, context, draft);
  if (confined === undefined || (before !== undefined && isWritable(house, confined, draft.ref, before)))
    return undefined;
  const { caller } = context;
  const [type] = splitReference(draft.ref);
  const readable = permitOf(house, caller, type, 'r');
  const isSeen =
    readable === 'all' ||
    (before !== undefined && readable !== undefined && isReached(readable, toIndexed(house, draft.ref, before)));
  if (isSeen) return outOfReach(draft.ref, draft.path);
  const { follows: _follows, ...asked } = draft;
  return checkPrecondition(asked, undefined) ?? idTaken(draft);
}

/** The refusal of a new version that the caller's grants do not reach. */
export function refuseOutside(house: House, context: Context, draft: Draft): Fault | undefined {
  const confined = draft.after === undefined ? undefined : confinementOf(house, context, draft);
  if (confined === undefined || isWritable(house, confined, draft.ref, draft.after!)) return undefined;
  return outOfReach('What is to be written', draft.path);
}

function outOfReach(what: string, path: string): Fault {
  const text = `${what} is not among the records that the scopes of the access token reach: those of its patient, and those that its filters let pass.`;
  return fault(403, 'forbidden', 'out-of-reach', text, path);
}

function isWritable(house: House, confined: Confined, ref: string, resource: Resource): boolean {
  const record = toIndexed(house, ref, resource);
  return confined.some((one) => {
    if (!meetsAll(one, record) || namesAnother(house, splitReference(ref)[0], record, one)) return false;
    return one.wrapped !== true || isSecuredFor(resource, one.patients ?? []);
  });
}

/**
 * Whether a record names another patient, too, in whatever part that patient has in it. Whoever is named may read it; but it
 * is not one patient's to change or delete, or a second one's chart could be written through the first.
 */
function namesAnother(
  house: House,
  type: string,
  record: ReturnType<typeof toIndexed>,
  { patients }: Confinement,
): boolean {
  if (patients === undefined) return false;
  const params = paramsOf(memberCondition(house, patients, type));
  return record.text.some(
    ({ param, value }) => params.includes(param) && value.startsWith('Patient/') && !patients.includes(value),
  );
}

function paramsOf(condition: Condition | undefined): readonly number[] {
  if (condition === undefined) return [];
  if (condition.kind === 'either') return condition.conditions.flatMap(paramsOf);
  return condition.kind === 'text' ? condition.params : [];
}

/**
 * Refuses references to what the caller's grants do not reach, whether it is there or not: a case, or who may read what
 * is written, would follow them. What the record referred to before, and what is written together with it, may be named.
 * @throws Fault 422, 403 where the record itself is not to be
 */
export async function refuseReferences(
  house: House,
  context: Context,
  on: Queryable,
  drafts: readonly Draft[],
): Promise<void> {
  if (!areConfined(house, context, drafts)) return;
  const written = new Set(drafts.map(({ ref }) => ref));
  const stored = await readRecords(on, context.caller, [...written]);
  const before = new Map(stored.map((record) => [record.ref, parseStored(record)]));
  for (const draft of drafts) {
    const confined = confinementOf(house, context, draft);
    if (confined === undefined || draft.after === undefined) continue;
    const outside = refuseOutside(house, context, draft);
    if (outside !== undefined) throw outside;
    const there = before.get(draft.ref);
    const known = new Set([...written, ...(there === undefined ? [] : referencesIn(house, there))]);
    const fresh = referencesIn(house, draft.after).filter((ref) => !known.has(ref));
    for (const ref of fresh) {
      if (await mayName(house, context, on, confined, ref)) continue;
      const text = `${ref} is no record that this access token reaches. Refer to records that it may read, or to the patient whose records it is for.`;
      throw fault(422, 'not-found', 'reference-out-of-reach', text, draft.path);
    }
  }
}

/** All that a resource names here, by addresses of this server, too: attachments keep these as they were sent. */
function referencesIn({ base }: House, resource: Resource): string[] {
  return collectReferences(JSON.parse(JSON.stringify(resource).replaceAll(`"${base}/`, '"')) as Resource);
}

/** What may be read may be named; of other types what is of the same patients. */
async function mayName(
  house: House,
  context: Context,
  on: Queryable,
  confined: Confined,
  ref: string,
): Promise<boolean> {
  const { caller } = context;
  const [type] = splitReference(ref);
  const each = confined.flatMap(({ patients }) => (patients === undefined ? [] : [patients]));
  const patients = each.length === 0 ? undefined : [...new Set(each.flat())];
  if (patients?.includes(ref) === true || ref === caller.user) return true;
  const permit = permitOf(house, caller, type, 'r') ?? sameReach(house, patients, type);
  if (permit === 'all') return true;
  const [record] = await readRecords(on, caller, [ref]);
  const resource = parseStored(record);
  return resource !== undefined && reaches(house, context, on, permit, ref, resource);
}

/**
 * Whether what the caller writes may say that it is made on the case of a record that is there: of one that it may read, or
 * that is of the patients whom its grants are about. Where it may not, the record is as if it were absent, whose case nobody
 * can join.
 */
export async function mayAnchor(house: House, context: Context, on: Queryable, record: StoredRecord): Promise<boolean> {
  const { caller } = context;
  const [type] = splitReference(record.ref);
  const patients = patientsAround(house, caller);
  const permit = permitOf(house, caller, type, 'r') ?? (patients && sameReach(house, patients, type));
  if (permit === undefined || permit === 'all') return permit === 'all';
  const resource = parseStored(record);
  return resource !== undefined && reaches(house, context, on, permit, record.ref, resource);
}
