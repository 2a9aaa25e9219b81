import type { Coding } from '../../fhir/index.ts';
import { groupsOf, ownTable } from '../routing/condition-table.ts';
import { nodes, referencesOf } from '../tree.ts';
import type { Glance, Telling } from './finding.ts';
import { refOf } from '../packet/ref-of.ts';

/** A specialty that is asked for, or a reason of the request, where first diagnoses are usually right. */
export function tellsLowYield({ request, rule, records, specialties }: Glance): Telling | undefined {
  if (specialties.some((code) => rule.specialties?.includes(code))) {
    return { told: refOf(request), expression: 'ServiceRequest.performerType' };
  }
  if (rule.conditions === undefined) return undefined;
  // Which specialty the conditions go to does not matter here.
  const table = ownTable(rule.conditions.map((condition) => ({ ...condition, specialty: '' })));
  const isLow = (concept: unknown): boolean =>
    nodes(concept)
      .flatMap(({ coding }) => nodes(coding) as Coding[])
      .some((coding) => groupsOf(table, coding).length > 0);
  if (isLow(request.reasonCode)) return { told: refOf(request), expression: 'ServiceRequest.reasonCode' };
  const reasons = new Set(referencesOf(request.reasonReference));
  const found = records.find((record) => reasons.has(refOf(record)) && isLow(record.code));
  return found === undefined ? undefined : { told: refOf(found), expression: 'ServiceRequest.reasonReference' };
}
