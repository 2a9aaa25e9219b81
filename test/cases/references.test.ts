import { describe, expect, it } from '@jest/globals';
import { anchors } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';

const to = (reference: string): { reference: string } => ({ reference });

describe('what a record about the payment says it is made on', () => {
  it.each<[string, Resource, readonly string[]]>([
    ['a notice on an Invoice', { resourceType: 'PaymentNotice', request: to('Invoice/i') }, ['Invoice/i']],
    ['a notice on a Task', { resourceType: 'PaymentNotice', request: to('Task/t') }, ['Task/t']],
    ['a notice on another answer', { resourceType: 'PaymentNotice', response: to('ClaimResponse/r') }, []],
    ['a Claim', { resourceType: 'Claim', referral: to('ServiceRequest/r') }, ['ServiceRequest/r']],
    ['the answer to a Claim', { resourceType: 'ClaimResponse', request: to('Claim/c') }, ['Claim/c']],
    [
      'a question about cover',
      {
        resourceType: 'CoverageEligibilityRequest',
        supportingInfo: [{ sequence: 1, information: to('ServiceRequest/r') }],
      },
      ['ServiceRequest/r'],
    ],
    [
      'the answer to it',
      { resourceType: 'CoverageEligibilityResponse', request: to('CoverageEligibilityRequest/q') },
      ['CoverageEligibilityRequest/q'],
    ],
    ['a record elsewhere', { resourceType: 'PaymentNotice', request: to('https://bank.example/Invoice/i') }, []],
    ['a record of no case', { resourceType: 'PaymentNotice', request: to('Account/a') }, []],
  ])('%s', (_what, resource, refs) => {
    expect(anchors(resource)).toEqual(refs);
  });
});
