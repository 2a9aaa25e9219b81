import type { Issue } from '../base/index.ts';
import type { Actor, CaseEventType, CaseRow } from './case.ts';
import { caseEvent, isProgramme } from './case.ts';
import type { Command } from './command.ts';
import type { Decision } from './decision.ts';
import { moveTask } from './records.ts';
import { illegalMove, notYourMove, refusal } from './refusal.ts';
import { isIssued, REPORT_MOVES, REPORT_WHILE } from './report-status.ts';

type ReportCommand = Extract<Command, { kind: 'report' }>;

/** The programme wrote a report on the case. The first one that becomes final is the case's report and completes it. */
export function decideReport(row: CaseRow, command: ReportCommand, actor: Actor, now: string): Decision | Issue[] {
  if (!isProgramme(row, actor)) {
    return [
      notYourMove(
        'A report based on the request',
        'the programme',
        'The placer names its own reports in ServiceRequest.supportingInfo.',
        'DiagnosticReport.basedOn',
      ),
    ];
  }
  const issues = reportIssues(row, command);
  if (issues.length > 0) return issues;
  if (command.to === 'final') return issue(row, command, now);
  return command.report === row.report ? change(row, command, now) : note(row, command, now);
}

function issue(row: CaseRow, command: ReportCommand, now: string): Decision {
  const next: CaseRow = { ...row, status: 'completed', businessStatus: 'report-issued', report: command.report };
  return { row: next, task: moveTask(next, now), events: [reportEvent('report-issued', next, command, now)] };
}

function change(row: CaseRow, command: ReportCommand, now: string): Decision {
  // A request that was sent in error stays so; a report on it can still be set right.
  const closed = row.status !== 'completed';
  const next: CaseRow = closed ? row : { ...row, businessStatus: 'report-amended' };
  const type = command.to === 'entered-in-error' ? 'report-withdrawn' : 'report-amended';
  return {
    row: next,
    ...(closed ? {} : { task: moveTask(next, now) }),
    events: [reportEvent(type, next, command, now)],
  };
}

function note(row: CaseRow, command: ReportCommand, now: string): Decision {
  return { row, events: [reportEvent('report-progressed', row, command, now)] };
}

function reportIssues(row: CaseRow, { from, to, report, hasContent, hasAttester }: ReportCommand): Issue[] {
  if (!REPORT_MOVES[from].includes(to)) {
    return [
      refusal(
        'business-rule',
        'illegal-move',
        `A report that is ${from === 'none' ? 'new' : from} cannot be ${to}. Legal: ${REPORT_MOVES[from].join(', ') || 'none'}.`,
        'DiagnosticReport.status',
      ),
    ];
  }
  const late = to === 'final' && (row.report !== undefined || row.businessStatus === 'cancellation-requested');
  const other = isIssued(to) && to !== 'final' && report !== row.report;
  if (late || other || !REPORT_WHILE[to].includes(row.status)) {
    return [illegalMove(row, 'programme', `A report with status ${to}`, 'DiagnosticReport.status')];
  }
  if (!isIssued(to)) return [];
  const issues: Issue[] = [];
  if (!hasContent) {
    issues.push(
      refusal(
        'required',
        'report-content',
        `A report with status ${to} has a conclusion or a presentedForm.`,
        'DiagnosticReport.conclusion',
      ),
    );
  }
  if (!hasAttester) {
    issues.push(
      refusal(
        'required',
        'report-attester',
        `A report with status ${to} names who answers for it: performer or resultsInterpreter.`,
        'DiagnosticReport.resultsInterpreter',
      ),
    );
  }
  return issues;
}

function reportEvent(type: CaseEventType, row: CaseRow, command: ReportCommand, now: string) {
  return caseEvent(type, row, now, command.report);
}
