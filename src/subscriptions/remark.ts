import type { Issue } from '../base/index.ts';

/** Where faults of a Subscription are noted, so that all are told at once. */
export type Issues = Issue[];

/** `code`: http://hl7.org/fhir/issue-type */
export function remark(issues: Issues, code: string, key: string, expression: string, text: string): undefined {
  issues.push({ severity: 'error', code, key, text, expression });
  return undefined;
}
