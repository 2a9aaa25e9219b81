import type { CaseEvent, CaseEventType, CaseRow } from '../case.ts';
import { caseEvent } from '../case.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import type { Scene } from '../scene.ts';
import type { CaseState, Timer } from '../state.ts';
import { isClosed } from '../states.ts';
import { addSpan } from './calendar.ts';
import { isPaused } from './due.ts';

/** Keys of the clock's own timers. */
export const FIRST_CONTACT = 'first-contact';
export const WARNED = 'warned';
export const BREACHED = 'breached';

const EVENTS: ReadonlyMap<string, CaseEventType> = new Map([
  [FIRST_CONTACT, 'first-contact-overdue'],
  [WARNED, 'due-soon'],
  [BREACHED, 'overdue'],
]);

export function isClockTimer({ key }: Timer): boolean {
  return EVENTS.has(key);
}

/** When the case was opened: its ledger begins with that. Instant; undefined for a case that has no ledger yet. */
export function openedAt(state: CaseState): string | undefined {
  return state.ledger[0]?.from;
}

/** What falls due by the clock and was not done yet; nothing while the clock stands still or the case is closed. */
export function clockTimers(row: CaseRow, rules: ProgrammeRules): Timer[] {
  if (isClosed(row.status) || isPaused(row, rules)) return [];
  return [...firstContact(row, rules), ...dueTimers(row, rules)].filter(({ key }) => !row.state.done.includes(key));
}

function firstContact(row: CaseRow, rules: ProgrammeRules): Timer[] {
  const opened = openedAt(row.state);
  const span = rules.confirmation.firstContact;
  if (opened === undefined || span === undefined || row.businessStatus !== 'submitted') return [];
  return [{ key: FIRST_CONTACT, at: addSpan(opened, span, rules.calendar) }];
}

function dueTimers({ state }: CaseRow, rules: ProgrammeRules): Timer[] {
  if (state.dueAt === undefined) return [];
  const breached: Timer = { key: BREACHED, at: state.dueAt };
  const warn = warnAt(state.dueAt, rules);
  return warn === undefined ? [breached] : [{ key: WARNED, at: warn }, breached];
}

/** When it is warned of a due date; both instants. */
export function warnAt(due: string, { clock, calendar }: ProgrammeRules): string | undefined {
  return clock.warn && addSpan(due, { ...clock.warn, amount: -clock.warn.amount }, calendar);
}

/** What one of the clock's timers says when it is due: an event, and nothing where it comes too late to be of use. */
export function clockTick({ row, now }: Pick<Scene, 'row' | 'now'>, timer: Timer): CaseEvent[] {
  const type = EVENTS.get(timer.key);
  const { dueAt } = row.state;
  // After the due date there is nothing left to warn of: that it has passed is said of its own.
  const isLate = timer.key === WARNED && dueAt !== undefined && Date.parse(now) >= Date.parse(dueAt);
  const detail = timer.key === FIRST_CONTACT || dueAt === undefined ? undefined : { due: dueAt };
  return type === undefined || isLate ? [] : [caseEvent(type, row, now, row.task, detail)];
}
