import { describe, expect, it, test } from '@jest/globals';
import { CANONICAL, NO_RULES } from '../../../src/cases/index.ts';
import { validate } from '../../profiles/validator.ts';
import type { World } from '../payment/world.ts';
import { CASE_OUTPUT, coded, createWorld, override, PAYING, serviceOutput, step } from '../payment/world.ts';

function received(start: Parameters<typeof createWorld>[1] = {}): World {
  const world = createWorld(PAYING, start);
  world.move('received', 'service-confirmation');
  return world;
}

function confirm(world: World, service: string): string[] {
  return world.write('programme', {
    ...world.get('Task/made-1'),
    status: 'completed',
    output: [serviceOutput(service)],
  });
}

const INVOICE = { type: coded(CASE_OUTPUT, 'invoice'), valueReference: { reference: 'Invoice/i1' } };

describe('a case whose service is to be confirmed', () => {
  it('gets a Task for the advisor, which is valid', () => {
    const world = received();
    const made = world.get('Task/made-1');
    expect(made).toMatchObject({
      status: 'requested',
      code: { coding: [{ code: 'service-confirmation' }] },
      partOf: [{ reference: 'Task/t0' }],
      for: { reference: 'Patient/p1' },
      owner: { reference: 'Organization/prog' },
    });
    const profiles = [`${CANONICAL}/StructureDefinition/service-confirmation-task`];
    expect(validate(made, { profiles }).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(world.row.state.steps).toMatchObject([{ task: 'Task/made-1', kind: 'service-confirmation', by: 'server' }]);
    expect(world.told).toEqual(['case-moved submitted', 'step-requested service-confirmation requested']);
  });

  it('gets none where one is open, the service is confirmed, or the programme has no such step', () => {
    const open = createWorld(PAYING);
    open.write('programme', step('service-confirmation', 'requested', 'prog'));
    open.move('received', 'service-confirmation');
    expect(open.row.state.steps).toHaveLength(1);
    const confirmed = received({ confirmed: true });
    expect(confirmed.row.state.steps).toEqual([]);
    const without = createWorld({ ...PAYING, steps: ['completeness-check'] });
    without.move('received', 'service-confirmation');
    expect(without.row.state.steps).toEqual([]);
  });
});

describe('the advisor', () => {
  it('confirms what was asked for', () => {
    const world = received();
    expect(confirm(world, 'single-specialist-opinion')).toEqual([]);
    expect(world.row.state).toMatchObject({ confirmed: true, service: 'single-specialist-opinion' });
    expect(world.told.at(-1)).toBe('service-confirmed single-specialist-opinion');
    expect(world.get('Task/t0').output).toMatchObject([serviceOutput('single-specialist-opinion')]);
    expect(world.move('received', 'awaiting-payment')).toEqual([]);
  });

  it('confirms another, of which the price is asked', () => {
    const world = received();
    expect(confirm(world, 'comprehensive-opinion')).toEqual([]);
    expect(world.row.state).toMatchObject({ confirmed: true, service: 'comprehensive-opinion' });
    expect(world.told.at(-1)).toBe('service-changed single-specialist-opinion comprehensive-opinion');
    expect(world.move('received', 'awaiting-payment')).toEqual(['price-missing']);
  });

  it('has it shown by the Task of the case: one, which nobody else writes, and none when it is taken back', () => {
    const world = received();
    confirm(world, 'comprehensive-opinion');
    const shown = serviceOutput('comprehensive-opinion');
    world.move('received', 'completeness-check', {
      output: [serviceOutput('pathology-review'), INVOICE, serviceOutput('pathology-review')],
    });
    expect(world.get('Task/t0').output).toMatchObject([shown, INVOICE]);
    world.move('received', 'completeness-check', { output: undefined });
    expect(world.get('Task/t0').output).toMatchObject([shown]);
    expect(world.write('programme', { ...world.get('Task/made-1'), status: 'entered-in-error' })).toEqual([]);
    expect(world.get('Task/t0').output).toBeUndefined();
  });

  it.each<[string, object[], string]>([
    ['says none', [], 'service-output'],
    [
      'says two',
      [serviceOutput('comprehensive-opinion'), serviceOutput('single-specialist-opinion')],
      'service-output',
    ],
    ['names one that is not offered', [serviceOutput('radiology-review')], 'service-not-offered'],
    ['names one that is only added', [serviceOutput('video-consultation')], 'service-not-alone'],
  ])('does not confirm where it %s', (_what, output, key) => {
    const world = received();
    const done = { ...world.get('Task/made-1'), status: 'completed', output };
    expect(world.write('programme', done)).toEqual([key]);
    expect(world.row.state.confirmed).toBeUndefined();
  });

  it('confirms an addition after the report of what it is added to, and not before', () => {
    const base = { 'service.base': 'multidisciplinary-opinion' };
    expect(confirm(received({ facts: base }), 'video-consultation')).toEqual(['service-after-report']);
    const issued = received({ facts: { ...base, 'service.base-issued': 'yes' } });
    expect(confirm(issued, 'video-consultation')).toEqual([]);
  });

  it('takes back what was said in error', () => {
    const world = received();
    confirm(world, 'single-specialist-opinion');
    world.write('programme', { ...world.get('Task/made-1'), status: 'entered-in-error' });
    expect(world.row.state.confirmed).toBeUndefined();
    expect(world.move('received', 'awaiting-payment')).toContain('service-unconfirmed');
  });

  it('is of the programme', () => {
    const world = received();
    const done = {
      ...world.get('Task/made-1'),
      status: 'completed',
      output: [serviceOutput('single-specialist-opinion')],
    };
    expect(world.write('placer', done)).toEqual(['not-your-move']);
  });

  it('may find that none fits: then nothing is confirmed', () => {
    const world = received();
    expect(world.write('programme', { ...world.get('Task/made-1'), status: 'rejected' })).toEqual([]);
    expect(world.row.state.confirmed).toBeUndefined();
    expect(world.told.at(-1)).toBe('step-cancelled service-confirmation rejected');
  });
});

describe('a case whose service nobody has confirmed', () => {
  it('is not accepted, and is told which Task to complete', () => {
    const world = received();
    expect(world.move('accepted', 'accepted')).toContain('service-unconfirmed');
    expect(world.issues[0]!.text).toContain('Task/made-1');
  });

  it('goes on for a reason', () => {
    const world = received();
    const extension = [override('service-unconfirmed')];
    expect(world.move('received', 'awaiting-payment', { extension })).toEqual([]);
    expect(world.row.state.overrides).toMatchObject([{ rule: 'service-unconfirmed' }]);
  });

  test('of a programme without rules goes on as ever', () => {
    const world = createWorld(NO_RULES);
    expect(world.move('accepted', 'accepted')).toEqual([]);
  });
});
