import type { Issue } from '../base/index.ts';
import { issuesToOutcome } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { AbsentReferences } from './absent-references.ts';
import { UNCHANGED } from './commit.ts';
import type { Committed } from './commit.ts';
import type { Context, House } from './house.ts';

/** Said of what a conditional create found: https://hl7.org/fhir/R4/http.html#ccreate */
export const FOUND: Issue = {
  severity: 'information',
  code: 'informational',
  key: 'record-found',
  text: 'A record that meets If-None-Exist was there already: nothing was written.',
};

const WRITTEN: Issue = {
  severity: 'information',
  code: 'informational',
  key: 'record-written',
  text: 'The record was written, and there is nothing else to say about it.',
};

/** Whether something was written, rather than found as it is wanted. */
export function isWritten({ remarks = [] }: Committed): boolean {
  return !remarks.includes(FOUND) && !remarks.includes(UNCHANGED);
}

/** What there is to say about what was written, or that all is well; some of it is looked up only now. */
export async function remarksToOutcome(house: House, context: Context, committed: Committed): Promise<Resource> {
  const { remarks = [] } = committed;
  const absent = new AbsentReferences<Committed>(house, context);
  if (isWritten(committed)) absent.note(committed, committed);
  const told = [...remarks, ...((await absent.look()).get(committed) ?? [])];
  return issuesToOutcome(told.length > 0 ? told : [WRITTEN]);
}
