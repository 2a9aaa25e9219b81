import type { Issue } from '../base/index.ts';
import type { CaseEventType, CaseRow } from './case.ts';
import { caseEvent, isProgramme } from './case.ts';
import type { TaskKind } from './catalogue.ts';
import { BUSINESS_STATUS_SYSTEM } from './catalogue.ts';
import type { Command } from './command.ts';
import type { Decision } from './decision.ts';
import { guardIssues } from './guards.ts';
import { holdsOf, isPaymentHold } from './holds.ts';
import { keepTask, keptElements, statusReasonOf } from './records.ts';
import { illegalMove, notYourMove, refusal } from './refusal.ts';
import type { Scene } from './scene.ts';
import type { LegalMove } from './states.ts';
import { isClosed, legalMoves } from './states.ts';
import { whoWritesWhat } from './payment/awaited.ts';
import { isOpenStep } from './steps/step.ts';

type MoveCommand = Extract<Command, { kind: 'move' }>;

/** T0 was written by its owner: a move, or a note on T0 that leaves the case where it stands. */
export function decideMove(scene: Scene, command: MoveCommand): Decision | Issue[] {
  const { row, actor, now } = scene;
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
  const waiting = waitingIssues(row, target);
  if (waiting.length > 0) return waiting;
  const next: CaseRow = { ...row, status: target.status, businessStatus: target.businessStatus };
  const { refusals, allowed } = guardIssues(scene, {
    before: command.stored,
    after: command.after,
    to: target.businessStatus,
  });
  if (refusals.length > 0) return refusals;
  const reason = statusReasonOf(command.after);
  const moved = decision(next, command, eventType(row, next), now, {
    from: row.businessStatus,
    ...(reason === undefined ? {} : { reason }),
    ...(next.status === 'failed' && row.businessStatus === 'cancellation-requested' ? { by: 'programme' } : {}),
  });
  return allowed(moved);
}

const HOLDING: ReadonlySet<TaskKind> = new Set(['information-request', 'materials', 'offer']);

/** What is awaited by a step is not over because T0 says so: the step is. */
function waitingIssues(row: CaseRow, target: LegalMove): Issue[] {
  // Whether a case is accepted before it is paid, and who is asked instead, is for the payment's own guard.
  const isPaymentsOwn = target.status === 'accepted' || isPaymentHold(target.businessStatus);
  const holds = holdsOf(row).filter((hold) => !isPaymentsOwn || !isPaymentHold(hold));
  if (holds.length === 0 || isClosed(target.status) || holds.includes(target.businessStatus as never)) return [];
  const open = row.state.steps.filter((step) => isOpenStep(step) && HOLDING.has(step.kind)).map((step) => step.task);
  const what =
    open.length > 0
      ? `${open.join(', ')} is open: complete or cancel it`
      : `payment is awaited. ${whoWritesWhat(row)} Do that, or cancel the Invoice`;
  return [
    refusal(
      'business-rule',
      'still-awaited',
      `The case is ${holds[0]}: ${what}, and the case goes on by itself.`,
      'Task.businessStatus',
    ),
  ];
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
  if (after.status === 'accepted' && before.status !== 'accepted') return 'case-accepted';
  if (after.status !== 'failed') return 'case-moved';
  return before.businessStatus === 'cancellation-requested' ? 'case-cancelled' : 'case-failed';
}

function decision(
  row: CaseRow,
  command: MoveCommand,
  type: CaseEventType,
  now: string,
  detail?: Readonly<Record<string, string>>,
): Decision {
  return {
    row,
    task: keepTask(row, command.stored, now),
    events: [caseEvent(type, row, now, row.task, detail)],
    remarks: keptRemarks(command),
  };
}

/** What ties T0 to its case is kept without a refusal, as a client may hold an older version; that it was is said. */
function keptRemarks({ stored, after }: MoveCommand): Issue[] {
  const kept = keptElements(stored, after);
  if (kept.length === 0) return [];
  const text = `The Task was written, and stays as it was in what ties it to its case: ${kept.join(', ')}.`;
  return [{ severity: 'warning', code: 'business-rule', key: 'kept-elements', text, expression: `Task.${kept[0]!}` }];
}
