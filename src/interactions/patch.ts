import { Fault, fault } from '../base/index.ts';
import { covers, permitOf, scopeNeeded } from '../access/index.ts';
import { compileFhirPathPatch, compileJsonPatch, splitReference } from '../fhir/index.ts';
import type { Patch, Rename, Resource } from '../fhir/index.ts';
import { checkId, checkResource, checkType, tellNothing } from './check.ts';
import { commit, UNCHANGED } from './commit.ts';
import type { Committed } from './commit.ts';
import type { Draft, Patched } from './draft.ts';
import type { Context, House } from './house.ts';
import { note } from './read.ts';
import { keptIn } from './wrappers.ts';
import { shortenReferences } from './write.ts';

/** A patch as it was sent: a JSON Patch, or a Parameters resource that is a FHIRPath Patch. */
export interface PatchBody {
  readonly form: 'json-patch' | 'fhirpath';
  readonly body: unknown;
}

export interface PatchOptions {
  readonly ifMatch?: number | undefined;
  /** The version that met the criteria by which it is patched. */
  readonly follows?: number;
}

/** Changes parts of a record, as it stands when the change is made. https://hl7.org/fhir/R4/http.html#patch */
export async function patch(
  house: House,
  context: Context,
  type: string,
  id: string,
  sent: PatchBody,
  ifMatch?: number,
): Promise<Committed> {
  checkType(house, context, type, 'u');
  checkId(id);
  const apply = readPatch(house, context, sent, type);
  const draft = patchDraft(house, context, `${type}/${id}`, apply, type, { ifMatch });
  return toReadable(house, context, (await commit(house, context, 'patch', [draft]))[0]!);
}

/**
 * Reads a patch for records of a type. `path`: where it stood in the request, else the type.
 * @throws Fault 400 where it is none, 403 where it asks what the caller may not read, before a record is looked at
 */
export function readPatch(
  house: House,
  context: Context,
  { form, body }: PatchBody,
  type: string,
  path: string = type,
): Patch {
  const { definitions } = house;
  const place = form === 'fhirpath' && path === type ? 'Parameters' : path;
  const apply =
    form === 'fhirpath' ? compileFhirPathPatch(definitions, body, place) : compileJsonPatch(definitions, body, place);
  if (apply.asks && isBlindTo(house, context, type)) {
    const text = `What test, copy and move do in a patch, and where() and exists() in the path of a FHIRPath Patch, tells what a record says. Leave them out, or ask for the scope ${scopeNeeded(context.caller, type, 'r')}.`;
    throw fault(403, 'forbidden', 'scope-missing', text, place);
  }
  return apply;
}

/** `path`: where the patch stood in the request, or the type; places in what it makes of the record are told from there. */
export function patchDraft(
  house: House,
  context: Context,
  ref: string,
  apply: Patch,
  path: string,
  { ifMatch, follows }: PatchOptions = {},
): Draft {
  const [type] = splitReference(ref);
  const isBlind = isBlindTo(house, context, type);
  const make: NonNullable<Draft['patch']> = (before, rename) =>
    makeNext(house, context, type, path, apply, before, rename);
  return {
    method: 'PATCH',
    ref,
    path,
    patch: isBlind ? (before, rename) => tellNothing(context, type, path, () => make(before, rename)) : make,
    ...(isBlind ? { isBlind } : {}),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(follows === undefined ? {} : { follows }),
  };
}

function makeNext(
  house: House,
  context: Context,
  type: string,
  path: string,
  apply: Patch,
  before: Resource,
  rename?: Rename,
): Patched {
  const after = applyAt(
    apply,
    before,
    path,
    rename === undefined ? undefined : keepWithin(apply, before, path, rename),
  );
  if (type === 'Binary' && after.data !== undefined) {
    const text = 'A patch leaves the bytes of a Binary as they are. Send other bytes by PUT.';
    throw fault(422, 'not-supported', 'patch-of-bytes', text, `${path}.data`);
  }
  const { remarks } = checkResource(house, context, after, type, path);
  shortenReferences(house, after, path);
  return { after, remarks };
}

/** What the entries of a Bundle that is stored call each other stays, with what the patch adds to it. */
function keepWithin(apply: Patch, before: Resource, path: string, rename: Rename): Rename {
  if (before.resourceType !== 'Bundle') return rename;
  const kept = keptIn(applyAt(apply, before, path));
  return (uri, ...where) => (kept.has(uri) ? undefined : rename(uri, ...where));
}

/** What is wrong with the patch as a whole stands where the patch stood. */
function applyAt(apply: Patch, before: Resource, path: string, rename?: Rename): Resource {
  try {
    return apply(before, rename);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(
      error.status,
      error.issues.map((issue) => ({ expression: path, ...issue })),
    );
  }
}

/** Whether the caller may change records of a type that it may not read. */
function isBlindTo(house: House, { caller }: Context, type: string): boolean {
  return !covers(permitOf(house, caller, type, 'r'), permitOf(house, caller, type, 'u'));
}

/**
 * The answer to a patch shows all of a record, of which the client need not have sent or seen anything: without the scope
 * to read it comes without the record, and without what there is to say about it. One that changed nothing is a read, and
 * audited as one.
 */
export function toReadable(house: House, context: Context, committed: Committed): Committed {
  const { ref, version, remarks = [] } = committed;
  if (remarks.includes(UNCHANGED)) note(house, context, 'patch', ref, version, 200);
  if (!isBlindTo(house, context, splitReference(ref)[0])) return committed;
  const { body: _body, remarks: _remarks, ...rest } = committed;
  return rest;
}
