import { Fault, fault } from '../base/index.ts';
import { parseQuery } from '../fhir/index.ts';
import { AnswerRoom, answerTooLarge } from './answer-room.ts';
import { checkResource, checkType } from './check.ts';
import { commitWithin } from './commit.ts';
import type { Committed } from './commit.ts';
import type { Draft } from './draft.ts';
import { parseEntry } from './bundle-entry.ts';
import { findExisting, nameEntries, refuseTwice, rewrite } from './bundle-names.ts';
import type { EntryRequest } from './bundle-entry.ts';
import type { Context, House } from './house.ts';
import { read } from './read.ts';
import { search } from './search.ts';
import { create, createDraft, remove, update, updateDraft } from './write.ts';

/** Entries of one Bundle at most. */
const MAX_ENTRIES = 5000;

/** The answer to one entry; `body` is text. */
export interface EntryAnswer {
  readonly status: string;
  readonly location?: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly body?: string;
  readonly fault?: Fault;
}

export interface BundleAnswer {
  readonly type: 'batch-response' | 'transaction-response';
  readonly entries: readonly EntryAnswer[];
}

export interface BundleOptions {
  /** Whether what was written is answered as well, as far as there is room: `Prefer: return=representation`. */
  readonly withBodies: boolean;
}

/** https://hl7.org/fhir/R4/http.html#transaction */
export async function processBundle(
  house: House,
  context: Context,
  body: unknown,
  options: BundleOptions,
): Promise<BundleAnswer> {
  const bundle = body as { resourceType?: unknown; type?: unknown; entry?: unknown } | null;
  if (bundle?.resourceType !== 'Bundle') {
    throw fault(
      400,
      'structure',
      'not-a-bundle',
      'Only a Bundle is posted to the base address. Post other resources to the address of their type.',
    );
  }
  if (bundle.type !== 'transaction' && bundle.type !== 'batch') {
    throw fault(400, 'value', 'bundle-type', 'Bundle.type is transaction or batch here.', 'Bundle.type');
  }
  const list = bundle.entry ?? [];
  if (!Array.isArray(list)) throw fault(400, 'structure', 'not-a-list', 'Bundle.entry is a list.', 'Bundle.entry');
  if (list.length > MAX_ENTRIES) {
    throw fault(
      413,
      'too-costly',
      'too-many-entries',
      `A Bundle holds ${MAX_ENTRIES} entries at most. Send it in parts.`,
      'Bundle.entry',
    );
  }
  if (bundle.type === 'batch') {
    return { type: 'batch-response', entries: await runBatch(house, context, list, options) };
  }
  return { type: 'transaction-response', entries: await runTransaction(house, context, list, options) };
}

/** Each entry for itself: one that fails leaves the others alone. */
async function runBatch(
  house: House,
  context: Context,
  list: readonly unknown[],
  { withBodies }: BundleOptions,
): Promise<EntryAnswer[]> {
  const room = new AnswerRoom();
  const keep = (body: string): boolean => withBodies && room.take(body);
  const answers: EntryAnswer[] = [];
  for (const [n, item] of list.entries()) {
    try {
      const entry = parseEntry(item, `Bundle.entry[${n}]`);
      answers.push(
        entry.method === 'GET'
          ? await runGet(house, context, entry, room)
          : answerWrite(house, entry, await runWrite(house, context, entry), keep),
      );
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      answers.push(refuse(error));
    }
    const refused = answers.at(-1)?.fault;
    if (refused !== undefined) noteRefusal(house, context, refused);
  }
  return answers;
}

function refuse(refused: Fault): EntryAnswer {
  return { status: String(refused.status), fault: refused };
}

/** A refused entry is audited as a refused request is; when even that fails, the refusal stands. */
function noteRefusal(house: House, context: Context, refused: Fault): void {
  const { caller, request } = context;
  const { organization, client, user } = caller;
  const [issue] = refused.issues;
  try {
    house.trail.note({
      request,
      organization,
      client,
      ...(user === undefined ? {} : { person: user }),
      interaction: 'batch',
      status: refused.status,
      ...(issue === undefined ? {} : { detail: issue.key }),
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

async function runWrite(house: House, context: Context, entry: EntryRequest): Promise<Committed> {
  const { type, id, ifMatch, ifNoneExist, resource } = entry;
  if (entry.method === 'POST') {
    return create(house, context, type, resource, ifNoneExist === undefined ? {} : { ifNoneExist });
  }
  if (entry.method === 'DELETE') return remove(house, context, type, id!, ifMatch);
  return update(house, context, type, id!, resource, ifMatch === undefined ? {} : { ifMatch });
}

/** A read whose answer has no room left is refused for itself alone. */
async function runGet(house: House, context: Context, entry: EntryRequest, room: AnswerRoom): Promise<EntryAnswer> {
  if (room.isFull) return refuse(answerTooLarge(entry.path));
  const answer = await fetchEntry(house, context, entry);
  return room.take(answer.body) ? answer : refuse(answerTooLarge(entry.path));
}

async function fetchEntry(
  house: House,
  context: Context,
  entry: EntryRequest,
): Promise<EntryAnswer & { readonly body: string }> {
  if (entry.id === undefined) {
    const params = parseQuery(entry.query ?? '');
    return { status: '200', body: await search(house, context, entry.type, params, { strict: false }) };
  }
  const found = await read(house, context, entry.type, entry.id);
  return {
    status: '200',
    etag: `W/"${found.version}"`,
    lastModified: new Date(found.at).toISOString(),
    body: found.body,
  };
}

/** All or nothing, in the order that the specification gives: DELETE, POST, PUT, GET. */
async function runTransaction(
  house: House,
  context: Context,
  list: readonly unknown[],
  { withBodies }: BundleOptions,
): Promise<EntryAnswer[]> {
  const entries = list.map((item, n) => parseEntry(item, `Bundle.entry[${n}]`));
  const drafts = new Map<EntryRequest, Draft>();
  for (const entry of entries) {
    const draft = await toDraft(house, context, entry);
    if (draft !== undefined) drafts.set(entry, draft);
  }
  refuseTwice([...drafts.values()]);
  const order = { DELETE: 0, POST: 1, PUT: 2, GET: 3 } as const;
  const ordered = [...drafts.keys()].sort((a, b) => order[a.method] - order[b.method]);
  const { answers, room } = await house.database.transact(async (on) => {
    const room = new AnswerRoom();
    const keep = (body: string): boolean => withBodies && room.take(body);
    const existing = await findExisting(house, context, on, ordered, keep);
    const names = nameEntries(house, ordered, drafts, existing);
    const writes = ordered.filter((entry) => !existing.has(entry));
    for (const entry of writes) await rewrite(house, context, on, entry, drafts.get(entry)!, names);
    const committed = await commitWithin(
      house,
      context,
      'transaction',
      on,
      writes.map((entry) => drafts.get(entry)!),
    );
    const answers = new Map<EntryRequest, EntryAnswer>();
    for (const [entry, found] of existing)
      answers.set(
        entry,
        answerWrite(house, entry, found, () => true),
      );
    for (const [n, entry] of writes.entries()) answers.set(entry, answerWrite(house, entry, committed[n]!, keep));
    return { answers, room };
  });
  house.wake();
  const result: EntryAnswer[] = [];
  for (const entry of entries) {
    // Reads see what was written.
    result.push(answers.get(entry) ?? (await runGet(house, context, entry, room)));
  }
  return result;
}

async function toDraft(house: House, context: Context, entry: EntryRequest): Promise<Draft | undefined> {
  const { type, path, ifMatch } = entry;
  const at = `${path}.resource`;
  switch (entry.method) {
    case 'GET':
      checkType(house, context, type, entry.id === undefined ? 's' : 'r');
      return undefined;
    case 'POST':
      checkType(house, context, type, 'c');
      return createDraft(house, checkResource(house, context, entry.resource, type, at), type, at);
    case 'PUT':
      checkType(house, context, type, 'u');
      return updateDraft(
        house,
        checkResource(house, context, entry.resource, type, at),
        type,
        entry.id!,
        at,
        ifMatch === undefined ? {} : { ifMatch },
      );
    case 'DELETE':
      checkType(house, context, type, 'd');
      return { method: 'DELETE', ref: `${type}/${entry.id}`, path, ...(ifMatch === undefined ? {} : { ifMatch }) };
  }
}

/** `keep`: whether the body still has room in the answer; the location tells where it is in any case. */
function answerWrite(
  house: House,
  { method }: EntryRequest,
  committed: Committed,
  keep: (body: string) => boolean,
): EntryAnswer {
  const { body } = committed;
  return {
    status: method === 'DELETE' ? '204' : committed.created ? '201' : '200',
    location: `${house.base}/${committed.ref}/_history/${committed.version}`,
    etag: `W/"${committed.version}"`,
    lastModified: new Date(committed.at).toISOString(),
    ...(body === undefined || !keep(body) ? {} : { body }),
  };
}
