import type { Issue } from '../base/index.ts';
import type { CaseEvent, CaseEventType, CaseRow } from './case.ts';
import { caseEvent, isProgramme } from './case.ts';
import type { Command } from './command.ts';
import type { Decision } from './decision.ts';
import { chain, withState } from './decision.ts';
import { guardIssues } from './guards.ts';
import { documentOf, isRead } from './packet/languages.ts';
import { addReport, moveTask } from './records.ts';
import { illegalMove, notYourMove, refusal } from './refusal.ts';
import type { Scene } from './scene.ts';
import type { ReportStatus } from './report-status.ts';
import { isIssued, REPORT_MOVES, REPORT_WHILE } from './report-status.ts';
import { REPORT_WITHDRAWN } from './state.ts';
import { cancelSteps } from './steps/end.ts';
import { openSteps } from './steps/step.ts';

type ReportCommand = Extract<Command, { kind: 'report' }>;

/** The programme wrote a report on the case. The first one that becomes final is the case's report and completes it. */
export function decideReport(scene: Scene, command: ReportCommand): Decision | Issue[] {
  const { row, actor, now } = scene;
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
  if (command.to === 'final') {
    const remarks = languageRemarks(scene, command);
    if (row.report !== undefined) return { ...issueFurther(row, command, now), remarks };
    const { refusals, allowed } = guardIssues(scene, { after: command.after, to: 'report-issued' });
    return refusals.length > 0 ? refusals : allowed({ ...issue(row, command, now), remarks });
  }
  return row.report === command.report || row.state.reports.includes(command.report)
    ? change(scene, command)
    : note(row, command, now);
}

function issue(row: CaseRow, command: ReportCommand, now: string): Decision {
  const state = { reports: [...row.state.reports, command.report], issuedAt: now };
  const next: CaseRow = {
    ...withState(row, state),
    status: 'completed',
    businessStatus: 'report-issued',
    report: command.report,
  };
  return { row: next, task: moveTask(next, now), events: [reportEvent('report-issued', next, command, now)] };
}

/** The written summary after a video consultation: a second report on the case, which has been closed by the first. */
function issueFurther(row: CaseRow, command: ReportCommand, now: string): Decision {
  const next = withState(row, { reports: [...row.state.reports, command.report] });
  return {
    row: next,
    task: addReport(command.report),
    events: [reportEvent('report-issued', next, command, now, { part: 'summary' })],
  };
}

/** A summary may follow once the consultation has been held, one for each. */
function awaitsSummary(row: CaseRow): boolean {
  const held = row.state.steps.filter((step) => step.kind === 'video-consultation' && step.status === 'completed');
  // A case that was closed before the engine kept count has its one report, too.
  const issued = Math.max(1, row.state.reports.length);
  return row.status === 'completed' && row.report !== undefined && issued <= held.length;
}

function change(scene: Scene, command: ReportCommand): Decision {
  const { row, now } = scene;
  // A request that was sent in error stays so; a report on it can still be set right.
  const closed = row.status !== 'completed';
  const next: CaseRow = closed ? row : { ...row, businessStatus: 'report-amended' };
  const type = command.to === 'entered-in-error' ? 'report-withdrawn' : 'report-amended';
  const changed: Decision = {
    row: next,
    ...(closed ? {} : { task: moveTask(next, now) }),
    events: [reportEvent(type, next, command, now)],
  };
  const isWithdrawn = type === 'report-withdrawn' && command.report === row.report;
  return isWithdrawn ? chain(changed, forgetReport({ ...scene, row: next })) : changed;
}

/** Nobody is asked how the patient has fared with an opinion that was none. */
function forgetReport(scene: Scene): Decision {
  const { row, now } = scene;
  const forgotten = withState(row, { facts: { ...row.state.facts, [REPORT_WITHDRAWN]: now } });
  return cancelSteps({ ...scene, row: forgotten }, openSteps(scene, 'follow-up'), 'case-closed');
}

function note(row: CaseRow, command: ReportCommand, now: string): Decision {
  return { row, events: [reportEvent('report-progressed', row, command, now)] };
}

const BEFORE_FINAL: ReadonlySet<ReportStatus> = new Set(['registered', 'partial', 'preliminary', 'final']);

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
  const summary = awaitsSummary(row) && report !== row.report && BEFORE_FINAL.has(to);
  const late = to === 'final' && (row.report !== undefined || row.businessStatus === 'cancellation-requested');
  const other = isIssued(to) && to !== 'final' && report !== row.report && !row.state.reports.includes(report);
  if (!summary && (late || other || !REPORT_WHILE[to].includes(row.status))) {
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

/** A report that says it is in a language in which the programme does not report; one that says none is taken for its own. */
function languageRemarks({ row, rules }: Scene, { report, after }: ReportCommand): Issue[] {
  const languages = row.rules === 0 ? [] : (documentOf(after, report)?.languages ?? []);
  if (languages.length === 0 || languages.some((tag) => isRead(tag, [rules.languages.report]))) return [];
  const text =
    `The programme reports in ${rules.languages.report}, and this report says that it is in another language. Correct ` +
    'DiagnosticReport.language (presentedForm.language), or write it in that language and have it translated.';
  return [
    {
      severity: 'warning',
      code: 'business-rule',
      key: 'report-language',
      text,
      expression: 'DiagnosticReport.language',
    },
  ];
}

function reportEvent(
  type: CaseEventType,
  row: CaseRow,
  command: ReportCommand,
  now: string,
  detail?: Readonly<Record<string, string>>,
): CaseEvent {
  return caseEvent(type, row, now, command.report, detail);
}
