import { describe, expect, it, test } from '@jest/globals';
import { CANONICAL, NO_RULES } from '../../../src/cases/index.ts';
import { validate } from '../../profiles/validator.ts';
import { NOW, request } from '../samples.ts';
import type { World } from './world.ts';
import { createConfirmed, createWorld, insure, notice, PAYING, priceInput, serviceOutput, step } from './world.ts';

const errors = (resource: Parameters<typeof validate>[0], profile: string): unknown =>
  validate(resource, { profiles: [`${CANONICAL}/StructureDefinition/${profile}`] }).filter(
    ({ severity }) => severity === 'error',
  );

describe('asking for payment', () => {
  it('makes an Invoice that is valid, numbered, and an output of T0', () => {
    const world = createConfirmed(PAYING);
    expect(world.move('received', 'awaiting-payment')).toEqual([]);
    const invoice = world.get('Invoice/made-1');
    expect(invoice).toMatchObject({
      identifier: [{ value: 'SO-26-7K3M-9QTX-1' }],
      status: 'issued',
      subject: { reference: 'Patient/p1' },
      recipient: { reference: 'Patient/p1' },
      issuer: { reference: 'Organization/prog' },
      lineItem: [
        {
          sequence: 1,
          chargeItemCodeableConcept: { coding: [{ code: 'single-specialist-opinion' }] },
          priceComponent: [{ type: 'base', amount: { value: 600, currency: 'USD' } }],
        },
      ],
      totalNet: { value: 600, currency: 'USD' },
      totalGross: { value: 600, currency: 'USD' },
    });
    expect(errors(invoice, 'case-invoice')).toEqual([]);
    expect(world.get('Task/t0').output).toMatchObject([
      serviceOutput('single-specialist-opinion'),
      { type: { coding: [{ code: 'invoice' }] }, valueReference: { reference: 'Invoice/made-1' } },
    ]);
    expect(world.row.state).toMatchObject({ payment: 'awaited', facts: { 'payment.since': NOW } });
    expect(world.told).toEqual(['case-moved submitted', 'payment-requested patient']);
  });

  it('asks the payer of an active cover of a kind that the programme takes', () => {
    const world = createConfirmed(PAYING);
    insure(world);
    expect(world.move('received', 'awaiting-coverage')).toEqual([]);
    expect(world.get('Invoice/made-1').recipient).toEqual({ reference: 'Organization/ins' });
    expect(world.row).toMatchObject({
      businessStatus: 'awaiting-coverage',
      state: { payment: 'awaited', facts: { 'payment.payer': 'Organization/ins' } },
    });
  });

  it('asks for cover before the price is known', () => {
    const world = createConfirmed(PAYING, { service: 'comprehensive-opinion' });
    insure(world, 'insurer', { payor: [{ identifier: { value: '17' } }] });
    expect(world.move('received', 'awaiting-coverage')).toEqual([]);
    expect([...world.records.keys()].filter((ref) => ref.startsWith('Invoice/'))).toEqual([]);
    expect(world.row.state.facts['payment.payer']).toBe('Coverage/c1');
  });

  it('asks somebody else while nobody has answered, with an Invoice in place of the first', () => {
    const world = createConfirmed(PAYING);
    insure(world);
    world.move('received', 'awaiting-coverage');
    expect(world.move('received', 'awaiting-payment')).toEqual([]);
    expect(world.get('Invoice/made-1')).toMatchObject({ status: 'cancelled', cancelledReason: expect.any(String) });
    expect(world.get('Invoice/made-2')).toMatchObject({
      status: 'issued',
      recipient: { reference: 'Patient/p1' },
      identifier: [{ value: 'SO-26-7K3M-9QTX-2' }],
    });
    expect(world.row).toMatchObject({ businessStatus: 'awaiting-payment', state: { payment: 'awaited' } });
    expect(world.move('received', 'awaiting-coverage')).toEqual([]);
    expect(world.row.businessStatus).toBe('awaiting-coverage');
  });

  it('counts what has come before', () => {
    const world = createConfirmed(PAYING);
    world.write('programme', notice('n1', 600, { request: { reference: 'Task/t0' } }));
    expect(world.row.state.payment).toBeUndefined();
    world.move('received', 'awaiting-payment');
    expect(world.get('Invoice/made-1').status).toBe('balanced');
    expect(world.row).toMatchObject({ status: 'received', businessStatus: 'completeness-check' });
    expect(world.row.state.payment).toBe('settled');
  });

  test('a programme without rules says it by hand, as ever', () => {
    for (const where of ['awaiting-payment', 'awaiting-coverage']) {
      const world = createWorld(NO_RULES);
      expect(world.move('received', where)).toEqual([]);
      expect(world.row).toMatchObject({ businessStatus: where });
      expect(world.row.state.payment).toBeUndefined();
      expect(world.records.size).toBe(2);
      expect(world.move('accepted', 'accepted')).toEqual([]);
    }
  });

  test('a programme without rules may set a price, and then waits in earnest', () => {
    const world = createWorld(NO_RULES);
    expect(world.move('received', 'awaiting-payment', { input: [priceInput(90.1, 'EUR')] })).toEqual([]);
    expect(world.get('Invoice/made-1').totalGross).toEqual({ value: 90.1, currency: 'EUR' });
    expect(world.move('accepted', 'accepted')).toEqual(['still-awaited']);
  });
});

describe('the price', () => {
  const cases: readonly [string, string, readonly object[], readonly string[] | number][] = [
    ['is fixed', 'single-specialist-opinion', [], 600],
    ['is fixed, and set to the same', 'single-specialist-opinion', [priceInput(600)], 600],
    ['is fixed, and set to another', 'single-specialist-opinion', [priceInput(599)], ['price-outside']],
    ['is a band', 'multidisciplinary-opinion', [], ['price-missing']],
    ['is at the low end of a band', 'multidisciplinary-opinion', [priceInput(800)], 800],
    ['is at the high end of a band', 'multidisciplinary-opinion', [priceInput(1800)], 1800],
    ['is below a band', 'multidisciplinary-opinion', [priceInput(799.99)], ['price-outside']],
    ['is above a band', 'multidisciplinary-opinion', [priceInput(1800.01)], ['price-outside']],
    ['is in a band of another currency', 'multidisciplinary-opinion', [priceInput(950, 'EUR')], ['price-outside']],
    ['is on request', 'comprehensive-opinion', [], ['price-missing']],
    ['is on request, and set', 'comprehensive-opinion', [priceInput(2400, 'EUR')], 2400],
    ['is set without a currency', 'comprehensive-opinion', [halfAPrice({ value: 5 })], ['price-form']],
    ['is set without a value', 'comprehensive-opinion', [halfAPrice({ currency: 'USD' })], ['price-form']],
    ['is negative', 'comprehensive-opinion', [priceInput(-1)], ['price-form']],
    ['is nothing', 'pathology-review', [], ['payment-free']],
    ['has an addition at its fixed price', 'single-specialist-opinion', [priceInput(250, 'USD', 'video-consultation')], 850],
    ['has an addition at another', 'single-specialist-opinion', [priceInput(10, 'USD', 'video-consultation')], ['price-outside']],
    ['has what is added to others only', 'comprehensive-opinion', [priceInput(10), priceInput(250, 'USD', 'video-consultation')], ['service-not-alone']],
    ['has an addition in another currency', 'single-specialist-opinion', [priceInput(1, 'EUR', 'comprehensive-opinion')], ['service-not-alone', 'payment-currency']],
  ]; // prettier-ignore

  it.each(cases)('%s', (_what, service, input, expected) => {
    const world = createConfirmed(PAYING, { service });
    const answer = world.move('received', 'awaiting-payment', { input });
    if (typeof expected === 'number') {
      expect(answer).toEqual([]);
      expect(world.get('Invoice/made-1').totalGross).toMatchObject({ value: expected });
    } else {
      expect(answer).toEqual(expected);
      expect(world.row.status).toBe('requested');
    }
  });

  it('has a line for each service', () => {
    const world = createConfirmed(PAYING);
    world.move('received', 'awaiting-payment', { input: [priceInput(250, 'USD', 'video-consultation')] });
    expect(world.get('Invoice/made-1').lineItem).toMatchObject([
      { sequence: 1, priceComponent: [{ amount: { value: 600 } }] },
      { sequence: 2, priceComponent: [{ amount: { value: 250 } }] },
    ]);
  });

  it('says how it is to be given', () => {
    const world = createConfirmed(PAYING, { service: 'multidisciplinary-opinion' });
    world.move('received', 'awaiting-payment');
    expect(world.issues[0]!.text).toContain('USD 800 to 1800');
    expect(world.issues[0]!.text).toContain(`${CANONICAL}/CodeSystem/case-input`);
  });

  it('adds up without the faults of binary fractions', () => {
    const world = createWorld(NO_RULES, { service: 'single-specialist-opinion' });
    const input = [priceInput(0.1), priceInput(0.2, 'USD', 'video-consultation')];
    const rules = NO_RULES.services.find(({ code }) => code === 'video-consultation')!;
    expect(rules.addOnTo).toContain('single-specialist-opinion');
    world.move('received', 'awaiting-payment', { input });
    expect(world.get('Invoice/made-1').totalGross).toEqual({ value: 0.3, currency: 'USD' });
  });
});

function halfAPrice(valueMoney: object): object {
  return { ...priceInput(1), valueMoney };
}

describe('cover that is not there', () => {
  it.each<[string, (world: World) => void]>([
    ['no Coverage', () => undefined],
    ['another kind of payer', (world) => insure(world, 'foundation')],
    ['one that is cancelled', (world) => insure(world, 'insurer', { status: 'cancelled' })],
    ['one that has ended', (world) => insure(world, 'insurer', { period: { end: '2026-03-03' } })],
    [
      'one that the request does not name',
      (world) => {
        insure(world);
        world.records.set('ServiceRequest/r1', request());
      },
    ],
  ])('%s: refused, and what the programme takes is told', (_what, prepare) => {
    const world = createConfirmed(PAYING);
    prepare(world);
    expect(world.move('received', 'awaiting-coverage')).toEqual(['cover-missing']);
    expect(world.issues[0]!.text).toContain('insurer');
  });
});

test('a case waits for an information request first, and then for its payment', () => {
  const world = createConfirmed(PAYING);
  world.move('received', 'awaiting-payment');
  const wanted = { input: [{ type: { text: 'wanted' }, valueString: 'The letter' }] };
  world.write('programme', step('information-request', 'requested', 'hosp', wanted));
  expect(world.row.businessStatus).toBe('awaiting-information');
  world.write('programme', { ...world.get('Task/s1'), status: 'cancelled' });
  expect(world.row.businessStatus).toBe('awaiting-payment');
  expect([...world.records.keys()].filter((ref) => ref.startsWith('Invoice/'))).toEqual(['Invoice/made-1']);
});
