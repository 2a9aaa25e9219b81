import type { Role } from '../base/index.ts';
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
}

/** Who gives a command: a partner organisation in one role. */
export interface Actor {
  readonly organization: string;
  readonly role: Role;
}

export function isPlacer(row: CaseRow, actor: Actor): boolean {
  return actor.role === 'placer' && actor.organization === row.placer;
}

export function isProgramme(row: CaseRow, actor: Actor): boolean {
  return actor.role === 'programme' && actor.organization === row.programme;
}

export type CaseEventType =
  | 'case-submitted'
  | 'case-moved'
  | 'case-declined'
  | 'case-failed'
  | 'case-cancelled'
  | 'case-entered-in-error'
  | 'cancellation-requested'
  | 'request-amended'
  | 'request-completed'
  | 'task-updated'
  | 'report-progressed'
  | 'report-issued'
  | 'report-amended'
  | 'report-withdrawn';

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
}

export function caseEvent(type: CaseEventType, row: CaseRow, at: string, focus: string): CaseEvent {
  return { type, case: row.id, number: row.number, at, focus, businessStatus: row.businessStatus };
}

/**
 * The number people read aloud: `SO-26-7K3M-9QTX`.
 * @param now instant; gives the two digits of the year
 * @param code eight characters of Crockford's base 32 (`randomCode(8)`)
 */
export function caseNumber(now: string, code: string): string {
  return `SO-${now.slice(2, 4)}-${code.slice(0, 4)}-${code.slice(4, 8)}`;
}
