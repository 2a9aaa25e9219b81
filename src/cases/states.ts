import type { Role } from '../base/index.ts';

/**
 * The statuses of T0 (http://hl7.org/fhir/R4/valueset-task-status.html) that a case can have. A draft request has no
 * case yet, so T0 is never `draft`; `ready` says nothing that `accepted` does not.
 */
export type TaskStatus =
  | 'requested'
  | 'received'
  | 'accepted'
  | 'rejected'
  | 'in-progress'
  | 'on-hold'
  | 'completed'
  | 'cancelled'
  | 'failed'
  | 'entered-in-error';

export type BusinessStatus =
  | 'submitted'
  | 'service-confirmation'
  | 'completeness-check'
  | 'awaiting-information'
  | 'awaiting-coverage'
  | 'awaiting-payment'
  | 'accepted'
  | 'declined'
  | 'translating'
  | 'assigned'
  | 'awaiting-materials'
  | 'under-review'
  | 'mdt-scheduled'
  | 'mdt-complete'
  | 'preliminary-outcome'
  | 'report-translation'
  | 'report-issued'
  | 'report-amended'
  | 'report-withdrawn'
  | 'cancellation-requested'
  | 'cancelled';

/** One place a case can be in: the two statuses that go together, and whether the programme sets them on T0 itself. */
export interface Phase {
  readonly status: TaskStatus;
  readonly businessStatus: BusinessStatus;
  /** `Task`: by writing T0; `consequence`: follows from a write to the ServiceRequest or the DiagnosticReport. */
  readonly set: 'Task' | 'consequence';
}

export const PHASES: readonly Phase[] = [
  { status: 'requested', businessStatus: 'submitted', set: 'consequence' },
  { status: 'received', businessStatus: 'service-confirmation', set: 'Task' },
  { status: 'received', businessStatus: 'completeness-check', set: 'Task' },
  { status: 'received', businessStatus: 'awaiting-information', set: 'Task' },
  { status: 'received', businessStatus: 'awaiting-coverage', set: 'Task' },
  { status: 'received', businessStatus: 'awaiting-payment', set: 'Task' },
  { status: 'accepted', businessStatus: 'accepted', set: 'Task' },
  { status: 'rejected', businessStatus: 'declined', set: 'Task' },
  { status: 'in-progress', businessStatus: 'translating', set: 'Task' },
  { status: 'in-progress', businessStatus: 'assigned', set: 'Task' },
  { status: 'in-progress', businessStatus: 'under-review', set: 'Task' },
  { status: 'in-progress', businessStatus: 'mdt-scheduled', set: 'Task' },
  { status: 'in-progress', businessStatus: 'mdt-complete', set: 'Task' },
  { status: 'in-progress', businessStatus: 'preliminary-outcome', set: 'Task' },
  { status: 'in-progress', businessStatus: 'report-translation', set: 'Task' },
  { status: 'in-progress', businessStatus: 'cancellation-requested', set: 'consequence' },
  { status: 'on-hold', businessStatus: 'awaiting-information', set: 'Task' },
  { status: 'on-hold', businessStatus: 'awaiting-materials', set: 'Task' },
  { status: 'on-hold', businessStatus: 'cancellation-requested', set: 'consequence' },
  { status: 'completed', businessStatus: 'report-issued', set: 'consequence' },
  { status: 'completed', businessStatus: 'report-amended', set: 'consequence' },
  { status: 'completed', businessStatus: 'report-withdrawn', set: 'consequence' },
  { status: 'cancelled', businessStatus: 'cancelled', set: 'consequence' },
  { status: 'failed', businessStatus: 'cancelled', set: 'Task' },
];

/** A way from one T0 status to another, the write that does it, and whose write it is. */
export interface Move {
  readonly from: TaskStatus;
  readonly to: TaskStatus;
  /** `Task`: T0 is written; `ServiceRequest`: it is revoked; `DiagnosticReport`: it becomes final. */
  readonly via: 'Task' | 'ServiceRequest' | 'DiagnosticReport';
  readonly by: Role;
}

/** `entered-in-error` is not listed: the placer may say it of a request in any state. */
export const MOVES: readonly Move[] = [
  { from: 'requested', to: 'received', via: 'Task', by: 'programme' },
  { from: 'requested', to: 'accepted', via: 'Task', by: 'programme' },
  { from: 'requested', to: 'rejected', via: 'Task', by: 'programme' },
  { from: 'requested', to: 'cancelled', via: 'ServiceRequest', by: 'placer' },
  { from: 'received', to: 'accepted', via: 'Task', by: 'programme' },
  { from: 'received', to: 'rejected', via: 'Task', by: 'programme' },
  { from: 'received', to: 'cancelled', via: 'ServiceRequest', by: 'placer' },
  { from: 'accepted', to: 'in-progress', via: 'Task', by: 'programme' },
  { from: 'accepted', to: 'cancelled', via: 'ServiceRequest', by: 'placer' },
  { from: 'in-progress', to: 'on-hold', via: 'Task', by: 'programme' },
  { from: 'in-progress', to: 'failed', via: 'Task', by: 'programme' },
  { from: 'in-progress', to: 'completed', via: 'DiagnosticReport', by: 'programme' },
  { from: 'on-hold', to: 'in-progress', via: 'Task', by: 'programme' },
  { from: 'on-hold', to: 'failed', via: 'Task', by: 'programme' },
];

const CLOSED: ReadonlySet<TaskStatus> = new Set(['rejected', 'completed', 'cancelled', 'failed', 'entered-in-error']);

/** Nothing moves a closed case any more; its report can still be amended. */
export function isClosed(status: TaskStatus): boolean {
  return CLOSED.has(status);
}

/** The business statuses that go with a T0 status. */
export function fitting(status: TaskStatus): BusinessStatus[] {
  return PHASES.filter((phase) => phase.status === status).map((phase) => phase.businessStatus);
}

/** Where a case stands. */
export interface Standing {
  readonly status: TaskStatus;
  /** In an `entered-in-error` case: where it stood before. */
  readonly businessStatus: BusinessStatus;
}

/** One thing a party may do next, and where it leads. */
export interface LegalMove extends Standing {
  readonly via: Move['via'];
}

/** All that `role` may do next with the case; the party to the case is taken for granted. */
export function legalMoves(row: Standing, role: Role): LegalMove[] {
  if (role === 'placer') return placerMoves(row);
  if (role === 'programme') return programmeMoves(row);
  return [];
}

function placerMoves({ status, businessStatus }: Standing): LegalMove[] {
  const moves: LegalMove[] = MOVES.filter((move) => move.from === status && move.by === 'placer').map((move) => ({
    via: move.via,
    status: move.to,
    businessStatus: 'cancelled',
  }));
  const working = status === 'in-progress' || status === 'on-hold';
  if (working && businessStatus !== 'cancellation-requested') {
    moves.push({ via: 'ServiceRequest', status, businessStatus: 'cancellation-requested' });
  }
  if (status !== 'entered-in-error') moves.push({ via: 'ServiceRequest', status: 'entered-in-error', businessStatus });
  return moves;
}

function programmeMoves({ status, businessStatus }: Standing): LegalMove[] {
  // A withdrawal asked for during work leaves one way: to give the case up.
  if (businessStatus === 'cancellation-requested' && !isClosed(status))
    return [{ via: 'Task', status: 'failed', businessStatus: 'cancelled' }];
  const targets = MOVES.filter((move) => move.from === status && move.by === 'programme');
  const byTask = new Set<TaskStatus>(targets.filter((move) => move.via === 'Task').map((move) => move.to));
  if (!isClosed(status)) byTask.add(status);
  const moves: LegalMove[] = PHASES.filter(
    (phase) =>
      phase.set === 'Task' &&
      byTask.has(phase.status) &&
      !(phase.status === status && phase.businessStatus === businessStatus),
  ).map((phase) => ({ via: 'Task', status: phase.status, businessStatus: phase.businessStatus }));
  if (targets.some((move) => move.via === 'DiagnosticReport')) {
    moves.push({ via: 'DiagnosticReport', status: 'completed', businessStatus: 'report-issued' });
  }
  return moves;
}
