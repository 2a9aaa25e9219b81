import type { TaskStatus } from './states.ts';

/** http://hl7.org/fhir/R4/valueset-diagnostic-report-status.html without `unknown`. */
export type ReportStatus =
  | 'registered'
  | 'partial'
  | 'preliminary'
  | 'final'
  | 'amended'
  | 'corrected'
  | 'appended'
  | 'cancelled'
  | 'entered-in-error';

const BEFORE_ISSUE: readonly ReportStatus[] = [
  'registered',
  'partial',
  'preliminary',
  'final',
  'cancelled',
  'entered-in-error',
];
const AFTER_ISSUE: readonly ReportStatus[] = ['amended', 'corrected', 'appended', 'entered-in-error'];

/** What a report may become; `none` is a report that does not exist yet. */
export const REPORT_MOVES: Readonly<Record<ReportStatus | 'none', readonly ReportStatus[]>> = {
  none: ['registered', 'partial', 'preliminary', 'final'],
  registered: BEFORE_ISSUE,
  partial: BEFORE_ISSUE.slice(1),
  preliminary: BEFORE_ISSUE.slice(2),
  final: AFTER_ISSUE,
  amended: AFTER_ISSUE,
  corrected: AFTER_ISSUE,
  appended: AFTER_ISSUE,
  cancelled: ['cancelled', 'entered-in-error'],
  'entered-in-error': [],
};

const WORKING: readonly TaskStatus[] = ['accepted', 'in-progress', 'on-hold'];
const ISSUED: readonly TaskStatus[] = ['completed'];
const EVER: readonly TaskStatus[] = [
  ...WORKING,
  ...ISSUED,
  'requested',
  'received',
  'rejected',
  'cancelled',
  'failed',
  'entered-in-error',
];

/** The T0 statuses during which a report may get a status. */
export const REPORT_WHILE: Readonly<Record<ReportStatus, readonly TaskStatus[]>> = {
  registered: WORKING,
  partial: WORKING,
  preliminary: WORKING,
  final: ['in-progress'],
  amended: ISSUED,
  corrected: ISSUED,
  appended: ISSUED,
  cancelled: EVER,
  'entered-in-error': EVER,
};

export function isReportStatus(value: unknown): value is ReportStatus {
  return typeof value === 'string' && value !== 'none' && Object.hasOwn(REPORT_MOVES, value);
}

/** Statuses of a report that is out: it needs content and somebody who answers for it. */
export function isIssued(status: ReportStatus): boolean {
  return status === 'final' || status === 'amended' || status === 'corrected' || status === 'appended';
}
