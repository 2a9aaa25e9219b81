import { fault, notFound } from '../base/index.ts';
import { lookUpText, readVersion } from '../store/index.ts';
import { checkId, checkType } from './check.ts';
import type { Context, House } from './house.ts';

/** A version as it is answered: the stored text, unparsed. */
export interface Answered {
  readonly ref: string;
  readonly version: number;
  readonly at: number;
  readonly body: string;
  readonly contentHash: string | null;
}

/** Reads the current version. https://hl7.org/fhir/R4/http.html#read */
export async function read(house: House, context: Context, type: string, id: string): Promise<Answered> {
  checkType(house, context, type, 'r');
  checkId(id);
  const ref = `${type}/${id}`;
  const record = await lookUpText(house.database, context.caller.organization, ref);
  if (record === undefined) throw notFound(ref);
  note(house, context, 'read', ref, record.version, record.body === null ? 410 : 200);
  if (record.body === null) throw gone(ref);
  return { ...record, ref, body: record.body };
}

/** Reads one version. https://hl7.org/fhir/R4/http.html#vread */
export async function vread(
  house: House,
  context: Context,
  type: string,
  id: string,
  version: string,
): Promise<Answered> {
  checkType(house, context, type, 'r');
  checkId(id);
  const ref = `${type}/${id}`;
  const number = /^[1-9]\d{0,14}$/.test(version) ? Number(version) : 0;
  const found = number === 0 ? undefined : await readVersion(house.database, context.caller.organization, ref, number);
  if (found === undefined) throw notFound(`${ref}/_history/${number === 0 ? '?' : number}`);
  note(house, context, 'vread', ref, found.version, found.body === null ? 410 : 200);
  if (found.body === null) throw gone(`${ref}/_history/${found.version}`);
  return { ...found, body: found.body };
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

function gone(what: string): Error {
  return fault(410, 'deleted', 'deleted', `${what} was deleted. Its earlier versions are in its history.`);
}
