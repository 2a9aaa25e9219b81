import { fault } from '../base/index.ts';
import { covers, permitOf } from '../access/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Coding, Resource } from '../fhir/index.ts';
import { checkId, checkResource, checkType } from './check.ts';
import { commit } from './commit.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { read } from './read.ts';

type Meta = NonNullable<Resource['meta']>;

const ADDED = { meta: { type: 'Meta' } } as const;

/** The profiles, tags and labels of a record. https://hl7.org/fhir/R4/resource-operation-meta.html */
export async function readMeta(
  house: House,
  context: Context,
  request: OperationRequest,
  type: string,
  id: string,
): Promise<Resource> {
  readInput({}, request);
  return toParameters((await read(house, context, type, id)).body);
}

/**
 * Adds profiles, tags and labels to a record, or takes some away. Here that is a change like any other: it makes a new
 * version, is for who may change the record, and the record has to conform to the profiles that it claims then.
 * https://hl7.org/fhir/R4/resource-operation-meta-add.html, https://hl7.org/fhir/R4/resource-operation-meta-delete.html
 */
export async function changeMeta(
  house: House,
  context: Context,
  request: OperationRequest,
  type: string,
  id: string,
  how: 'meta-add' | 'meta-delete',
): Promise<Resource> {
  checkType(house, context, type, 'u');
  // The answer is the whole meta, whatever was sent.
  checkType(house, context, type, 'r');
  checkId(id);
  const { caller } = context;
  if (!covers(permitOf(house, caller, type, 'r'), permitOf(house, caller, type, 'u')))
    await read(house, context, type, id);
  const { meta } = readInput(ADDED, request);
  if (meta === undefined) {
    const text = 'The parameter meta is missing: send it by POST in a Parameters resource, as valueMeta.';
    throw fault(400, 'required', 'parameter-missing', text);
  }
  const sent = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: meta }] };
  checkResource(house, context, sent, 'Parameters');
  const combine = how === 'meta-add' ? add : subtract;
  const patch = (before: Resource) => {
    const after = { ...before, meta: combine(before.meta ?? {}, meta) };
    return { after, remarks: checkResource(house, context, after, type).remarks };
  };
  const [committed] = await commit(house, context, how, [{ method: 'PATCH', ref: `${type}/${id}`, path: type, patch }]);
  return toParameters(committed!.body!);
}

/** What can be added and taken away, and how two of them are told to be the same. */
const LISTS = ['profile', 'security', 'tag'] as const;

function add(meta: Meta, more: Meta): Meta {
  const result: Meta = { ...meta };
  for (const name of LISTS) {
    const there = new Set(listOf(meta, name).map(identify));
    const fresh = listOf(more, name).filter((item) => !there.has(identify(item)) && there.add(identify(item)));
    if (fresh.length > 0) result[name] = [...listOf(meta, name), ...fresh];
  }
  return result;
}

function subtract(meta: Meta, less: Meta): Meta {
  const result: Meta = { ...meta };
  for (const name of LISTS) {
    const gone = new Set(listOf(less, name).map(identify));
    const left = listOf(meta, name).filter((item) => !gone.has(identify(item)));
    // FHIR has no empty lists.
    if (left.length > 0) result[name] = left;
    else delete result[name];
  }
  return result;
}

function listOf(meta: Meta, name: (typeof LISTS)[number]): readonly unknown[] {
  return (meta[name] as readonly unknown[] | undefined) ?? [];
}

/** A label is its code in its system: how it is displayed does not matter. */
function identify(item: unknown): string {
  if (typeof item === 'string') return item;
  const { system, code } = item as Coding;
  return JSON.stringify([system, code]);
}

function toParameters(body: string): Resource {
  const { meta } = parseStored(body);
  return { resourceType: 'Parameters', parameter: [{ name: 'return', valueMeta: meta }] };
}
