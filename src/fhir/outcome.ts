import type { Issue } from '../base/index.ts';
import type { Resource } from './resource.ts';

/** The code system of `Issue.key`, so that programs can tell refusals apart. */
export const ISSUE_KEYS = 'https://consilium.example/fhir/CodeSystem/issue-key';

/** https://hl7.org/fhir/R4/operationoutcome.html */
export function issuesToOutcome(issues: readonly Issue[]): Resource {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.map((issue) => ({
      severity: issue.severity,
      code: issue.code,
      details: { coding: [{ system: ISSUE_KEYS, code: issue.key }], text: issue.text },
      diagnostics: issue.text,
      ...(issue.expression === undefined ? {} : { expression: [issue.expression] }),
    })),
  };
}
