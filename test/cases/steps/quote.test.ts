import { describe, expect, it } from '@jest/globals';
import { SERVICE_SYSTEM } from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { row } from '../samples.ts';
import type { World } from '../payment/world.ts';
import { CASE_OUTPUT, coded, createConfirmed, PAYING, step } from '../payment/world.ts';

const OUTPUT = [{ type: coded(CASE_OUTPUT, 'cost-estimate'), valueReference: { reference: 'Claim/e1' } }];

function estimate(more: Readonly<Record<string, unknown>> = {}): Resource {
  return {
    resourceType: 'Claim',
    id: 'e1',
    status: 'active',
    use: 'predetermination',
    referral: { reference: 'ServiceRequest/r1' },
    item: [item(coded('urn:procedures', 'surgery'), 12_000)],
    ...more,
  };
}

function item(productOrService: object, value: number, currency = 'USD'): object {
  return { sequence: 1, productOrService, net: { value, currency } };
}

function asked(role: 'placer' | 'programme' = 'placer'): World {
  const world = createConfirmed(PAYING, { service: 'comprehensive-opinion' });
  const answer = world.write(role, step('quote', 'requested', 'prog'));
  if (answer.length > 0) throw new Error(answer.join());
  return world;
}

function complete(world: World, more: Readonly<Record<string, unknown>> = { output: OUTPUT }): string[] {
  return world.write('programme', { ...world.get('Task/s1'), status: 'completed', ...more });
}

describe('a quote', () => {
  it.each(['placer', 'programme'] as const)('is asked for by the %s and answered with an estimate', (role) => {
    const world = asked(role);
    world.records.set('Claim/e1', estimate());
    expect(complete(world)).toEqual([]);
    expect(world.told).toEqual(['step-requested quote requested', 'step-completed quote completed']);
    // What treatment would cost is no price of the opinion.
    expect(world.move('received', 'awaiting-payment')).toEqual(['price-missing']);
  });

  it('of the opinion itself is the price that is asked for', () => {
    const world = asked();
    const opinion = coded(SERVICE_SYSTEM, 'comprehensive-opinion');
    const items = [item(opinion, 2000.1), item(opinion, 400.2), item(coded('urn:procedures', 'surgery'), 12_000)];
    world.records.set('Claim/e1', estimate({ item: items }));
    complete(world);
    expect(world.move('received', 'awaiting-payment')).toEqual([]);
    expect(world.get('Invoice/made-1').totalGross).toEqual({ value: 2400.3, currency: 'USD' });
  });

  it('that was given in error is no price any more', () => {
    const world = asked();
    world.records.set('Claim/e1', estimate({ item: [item(coded(SERVICE_SYSTEM, 'comprehensive-opinion'), 2000)] }));
    complete(world);
    world.write('programme', { ...world.get('Task/s1'), status: 'entered-in-error' });
    expect(world.move('received', 'awaiting-payment')).toEqual(['price-missing']);
  });

  it('of the opinion in two currencies is no price', () => {
    const world = asked();
    const opinion = coded(SERVICE_SYSTEM, 'comprehensive-opinion');
    world.records.set('Claim/e1', estimate({ item: [item(opinion, 2000), item(opinion, 400, 'EUR')] }));
    complete(world);
    expect(world.move('received', 'awaiting-payment')).toEqual(['price-missing']);
  });

  it.each<[string, Resource | undefined, Readonly<Record<string, unknown>>]>([
    ['nothing', estimate(), {}],
    ['what is not there', undefined, { output: OUTPUT }],
    ['a claim for payment', estimate({ use: 'claim' }), { output: OUTPUT }],
    ['a draft', estimate({ status: 'draft' }), { output: OUTPUT }],
    ['an estimate of another case', estimate({ referral: { reference: 'ServiceRequest/r2' } }), { output: OUTPUT }],
  ])('is not answered with %s', (_what, claim, more) => {
    const world = asked();
    if (claim !== undefined) world.records.set('Claim/e1', claim);
    expect(complete(world, more)).toEqual(['estimate-missing']);
  });

  it('is not answered by the home side, nor made for it', () => {
    const world = asked();
    world.records.set('Claim/e1', estimate());
    expect(world.write('placer', { ...world.get('Task/s1'), status: 'completed', output: OUTPUT })).toEqual([
      'not-your-move',
    ]);
    const made = { ...step('quote', 'completed', 'prog', { output: OUTPUT }), id: 's2' };
    expect(world.write('placer', made)).toEqual(['illegal-move']);
    expect(world.write('placer', { ...step('quote', 'requested', 'hosp'), id: 's3' })).toEqual(['step-owner']);
  });

  it('may come after the report, for those who travel', () => {
    const world = createConfirmed(PAYING);
    world.row = row('completed', 'report-issued');
    world.records.set('Claim/e1', estimate());
    expect(world.write('placer', step('quote', 'requested', 'prog'))).toEqual([]);
    expect(complete(world)).toEqual([]);
  });
});
