import type { Answer, Json, Partner } from '../../support/house.ts';
import type { SentCase } from '../packet.ts';
import { entryOf, read, transact } from './moves.ts';
import { concept, guide, to } from './words.ts';

/** Who pays, and what has come. */

const DAY = '2027-01-04';

/** A price as T0's input: USD, for the case's own service or another one of the programme. */
export function price(value: number, service?: string): Json {
  const coding = guide('case-input', 'price').coding;
  const ofService = service === undefined ? [] : guide('second-opinion-service', service).coding;
  return { type: { coding: [...coding, ...ofService] }, valueMoney: { value, currency: 'USD' } };
}

/** The programme asks the payer, and records its answer: what it covers of it in USD, 0 for nothing. */
export async function recordCover(programme: Partner, sent: SentCase, value: number): Promise<Answer> {
  const { insurance } = await read(programme, sent.request);
  const claim = 'urn:uuid:2f6c1f0e-55c1-4a6b-8c1e-7d0f5b9a3c11';
  const both = {
    status: 'active',
    type: concept('http://terminology.hl7.org/CodeSystem/claim-type', 'professional'),
    use: 'preauthorization',
    patient: to(sent.patient),
    created: DAY,
    insurance: [{ sequence: 1, focal: true, coverage: to(insurance[0].reference) }],
  };
  return transact(
    programme,
    entryOf(
      {
        resourceType: 'Claim',
        ...both,
        provider: to(`Organization/${programme.organization}`),
        priority: { coding: [{ code: 'normal' }] },
        referral: to(sent.request),
      },
      claim,
    ),
    entryOf({
      resourceType: 'ClaimResponse',
      ...both,
      insurer: to('Organization/insurer'),
      request: to(claim),
      outcome: 'complete',
      total: [
        {
          category: concept('http://terminology.hl7.org/CodeSystem/adjudication', 'benefit'),
          amount: { value, currency: 'USD' },
        },
      ],
    }),
  );
}

/** That money has come for an Invoice, in USD. */
export function paymentNotice(programme: Partner, invoice: string, value: number): Json {
  return {
    resourceType: 'PaymentNotice',
    status: 'active',
    request: to(invoice),
    created: DAY,
    payment: { display: 'Bank transfer' },
    recipient: to(`Organization/${programme.organization}`),
    amount: { value, currency: 'USD' },
    paymentStatus: concept('http://terminology.hl7.org/CodeSystem/paymentstatus', 'cleared'),
  };
}

/** The Invoice that T0 names last: `Invoice/x`. */
export async function invoiceOf(partner: Partner, { task }: SentCase): Promise<string> {
  const { output } = await read(partner, task);
  return output.at(-1).valueReference.reference;
}

/** What treatment at the programme would cost, in USD. */
export function costEstimate(programme: Partner, { patient, request }: SentCase, value: number): Json {
  const amount = { value, currency: 'USD' };
  return {
    resourceType: 'Claim',
    status: 'active',
    use: 'predetermination',
    type: concept('http://terminology.hl7.org/CodeSystem/claim-type', 'institutional'),
    patient: to(patient),
    created: DAY,
    provider: to(`Organization/${programme.organization}`),
    priority: { coding: [{ code: 'normal' }] },
    referral: to(request),
    insurance: [{ sequence: 1, focal: true, coverage: { display: 'Self-pay' } }],
    item: [{ sequence: 1, productOrService: { text: 'Resection, with the stay' }, net: amount }],
    total: amount,
  };
}
