import { fault } from '../base/index.ts';
import { parseJson } from '../fhir/index.ts';
import type { WriteEntry } from './bundle-form.ts';
import { referencesIn } from './bundle-references.ts';
import { checkResource, checkType } from './check.ts';
import type { Checked } from './check.ts';
import type { Committed } from './commit.ts';
import type { Criteria } from './conditional.ts';
import { noMatch, patchWhere, removeWhere, updateFoundDraft, updateWhere } from './conditional-write.ts';
import type { Draft } from './draft.ts';
import type { Context, House } from './house.ts';
import { patch, patchDraft, readPatch } from './patch.ts';
import type { PatchBody } from './patch.ts';
import { create, createDraft, prepare, remove, removeDraft, update, updateDraft } from './write.ts';
import type { WriteOptions } from './write.ts';

/** A write of a transaction, as far as it can be prepared without asking for records. */
export interface PlannedWrite {
  readonly entry: WriteEntry;
  /** What tells the record that is meant, to be asked inside the transaction. */
  readonly criteria?: Criteria;
  /** References in a patch, and where they stand: what it makes is known too late to look for them there. */
  readonly references?: ReadonlyMap<string, string>;
  /**
   * What is to be written, by what met the criteria; undefined: nothing. Called again when the transaction runs again.
   * @throws Fault where what was found, or was not, cannot be what is meant
   */
  draw(found: Committed | undefined): Draft | undefined;
}

/** A write that stands for itself; undefined: there was nothing to delete. */
export function runWrite(house: House, context: Context, entry: WriteEntry): Promise<Committed | undefined> {
  const { address, ifMatch, ifNoneExist, resource } = entry;
  const { type, id, query = '' } = address;
  switch (entry.form.write) {
    case 'create':
      return create(house, context, type, resource, ifNoneExist === undefined ? {} : { ifNoneExist });
    case 'update':
      return id === undefined
        ? updateWhere(house, context, type, query, resource, optionsOf(entry))
        : update(house, context, type, id, resource, optionsOf(entry));
    case 'patch':
      return id === undefined
        ? patchWhere(house, context, type, query, patchIn(entry), ifMatch)
        : patch(house, context, type, id, patchIn(entry), ifMatch);
    case 'delete':
      return id === undefined
        ? removeWhere(house, context, type, query, ifMatch)
        : remove(house, context, type, id, ifMatch);
  }
}

/** Judges the entry of a transaction, all but what the store has to say of it. */
export function planWrite(house: House, context: Context, entry: WriteEntry): PlannedWrite | Promise<PlannedWrite> {
  switch (entry.form.write) {
    case 'create':
      return planCreate(house, context, entry);
    case 'update':
      return planUpdate(house, context, entry);
    case 'patch':
      return planPatch(house, context, entry);
    case 'delete':
      return planDelete(house, context, entry);
  }
}

async function planCreate(house: House, context: Context, entry: WriteEntry): Promise<PlannedWrite> {
  const { address, ifNoneExist, path } = entry;
  checkType(house, context, address.type, 'c');
  const at = `${path}.resource`;
  const draft = await createDraft(house, check(house, context, entry), address.type, at, { resolves: true });
  if (ifNoneExist === undefined) return { entry, draw: () => draft };
  const criteria = { type: address.type, query: ifNoneExist, path: `${path}.request.ifNoneExist`, creates: true };
  return { entry, criteria, draw: (found) => (found === undefined ? draft : undefined) };
}

async function planUpdate(house: House, context: Context, entry: WriteEntry): Promise<PlannedWrite> {
  const { type, id } = entry.address;
  checkType(house, context, type, 'u');
  const at = `${entry.path}.resource`;
  const checked = check(house, context, entry);
  const options = { ...optionsOf(entry), resolves: true };
  if (id !== undefined) {
    const draft = await updateDraft(house, checked, type, id, at, options);
    return { entry, draw: () => draft };
  }
  const prepared = await prepare(house, checked, at, options);
  return {
    entry,
    criteria: { ...criteriaOf(entry), creates: true },
    draw: (found) => updateFoundDraft(prepared, type, found, at, options),
  };
}

function planPatch(house: House, context: Context, entry: WriteEntry): PlannedWrite {
  const { address, ifMatch, path } = entry;
  const { type, id } = address;
  checkType(house, context, type, 'u');
  const at = `${path}.resource`;
  const sent = patchIn(entry);
  const apply = readPatch(house, context, sent, type, at);
  const references = referencesIn(sent.body, at);
  if (id !== undefined) {
    const draft = patchDraft(house, context, `${type}/${id}`, apply, at, { ifMatch });
    return { entry, references, draw: () => draft };
  }
  return {
    entry,
    references,
    criteria: criteriaOf(entry),
    draw(found) {
      if (found === undefined) throw noMatch(type, 404);
      return patchDraft(house, context, found.ref, apply, at, { ifMatch, follows: found.version });
    },
  };
}

function planDelete(house: House, context: Context, entry: WriteEntry): PlannedWrite {
  const { address, ifMatch, path } = entry;
  const { type, id } = address;
  checkType(house, context, type, 'd');
  if (id !== undefined) {
    const draft = removeDraft(`${type}/${id}`, path, { ifMatch });
    return { entry, draw: () => draft };
  }
  return {
    entry,
    criteria: criteriaOf(entry),
    draw(found) {
      if (found !== undefined) return removeDraft(found.ref, path, { ifMatch, follows: found.version });
      if (ifMatch === undefined) return undefined;
      throw noMatch(type, 412);
    },
  };
}

function check(house: House, context: Context, { resource, address, path }: WriteEntry): Checked {
  return checkResource(house, context, resource, address.type, `${path}.resource`);
}

function optionsOf({ ifMatch, ifNoneMatch }: WriteEntry): Pick<WriteOptions, 'ifMatch' | 'onlyNew'> {
  return { ...(ifMatch === undefined ? {} : { ifMatch }), ...(ifNoneMatch === '*' ? { onlyNew: true } : {}) };
}

function criteriaOf({ address, path }: WriteEntry): Criteria {
  return { type: address.type, query: address.query ?? '', path: `${path}.request.url` };
}

/** JSON Patch comes as a Binary, FHIRPath Patch as Parameters. https://hl7.org/fhir/R4/http.html#patch */
export function patchIn({ resource, path }: WriteEntry): PatchBody {
  const at = `${path}.resource`;
  const { resourceType, contentType, data } = (resource ?? {}) as Readonly<Record<string, unknown>>;
  if (resourceType === 'Parameters') return { form: 'fhirpath', body: resource };
  if (resourceType === 'Binary' && typeof contentType === 'string' && typeof data === 'string') {
    if (/^application\/json-patch\+json\s*(;|$)/i.test(contentType)) {
      return { form: 'json-patch', body: parseJson(Buffer.from(data, 'base64')) };
    }
  }
  const text =
    'A PATCH entry has a Parameters resource (FHIRPath Patch), or a Binary of contentType application/json-patch+json.';
  throw fault(400, 'structure', 'patch-form', text, at);
}
