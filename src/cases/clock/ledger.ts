import type { Holder, LedgerSpan } from '../state.ts';
import type { BusinessStatus, Standing } from '../states.ts';
import { isClosed } from '../states.ts';

type Ledger = readonly LedgerSpan[];

/** Who is waited for; in all other business statuses of an open case that is the programme. */
const WAITED_FOR: ReadonlyMap<BusinessStatus, Holder> = new Map([
  ['awaiting-information', 'home'],
  ['awaiting-coverage', 'payer'],
  ['awaiting-payment', 'payer'],
  ['awaiting-materials', 'courier'],
]);

/** Who has the case in hands; nobody once it is closed. */
export function holderOf({ status, businessStatus }: Standing): Holder | undefined {
  if (isClosed(status)) return undefined;
  return WAITED_FOR.get(businessStatus) ?? 'programme';
}

/** @param at instant */
export function openLedger(at: string, holder: Holder): Ledger {
  return [{ holder, from: at }];
}

/**
 * The ledger after somebody took the case over. Spans touch each other: if the clock was set back meanwhile, the new one
 * begins where the last one did. A closed ledger stays closed.
 * @param at instant
 */
export function handOver(ledger: Ledger, holder: Holder, at: string): Ledger {
  const last = ledger.at(-1);
  if (last === undefined) return openLedger(at, holder);
  if (last.holder === holder || last.to !== undefined) return ledger;
  const ended = endSpan(last, at);
  return [...ledger.slice(0, -1), ended, { holder, from: ended.to }];
}

/** @param at instant */
export function closeLedger(ledger: Ledger, at: string): Ledger {
  const last = ledger.at(-1);
  if (last === undefined || last.to !== undefined) return ledger;
  return [...ledger.slice(0, -1), endSpan(last, at)];
}

/** How long each of them has had the case until `now` (instant), in milliseconds. */
export function heldBy(ledger: Ledger, now: string): Record<Holder, number> {
  const held: Record<Holder, number> = { home: 0, payer: 0, programme: 0, courier: 0 };
  for (const span of ledger) {
    const { to } = span.to === undefined ? endSpan(span, now) : { to: span.to };
    held[span.holder] += Date.parse(to) - Date.parse(span.from);
  }
  return held;
}

function endSpan(span: LedgerSpan, at: string): LedgerSpan & { readonly to: string } {
  return { ...span, to: Date.parse(at) < Date.parse(span.from) ? span.from : at };
}
