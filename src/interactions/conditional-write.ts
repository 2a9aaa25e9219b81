import { fault, notFound, uuidv7 } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Queryable } from '../store/index.ts';
import { checkId, checkResource, checkType } from './check.ts';
import { commitWithin } from './commit.ts';
import type { Committed } from './commit.ts';
import { resolveCriteria } from './conditional.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { patchDraft, readPatch, toReadable } from './patch.ts';
import type { PatchBody } from './patch.ts';
import { prepare, putDraft, removeDraft } from './write.ts';
import type { Prepared, WriteOptions } from './write.ts';

type Options = Pick<WriteOptions, 'ifMatch' | 'onlyNew'>;

/** Where criteria stand in a request of their own. */
const PLACE = 'http.query';

/**
 * Writes the one record that meets the criteria, or a new one where none does.
 * https://hl7.org/fhir/R4/http.html#cond-update
 */
export async function updateWhere(
  house: House,
  context: Context,
  type: string,
  query: string,
  body: unknown,
  options: Options = {},
): Promise<Committed> {
  checkType(house, context, type, 'u');
  const prepared = await prepare(house, checkResource(house, context, body, type), type);
  return decide(house, context, 'update', { type, query }, (found) =>
    updateFoundDraft(prepared, type, found, type, options),
  );
}

/**
 * The draft of a conditional update, by what met its criteria. `path`: where the resource stood in the request.
 * @throws Fault 400 where the body has another id than what was found
 */
export function updateFoundDraft(
  prepared: Prepared,
  type: string,
  found: Committed | undefined,
  path: string,
  options: Options = {},
): Draft {
  const { id } = prepared.resource;
  if (id !== undefined) checkId(id);
  if (found === undefined) {
    const given = id ?? uuidv7();
    const ref = `${type}/${given}`;
    const draft = putDraft(named(prepared, given), ref, path, options);
    return id === undefined ? draft : { ...draft, ifThere: idInUse(ref, path) };
  }
  const { ref, version } = found;
  const own = ref.slice(type.length + 1);
  if (id !== undefined && id !== own) {
    const text = `The body's id is not that of the ${type} that meets the criteria. Leave it out, or mend the criteria.`;
    throw fault(400, 'invalid', 'id-mismatch', text, `${path}.id`);
  }
  return { ...putDraft(named(prepared, own), ref, path, options), follows: version };
}

function named({ resource, ...prepared }: Prepared, id: string): Prepared {
  return { ...prepared, resource: { ...resource, id } satisfies Resource };
}

/** Nothing met the criteria, so that what stands under the id is not what was meant. */
function idInUse(ref: string, path: string): Fault {
  const text = `No record meets the criteria, and ${ref} is there already. Send the body without its id, or mend the criteria.`;
  return fault(409, 'conflict', 'id-taken', text, `${path}.id`);
}

/**
 * Deletes the one record that meets the criteria; undefined where none does, which is no mistake. Several are never
 * deleted at once. https://hl7.org/fhir/R4/http.html#3.1.0.7.1
 */
export async function removeWhere(
  house: House,
  context: Context,
  type: string,
  query: string,
  ifMatch?: number,
): Promise<Committed | undefined> {
  checkType(house, context, type, 'd');
  return decide(house, context, 'delete', { type, query }, (found) => {
    if (found !== undefined) return removeDraft(found.ref, type, { ifMatch, follows: found.version });
    if (ifMatch === undefined) return undefined;
    throw noMatch(type, 412);
  });
}

/** Patches the one record that meets the criteria. https://hl7.org/fhir/R4/http.html#patch */
export async function patchWhere(
  house: House,
  context: Context,
  type: string,
  query: string,
  sent: PatchBody,
  ifMatch?: number,
): Promise<Committed> {
  checkType(house, context, type, 'u');
  const patch = readPatch(house, context, sent, type);
  const committed = await decide(house, context, 'patch', { type, query }, (found) => {
    if (found === undefined) throw noMatch(type, 404);
    return patchDraft(house, context, found.ref, patch, type, { ifMatch, follows: found.version });
  });
  return toReadable(house, context, committed);
}

export function noMatch(type: string, status: 404 | 412): Fault {
  const text = `No ${type} that this caller can see meets the criteria. Mend them, or create the record first.`;
  return status === 404 ? notFound(`A ${type} that meets the criteria`) : fault(412, 'conflict', 'no-match', text);
}

/** Resolves the criteria and writes what follows from it, in one transaction. */
async function decide<D extends Draft | undefined>(
  house: House,
  context: Context,
  interaction: string,
  { type, query }: { readonly type: string; readonly query: string },
  draw: (found: Committed | undefined) => D,
): Promise<D extends Draft ? Committed : Committed | undefined>;
async function decide(
  house: House,
  context: Context,
  interaction: string,
  criteria: { readonly type: string; readonly query: string },
  draw: (found: Committed | undefined) => Draft | undefined,
): Promise<Committed | undefined> {
  const committed = await house.database.transact(async (on: Queryable) => {
    const [found] = await resolveCriteria(house, context, on, [{ ...criteria, path: PLACE }]);
    const draft = draw(found);
    return draft === undefined ? undefined : (await commitWithin(house, context, interaction, on, [draft]))[0]!;
  });
  house.wake();
  return committed;
}
