import type { CaseRow } from '../case.ts';
import { withState } from '../decision.ts';

/** What the payment keeps of a case (`CaseState.facts`), each under `payment.`. */
export interface PaymentFacts {
  /** `Invoice/x`: what is to be paid now, or was paid. */
  readonly invoice: string | undefined;
  /** How many Invoices there were: the next one has the number after it. */
  readonly invoices: number;
  /** Who is asked for cover: `Organization/x`, or the `Coverage/x` whose payor has no record here. Absent: somebody is to pay. */
  readonly payer: string | undefined;
  /** When it was asked for. Instant. */
  readonly since: string | undefined;
  /** `PaymentNotice/x`s by which the programme says that money has come. */
  readonly notices: readonly string[];
  /** The payer's answer that counts: `ClaimResponse/x` or `CoverageEligibilityResponse/x`. */
  readonly cover: string | undefined;
  /** What says which price both sides agreed on: the `Task/x` of an accepted offer, or the `Claim/x` of a quote. */
  readonly agreed: string | undefined;
}

/** A member that is given as undefined is dropped. */
export function withFacts(row: CaseRow, changes: Readonly<Record<string, string | undefined>>): CaseRow {
  const all = Object.entries({ ...row.state.facts, ...changes });
  const facts = Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return withState(row, { facts });
}

export function paymentFacts({ state: { facts } }: Pick<CaseRow, 'state'>): PaymentFacts {
  return {
    invoice: facts['payment.invoice'],
    invoices: Number(facts['payment.invoices'] ?? 0),
    payer: facts['payment.payer'],
    since: facts['payment.since'],
    notices: facts['payment.notices']?.split(' ') ?? [],
    cover: facts['payment.cover'],
    agreed: facts['payment.agreed'],
  };
}

/** The row with some of its facts about payment changed. */
export function withPayment(row: CaseRow, changes: Partial<PaymentFacts>): CaseRow {
  return withFacts(
    row,
    Object.fromEntries(Object.entries(changes).map(([name, value]) => [`payment.${name}`, toText(value)])),
  );
}

function toText(value: PaymentFacts[keyof PaymentFacts]): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return value.length === 0 ? undefined : value.join(' ');
}
