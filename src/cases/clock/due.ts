import type { ProgrammeRules, Span } from '../programme/rules.ts';
import type { CaseState, Holder, LedgerSpan } from '../state.ts';
import type { Standing } from '../states.ts';
import { addSpan, toInstant, workingShare } from './calendar.ts';
import { holderOf } from './ledger.ts';

/** The fact by which both sides agreed when the report is due: an instant. */
export const AGREED = 'clock.agreed';

/** Whether the clock stands still: somebody has the case for whose time the programme does not answer. */
export function isPaused(standing: Standing, rules: ProgrammeRules): boolean {
  const holder = holderOf(standing);
  return holder !== undefined && pauses(holder, rules);
}

/**
 * When the report is due: the turn-around of the service after its clock has started, moved on by all pauses since then.
 * While a pause lasts it counts until `now`, as if it were over.
 * @param submittedAt instant at which the case was opened
 * @param now instant
 * A date that both sides agreed on wins over all that.
 * @returns instant; undefined where the service has no turn-around, or its clock has not started
 */
export function dueAt(state: CaseState, rules: ProgrammeRules, submittedAt: string, now: string): string | undefined {
  const agreed = state.facts[AGREED];
  if (agreed !== undefined) return agreed;
  const { turnaround } = rules.services.find(({ code }) => code === state.service) ?? {};
  if (turnaround === undefined) return undefined;
  const start = turnaround.from === 'complete' ? state.completeAt : submittedAt;
  if (start === undefined) return undefined;
  const paused = state.ledger.filter(({ holder }) => pauses(holder, rules)).map((span) => clip(span, start, now));
  return addTurnaround(start, turnaround, paused, rules);
}

type Ended = readonly [from: string, to: string];

function addTurnaround(start: string, { amount, unit }: Span, paused: readonly Ended[], rules: ProgrammeRules): string {
  const { calendar } = rules;
  if (unit === 'business-days') {
    // What is not worked on anyway takes nothing from the programme.
    const shares = paused.map(([from, to]) => workingShare(from, to, calendar));
    return addSpan(start, { amount: sum([amount, ...shares]), unit }, calendar);
  }
  const lengths = paused.map(([from, to]) => Date.parse(to) - Date.parse(from));
  return toInstant(Date.parse(addSpan(start, { amount, unit }, calendar)) + sum(lengths));
}

/** The part of a span that lies after `start`; of none it is the moment of the start. */
function clip(span: LedgerSpan, start: string, now: string): Ended {
  const from = later(span.from, start);
  return [from, later(span.to ?? now, from)];
}

function later(one: string, other: string): string {
  return Date.parse(one) < Date.parse(other) ? other : one;
}

function pauses(holder: Holder, rules: ProgrammeRules): boolean {
  return (rules.clock.pausedBy as readonly Holder[]).includes(holder);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
