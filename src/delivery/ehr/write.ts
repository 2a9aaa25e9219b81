import type { FhirResource } from 'fhir-kit-client';
import type { EhrCapability } from './capability.ts';
import type { EhrDraft } from './drawing.ts';
import { identifiersOf, isSame, toToken } from './names.ts';
import type { Identifier } from './names.ts';
import { later, never } from './outcome.ts';
import type { StandingThere, WrittenThere } from './outcome.ts';
import { refIn } from './server.ts';
import type { EhrServer, WriteRequest } from './server.ts';

/** Some servers take no more entries in a transaction with conditions. */
const ENTRIES_MOST = 8;

/** How a draft gets there: by a request, or not at all, because it stands there, if perhaps as it was. */
type Way =
  | { readonly request: WriteRequest; readonly id?: string }
  | { readonly standing: string; readonly isOutdated: boolean };

interface Planned {
  readonly draft: EhrDraft;
  readonly way: Way;
}

export interface Written {
  readonly written: readonly WrittenThere[];
  readonly left: readonly string[];
}

/**
 * Writes drafts, so that those that are there by their identifiers are changed or left, and no others are made: all in one
 * transaction where that is offered, else one after the other. Done again it makes nothing twice.
 * @throws Halt never where something that stands there says what was said before, and cannot be changed: what can be changed
 * is, but nothing new is put beside it, as if both held
 */
export async function writeDrafts(
  server: EhrServer,
  capability: EhrCapability,
  drafts: readonly EhrDraft[],
): Promise<Written> {
  const planned: Planned[] = [];
  for (const draft of drafts) planned.push({ draft, way: await findWay(server, capability, draft) });
  const standing = planned.flatMap(toOutdated);
  const kept = standing.length === 0 ? planned : keepChanges(planned);
  /** What stands in for records → what they are called there. */
  const placed = new Map<string, string>();
  const written: WrittenThere[] = [];
  const left = new Set<string>();
  const note = ({ ours, fullUrl }: EhrDraft, theirs: string | undefined): void => {
    if (theirs === undefined) return;
    placed.set(fullUrl, theirs);
    written.push({ ours, theirs });
  };
  for (const batch of toBatches(kept, capability.transaction)) {
    const open: { draft: EhrDraft; request: WriteRequest; id?: string }[] = [];
    for (const { draft, way } of batch) {
      if ('request' in way) {
        open.push({ draft, ...way });
        continue;
      }
      note(draft, way.standing);
      if (draft.changes) left.add(`${draft.resource.resourceType}: stands there and cannot be changed`);
    }
    const entries = open.map(({ draft: { fullUrl, resource }, request, id }) => ({
      fullUrl,
      resource: rename({ ...resource, ...(id === undefined ? {} : { id }) }, placed),
      request,
    }));
    const [first] = entries;
    if (first === undefined) continue;
    const refs = capability.transaction
      ? await server.transact(entries)
      : [await server.write(first.request, first.resource)];
    for (const [at, { draft }] of open.entries()) note(draft, refs[at] ?? (await findWritten(server, draft)));
    // An answer that says yes is not enough: what cannot be named there may not have been written.
    const unsure = open.find(({ draft }) => !placed.has(draft.fullUrl));
    if (unsure !== undefined) throw later(`ehr-unconfirmed: ${unsure.draft.resource.resourceType}`);
  }
  if (standing.length > 0) {
    const types = [...new Set(standing.map(({ type }) => type))];
    throw never(`ehr-outdated: ${types.join(', ')} cannot be changed`, { kind: 'outdated', standing });
  }
  return { written, left: [...left] };
}

function toOutdated({ draft: { resource, key }, way }: Planned): StandingThere[] {
  if (key === undefined || 'request' in way || !way.isOutdated) return [];
  return [{ type: resource.resourceType, key, theirs: way.standing }];
}

/** What puts right what stands there, with what that names. */
function keepChanges(planned: readonly Planned[]): Planned[] {
  const isChange = ({ draft, way }: Planned): boolean =>
    draft.changes && 'request' in way && way.request.method === 'PUT';
  const changed = JSON.stringify(planned.filter(isChange).map(({ draft }) => draft.resource));
  return planned.filter((one) => isChange(one) || (!one.draft.changes && changed.includes(one.draft.fullUrl)));
}

/** What is written in one go. A letter stays together with its bytes, which nobody would find alone. */
function toBatches(planned: readonly Planned[], isTransaction: boolean): Planned[][] {
  if (!isTransaction) return planned.map((one) => [one]);
  if (planned.length <= ENTRIES_MOST) return [[...planned]];
  const groups = new Set(planned.map(({ draft }) => draft.group));
  return [...groups].map((group) => planned.filter(({ draft }) => draft.group === group));
}

/** http://hl7.org/fhir/R4/http.html#ccreate, http://hl7.org/fhir/R4/http.html#cond-update */
async function findWay(server: EhrServer, capability: EhrCapability, draft: EhrDraft): Promise<Way> {
  const { resource, key, changes } = draft;
  const { resourceType: type, id } = resource;
  if (key === undefined) {
    return { request: id === undefined ? { method: 'POST', url: type } : { method: 'PUT', url: `${type}/${id}` } };
  }
  const { conditionalCreate, conditionalUpdate, update } = capability.of(type);
  const condition = conditionOf(key);
  const create: WriteRequest = {
    method: 'POST',
    url: type,
    ...(conditionalCreate ? { ifNoneExist: condition } : {}),
  };
  if (changes && conditionalUpdate) return { request: { method: 'PUT', url: `${type}?${condition}` } };
  if (!changes && conditionalCreate) return { request: create };
  const [first, another] = await findStanding(server, type, key);
  if (another !== undefined) throw never(`ehr-duplicates: ${type}`);
  if (first === undefined) return { request: create };
  const { theirs: standing, record } = first;
  const [, theirId = ''] = standing.split('/');
  if (changes && update) return { request: { method: 'PUT', url: standing }, id: theirId };
  return { standing, isOutdated: changes && !isCurrent(record, draft) };
}

/** Whether what stands there shows the same documents, and holds. */
function isCurrent(record: FhirResource, { shows = [] }: EhrDraft): boolean {
  const known = [record['identifier'], record['masterIdentifier']].flatMap(identifiersOf);
  return record['status'] !== 'entered-in-error' && shows.every((one) => known.some((other) => isSame(one, other)));
}

interface Standing {
  readonly theirs: string;
  readonly record: FhirResource;
}

async function findStanding(server: EhrServer, type: string, key: Identifier): Promise<Standing[]> {
  const found = await server.find(type, key);
  return found.flatMap((record) => {
    const theirs = refIn(record, type);
    return theirs === undefined ? [] : [{ theirs, record }];
  });
}

/** What it is called there, where the answer did not say: undefined where that is not to be found out. */
async function findWritten(server: EhrServer, { resource, key }: EhrDraft): Promise<string | undefined> {
  return key === undefined ? undefined : (await findStanding(server, resource.resourceType, key))[0]?.theirs;
}

/** As `If-None-Exist`, and after the `?` of an update, have it. */
export function conditionOf(key: Identifier): string {
  return `identifier=${encodeURIComponent(toToken(key))}`;
}

/** What stood in for records that are there by now is replaced by their names. */
function rename<T extends object>(resource: T, placed: ReadonlyMap<string, string>): T {
  if (placed.size === 0) return resource;
  return walk(resource, placed) as T;
}

function walk(value: unknown, placed: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return placed.get(value) ?? value;
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return value;
  if (Array.isArray(value)) return value.map((item) => walk(item, placed));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, placed)]));
}
