import type { CaseRow } from '../case.ts';
import { withState } from '../decision.ts';
import { isHold } from '../holds.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import type { TaskStatus } from '../states.ts';
import { openSteps } from '../steps/step.ts';

/** T0 statuses of a case that the programme has taken on. */
const TAKEN_ON: ReadonlySet<TaskStatus> = new Set(['accepted', 'in-progress', 'on-hold']);
const WAITED_FOR = ['information-request', 'materials'] as const;

/**
 * The row with the moment at which all was there for the first time: the case is accepted, paid for as its programme
 * asks, and waits for nothing. A clock from `complete` starts with it; what is asked for later pauses that clock.
 * @param now instant
 */
export function markComplete(row: CaseRow, rules: ProgrammeRules, now: string): CaseRow {
  if (row.state.completeAt !== undefined || !isComplete(row, rules)) return row;
  return withState(row, { completeAt: now });
}

function isComplete(row: CaseRow, rules: ProgrammeRules): boolean {
  if (!TAKEN_ON.has(row.status) || isHold(row) || row.businessStatus === 'cancellation-requested') return false;
  return isSettled(row, rules) && WAITED_FOR.every((kind) => openSteps({ row }, kind).length === 0);
}

/** A case that was accepted unpaid, by an override, has its payment waived. */
function isSettled({ state: { payment } }: CaseRow, { payment: { when } }: ProgrammeRules): boolean {
  if (payment === undefined) return when === 'none';
  return payment === 'settled' || payment === 'covered' || payment === 'waived';
}
