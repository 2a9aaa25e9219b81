import type { Issue } from '../base/index.ts';
import { issuesToOutcome } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Committed } from './commit.ts';

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

/** What there is to say about what was written, or that all is well. */
export function remarksToOutcome({ remarks = [] }: Committed): Resource {
  return issuesToOutcome(remarks.length > 0 ? remarks : [WRITTEN]);
}
