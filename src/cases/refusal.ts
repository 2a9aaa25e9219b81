import type { Issue, Role } from '../base/index.ts';
import type { CaseRow } from './case.ts';
import type { LegalMove } from './states.ts';
import { legalMoves } from './states.ts';

export function refusal(code: string, key: string, text: string, expression?: string): Issue {
  return { severity: 'error', code, key, text, ...(expression === undefined ? {} : { expression }) };
}

/** The refusal of a move the case does not allow: says where it stands and lists what the caller may do instead. */
export function illegalMove(row: CaseRow, role: Role, attempt: string, expression: string): Issue {
  return refusal(
    'business-rule',
    'illegal-move',
    `${attempt} is not possible while the case is ${row.status} (${row.businessStatus}). ${listMoves(legalMoves(row, role))}`,
    expression,
  );
}

/** The refusal of a write by the wrong party; `instead` says what that party can do. */
export function notYourMove(attempt: string, whose: string, instead: string, expression: string): Issue {
  return refusal('forbidden', 'not-your-move', `${attempt} is for ${whose} of the case alone. ${instead}`, expression);
}

/** What is written for a move: the value of Task.status, of ServiceRequest.status, or the report. */
function tellWrite(moves: readonly LegalMove[]): string {
  const { status, via } = moves[0]!;
  const places = moves.map(({ businessStatus }) => businessStatus).join(', ');
  if (via === 'Task') return `${status} (${places}) by writing the Task`;
  if (via === 'DiagnosticReport') return `${status} (${places}) by a final DiagnosticReport`;
  if (status === 'entered-in-error') return 'entered-in-error as ServiceRequest.status';
  return `revoked as ServiceRequest.status (the case is then ${places})`;
}

/**
 * `Legal moves: received (service-confirmation, completeness-check) by writing the Task; …`; of the placer the values
 * that it writes: `revoked as ServiceRequest.status (the case is then cancelled)`.
 */
export function listMoves(moves: readonly LegalMove[]): string {
  if (moves.length === 0) return 'There are no legal moves.';
  const groups = Map.groupBy(moves, (move) => `${move.status} ${move.via}`);
  return `Legal moves: ${[...groups.values()].map(tellWrite).join('; ')}.`;
}

/** The refusal of a move that a child Task does not allow; lists those that it does. */
export function illegalStep(kind: string, from: string | undefined, legal: readonly string[], to: string): Issue {
  const allowed = legal.length === 0 ? 'none' : legal.join(', ');
  return refusal(
    'business-rule',
    'illegal-move',
    `The step ${kind} that is ${from ?? 'new'} cannot be ${/^[a-z-]{1,20}$/.test(to) ? to : 'what it was set to'}. Legal: ${allowed}.`,
    'Task.status',
  );
}
