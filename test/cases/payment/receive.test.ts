import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { apartRemark } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import type { World } from './world.ts';
import { benefit, claimResponse, coded, createConfirmed, insure, notice, PAYING, priceInput } from './world.ts';

function awaiting(where: 'awaiting-payment' | 'awaiting-coverage' = 'awaiting-payment'): World {
  const world = createConfirmed(PAYING);
  insure(world);
  if (world.move('received', where).length > 0) throw new Error(JSON.stringify(world.issues));
  world.told.length = 0;
  return world;
}

describe('a notice of the programme', () => {
  it('of all settles the case, which goes on by itself', () => {
    const world = awaiting();
    expect(world.write('programme', notice('n1', 600))).toEqual([]);
    expect(world.row).toMatchObject({ businessStatus: 'completeness-check', state: { payment: 'settled' } });
    expect(world.get('Invoice/made-1').status).toBe('balanced');
    expect(world.told).toEqual(['record-added', 'payment-received payment', 'clock-started awaiting-payment']);
    expect(world.move('accepted', 'accepted')).toEqual([]);
  });

  it('of a part says how much is open, and the rest settles it', () => {
    const world = awaiting();
    world.write('programme', notice('n1', 200.5));
    expect(world.remarks).toEqual(['payment-open']);
    expect(world.row).toMatchObject({ businessStatus: 'awaiting-payment', state: { payment: 'awaited' } });
    world.write('programme', notice('n2', 399.5, { request: { reference: 'ServiceRequest/r1' } }));
    expect(world.row.state.payment).toBe('settled');
  });

  it('counts once, however often it is written', () => {
    const world = awaiting();
    world.write('programme', notice('n1', 300));
    world.write('programme', notice('n1', 300, { created: '2026-03-06' }));
    expect(world.row.state.payment).toBe('awaited');
    world.write('programme', notice('n1', 600));
    expect(world.row.state.payment).toBe('settled');
  });

  it('counts no more when it is withdrawn before the case is accepted', () => {
    const world = awaiting();
    world.write('programme', notice('n1', 600));
    world.write('programme', notice('n1', 600, { status: 'entered-in-error' }));
    expect(world.row).toMatchObject({ businessStatus: 'awaiting-payment', state: { payment: 'awaited' } });
    expect(world.get('Invoice/made-1').status).toBe('issued');
    expect(world.move('accepted', 'accepted')).toEqual(['still-awaited']);
  });

  it('changes nothing once the work has begun', () => {
    const world = awaiting();
    world.write('programme', notice('n1', 600));
    world.move('accepted', 'accepted');
    expect(world.write('programme', notice('n1', 600, { status: 'cancelled' }))).toEqual([]);
    expect(world.row).toMatchObject({ status: 'accepted', state: { payment: 'settled' } });
    expect(world.remarks).toEqual(['payment-kept']);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a draft', { status: 'draft' }],
    ['a cancelled one', { status: 'cancelled' }],
    ['one without a payment status', { paymentStatus: undefined }],
    ['one of another system', { paymentStatus: coded('urn:other', 'cleared') }],
  ])('%s settles nothing', (_what, more) => {
    const world = awaiting();
    expect(world.write('programme', notice('n1', 600, more))).toEqual([]);
    expect(world.row.state.payment).toBe('awaited');
    expect(world.remarks).toEqual(['payment-kept']);
  });

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['no amount', { amount: undefined }, 'payment-amount'],
    ['no currency', { amount: { value: 600 } }, 'payment-amount'],
    ['nothing', { amount: { value: 0, currency: 'USD' } }, 'payment-amount'],
    ['less than nothing', { amount: { value: -5, currency: 'USD' } }, 'payment-amount'],
    ['another currency', { amount: { value: 600, currency: 'EUR' } }, 'payment-currency'],
  ])('of %s is refused', (_what, more, key) => {
    const world = awaiting();
    expect(world.write('programme', notice('n1', 600, more))).toEqual([key]);
    expect(world.row.state.payment).toBe('awaited');
  });

  test('amounts in parts settle exactly when they reach what is due', () => {
    const cents = fc.integer({ min: 1, max: 40_000 });
    fc.assert(
      fc.property(fc.array(cents, { minLength: 1, maxLength: 8 }), (parts) => {
        const world = awaiting();
        let sum = 0;
        for (const [n, part] of parts.entries()) {
          expect(world.row.state.payment).toBe(sum >= 60_000 ? 'settled' : 'awaited');
          world.write('programme', notice(`n${n}`, part / 100));
          sum += part;
        }
        expect(world.row.state.payment).toBe(sum >= 60_000 ? 'settled' : 'awaited');
        expect(world.get('Invoice/made-1').status).toBe(sum >= 60_000 ? 'balanced' : 'issued');
      }),
      { numRuns: 60 },
    );
  });
});

test('what the home side says of its payment is kept and told, and settles nothing', () => {
  const world = awaiting();
  expect(world.write('placer', notice('n1', 600))).toEqual([]);
  expect(world.remarks).toEqual(['payment-announced']);
  expect(world.row.state.payment).toBe('awaited');
  expect(world.write('placer', claimResponse(benefit(600)))).toEqual([]);
  expect(world.remarks).toEqual(['payment-announced']);
  expect(world.row.state.payment).toBe('awaited');
  expect(world.told).toEqual(['record-added', 'record-added']);
});

describe('what the home side tells is said to be without effect', () => {
  it.each<[string, Resource]>([
    ['a draft', notice('n1', 600, { status: 'draft' })],
    ['a queued answer', claimResponse({ outcome: 'queued' })],
  ])('of %s', (_what, record) => {
    const world = awaiting();
    world.write('placer', record);
    expect(world.remarks).toEqual(['payment-kept']);
  });

  it('while nothing is awaited, and once the work has begun', () => {
    const world = createConfirmed(PAYING, { service: 'pathology-review' });
    world.write('placer', notice('n1', 600));
    expect(world.remarks).toEqual(['payment-kept']);
    world.move('accepted', 'accepted');
    world.write('placer', claimResponse({ preAuthRef: 'A-17' }));
    expect(world.remarks).toEqual(['payment-kept']);
  });
});

test.each<[string, Resource, string | undefined]>([
  ['money that has come', notice('n1', 600), 'payment-apart'],
  ['an answer', claimResponse({ preAuthRef: 'A-17' }), 'payment-apart'],
  ['a draft', notice('n1', 600, { status: 'draft' }), undefined],
  ['a claim that was paid', claimResponse({ use: 'claim', preAuthRef: 'A-17' }), undefined],
  ['no payment', { resourceType: 'Patient' }, undefined],
])('of no case: %s', (_what, record, key) => {
  expect(apartRemark(record)?.key).toBe(key);
});

describe('the answer of a payer', () => {
  const eligibility = (insurance: object, more: object = {}) => ({
    ...claimResponse(),
    resourceType: 'CoverageEligibilityResponse',
    use: undefined,
    insurance: [{ coverage: { reference: 'Coverage/c1' }, ...insurance }],
    ...more,
  });
  const cases: readonly [string, Parameters<World['write']>[1], string, string][] = [
    ['an authorisation with its number', claimResponse({ preAuthRef: 'A-17' }), 'covered', ''],
    ['a benefit of all', claimResponse(benefit(600)), 'covered', ''],
    ['a benefit of nothing', claimResponse(benefit(0)), 'refused', 'payment-refused'],
    ['a benefit of a part', claimResponse(benefit(450)), 'awaited', 'payment-open'],
    ['neither yes nor no', claimResponse(), 'awaited', 'cover-unclear'],
    ['a queued one', claimResponse({ outcome: 'queued', preAuthRef: 'A-17' }), 'awaited', 'payment-kept'],
    ['an error', claimResponse({ outcome: 'error', preAuthRef: 'A-17' }), 'awaited', 'payment-kept'],
    ['a claim that was paid', claimResponse({ use: 'claim', preAuthRef: 'A-17' }), 'awaited', 'payment-kept'],
    ['one that is withdrawn', claimResponse({ status: 'cancelled', preAuthRef: 'A-17' }), 'awaited', 'payment-kept'],
    ['of another Coverage', claimResponse({ preAuthRef: 'A-17', insurance: [{ coverage: { reference: 'Coverage/c2' } }] }), 'awaited', 'cover-kind'],
    ['of no Coverage in particular', claimResponse({ preAuthRef: 'A-17', insurance: undefined }), 'covered', ''],
    ['a cover in force', eligibility({ inforce: true }), 'covered', ''],
    ['a cover not in force', eligibility({ inforce: false }), 'refused', 'payment-refused'],
    ['a cover that says nothing', eligibility({}), 'awaited', 'cover-unclear'],
    ['a service that is excluded', eligibility({ inforce: true, item: [{ excluded: true }] }), 'refused', 'payment-refused'],
    ['an authorisation that is needed', eligibility({ inforce: true, item: [{ authorizationRequired: true }] }), 'awaited', 'cover-unclear'],
    ['an authorisation that is given', eligibility({ inforce: true, item: [{ authorizationRequired: true }] }, { preAuthRef: 'A' }), 'covered', ''],
  ]; // prettier-ignore

  it.each(cases)('%s', (_what, response, payment, remark) => {
    const world = awaiting('awaiting-coverage');
    expect(world.write('programme', response)).toEqual([]);
    expect(world.row.state.payment).toBe(payment);
    expect(world.remarks).toEqual(remark === '' ? [] : [remark]);
    expect(world.row.businessStatus).toBe(
      payment !== 'awaited'
        ? 'completeness-check'
        : remark === 'payment-open'
          ? 'awaiting-payment'
          : 'awaiting-coverage',
    );
  });

  it('is of a kind of payer that the programme takes', () => {
    const world = awaiting();
    insure(world, 'foundation');
    world.write('programme', claimResponse({ preAuthRef: 'A-17' }));
    expect(world.remarks).toEqual(['cover-kind']);
    expect(world.row.state.payment).toBe('awaited');
  });

  it('that says yes releases the case, and the Invoice is still to be paid by the payer', () => {
    const world = awaiting('awaiting-coverage');
    world.write('programme', claimResponse(benefit(600)));
    expect(world.told).toEqual(['record-added', 'payment-received cover', 'clock-started awaiting-coverage']);
    expect(world.get('Invoice/made-1').status).toBe('issued');
    expect(world.move('accepted', 'accepted')).toEqual([]);
  });

  it('that says no leaves it to the patient, by another Invoice', () => {
    const world = awaiting('awaiting-coverage');
    world.write('programme', claimResponse(benefit(0)));
    expect(world.told).toContain('payment-refused');
    expect(world.get('Invoice/made-1').status).toBe('cancelled');
    expect(world.move('accepted', 'accepted')).toEqual(['payment-missing']);
    expect(world.move('received', 'awaiting-payment')).toEqual([]);
    expect(world.get('Invoice/made-2').recipient).toEqual({ reference: 'Patient/p1' });
    world.write('programme', notice('n1', 600));
    expect(world.row.state.payment).toBe('settled');
  });

  it('that says no changes nothing where the patient has been asked', () => {
    const world = awaiting();
    world.write('programme', claimResponse(benefit(0)));
    expect(world.row).toMatchObject({ businessStatus: 'awaiting-payment', state: { payment: 'awaited' } });
    expect(world.get('Invoice/made-1').status).toBe('issued');
  });

  it('in part, and the rest is paid', () => {
    const world = awaiting('awaiting-coverage');
    world.write('programme', claimResponse(benefit(450)));
    world.write('programme', notice('n1', 149.99));
    expect(world.row.state.payment).toBe('awaited');
    world.write('programme', notice('n2', 0.01));
    expect(world.row.state.payment).toBe('covered');
    expect(world.get('Invoice/made-1').status).toBe('issued');
  });

  it('that is withdrawn is awaited again', () => {
    const world = awaiting('awaiting-coverage');
    world.write('programme', claimResponse({ preAuthRef: 'A-17' }));
    world.write('programme', claimResponse({ preAuthRef: 'A-17', status: 'cancelled' }));
    expect(world.row).toMatchObject({ businessStatus: 'awaiting-coverage', state: { payment: 'awaited' } });
  });

  it('may come before it is asked for', () => {
    const world = createConfirmed(PAYING);
    insure(world);
    world.write('programme', claimResponse({ preAuthRef: 'A-17' }));
    expect(world.row.state.payment).toBe('covered');
    expect(world.move('accepted', 'accepted')).toEqual([]);
  });
});

describe('the Invoice', () => {
  it('is cancelled by the programme, and asked for anew at another price', () => {
    const world = createConfirmed(PAYING, { service: 'multidisciplinary-opinion' });
    world.move('received', 'awaiting-payment', { input: [priceInput(900)] });
    expect(world.write('programme', { ...world.get('Invoice/made-1'), status: 'cancelled' })).toEqual([]);
    expect(world.remarks).toEqual(['invoice-cancelled']);
    expect(world.row).toMatchObject({ businessStatus: 'completeness-check' });
    expect(world.row.state.payment).toBeUndefined();
    expect(world.move('received', 'awaiting-payment', { input: [priceInput(850)] })).toEqual([]);
    expect(world.get('Invoice/made-2').totalGross).toEqual({ value: 850, currency: 'USD' });
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['its total', { totalGross: { value: 1, currency: 'USD' } }],
    ['its lines', { lineItem: [] }],
    ['who is to pay', { recipient: { reference: 'Patient/p2' } }],
    ['whose it is', { subject: { reference: 'Patient/p2' } }],
    ['its number', { identifier: [{ value: '2' }] }],
    ['that it is issued', { status: 'draft' }],
    ['that it is not paid', { status: 'balanced' }],
  ])('keeps %s', (_what, change) => {
    const world = awaiting();
    expect(world.write('programme', { ...world.get('Invoice/made-1'), ...change })).toEqual(['invoice-fixed']);
  });

  it('may be annotated', () => {
    const world = awaiting();
    const { lineItem, ...rest } = world.get('Invoice/made-1');
    expect(world.write('programme', { ...rest, note: [{ text: 'By bank transfer' }], lineItem })).toEqual([]);
    expect(world.told).toEqual(['record-corrected']);
  });

  it('of the home side says nothing to the case', () => {
    const world = awaiting();
    const other = { ...world.get('Invoice/made-1'), id: 'other', status: 'balanced' };
    expect(world.write('placer', other)).toEqual([]);
    expect(world.row.state.payment).toBe('awaited');
  });
});
