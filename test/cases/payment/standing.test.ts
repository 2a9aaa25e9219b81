import { describe, expect, it, test } from '@jest/globals';
import type { World } from './world.ts';
import { createConfirmed, createWorld, dueNext, insure, notice, override, PAYING } from './world.ts';

const WAIVED = { extension: [override('payment-waived')] };

function awaiting(): World {
  const world = createConfirmed(PAYING);
  world.move('received', 'awaiting-payment');
  world.told.length = 0;
  return world;
}

describe('acceptance', () => {
  it('is refused while nobody has been asked, with how to go on', () => {
    const world = createConfirmed(PAYING);
    expect(world.move('accepted', 'accepted')).toEqual(['payment-missing']);
    expect(world.issues[0]!.text).toMatch(/awaiting-payment.*awaiting-coverage.*payment-waived/);
  });

  it('is refused while the payment is awaited, and so is going on otherwise', () => {
    const world = awaiting();
    expect(world.move('accepted', 'accepted')).toEqual(['still-awaited']);
    expect(world.issues[0]!.text).toContain('The programme records a PaymentNotice (request: Invoice/made-1)');
    expect(world.move('received', 'completeness-check')).toEqual(['still-awaited']);
    expect(world.issues[0]!.text).toContain('what the home side writes only announces it');
    expect(world.row.businessStatus).toBe('awaiting-payment');
  });

  it('says who records what while cover is awaited whose price nobody has set', () => {
    const world = createConfirmed(PAYING, { service: 'comprehensive-opinion' });
    insure(world);
    world.move('received', 'awaiting-coverage');
    expect(world.move('accepted', 'accepted')).toEqual(['still-awaited']);
    expect(world.issues[0]!.text).toMatch(/programme records the payer's answer as a ClaimResponse \(request: a Claim/);
    expect(world.issues[0]!.text).toContain('PaymentNotice (request: ServiceRequest/r1)');
    expect(world.issues[0]!.text).not.toMatch(/Invoice/);
  });

  it.each([
    ['before it is asked for', (): World => createConfirmed(PAYING)],
    ['while it is awaited', awaiting],
  ])('without payment takes a reason %s', (_when, start) => {
    const world = start();
    expect(world.move('accepted', 'accepted', WAIVED)).toEqual([]);
    expect(world.row).toMatchObject({ status: 'accepted', state: { payment: 'waived' } });
    expect(world.row.state.overrides).toMatchObject([{ rule: 'payment-waived', by: 'programme' }]);
    expect([...world.records.values()].filter(({ resourceType }) => resourceType === 'Provenance')).toHaveLength(1);
    for (const one of world.records.values()) if (one.resourceType === 'Invoice') expect(one.status).toBe('cancelled');
  });

  it('that needs no waiver keeps none', () => {
    const world = awaiting();
    world.write('programme', notice('n1', 600));
    expect(world.move('accepted', 'accepted', WAIVED)).toEqual([]);
    expect(world.row.state).toMatchObject({ payment: 'settled', overrides: [] });
  });

  it('of what costs nothing needs no payment', () => {
    const world = createConfirmed(PAYING, { service: 'pathology-review' });
    expect(world.move('accepted', 'accepted')).toEqual([]);
  });

  it('is free where the programme does not want the payment first', () => {
    const rules = { ...PAYING, payment: { when: 'none', coveredBy: [] } } as const;
    const world = createConfirmed(rules);
    expect(world.move('accepted', 'accepted')).toEqual([]);
  });
});

describe('a payment that does not come', () => {
  it('closes the case in its time', () => {
    const world = awaiting();
    expect(dueNext(world, PAYING)).toBe('2026-03-18T09:00:00.000Z');
    world.tick('2026-03-18T08:59:59Z');
    expect(world.told).toEqual([]);
    world.tick('2026-03-18T09:00:00Z');
    expect(world.told).toEqual(['payment-expired', 'case-declined awaiting-payment coverage-refused']);
    expect(world.row).toMatchObject({ status: 'rejected', businessStatus: 'declined' });
    expect(world.get('Task/t0')).toMatchObject({
      status: 'rejected',
      statusReason: { coding: [{ code: 'coverage-refused' }] },
    });
    expect(world.get('Invoice/made-1').status).toBe('cancelled');
    expect(dueNext(world, PAYING)).toBeUndefined();
  });

  it('is not waited for once it has come', () => {
    const world = awaiting();
    world.write('programme', notice('n1', 600));
    expect(dueNext(world, PAYING)).toBeUndefined();
  });

  it('is waited for anew when it is asked for anew', () => {
    const world = awaiting();
    world.write('programme', { ...world.get('Invoice/made-1'), status: 'cancelled' });
    world.now = '2026-03-10T09:00:00Z';
    world.move('received', 'awaiting-payment');
    expect(dueNext(world, PAYING)).toBe('2026-03-24T09:00:00.000Z');
  });
});

test.each(['rejected', 'revoked'])('a case that is %s owes nothing', (how) => {
  const world = awaiting();
  const answer =
    how === 'rejected'
      ? world.move('rejected', 'declined', { statusReason: { text: 'Out of scope' } })
      : world.write('placer', { ...world.get('ServiceRequest/r1'), status: 'revoked' });
  expect(answer).toEqual([]);
  expect(world.get('Invoice/made-1').status).toBe('cancelled');
  expect(world.row.state.payment).toBeUndefined();
});

test('an advisor confirms the service before anything is asked for or accepted', () => {
  const world = createWorld(PAYING);
  for (const [status, businessStatus] of [
    ['received', 'awaiting-payment'],
    ['received', 'awaiting-coverage'],
    ['accepted', 'accepted'],
  ] as const) {
    expect(world.move(status, businessStatus)).toContain('service-unconfirmed');
  }
});
