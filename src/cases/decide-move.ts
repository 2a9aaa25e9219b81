import type { Issue } from '../base/index.ts';
import type { Actor, CaseEventType, CaseRow } from './case.ts';
import { caseEvent, isProgramme } from './case.ts';
import { BUSINESS_STATUS_SYSTEM } from './catalogue.ts';
import type { Command } from './command.ts';
import type { Decision } from './decision.ts';
import { keepTask } from './records.ts';
import { illegalMove, notYourMove, refusal } from './refusal.ts';
import type { LegalMove } from './states.ts';
import { isClosed, legalMoves } from './states.ts';

type MoveCommand = Extract<Command, { kind: 'move' }>;

/** T0 was written by its owner: a move, or a note on T0 that leaves the case where it stands. */
export function decideMove(row: CaseRow, command: MoveCommand, actor: Actor, now: string): Decision | Issue[] {
  if (!isProgramme(row, actor)) {
    return [
      notYourMove(
        'Writing the Task',
        'the programme',
        'The placer withdraws by setting ServiceRequest.status to revoked.',
        'Task.status',
      ),
    ];
  }
  const stays = command.status === row.status && command.businessStatus === row.businessStatus;
  if (stays && (row.status === 'completed' || !isClosed(row.status))) {
    return decision(row, command, 'task-updated', now);
  }
  const target = findTarget(row, command);
  if (!('status' in target)) return [target];
  if ((target.status === 'rejected' || target.status === 'failed') && !command.reasoned) {
    return [
      refusal('required', 'status-reason', `Task.status ${target.status} needs a statusReason.`, 'Task.statusReason'),
    ];
  }
  const next: CaseRow = { ...row, status: target.status, businessStatus: target.businessStatus };
  return decision(next, command, eventType(row, next), now);
}

function findTarget(row: CaseRow, command: MoveCommand): LegalMove | Issue {
  const moves = legalMoves(row, 'programme');
  if (command.status === 'completed' && moves.some((move) => move.status === 'completed')) {
    return refusal(
      'business-rule',
      'report-missing',
      'The case has no final report. Write the DiagnosticReport as final: that completes the Task.',
      'Task.status',
    );
  }
  const candidates = moves.filter((move) => move.via === 'Task' && move.status === command.status);
  if (candidates.length === 0) return illegalMove(row, 'programme', 'This move of the Task', 'Task.status');
  const target = candidates.find((move) => move.businessStatus === command.businessStatus);
  if (target !== undefined) return target;
  return refusal(
    'business-rule',
    'business-status',
    `Task.status ${candidates[0]!.status} goes with one of these business statuses, coded in ` +
      `${BUSINESS_STATUS_SYSTEM}: ${candidates.map((move) => move.businessStatus).join(', ')}.`,
    'Task.businessStatus',
  );
}

function eventType(before: CaseRow, after: CaseRow): CaseEventType {
  if (after.status === 'rejected') return 'case-declined';
  if (after.status !== 'failed') return 'case-moved';
  return before.businessStatus === 'cancellation-requested' ? 'case-cancelled' : 'case-failed';
}

function decision(row: CaseRow, command: MoveCommand, type: CaseEventType, now: string): Decision {
  return { row, task: keepTask(row, command.stored, now), events: [caseEvent(type, row, now, row.task)] };
}
