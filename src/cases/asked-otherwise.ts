import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { CaseRow } from './case.ts';
import { businessStatusOf } from './records.ts';
import { refusal } from './refusal.ts';

/**
 * What stands against moving T0 because of one record while the same bundle asks for another move of T0: either would
 * be dropped in silence.
 * @param row where the case stands after the decision on the other record
 * @param before T0 as stored
 * @param asked T0 as the bundle brings it
 */
export function askedOtherwise(row: CaseRow, before: Resource, asked: Resource): Issue[] {
  const businessStatus = businessStatusOf(asked);
  if (asked.status === before.status && businessStatus === businessStatusOf(before)) return [];
  if (asked.status === row.status && businessStatus === row.businessStatus) return [];
  return [
    refusal(
      'business-rule',
      'illegal-move',
      `Another record of this bundle moves the case to ${row.status} (${row.businessStatus}), while its Task asks for ` +
        'another move. Send the two one after the other.',
      'Task.status',
    ),
  ];
}
