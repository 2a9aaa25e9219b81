import type { CaseRow } from '../case.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import type { CaseState } from '../state.ts';
import { dueAt } from './due.ts';
import { closeLedger, handOver, holderOf } from './ledger.ts';
import { BREACHED, openedAt, WARNED, warnAt } from './timers.ts';

/**
 * The case with its time kept: the ledger is in the hands of who has the case now, or closed with it, and the due date
 * follows from that. Done after each decision, also after the opening (then `before` is the case as opened); done once
 * more at the same time it changes nothing.
 * @param before the case as it stood
 * @param after the case as decided
 * @param now instant
 */
export function keepTime(before: CaseRow, after: CaseRow, rules: ProgrammeRules, now: string): CaseRow {
  const holder = holderOf(after);
  const { ledger: held, ...others } = after.state;
  const ledger = holder === undefined ? closeLedger(held, now) : handOver(held, holder, now);
  const state: CaseState = { ...others, ledger };
  // The date by which a closed case was due stays as it was.
  if (holder === undefined) return { ...after, state };
  const { dueAt: _old, ...undated } = state;
  const opened = openedAt(state);
  const due = opened === undefined ? undefined : dueAt(state, rules, opened, now);
  if (due === undefined) return { ...after, state: undated };
  const isMoved = due !== before.state.dueAt;
  const done = isMoved ? forget(state.done, due, rules, now) : state.done;
  return { ...after, state: { ...undated, done, dueAt: due } };
}

/** The marks that still hold under a new due date: what lies ahead again will have to be said again. */
function forget(done: readonly string[], due: string, rules: ProgrammeRules, now: string): readonly string[] {
  const warn = warnAt(due, rules);
  const ahead = new Set<string>();
  if (isAfter(due, now)) ahead.add(BREACHED);
  if (warn !== undefined && isAfter(warn, now)) ahead.add(WARNED);
  return done.filter((key) => !ahead.has(key));
}

function isAfter(at: string, now: string): boolean {
  return Date.parse(at) > Date.parse(now);
}
