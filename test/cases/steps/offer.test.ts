import { describe, expect, it } from '@jest/globals';
import type { Resource } from '../../../src/fhir/index.ts';
import { openLedger } from '../../../src/cases/clock/ledger.ts';
import type { ProgrammeRules } from '../../../src/cases/index.ts';
import { NOW } from '../samples.ts';
import type { World } from '../payment/world.ts';
import {
  CASE_INPUT,
  coded,
  createConfirmed,
  createWorld,
  notice,
  PAYING,
  priceInput,
  serviceInput,
  serviceOutput,
  step,
} from '../payment/world.ts';

const SERVICE = [serviceInput('multidisciplinary-opinion')];
/** Each service has ten days from the moment when it is asked for. */
const TIMED: ProgrammeRules = {
  ...PAYING,
  services: PAYING.services.map((one) => ({ ...one, turnaround: { from: 'submission', amount: 10, unit: 'days' } })),
};
const WANTED = [{ type: coded(CASE_INPUT, 'wanted-record'), valueString: 'The CT of the chest.' }];
const BOTH = [serviceInput('multidisciplinary-opinion'), priceInput(1900)];

function offer(input: readonly object[], more: Readonly<Record<string, unknown>> = {}): Resource {
  return step('offer', 'requested', 'hosp', { ...(input.length === 0 ? {} : { input }), ...more });
}

function offered(input: readonly object[], world = createWorld(PAYING)): World {
  const answer = world.write('programme', offer(input));
  if (answer.length > 0) throw new Error(answer.join());
  return world;
}

function answer(world: World, status: string, more: Readonly<Record<string, unknown>> = {}): string[] {
  return world.write('placer', { ...world.get('Task/s1'), status, ...more });
}

describe('an offer', () => {
  it('makes it the home side’s turn', () => {
    const world = offered(SERVICE);
    expect(world.row).toMatchObject({ status: 'received', businessStatus: 'awaiting-information' });
    expect(world.told).toEqual([
      'alternative-offered offer requested multidisciplinary-opinion',
      'clock-stopped submitted',
    ]);
    expect(world.move('accepted', 'accepted')).toEqual(['still-awaited']);
    expect(world.issues[0]!.text).toContain('Task/s1');
  });

  it.each<[string, readonly object[], Readonly<Record<string, unknown>>, string]>([
    ['says nothing', [], {}, 'offer-empty'],
    ['says it in words alone', [], { description: 'Something else' }, 'offer-empty'],
    ['names what is not offered', [serviceInput('radiology-review')], {}, 'service-not-offered'],
    ['names what is only added', [serviceInput('video-consultation')], {}, 'service-not-alone'],
    ['has half a price', [{ ...priceInput(1), valueMoney: { value: 1 } }], {}, 'price-form'],
    ['has a negative price', [priceInput(-1)], {}, 'price-form'],
    ['has a price in another currency', [priceInput(600, 'EUR')], {}, 'payment-currency'],
    ['has a date that is over', [], { restriction: { period: { end: '2026-03-03' } } }, 'offer-date'],
    ['says only when it begins', [], { restriction: { period: { start: '2026-05-01' } } }, 'offer-empty'],
    ['is accepted as it is made', SERVICE, { status: 'completed' }, 'illegal-move'],
    ['is for the programme itself', SERVICE, { owner: { reference: 'Organization/prog' } }, 'step-owner'],
  ])('that %s is refused', (_what, input, more, key) => {
    const world = createWorld(PAYING);
    expect(world.write('programme', offer(input, more))).toEqual([key]);
    expect(world.row.state.steps).toEqual([]);
  });

  it('of another date is one', () => {
    const world = createWorld(PAYING);
    expect(world.write('programme', offer([], { restriction: { period: { end: '2026-05-01' } } }))).toEqual([]);
    expect(world.told[0]).toBe('alternative-offered offer requested 2026-05-01T23:59:59.999Z');
  });

  it('comes one at a time', () => {
    const world = offered(SERVICE);
    expect(world.write('programme', { ...offer([priceInput(900)]), id: 's2' })).toEqual(['offer-open']);
    expect(world.issues[0]!.text).toContain('Task/s1');
    world.write('programme', { ...world.get('Task/s1'), status: 'cancelled' });
    expect(world.write('programme', { ...offer([priceInput(900)]), id: 's2' })).toEqual([]);
  });

  it('is made by the programme', () => {
    expect(createWorld(PAYING).write('placer', offer(SERVICE))).toEqual(['not-your-move']);
  });

  it.each(['placer', 'programme'] as const)('keeps its terms, whatever the %s writes', (role) => {
    const world = offered(BOTH);
    const cheaper = { ...world.get('Task/s1'), input: [serviceInput('multidisciplinary-opinion'), priceInput(1)] };
    expect(world.write(role, cheaper)).toEqual(['offer-fixed']);
    expect(world.write('placer', { ...cheaper, status: 'completed' })).toEqual(['offer-fixed']);
    answer(world, 'completed');
    expect(world.write(role, { ...cheaper, status: 'completed' })).toEqual(['offer-fixed']);
  });
});

describe('the home side', () => {
  it('accepts another service', () => {
    const world = offered(SERVICE);
    expect(answer(world, 'completed')).toEqual([]);
    expect(world.row.state).toMatchObject({ service: 'multidisciplinary-opinion', confirmed: true });
    expect(world.row.businessStatus).toBe('completeness-check');
    expect(world.get('Task/t0').output).toMatchObject([serviceOutput('multidisciplinary-opinion')]);
    expect(world.told.slice(2)).toEqual([
      'alternative-accepted offer completed',
      'service-changed single-specialist-opinion multidisciplinary-opinion',
      'clock-started awaiting-information',
    ]);
  });

  it('accepts a price, beyond the band, too, which then is asked for', () => {
    const world = offered(BOTH);
    answer(world, 'completed');
    expect(world.move('received', 'awaiting-payment', { input: [priceInput(1800)] })).toEqual(['price-agreed']);
    expect(world.move('received', 'awaiting-payment', { input: [] })).toEqual([]);
    expect(world.get('Invoice/made-1').totalGross).toEqual({ value: 1900, currency: 'USD' });
  });

  it('accepts another price while the first is awaited: that Invoice is cancelled', () => {
    const world = createConfirmed(PAYING);
    world.move('received', 'awaiting-payment');
    offered([priceInput(500)], world);
    expect(world.row.businessStatus).toBe('awaiting-information');
    expect(answer(world, 'completed')).toEqual([]);
    expect(world.get('Invoice/made-1').status).toBe('cancelled');
    expect(world.move('received', 'awaiting-payment')).toEqual([]);
    expect(world.get('Invoice/made-2').totalGross).toEqual({ value: 500, currency: 'USD' });
    world.write('programme', notice('n1', 500));
    expect(world.row.state.payment).toBe('settled');
  });

  describe('accepts a date', () => {
    const dated = (end: string): World => {
      const world = createWorld(TIMED, { ledger: openLedger(NOW, 'programme') });
      expect(world.write('programme', offer([], { restriction: { period: { end } } }))).toEqual([]);
      answer(world, 'completed');
      return world;
    };

    it('by which the report is due from then on, whatever waits', () => {
      const world = dated('2026-05-01');
      const due = '2026-05-01T23:59:59.999Z';
      expect(world.row.state.dueAt).toBe(due);
      expect(world.told).toContain(`alternative-accepted offer completed ${due}`);
      expect(world.get('Task/t0').restriction).toEqual({ period: { end: due } });
      world.now = '2026-03-06T09:00:00Z';
      world.write('programme', step('information-request', 'requested', 'hosp', { id: 's2', input: WANTED }));
      world.now = '2026-03-09T09:00:00Z';
      expect(world.write('programme', { ...world.get('Task/s2'), status: 'cancelled' })).toEqual([]);
      expect(world.row.state.dueAt).toBe(due);
    });

    it('to the minute, and another one in its place', () => {
      const world = dated('2026-04-01T10:00:00+08:00');
      expect(world.row.state.dueAt).toBe('2026-04-01T02:00:00.000Z');
      const next = { ...offer([], { restriction: { period: { end: '2026-04-09' } } }), id: 's2' };
      world.write('programme', next);
      world.write('placer', { ...next, status: 'completed' });
      expect(world.row.state.dueAt).toBe('2026-04-09T23:59:59.999Z');
    });

    it('which holds for the service of then: for another one its own time runs', () => {
      const world = dated('2026-05-01');
      const next = { ...offer(SERVICE), id: 's2' };
      world.write('programme', next);
      world.write('placer', { ...next, status: 'completed' });
      expect(world.row.state.service).toBe('multidisciplinary-opinion');
      expect(world.row.state.dueAt).toBe('2026-03-14T09:00:00.000Z');
    });
  });

  it('rejects it: all stays as it was asked for', () => {
    const world = offered(BOTH);
    expect(answer(world, 'rejected')).toEqual([]);
    expect(world.row.state.service).toBe('single-specialist-opinion');
    expect(world.row.state.confirmed).toBeUndefined();
    expect(world.row.businessStatus).toBe('completeness-check');
    expect(world.told).toContain('alternative-rejected offer rejected');
    const reason = { statusReason: { text: 'The programme offers something else' } };
    expect(world.move('rejected', 'declined', reason)).toEqual([]);
  });

  it('is not asked any more when the programme takes it back', () => {
    const world = offered(SERVICE);
    expect(world.write('programme', { ...world.get('Task/s1'), status: 'cancelled' })).toEqual([]);
    expect(world.row.businessStatus).toBe('completeness-check');
    expect(answer(world, 'completed')).toEqual(['illegal-move']);
  });

  it('has accepted: neither side takes that back', () => {
    const world = offered(BOTH);
    answer(world, 'completed');
    for (const role of ['programme', 'placer'] as const)
      expect(world.write(role, { ...world.get('Task/s1'), status: 'entered-in-error' })).toEqual(['offer-fixed']);
  });

  it('alone accepts', () => {
    const world = offered(SERVICE);
    expect(world.write('programme', { ...world.get('Task/s1'), status: 'completed' })).toEqual(['not-your-move']);
  });
});
