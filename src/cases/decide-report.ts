import type { Issue } from '../base/index.ts';
import type { CaseRow } from './case.ts';
import { isProgramme } from './case.ts';
import type { Command } from './command.ts';
import type { Decision } from './decision.ts';
import { overrideIssues } from './exclusions/override.ts';
import type { Guarded } from './guards.ts';
import { guardIssues } from './guards.ts';
import { documentOf, isRead } from './packet/languages.ts';
import { illegalMove, notYourMove, refusal } from './refusal.ts';
import type { ReportKind } from './report/final.ts';
import { judgeReport } from './report/judge.ts';
import {
  amendReport,
  issueReport,
  issueSummary,
  isWithdrawn,
  progressReport,
  withdrawReport,
} from './report/outcome.ts';
import type { Scene } from './scene.ts';
import type { ReportStatus } from './report-status.ts';
import { isIssued, REPORT_MOVES, REPORT_WHILE } from './report-status.ts';
import { translateAnew } from './steps/report-translation.ts';

type ReportCommand = Extract<Command, { kind: 'report' }>;

/**
 * The programme wrote a report on the case. The first one that becomes final is the case's report and completes it; one that
 * comes after a report that was said to be in error takes its place.
 */
export function decideReport(scene: Scene, command: ReportCommand): Decision | Issue[] {
  if (!isProgramme(scene.row, scene.actor)) {
    return [
      notYourMove(
        'A report based on the request',
        'the programme',
        'The placer names its own reports in ServiceRequest.supportingInfo.',
        'DiagnosticReport.basedOn',
      ),
    ];
  }
  const illegal = moveIssues(scene, command);
  if (illegal.length > 0) return illegal;
  if (!isIssued(command.to)) {
    const isOut = isOfCase(scene.row, command.report);
    return isOut && command.to === 'entered-in-error' ? withdrawReport(scene, command) : progressReport(scene, command);
  }
  const kind = kindOf(scene.row, command);
  const guarded = guardsOf(scene, command, kind);
  const judged = judgeReport(scene, command, kind);
  const refusals = [...contentIssues(command), ...guarded.refusals, ...judged.refusals];
  if (refusals.length > 0) return refusals;
  const decided = { ...issueAs(scene, command, kind), remarks: languageRemarks(scene, command) };
  return translateAnew(scene, command, judged.allowed(guarded.allowed(decided)));
}

function issueAs(scene: Scene, command: ReportCommand, kind: ReportKind): Decision {
  if (command.to !== 'final') return amendReport(scene, command);
  return kind === 'opinion' ? issueReport(scene, command) : issueSummary(scene, command);
}

/** What the case has to have behind it before it is answered; who changes an answer has that behind him. */
function guardsOf(scene: Scene, { after, to }: ReportCommand, kind: ReportKind): Guarded {
  return to === 'final' && kind === 'opinion'
    ? guardIssues(scene, { after, to: 'report-issued' })
    : { refusals: overrideIssues(after), allowed: (decision) => decision };
}

function kindOf(row: CaseRow, { report, to }: ReportCommand): ReportKind {
  const isAnswer = report === row.report || (to === 'final' && (row.report === undefined || isWithdrawn(row.state)));
  return isAnswer ? 'opinion' : 'summary';
}

function isOfCase(row: CaseRow, report: string): boolean {
  return row.report === report || row.state.reports.includes(report);
}

/** A summary may follow once the consultation has been held, one for each, where the programme writes them. */
function awaitsSummary({ row, rules }: Pick<Scene, 'row' | 'rules'>): boolean {
  if (row.rules !== 0 && !rules.video.summary) return false;
  const held = row.state.steps.filter((step) => step.kind === 'video-consultation' && step.status === 'completed');
  // A case that was closed before the engine kept count has its one report, too.
  const issued = Math.max(1, row.state.reports.length);
  return row.status === 'completed' && row.report !== undefined && issued <= held.length;
}

/** A case whose report was said to be in error awaits another one. */
function awaitsAnother({ row }: Pick<Scene, 'row'>): boolean {
  return row.status === 'completed' && isWithdrawn(row.state);
}

/** What stands against beginning a report on a case now, in the words in which its draft would be refused. */
export function draftIssues(scene: Pick<Scene, 'row' | 'rules'>): Issue[] {
  return moveIssues(scene, { from: 'none', to: 'preliminary', report: '' });
}

function tellMove(from: ReportCommand['from'], to: ReportStatus): string {
  if (from === 'none') return `A new report cannot be ${to}.`;
  if (!isIssued(from)) return `A report that is ${from} cannot be ${to}.`;
  return 'An issued report changes only as amended, corrected, appended or entered-in-error.';
}

const BEFORE_FINAL: ReadonlySet<ReportStatus> = new Set(['registered', 'partial', 'preliminary', 'final']);

function moveIssues(
  scene: Pick<Scene, 'row' | 'rules'>,
  { from, to, report }: Pick<ReportCommand, 'from' | 'to' | 'report'>,
): Issue[] {
  const { row } = scene;
  if (!REPORT_MOVES[from].includes(to)) {
    return [
      refusal(
        'business-rule',
        'illegal-move',
        `${tellMove(from, to)} Legal: ${REPORT_MOVES[from].join(', ') || 'none'}.`,
        'DiagnosticReport.status',
      ),
    ];
  }
  const further = (awaitsAnother(scene) || awaitsSummary(scene)) && !isOfCase(row, report) && BEFORE_FINAL.has(to);
  const late = to === 'final' && (row.report !== undefined || row.businessStatus === 'cancellation-requested');
  const other = isIssued(to) && to !== 'final' && !isOfCase(row, report);
  return !further && (late || other || !REPORT_WHILE[to].includes(row.status))
    ? [illegalMove(row, 'programme', `A report with status ${to}`, 'DiagnosticReport.status')]
    : [];
}

function contentIssues({ to, hasContent, hasAttester }: ReportCommand): Issue[] {
  const issues: Issue[] = [];
  if (!hasContent) {
    issues.push(
      refusal(
        'required',
        'report-content',
        `A report with status ${to} has a Composition, a conclusion or a presentedForm.`,
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
