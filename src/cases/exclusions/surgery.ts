import type { Resource } from '../../fhir/index.ts';
import { codings } from '../packet/codings.ts';
import { kindOfCode, kindOfProcedure } from './procedures.ts';
import type { Glance, Telling } from './finding.ts';
import { refOf } from '../packet/ref-of.ts';

const PLANNED: ReadonlySet<unknown> = new Set(['draft', 'active', 'on-hold']);
/** Examinations before an operation, and operations as a precaution. */
const ICD_10 = /^http:\/\/hl7\.org\/fhir\/sid\/icd-10(-cm)?\|(Z01\.81|Z40)/;

/** An operation that is planned or spoken of: in the request, as an order beside it, or as a Procedure in preparation. */
export function tellsSurgery({ request, records }: Glance): Telling | undefined {
  for (const name of ['reasonCode', 'orderDetail', 'category'])
    if (codings(request[name]).some(isSurgical)) return { told: refOf(request), expression: `ServiceRequest.${name}` };
  const plan = records.find((record) => isPlan(record, request));
  return plan === undefined ? undefined : { told: refOf(plan) };
}

function isPlan(record: Resource, request: Resource): boolean {
  switch (record.resourceType) {
    case 'Procedure':
      return record.status === 'preparation' && kindOfProcedure(record) === 'surgery';
    case 'ServiceRequest':
      return refOf(record) !== refOf(request) && PLANNED.has(record.status) && kindOfProcedure(record) === 'surgery';
    case 'Condition':
      return codings(record.code).some(isSurgical);
    default:
      return false;
  }
}

function isSurgical(coding: string): boolean {
  return kindOfCode(coding) === 'surgery' || ICD_10.test(coding);
}
