import { fault, notFound } from '../base/index.ts';
import { permitOf } from '../access/index.ts';
import { splitReference, subsetText } from '../fhir/index.ts';
import { lookUpText, readVersion } from '../store/index.ts';
import { checkId, checkType } from './check.ts';
import { gone } from './draft.ts';
import type { Context, House } from './house.ts';
import { isPermitted } from './permit-record.ts';
import { parseWanted } from './subset-answer.ts';
import type { Params, Wanted } from './subset-answer.ts';

/** What a read asks for besides the record: `_summary`, `_elements`. */
export interface ReadRequest {
  readonly params: Params;
  /** Whether parameters that mean nothing in a read are refused. */
  readonly strict: boolean;
}

/** A version as it is answered: the stored text, unparsed. */
export interface Answered extends Partial<Wanted> {
  readonly ref: string;
  readonly version: number;
  readonly at: number;
  readonly body: string;
  readonly contentHash: string | null;
}

/** Reads the current version. https://hl7.org/fhir/R4/http.html#read */
export async function read(
  house: House,
  context: Context,
  type: string,
  id: string,
  asked?: ReadRequest,
): Promise<Answered> {
  checkType(house, context, type, 'r');
  checkId(id);
  const wanted = asked && parseWanted(house, [type], asked.params, asked);
  const ref = `${type}/${id}`;
  const record = await lookUpText(house.database, context.caller, ref);
  if (record === undefined || !(await mayRead(house, context, { ...record, ref }))) throw notFound(ref);
  note(house, context, 'read', ref, record.version, record.body === null ? 410 : 200);
  if (record.body === null) throw gone(ref);
  return { ...record, ...wanted, ref, body: record.body };
}

/** Reads one version. https://hl7.org/fhir/R4/http.html#vread */
export async function vread(
  house: House,
  context: Context,
  type: string,
  id: string,
  version: string,
  asked?: ReadRequest,
): Promise<Answered> {
  checkType(house, context, type, 'r');
  checkId(id);
  const wanted = asked && parseWanted(house, [type], asked.params, asked);
  const ref = `${type}/${id}`;
  if (!/^[1-9]\d{0,14}$/.test(version)) {
    const text = 'No record has such a version: behind _history/ stands a number from 1 on, as the ETag has it.';
    throw fault(404, 'not-found', 'not-found', text);
  }
  const number = Number(version);
  const found = await readVersion(house.database, context.caller, ref, number);
  if (found === undefined || !(await mayRead(house, context, found))) throw notFound(`${ref}/_history/${number}`);
  note(house, context, 'vread', ref, found.version, found.body === null ? 410 : 200);
  if (found.body === null) throw gone(`${ref}/_history/${found.version}`);
  return { ...found, ...wanted, body: found.body };
}

/** Whether the caller's grants reach a version that its organisation sees; mostly they reach all of a type. */
function mayRead(
  house: House,
  context: Context,
  found: Pick<Answered, 'ref' | 'version'> & { readonly body: string | null },
): boolean | Promise<boolean> {
  const [type] = splitReference(found.ref);
  return (
    permitOf(house, context.caller, type, 'r') === 'all' || isPermitted(house, context, house.database, 'r', found)
  );
}

/** The text of what was read, in the shape that was asked for; `body`: where it is not all that there is to it. */
export function textOf(house: House, { shape, ...found }: Answered, body: string = found.body): string {
  return shape === undefined ? body : subsetText(house.definitions, body, shape);
}

export function note(
  house: House,
  context: Context,
  interaction: string,
  ref: string,
  version: number | undefined,
  status: number,
): void {
  const { caller, request } = context;
  house.trail.note({
    request,
    organization: caller.organization,
    client: caller.client,
    ...(caller.user === undefined ? {} : { person: caller.user }),
    interaction,
    ref,
    ...(version === undefined ? {} : { version }),
    status,
  });
}
