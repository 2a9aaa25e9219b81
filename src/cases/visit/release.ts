import type { Resource } from '../../fhir/index.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { openSteps, withStep } from '../steps/step.ts';
import { isClosed } from '../states.ts';
import { takeSlots } from './slots.ts';
import { visitOf, withVisit } from './standing.ts';

/** Calls off the visit of a step that has ended before it: the Appointment is cancelled, and its slots are free again. */
export function releaseVisit(scene: Scene, step: Step): Decision | undefined {
  const { appointment, slots = [] } = visitOf(step);
  if (appointment === undefined) return undefined;
  const row = withStep(scene.row, withVisit(step, { standing: 'visit-cancelled' }));
  return {
    row,
    events: [caseEvent('visit-cancelled', row, scene.now, appointment, { kind: step.kind })],
    changes: new Map([...takeSlots([], slots), [appointment, cancel]]),
  };
}

function cancel(appointment: Resource): Resource {
  return { ...appointment, status: 'cancelled' };
}

/** In a case that ends without a report no visit takes place any more; after a report it does. */
export function releaseVisits(scene: Scene, before: Scene['row']): Decision | undefined {
  const { row } = scene;
  if (!isClosed(row.status) || row.status === 'completed' || row.status === before.status) return undefined;
  let released: Decision | undefined;
  for (const step of openSteps(scene, 'video-consultation')) {
    const one = releaseVisit({ ...scene, row: released?.row ?? row }, step);
    if (one === undefined) continue;
    released = {
      row: one.row,
      events: [...(released?.events ?? []), ...one.events],
      changes: new Map([...(released?.changes ?? []), ...(one.changes ?? [])]),
    };
  }
  return released;
}
