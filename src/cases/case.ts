import type { Role } from '../base/index.ts';
import type { CaseState } from './state.ts';
import type { BusinessStatus, Standing } from './states.ts';

/** What is stored of a case beside its resources: enough to decide a command without reading any of them. */
export interface CaseRow extends Standing {
  /** UUID. */
  readonly id: string;
  /** `SO-26-7K3M-9QTX`; see {@link caseNumber}. */
  readonly number: string;
  /** `ServiceRequest/x` */
  readonly serviceRequest: string;
  /** T0, the Task that carries the case's progress: `Task/y`. */
  readonly task: string;
  /** Id of the organisation that asked. */
  readonly placer: string;
  /** Id of the organisation that answers. */
  readonly programme: string;
  /** The issued report, `DiagnosticReport/z`. */
  readonly report?: string;
  /** Revision of the programme's rules by which it goes; 0: the programme had given none. */
  readonly rules: number;
  readonly state: CaseState;
}

/** Who gives a command: a partner organisation in one role, and its user where one is signed in (`Practitioner/x`). */
export interface Actor {
  readonly organization: string;
  readonly role: Role;
  readonly user?: string;
}

export function isPlacer(row: CaseRow, actor: Actor): boolean {
  return actor.role === 'placer' && actor.organization === row.placer;
}

export function isProgramme(row: CaseRow, actor: Actor): boolean {
  return actor.role === 'programme' && actor.organization === row.programme;
}

/** What can happen to a case. What each says to people stands in `timeline/`. */
export const CASE_EVENTS = [
  'case-submitted',
  'case-moved',
  'case-accepted',
  'case-declined',
  'case-failed',
  'case-cancelled',
  'case-entered-in-error',
  'cancellation-requested',
  'request-amended',
  'request-completed',
  'task-updated',
  'rule-overridden',
  'service-confirmed',
  'service-changed',
  'specialty-routed',
  'step-requested',
  'step-moved',
  'step-completed',
  'step-cancelled',
  'information-requested',
  'information-reminded',
  'information-received',
  'information-expired',
  'payment-requested',
  'payment-received',
  'payment-refused',
  'payment-expired',
  'translation-requested',
  'translation-completed',
  'materials-expected',
  'materials-received',
  'materials-lost',
  'review-assigned',
  'review-reassigned',
  'review-completed',
  'meeting-scheduled',
  'meeting-held',
  'visit-scheduled',
  'visit-missed',
  'visit-cancelled',
  'visit-held',
  'alternative-offered',
  'alternative-accepted',
  'alternative-rejected',
  'message-sent',
  'record-added',
  'record-corrected',
  'clock-stopped',
  'clock-started',
  'first-contact-overdue',
  'due-soon',
  'overdue',
  'follow-up-asked',
  'follow-up-answered',
  'report-progressed',
  'report-issued',
  'report-amended',
  'report-translated',
  'report-acknowledged',
  'report-withdrawn',
] as const;

export type CaseEventType = (typeof CASE_EVENTS)[number];

/** Something that happened to a case; holds no clinical content. */
export interface CaseEvent {
  readonly type: CaseEventType;
  /** {@link CaseRow.id} */
  readonly case: string;
  readonly number: string;
  /** Instant. */
  readonly at: string;
  /** Reference of the record that changed. */
  readonly focus: string;
  /** The case's business status after the event. */
  readonly businessStatus: BusinessStatus;
  /** Codes, instants and references that tell more: `{ kind: 'translation', reason: 'emergency' }`. */
  readonly detail?: Readonly<Record<string, string>>;
}

export function caseEvent(
  type: CaseEventType,
  row: CaseRow,
  at: string,
  focus: string,
  detail?: Readonly<Record<string, string>>,
): CaseEvent {
  return {
    type,
    case: row.id,
    number: row.number,
    at,
    focus,
    businessStatus: row.businessStatus,
    ...(detail === undefined ? {} : { detail }),
  };
}

/** An event as it was kept. */
export function parseEvent(text: string): CaseEvent {
  return JSON.parse(text) as CaseEvent;
}

/**
 * The number people read aloud: `SO-26-7K3M-9QTX`.
 * @param now instant; gives the two digits of the year
 * @param code eight characters of Crockford's base 32 (`randomCode(8)`)
 */
export function caseNumber(now: string, code: string): string {
  return `SO-${now.slice(2, 4)}-${code.slice(0, 4)}-${code.slice(4, 8)}`;
}
