import type { CaseRow } from '../case.ts';
import { withState } from '../decision.ts';

/** The fact that the home side has said that it has the report as it stands: the instant at which it did. */
export function acknowledgedKey(report: string): string {
  return `acknowledged ${report}`;
}

/** Of a report that changes, the home side has not seen the new version. */
export function forgetAcknowledgement(row: CaseRow, report: string): CaseRow {
  const { [acknowledgedKey(report)]: _acknowledged, ...facts } = row.state.facts;
  return withState(row, { facts });
}
