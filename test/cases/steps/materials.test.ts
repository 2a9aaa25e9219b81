import { describe, expect, test } from '@jest/globals';
import type { CaseRow, Command, Decision, Scene, Step } from '../../../src/cases/index.ts';
import { CASE_OUTPUT_SYSTEM, commandOf, decide, TASK_KIND_SYSTEM } from '../../../src/cases/index.ts';
import type { Issue } from '../../../src/base/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, NOW, row, scene } from '../samples.ts';

const MADE = '2026-03-01T08:00:00Z';

function child(status: string, changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'Task',
    id: 'm1',
    status,
    intent: 'order',
    code: { coding: [{ system: TASK_KIND_SYSTEM, code: 'materials' }] },
    partOf: [{ reference: 'Task/t0' }],
    owner: { reference: 'Organization/prog' },
    ...changes,
  };
}

const FOCUS = { focus: { reference: 'SupplyDelivery/d1' } };
const OUTPUT = {
  output: [{ type: { coding: [{ system: CASE_OUTPUT_SYSTEM, code: 'materials' }] }, valueString: 'Twelve slides.' }],
};

function delivery(status: string, changes: Record<string, unknown> = {}): Resource {
  return { resourceType: 'SupplyDelivery', id: 'd1', status, ...changes };
}

function step(changes: Partial<Step> = {}): Step {
  return {
    task: 'Task/m1',
    kind: 'materials',
    status: 'requested',
    by: 'placer',
    madeAt: MADE,
    since: MADE,
    ...changes,
  };
}

/** A case that waits for the one step. */
function waiting(changes: Partial<Step> = {}): CaseRow {
  return row('on-hold', 'awaiting-materials', {
    steps: [step(changes)],
    resume: { status: 'in-progress', businessStatus: 'assigned' },
  });
}

function give(
  here: CaseRow,
  actor: keyof typeof ACTORS,
  after: Resource,
  before?: Resource,
  changes: Partial<Scene> = {},
): Decision | Issue[] {
  const command = commandOf({ ...(before === undefined ? {} : { before }), after }, here) as Command;
  return decide(scene(here, ACTORS[actor], changes), command);
}

function decided(decision: Decision | Issue[]): Decision {
  if (Array.isArray(decision)) throw new Error(decision.map(({ text }) => text).join(' '));
  return decision;
}

function keys(decision: Decision | Issue[]): string[] {
  return Array.isArray(decision) ? decision.map(({ key }) => key) : [];
}

function events({ events }: Decision): string[] {
  return events.map(({ type }) => type);
}

describe('made', () => {
  test.each(['placer', 'programme'] as const)('by the %s: an accepted case waits for it', (actor) => {
    const made = decided(give(row('accepted', 'accepted'), actor, child('requested', FOCUS)));
    expect(made.row).toMatchObject({ status: 'on-hold', businessStatus: 'awaiting-materials' });
    expect(made.row.state.steps).toMatchObject([
      { kind: 'materials', status: 'requested', notes: { named: 'SupplyDelivery/d1' } },
    ]);
    expect(events(made)).toEqual(['materials-expected', 'clock-stopped']);
    expect(made.row.state.ledger).toEqual([{ holder: 'courier', from: NOW }]);
  });

  test('before it is accepted, a case is looked at meanwhile, and waits from its acceptance on', () => {
    const made = decided(give(row('received', 'completeness-check'), 'placer', child('requested', FOCUS)));
    expect(made.row).toMatchObject({ status: 'received', businessStatus: 'completeness-check' });
    const t0 = { resourceType: 'Task', id: 't0', status: 'accepted', intent: 'order' };
    const system = 'https://consilium.example/fhir/CodeSystem/case-business-status';
    const accepted = { ...t0, businessStatus: { coding: [{ system, code: 'accepted' }] } };
    const moved = decided(give(made.row, 'programme', accepted, { ...t0, status: 'received' }));
    expect(moved.row).toMatchObject({ status: 'on-hold', businessStatus: 'awaiting-materials' });
    expect(moved.row.state.completeAt).toBeUndefined();
  });

  test.each([
    ['insurer', 'requested', 'not-your-move'],
    ['employer', 'requested', 'not-your-move'],
    ['foreign placer', 'requested', 'not-your-move'],
    ['foreign programme', 'requested', 'not-your-move'],
    ['placer', 'completed', 'not-your-move'],
    ['programme', 'completed', 'materials-output'],
  ] as const)('by the %s as %s is refused: %s', (actor, status, key) => {
    expect(keys(give(row('accepted', 'accepted'), actor, child(status, FOCUS)))).toEqual([key]);
  });

  test('by the home side it is addressed to the programme', () => {
    const home = child('requested', { owner: { reference: 'Organization/hosp' } });
    expect(keys(give(row('accepted', 'accepted'), 'placer', home))).toEqual(['step-owner']);
    expect(keys(give(row('accepted', 'accepted'), 'programme', home))).toEqual([]);
  });

  test.each(['rejected', 'completed', 'cancelled', 'failed', 'entered-in-error'] as const)(
    'in a case that is %s it is refused',
    (status) => {
      const closed = row(status, status === 'completed' ? 'report-issued' : 'cancelled');
      expect(keys(give(closed, 'placer', child('requested')))).toEqual(['illegal-move']);
    },
  );

  test('for what has come already, it is done at once', () => {
    const records = new Map([['SupplyDelivery/d1', delivery('completed')]]);
    const made = decided(
      give(row('accepted', 'accepted'), 'placer', child('requested', FOCUS), undefined, { records }),
    );
    expect(events(made)).toEqual(['materials-expected', 'materials-received']);
    expect(made.row).toMatchObject({
      status: 'accepted',
      state: { steps: [{ status: 'completed' }], completeAt: NOW },
    });
  });
});

describe('done', () => {
  test('by the programme with what arrived: the case goes on where it was', () => {
    const done = decided(give(waiting(), 'programme', child('completed', OUTPUT), child('requested')));
    expect(done.row).toMatchObject({ status: 'in-progress', businessStatus: 'assigned' });
    expect(events(done)).toEqual(['materials-received', 'clock-started']);
    expect(done.row.state.completeAt).toBe(NOW);
  });

  test.each([
    ['placer', child('completed', OUTPUT), 'not-your-move'],
    ['programme', child('completed'), 'materials-output'],
    ['programme', child('completed', { output: [{ type: { text: 'slides' }, valueString: 'x' }] }), 'materials-output'],
  ] as const)('by the %s otherwise is refused', (actor, after, key) => {
    const refused = give(waiting(), actor, after, child('requested'));
    expect(keys(refused)).toEqual([key]);
  });

  test.each(['cancelled', 'rejected'] as const)('%s: the case goes on without', (status) => {
    const ended = decided(give(waiting(), 'placer', child(status), child('requested')));
    expect(events(ended)).toEqual(['step-cancelled', 'clock-started']);
    expect(ended.row.businessStatus).toBe('assigned');
  });

  test('by the delivery that the Task names: its Task is completed with it', () => {
    const here = waiting({ notes: { named: 'SupplyDelivery/d1' } });
    const came = decided(give(here, 'placer', delivery('completed'), delivery('in-progress')));
    expect(events(came)).toEqual(['record-corrected', 'materials-received', 'clock-started']);
    expect(came.row).toMatchObject({ status: 'in-progress', businessStatus: 'assigned' });
    const task = came.changes!.get('Task/m1')!(child('requested', FOCUS));
    expect(task).toMatchObject({ status: 'completed', lastModified: NOW });
    expect(task.output).toEqual([
      {
        type: { coding: [{ system: CASE_OUTPUT_SYSTEM, code: 'materials', display: 'Materials that arrived' }] },
        valueReference: { reference: 'SupplyDelivery/d1' },
      },
    ]);
  });

  const specimen = (receivedTime?: string): Resource => ({
    resourceType: 'Specimen',
    id: 's1',
    ...(receivedTime === undefined ? {} : { receivedTime }),
  });

  test.each([
    ['2026-03-03T10:00:00Z', 'in-progress'],
    ['2026-03-01', 'in-progress'],
    // By the home laboratory, before anything was sent.
    ['2026-02-20', 'on-hold'],
    ['2026-03-01T07:59:00Z', 'on-hold'],
  ] as const)('by a specimen that was received on %s: %s', (receivedTime, status) => {
    expect(decided(give(waiting(), 'placer', specimen(receivedTime), specimen())).row.status).toBe(status);
  });

  test('a specimen that was received before, and is corrected, has not come again', () => {
    const after = { ...specimen('2026-03-03T10:00:00Z'), note: [{ text: 'Block B.' }] };
    expect(decided(give(waiting(), 'placer', after, specimen('2026-03-03T10:00:00Z'))).row.status).toBe('on-hold');
  });

  test('what another step names, or which of two it would be, leaves the case waiting', () => {
    const named = waiting({ notes: { named: 'SupplyDelivery/other' } });
    expect(decided(give(named, 'placer', delivery('completed'))).row.status).toBe('on-hold');
    const two = row('on-hold', 'awaiting-materials', { steps: [step(), step({ task: 'Task/m2' })] });
    expect(decided(give(two, 'placer', delivery('completed'))).row.status).toBe('on-hold');
    const second = row('on-hold', 'awaiting-materials', {
      steps: [step(), step({ task: 'Task/m2', notes: { named: 'Specimen/s9 SupplyDelivery/d1' } })],
    });
    const came = decided(give(second, 'placer', delivery('completed')));
    expect(came.row.state.steps.map(({ status }) => status)).toEqual(['requested', 'completed']);
    expect(came.row.status).toBe('on-hold');
  });

  test.each(['abandoned', 'entered-in-error'])('a delivery that is %s leaves the step open, and says so', (status) => {
    const here = waiting({ notes: { named: 'SupplyDelivery/d1' } });
    const lost = decided(give(here, 'placer', delivery(status), delivery('in-progress')));
    expect(lost.row).toMatchObject({ status: 'on-hold', state: { steps: [{ status: 'requested' }] } });
    expect(events(lost)).toEqual(['record-corrected', 'materials-lost']);
    expect(lost.remarks).toMatchObject([
      { severity: 'warning', key: 'materials-lost', expression: 'SupplyDelivery.status' },
    ]);
  });
});

test('a case that waits is not moved by hand', () => {
  const here = waiting();
  const t0 = { resourceType: 'Task', id: 't0', status: 'on-hold', intent: 'order' };
  const system = 'https://consilium.example/fhir/CodeSystem/case-business-status';
  const after = { ...t0, status: 'in-progress', businessStatus: { coding: [{ system, code: 'under-review' }] } };
  expect(keys(give(here, 'programme', after, t0))).toEqual(['still-awaited']);
});
