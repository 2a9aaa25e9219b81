import { caseEvent } from '../case.ts';
import { SERVICE_SYSTEM } from '../catalogue.ts';
import type { Decision } from '../decision.ts';
import { withState } from '../decision.ts';
import type { Scene, Wanted } from '../scene.ts';
import { referencesOf } from '../tree.ts';
import { SNOMED } from './condition-table.ts';
import type { Routing } from './specialty.ts';
import { specialtyOf } from './specialty.ts';

/** Sends a case to a specialty: its state, its Task and an event say so. */
export function routeTo(
  { row, now, specialtyName }: Pick<Scene, 'row' | 'now' | 'specialtyName'>,
  { specialty, because, condition }: Routing,
): Decision {
  const display = specialtyName?.(specialty);
  const coding = { system: SNOMED, code: specialty, ...(display === undefined ? {} : { display }) };
  return {
    row: withState(row, { specialty }),
    events: [caseEvent('specialty-routed', row, now, condition ?? row.serviceRequest, { specialty, because })],
    task: (current) => ({ ...current, performerType: [{ coding: [coding] }] }),
  };
}

/** The records by which a case is routed anew. */
export function wantedToRoute({ row }: Pick<Scene, 'row'>): Wanted {
  return row.rules === 0 ? {} : { refs: [row.serviceRequest], types: ['Condition', 'Patient'] };
}

/**
 * Routes a case whose service has become another one: who gives that may be of another specialty. Where nothing says which,
 * the coordinator decides. `scene.row` has the new service, `scene.records` what {@link wantedToRoute} names.
 */
export function routeAnew(scene: Scene): Decision {
  const { row, rules, records, now } = scene;
  const request = row.rules === 0 ? undefined : records.get(row.serviceRequest);
  if (request === undefined) return { row, events: [] };
  const asked = { ...request, code: { coding: [{ system: SERVICE_SYSTEM, code: row.state.service }] } };
  const [subject = ''] = referencesOf(request.subject);
  const routing = specialtyOf([...records.values()], asked, rules, records.get(subject), now);
  if (routing?.specialty === row.state.specialty) return { row, events: [] };
  if (routing !== undefined) return routeTo(scene, routing);
  return {
    row: withState(row, { specialty: undefined }),
    events: [],
    task: ({ performerType: _performerType, ...current }) => current,
  };
}
