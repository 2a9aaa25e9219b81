import type { CaseRow } from '../case.ts';
import { isPaymentHold } from '../holds.ts';
import { paymentFacts } from './facts.ts';

/** Who writes what, for a case whose payment or cover is awaited to go on. */
export function whoWritesWhat(row: CaseRow): string {
  const { invoice, payer } = paymentFacts(row);
  const notice = `a PaymentNotice (request: ${invoice ?? row.serviceRequest}) with what has come`;
  const isOfPayer = isPaymentHold(row.businessStatus)
    ? row.businessStatus === 'awaiting-coverage'
    : payer !== undefined;
  const records = isOfPayer
    ? `the payer's answer as a ClaimResponse (request: a Claim with the referral ${row.serviceRequest}) or a CoverageEligibilityResponse (request: a CoverageEligibilityRequest with supportingInfo ${row.serviceRequest}), or ${notice}`
    : notice;
  return `The programme records ${records}; what the home side writes only announces it.`;
}
