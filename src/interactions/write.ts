import { fault, uuidv7 } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import type { Content } from '../content/index.ts';
import { rewriteReferences } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { takeBytes } from './binary.ts';
import { checkId, checkResource, checkType } from './check.ts';
import type { Checked } from './check.ts';
import { commit, commitWithin } from './commit.ts';
import type { Committed } from './commit.ts';
import { resolveCriteria, splitConditional } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { FOUND } from './remarks.ts';
import { isWrapper, keptIn } from './wrappers.ts';

export interface WriteOptions {
  readonly ifMatch?: number;
  /** If-None-Match: *, nothing may stand there yet. */
  readonly onlyNew?: boolean;
  /** The criteria of If-None-Exist, `identifier=…`, without a question mark. */
  readonly ifNoneExist?: string;
  readonly content?: Content;
  /** Of a transaction: it resolves conditional references before it writes. Elsewhere there are none. */
  readonly resolves?: boolean;
}

/**
 * Creates a record under a new id; with If-None-Exist only when nothing matches, else answers what is there.
 * https://hl7.org/fhir/R4/http.html#create
 */
export async function create(
  house: House,
  context: Context,
  type: string,
  body: unknown,
  options: WriteOptions = {},
): Promise<Committed> {
  checkType(house, context, type, 'c');
  const draft = await createDraft(house, checkResource(house, context, body, type), type, type, options);
  if (options.ifNoneExist === undefined) return (await commit(house, context, 'create', [draft]))[0]!;
  const criteria = [{ type, query: options.ifNoneExist, path: 'If-None-Exist' }];
  const committed = await house.database.transact(async (on) => {
    const [found] = await resolveCriteria(house, context, on, criteria);
    if (found !== undefined) return { ...found, remarks: [FOUND] };
    return (await commitWithin(house, context, 'create', on, [draft]))[0]!;
  });
  house.wake();
  return committed;
}

export async function createDraft(
  house: House,
  checked: Checked,
  type: string,
  path: string,
  options: WriteOptions = {},
): Promise<Draft> {
  const id = uuidv7();
  const { resource, ...prepared } = await prepare(house, checked, path, options);
  // An id that the client put into the body of a create is not used (https://hl7.org/fhir/R4/http.html#create).
  return { method: 'POST', ref: `${type}/${id}`, after: { ...resource, id }, path, ...prepared };
}

/** What is to be stored, with its bytes kept apart already: inside a transaction that would take a second connection. */
export interface Prepared extends Checked {
  readonly content?: Content;
}

/** `path`: where the resource stood in the request. */
export async function prepare(
  house: House,
  checked: Checked,
  path: string,
  { content, resolves = false }: WriteOptions = {},
): Promise<Prepared> {
  shortenReferences(house, checked.resource, path, resolves);
  const taken = await takeBytes(house, checked.resource);
  const kept = content ?? taken.content;
  return { resource: taken.resource, remarks: checked.remarks, ...(kept === undefined ? {} : { content: kept }) };
}

/**
 * This server's own absolute address and the relative one are the same record: cases and isolation know the latter.
 * @throws Fault 422 where a reference names its record by criteria, unless the transaction `resolves` it
 */
export function shortenReferences(house: House, resource: Resource, path: string, resolves = false): void {
  const own = `${house.base}/`;
  const mayStay = resolves || isWrapper(resource);
  const kept = keptIn(resource);
  const shorten = (uri: string, place: string, isReference: boolean): string | undefined => {
    if (!isReference || kept.has(uri)) return undefined;
    const short = uri.startsWith(own) ? uri.slice(own.length) : uri;
    if (!mayStay && splitConditional(short) !== undefined) throw outsideTransaction(place);
    return short === uri ? undefined : short;
  };
  rewriteReferences(house.definitions, resource, shorten, path);
}

/** https://hl7.org/fhir/R4/http.html#trules knows them in transactions only. */
function outsideTransaction(place: string): Fault {
  const text = `${place} names its record by criteria, which only a transaction resolves. Send a Bundle of type transaction, or refer to Type/id.`;
  return fault(422, 'not-supported', 'conditional-reference-outside-transaction', text, place);
}

/** Writes a new version, or the first one under an id of the client's choice. https://hl7.org/fhir/R4/http.html#update */
export async function update(
  house: House,
  context: Context,
  type: string,
  id: string,
  body: unknown,
  options: WriteOptions = {},
): Promise<Committed> {
  checkType(house, context, type, 'u');
  checkId(id);
  const checked = checkResource(house, context, body, type);
  return (await commit(house, context, 'update', [await updateDraft(house, checked, type, id, type, options)]))[0]!;
}

export async function updateDraft(
  house: House,
  checked: Checked,
  type: string,
  id: string,
  path: string,
  options: WriteOptions = {},
): Promise<Draft> {
  if (checked.resource.id !== id) {
    throw fault(400, 'invalid', 'id-mismatch', `The body's id has to be the one in the address.`, `${path}.id`);
  }
  return putDraft(await prepare(house, checked, path, options), `${type}/${id}`, path, options);
}

/** A new version of a record, or the first one, under the id that the resource has. */
export function putDraft(
  { resource, ...prepared }: Prepared,
  ref: string,
  path: string,
  { ifMatch, onlyNew }: Pick<WriteOptions, 'ifMatch' | 'onlyNew'>,
): Draft {
  return {
    method: 'PUT',
    ref,
    after: resource,
    path,
    ...prepared,
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(onlyNew === true ? { ifThere: alreadyThere(ref) } : {}),
  };
}

function alreadyThere(ref: string): Fault {
  const text = `${ref} is there already, and If-None-Match: * asks to write it only if it is not. Read it, and send your change with its ETag in If-Match.`;
  return fault(412, 'conflict', 'already-there', text);
}

/** Deletes a record; its history stays. What belongs to a sent case is never deleted. https://hl7.org/fhir/R4/http.html#delete */
export async function remove(
  house: House,
  context: Context,
  type: string,
  id: string,
  ifMatch?: number,
): Promise<Committed> {
  checkType(house, context, type, 'd');
  checkId(id);
  return (await commit(house, context, 'delete', [removeDraft(`${type}/${id}`, type, { ifMatch })]))[0]!;
}

/** `follows`: the version that met the criteria by which it is deleted. */
export function removeDraft(
  ref: string,
  path: string,
  { ifMatch, follows }: { readonly ifMatch?: number | undefined; readonly follows?: number },
): Draft {
  return {
    method: 'DELETE',
    ref,
    path,
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(follows === undefined ? {} : { follows }),
  };
}
