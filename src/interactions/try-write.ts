import { Fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { hasScope, scopeFault } from '../access/index.ts';
import type { Resource } from '../fhir/index.ts';
import { AbsentReferences } from './absent-references.ts';
import { commitWithin } from './commit.ts';
import type { Committed } from './commit.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { createDraft, updateDraft } from './write.ts';

/**
 * What a write would be refused for, when the resource itself has no errors, or what it would be answered with: found out
 * by trying it, and taken back.
 */
export async function tryWrite(
  house: House,
  context: Context,
  mode: 'create' | 'update',
  resource: Resource,
  id = resource.id,
): Promise<readonly Issue[]> {
  const type = resource.resourceType;
  const refused = refuseScope(house, context, type, mode);
  if (refused !== undefined) return refused;
  if (type === 'Binary' && resource['data'] !== undefined) {
    // Bytes are kept before the record is written.
    return [
      inform('not-supported', 'write-not-tried', `A Binary with data is looked at, but the ${mode} is not tried.`),
    ];
  }
  if (mode === 'create') {
    const result = await tryDraft(house, context, () => createDraft(house, { resource, remarks: [] }, type, type));
    if (result instanceof Fault) return result.issues;
    const text = 'A create does not use the id that the resource has: the server gives one.';
    const unused = resource.id === undefined ? [] : [inform('informational', 'id-not-used', text, `${type}.id`)];
    return [...(result.remarks ?? []), ...unused];
  }
  if (id === undefined) {
    const text = 'An update needs the id of the record. Give it to the resource.';
    return [{ severity: 'error', code: 'required', key: 'id-needed', text, expression: `${type}.id` }];
  }
  const result = await tryDraft(house, context, () => updateDraft(house, { resource, remarks: [] }, type, id, type));
  if (result instanceof Fault) return result.issues;
  const text = 'No record stands under this id: the update would create it.';
  const creates = result.created ? [inform('informational', 'update-creates', text, `${type}.id`)] : [];
  return [...(result.remarks ?? []), ...creates];
}

/** What the deletion of a record would be refused for. */
export async function tryDelete(house: House, context: Context, type: string, id: string): Promise<readonly Issue[]> {
  const refused = refuseScope(house, context, type, 'delete');
  if (refused !== undefined) return refused;
  const draft: Draft = { method: 'DELETE', ref: `${type}/${id}`, path: type };
  const result = await tryDraft(house, context, async () => draft);
  return result instanceof Fault ? result.issues : [];
}

const LETTERS = { create: 'c', update: 'u', delete: 'd' } as const;

function refuseScope(
  house: House,
  { caller }: Context,
  type: string,
  mode: keyof typeof LETTERS,
): readonly Issue[] | undefined {
  const letter = LETTERS[mode];
  return hasScope(house, caller, type, letter) ? undefined : scopeFault(caller, type, letter).issues;
}

/** Leaves the transaction so that nothing of it stays. */
class TakenBack extends Error {
  readonly committed: Committed;

  constructor(committed: Committed) {
    super('taken back');
    this.committed = committed;
  }
}

/** Goes through the one door for writes and back out: what would be written, or the refusal. */
async function tryDraft(house: House, context: Context, draw: () => Promise<Draft>): Promise<Committed | Fault> {
  try {
    const draft = await draw();
    return await house.database.transact(async (on): Promise<Committed> => {
      const [committed] = await commitWithin(house, context, 'validate', on, [draft]);
      const absent = new AbsentReferences<'it'>(house, context);
      absent.note('it', committed!);
      const { remarks = [], ...rest } = committed!;
      throw new TakenBack({ ...rest, remarks: [...remarks, ...((await absent.lookWithin(on)).get('it') ?? [])] });
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.committed;
    // That the server cannot answer right now says nothing of the resource.
    if (error instanceof Fault && error.status < 500) return error;
    throw error;
  }
}

function inform(code: string, key: string, text: string, expression?: string): Issue {
  return { severity: 'information', code, key, text, ...(expression === undefined ? {} : { expression }) };
}
