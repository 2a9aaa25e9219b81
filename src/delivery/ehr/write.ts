import type { EhrCapability } from './capability.ts';
import type { EhrDraft } from './drawing.ts';
import { toToken } from './names.ts';
import type { Identifier } from './names.ts';
import { later, never } from './outcome.ts';
import type { WrittenThere } from './outcome.ts';
import { refIn } from './server.ts';
import type { EhrServer, WriteRequest } from './server.ts';

/** Some servers take no more entries in a transaction with conditions. */
const ENTRIES_MOST = 8;

/** How a draft gets there: by a request, or not at all, because it stands there. */
type Way = { readonly request: WriteRequest; readonly id?: string } | { readonly standing: string };

export interface Written {
  readonly written: readonly WrittenThere[];
  readonly left: readonly string[];
}

/**
 * Writes drafts, so that those that are there by their identifiers are changed or left, and no others are made: all in one
 * transaction where that is offered, else one after the other. Done again it makes nothing twice.
 */
export async function writeDrafts(
  server: EhrServer,
  capability: EhrCapability,
  drafts: readonly EhrDraft[],
): Promise<Written> {
  /** What stands in for records → what they are called there. */
  const placed = new Map<string, string>();
  const written: WrittenThere[] = [];
  const left = new Set<string>();
  const note = ({ ours, fullUrl }: EhrDraft, theirs: string | undefined): void => {
    if (theirs === undefined) return;
    placed.set(fullUrl, theirs);
    written.push({ ours, theirs });
  };
  for (const batch of toBatches(drafts, capability.transaction)) {
    const open: { draft: EhrDraft; request: WriteRequest; id?: string }[] = [];
    for (const draft of batch) {
      const way = await findWay(server, capability, draft);
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
  return { written, left: [...left] };
}

/** What is written in one go. A letter stays together with its bytes, which nobody would find alone. */
function toBatches(drafts: readonly EhrDraft[], isTransaction: boolean): EhrDraft[][] {
  if (!isTransaction) return drafts.map((draft) => [draft]);
  if (drafts.length <= ENTRIES_MOST) return [[...drafts]];
  const groups = new Set(drafts.map(({ group }) => group));
  return [...groups].map((group) => drafts.filter((draft) => draft.group === group));
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
  const [standing, another] = await findStanding(server, type, key);
  if (another !== undefined) throw never(`ehr-duplicates: ${type}`);
  if (standing === undefined) return { request: create };
  const [, theirId = ''] = standing.split('/');
  return changes && update ? { request: { method: 'PUT', url: standing }, id: theirId } : { standing };
}

async function findStanding(server: EhrServer, type: string, key: Identifier): Promise<string[]> {
  return (await server.find(type, key)).flatMap((record) => refIn(record, type) ?? []);
}

/** What it is called there, where the answer did not say: undefined where that is not to be found out. */
async function findWritten(server: EhrServer, { resource, key }: EhrDraft): Promise<string | undefined> {
  return key === undefined ? undefined : (await findStanding(server, resource.resourceType, key))[0];
}

function conditionOf(key: Identifier): string {
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
