import type { Role } from '../../src/base/index.ts';
import type {
  Actor,
  BusinessStatus,
  CaseRow,
  CaseState,
  ReportStatus,
  Scene,
  TaskStatus,
} from '../../src/cases/index.ts';
import { BUSINESS_STATUS_SYSTEM, NO_RULES, parseState, PHASES, SERVICE_SYSTEM } from '../../src/cases/index.ts';
import type { Resource } from '../../src/fhir/index.ts';

export const NOW = '2026-03-04T09:00:00Z';

const PLAC = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PLAC' }] };

export function request(changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'ServiceRequest',
    id: 'r1',
    identifier: [{ type: PLAC, system: 'https://hospital.example/orders', value: 'ORD-77' }],
    status: 'active',
    intent: 'order',
    priority: 'routine',
    code: { coding: [{ system: SERVICE_SYSTEM, code: 'multidisciplinary-opinion' }] },
    subject: { reference: 'Patient/p1' },
    requester: { reference: 'PractitionerRole/ref1' },
    performer: [{ reference: 'Organization/prog' }],
    ...changes,
  };
}

export function task(
  status: string,
  businessStatus: string | undefined,
  changes: Record<string, unknown> = {},
): Resource {
  return {
    resourceType: 'Task',
    id: 't0',
    status,
    intent: 'order',
    ...(businessStatus === undefined
      ? {}
      : { businessStatus: { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: businessStatus }] } }),
    ...changes,
  };
}

export function report(status: ReportStatus, changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'DiagnosticReport',
    id: 'd1',
    status,
    basedOn: [{ reference: 'ServiceRequest/r1' }],
    code: { text: 'Second opinion' },
    conclusion: 'The diagnosis is confirmed.',
    resultsInterpreter: [{ reference: 'Practitioner/rev1' }],
    ...changes,
  };
}

export function row(status: TaskStatus, businessStatus: BusinessStatus, state: Partial<CaseState> = {}): CaseRow {
  return {
    id: '0198c1f0-0000-7000-8000-000000000001',
    number: 'SO-26-7K3M-9QTX',
    serviceRequest: 'ServiceRequest/r1',
    task: 'Task/t0',
    placer: 'hosp',
    programme: 'prog',
    status,
    businessStatus,
    ...(status === 'completed' ? { report: 'DiagnosticReport/d1' } : {}),
    rules: 0,
    state: { ...parseState('{}'), service: 'multidisciplinary-opinion', ...state },
  };
}

/** A scene of a programme without rules; ids count from `made-1`. */
export function scene(row: CaseRow, actor: Actor, changes: Partial<Scene> = {}): Scene {
  let made = 0;
  return { row, rules: NO_RULES, actor, now: NOW, records: new Map(), mint: () => `made-${(made += 1)}`, ...changes };
}

/** One row for every place a case can be in. */
export const ROWS: readonly CaseRow[] = [
  ...PHASES.map((phase) => row(phase.status, phase.businessStatus)),
  row('entered-in-error', 'under-review'),
];

export const ACTORS: Readonly<
  Record<Exclude<Role, 'server'> | 'foreign placer' | 'foreign programme', { organization: string; role: Role }>
> = {
  placer: { organization: 'hosp', role: 'placer' },
  programme: { organization: 'prog', role: 'programme' },
  insurer: { organization: 'ins', role: 'insurer' },
  employer: { organization: 'emp', role: 'employer' },
  'foreign placer': { organization: 'hosp2', role: 'placer' },
  'foreign programme': { organization: 'prog2', role: 'programme' },
};
