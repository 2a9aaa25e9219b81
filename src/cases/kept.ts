import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { CaseRow } from './case.ts';
import { BUSINESS_STATUS_SYSTEM, CASE_NUMBER_SYSTEM } from './catalogue.ts';
import { caseNumbers } from './filed.ts';
import { refusal } from './refusal.ts';
import { codesIn } from './tree.ts';

/** Elements by which a record says of which case it is. */
const NUMBERED_BY = ['identifier', 'groupIdentifier', 'requisition'];
/** Records that could be taken for those by which a case is followed. */
const FOLLOWED = new Set(['ServiceRequest', 'Task', 'DiagnosticReport']);

/**
 * What a record written by a party may not claim of itself: the number of a case that it is not on, or where a case
 * stands, which its Task T0 alone says.
 * @param cases those that the record is on; none for a record that is on no case
 */
export function keptIssues(after: Resource, cases: readonly CaseRow[]): Issue[] {
  return [...numberIssues(after, cases), ...businessStatusIssues(after, cases)];
}

function numberIssues(after: Resource, cases: readonly CaseRow[]): Issue[] {
  const isDocument = after.resourceType === 'DocumentReference';
  if (!isDocument && !FOLLOWED.has(after.resourceType)) return [];
  // Among documents the case number marks the letters that the server made.
  const own = isDocument ? [] : cases.map((row) => row.number);
  return NUMBERED_BY.filter((name) => caseNumbers(after[name]).some((number) => !own.includes(number))).map((name) =>
    refusal(
      'business-rule',
      'case-number-taken',
      `Identifiers of ${CASE_NUMBER_SYSTEM} are given by the server: a Task, request or report bears only the number of ` +
        'its own case, another document none. Leave it out, or use a system of your own.',
      `${after.resourceType}.${name}`,
    ),
  );
}

function businessStatusIssues(after: Resource, cases: readonly CaseRow[]): Issue[] {
  if (after.resourceType !== 'Task') return [];
  const allowed = cases.some((row) => row.task === `Task/${after.id ?? ''}`) ? 1 : 0;
  if (codesIn(after.businessStatus, BUSINESS_STATUS_SYSTEM).length <= allowed) return [];
  return [
    refusal(
      'business-rule',
      'business-status-reserved',
      `Where a case stands is said by the Task that the server made for it, in one coding of ${BUSINESS_STATUS_SYSTEM}. ` +
        'Code the business status of other Tasks in a system of your own.',
      'Task.businessStatus',
    ),
  ];
}
