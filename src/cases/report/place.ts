import type { Issue } from '../../base/index.ts';

/** Where the Composition is named, by the report that is written: it may itself be part of another request. */
export const REPORT = 'DiagnosticReport.extension';

/** An issue of a part of the report, told where that part stands. */
export function issueIn(record: string, path: string, issue: Issue): Issue {
  return { ...issue, record, expression: `${record.slice(0, record.indexOf('/'))}.${path}` };
}
