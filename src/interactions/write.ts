import { fault, uuidv7 } from '../base/index.ts';
import { rewriteReferences } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { takeBytes } from './binary.ts';
import { checkId, checkResource, checkType } from './check.ts';
import { commit, commitWithin } from './commit.ts';
import type { Committed } from './commit.ts';
import { resolveCriteria } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';

export interface WriteOptions {
  readonly ifMatch?: number;
  /** The criteria of If-None-Exist, `identifier=…`, without a question mark. */
  readonly ifNoneExist?: string;
  readonly content?: { readonly hash: string; readonly size: number };
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
    return found ?? (await commitWithin(house, context, 'create', on, [draft]))[0]!;
  });
  house.wake();
  return committed;
}

export async function createDraft(
  house: House,
  resource: Resource,
  type: string,
  path: string,
  options: WriteOptions = {},
): Promise<Draft> {
  const id = uuidv7();
  shortenReferences(house, resource);
  const taken = await takeBytes(house, resource);
  const content = options.content ?? taken.content;
  // An id that the client put into the body of a create is not used (https://hl7.org/fhir/R4/http.html#create).
  return {
    method: 'POST',
    ref: `${type}/${id}`,
    after: { ...taken.resource, id },
    path,
    ...(content === undefined ? {} : { content }),
  };
}

/** This server's own absolute address and the relative one are the same record: cases and isolation know the latter. */
function shortenReferences(house: House, resource: Resource): void {
  const own = `${house.base}/`;
  rewriteReferences(house.definitions, resource, (uri, _path, isReference) =>
    isReference && uri.startsWith(own) ? uri.slice(own.length) : undefined,
  );
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
  const resource = checkResource(house, context, body, type);
  return (await commit(house, context, 'update', [await updateDraft(house, resource, type, id, type, options)]))[0]!;
}

export async function updateDraft(
  house: House,
  resource: Resource,
  type: string,
  id: string,
  path: string,
  options: WriteOptions = {},
): Promise<Draft> {
  if (resource.id !== id) {
    throw fault(400, 'invalid', 'id-mismatch', `The body's id has to be the one in the address.`, `${path}.id`);
  }
  shortenReferences(house, resource);
  const taken = await takeBytes(house, resource);
  const content = options.content ?? taken.content;
  return {
    method: 'PUT',
    ref: `${type}/${id}`,
    after: taken.resource,
    path,
    ...(options.ifMatch === undefined ? {} : { ifMatch: options.ifMatch }),
    ...(content === undefined ? {} : { content }),
  };
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
  const draft: Draft = {
    method: 'DELETE',
    ref: `${type}/${id}`,
    path: type,
    ...(ifMatch === undefined ? {} : { ifMatch }),
  };
  return (await commit(house, context, 'delete', [draft]))[0]!;
}
