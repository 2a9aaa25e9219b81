import { fault } from '../base/index.ts';
import { PACKET_TYPES } from '../cases/index.ts';
import { parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { findCaseOf, readCaseMembersOfTypes } from '../store/index.ts';
import type { StoredCase } from '../store/index.ts';
import type { Context, House } from './house.ts';
import { read } from './read.ts';

/** A case as an operation on its request looks at it. */
export interface RequestedCase {
  readonly row: StoredCase;
  readonly request: Resource;
}

export interface CaseRecord {
  readonly ref: string;
  readonly body: string;
  readonly resource: Resource;
}

/**
 * The case that a request opened, for a party to it that may read the request.
 * @throws Fault: 404 for who may not see it, 403 for who only pays, 422 where the request has opened none
 */
export async function readCaseOf(house: House, context: Context, id: string): Promise<RequestedCase> {
  const { ref, body } = await read(house, context, 'ServiceRequest', id);
  if (context.caller.role !== 'placer' && context.caller.role !== 'programme') {
    const text =
      'This is told to the home side and the programme of the case alone. The Task of the case says where it stands.';
    throw fault(403, 'forbidden', 'not-your-move', text);
  }
  const row = await findCaseOf(house.database, context.caller.organization, ref);
  if (row === undefined) {
    const text = `${ref} has opened no case yet, so that there is nothing to tell of one. Read the request itself.`;
    throw fault(422, 'business-rule', 'no-case', text);
  }
  return { row, request: parseStored(body) };
}

/** Records of a case that say something: what was sent with it and what was made on it. */
export async function readClinicalRecords(house: House, context: Context, id: string): Promise<CaseRecord[]> {
  const found = await readCaseMembersOfTypes(house.database, context.caller.organization, id, PACKET_TYPES);
  return found.map(({ ref, body }) => ({ ref, body, resource: parseStored(body) }));
}
