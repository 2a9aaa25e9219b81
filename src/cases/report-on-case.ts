import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import { refusal } from './refusal.ts';
import { referencesOf } from './tree.ts';

/**
 * What stands against a report as a record of the cases on which it is made: it is of one case, and about its patient.
 * @param requests the sent requests of these cases
 */
export function reportOnCaseIssues(report: Resource, requests: readonly Resource[]): Issue[] {
  const [request, another] = requests;
  if (request === undefined) return [];
  if (another !== undefined) {
    return [
      refusal(
        'business-rule',
        'one-case',
        'A report is made on one case. Write a report of its own for each of the requests.',
        'DiagnosticReport.basedOn',
      ),
    ];
  }
  if (referencesOf(report.subject)[0] === referencesOf(request.subject)[0]) return [];
  return [
    refusal(
      'business-rule',
      'report-subject',
      'A report on a case names the patient of the case: the subject of its request, as Patient/[id].',
      'DiagnosticReport.subject',
    ),
  ];
}
