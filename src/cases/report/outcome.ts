import type { Resource } from '../../fhir/index.ts';
import type { CaseEvent, CaseEventType, CaseRow } from '../case.ts';
import { caseEvent } from '../case.ts';
import type { Command } from '../command.ts';
import type { Decision } from '../decision.ts';
import { chain, withState } from '../decision.ts';
import { addReport, moveTask } from '../records.ts';
import type { Scene } from '../scene.ts';
import type { CaseState } from '../state.ts';
import { REPORT_WITHDRAWN } from '../state.ts';
import { cancelSteps } from '../steps/end.ts';
import { openSteps } from '../steps/step.ts';
import { text } from '../tree.ts';
import { forgetAcknowledgement } from './acknowledged.ts';
import { withdrawParts } from './withdrawn.ts';

type ReportCommand = Extract<Command, { kind: 'report' }>;

/** The report becomes the case's, and completes it; or takes the place of one that was said to be in error. */
export function issueReport({ row, now }: Scene, command: ReportCommand): Decision {
  const { report } = command;
  const { [REPORT_WITHDRAWN]: _withdrawn, ...facts } = row.state.facts;
  const state = {
    reports: [...row.state.reports, report],
    issuedAt: now,
    facts,
    // How the patient has fared is asked anew, counted from the report that stands.
    done: row.state.done.filter((key) => !key.startsWith('follow-up ')),
  };
  const next: CaseRow = { ...withState(row, state), status: 'completed', businessStatus: 'report-issued', report };
  const detail = row.report === undefined ? undefined : { replaces: row.report };
  return {
    row: next,
    task: moveTask(next, now),
    changes: stampIssued(command, now),
    events: [reportEvent('report-issued', next, command, now, detail)],
  };
}

/** The written summary after a video consultation: a second report on the case, which has been closed by the first. */
export function issueSummary({ row, now }: Scene, command: ReportCommand): Decision {
  const next = withState(row, { reports: [...row.state.reports, command.report] });
  return {
    row: next,
    task: addReport(command.report),
    changes: stampIssued(command, now),
    events: [reportEvent('report-issued', next, command, now, { part: 'summary' })],
  };
}

/** An issued report is changed. A request that was sent in error stays so; a report on it can still be set right. */
export function amendReport({ row, now }: Scene, command: ReportCommand): Decision {
  const amended = forgetAcknowledgement(row, command.report);
  // A summary that changes brings no report back.
  const isAmended = row.status === 'completed' && !isWithdrawn(row.state);
  const next: CaseRow = isAmended ? { ...amended, businessStatus: 'report-amended' } : amended;
  return {
    row: next,
    ...(row.status === 'completed' ? { task: moveTask(next, now) } : {}),
    changes: stampIssued(command, now),
    events: [reportEvent('report-amended', next, command, now)],
  };
}

/**
 * An issued report is said to be in error, with all that it alone says, so that nobody acts on it. The case stays completed:
 * a new report may take its place.
 */
export function withdrawReport(scene: Scene, command: ReportCommand): Decision {
  const { row, now } = scene;
  const { report } = command;
  const isAnswer = report === row.report;
  const { state } = forgetAcknowledgement(row, report);
  const gone = withState(row, {
    reports: state.reports.filter((one) => one !== report),
    facts: isAnswer ? { ...state.facts, [REPORT_WITHDRAWN]: now } : state.facts,
  });
  const isUnanswered = row.status === 'completed' && isAnswer;
  const next: CaseRow = isUnanswered ? { ...gone, businessStatus: 'report-withdrawn' } : gone;
  const withdrawn: Decision = {
    row: next,
    ...(row.status === 'completed' ? { task: moveTask(next, now) } : {}),
    changes: withdrawParts(scene, command),
    events: [reportEvent('report-withdrawn', next, command, now)],
  };
  // Nobody is asked how the patient has fared with an opinion that was none.
  return isAnswer
    ? chain(withdrawn, cancelSteps({ ...scene, row: next }, openSteps({ row: next }, 'follow-up'), 'case-closed'))
    : withdrawn;
}

/** A report that is not issued is worked on, or given up. */
export function progressReport({ row, now }: Scene, command: ReportCommand): Decision {
  return { row, events: [reportEvent('report-progressed', row, command, now)] };
}

/** Whether the case's report was said to be in error, and none has taken its place. */
export function isWithdrawn({ facts }: Pick<CaseState, 'facts'>): boolean {
  return facts[REPORT_WITHDRAWN] !== undefined;
}

/**
 * DiagnosticReport.issued is when this version was made available: as the writer says, else now. What the version before
 * it said is not said of this one.
 */
function stampIssued({ report, before }: ReportCommand, now: string): NonNullable<Decision['changes']> {
  const said = text(before?.issued);
  const stamp = (current: Resource): Resource => {
    const issued = text(current.issued);
    return issued === undefined || issued === said ? { ...current, issued: now } : current;
  };
  return new Map([[report, stamp]]);
}

function reportEvent(
  type: CaseEventType,
  row: CaseRow,
  { report }: ReportCommand,
  now: string,
  detail?: Readonly<Record<string, string>>,
): CaseEvent {
  return caseEvent(type, row, now, report, detail);
}
