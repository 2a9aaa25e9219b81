import type { Issue } from '../../../src/base/index.ts';
import type { CaseRow, CaseState, Command, Decision, ProgrammeRules, Scene, Step } from '../../../src/cases/index.ts';
import {
  CANONICAL,
  CASE_OUTPUT_SYSTEM,
  commandOf,
  decide,
  NO_RULES,
  STATUS_REASON_SYSTEM,
  TASK_KIND_SYSTEM,
} from '../../../src/cases/index.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { ACTORS, request, row, scene } from '../samples.ts';

const INPUT = `${CANONICAL}/CodeSystem/case-input`;

export const MADE = '2026-03-01T09:00:00.000Z';

/** Reads Chinese and English, writes Chinese, reminds after two and five days, gives up after 21, asks after 30, 90 and 180. */
export const RULES: ProgrammeRules = {
  ...NO_RULES,
  languages: { read: ['zh', 'en'], translatedBy: 'programme', report: 'zh', bilingual: true },
  information: {
    remind: [
      { amount: 2, unit: 'days' },
      { amount: 5, unit: 'days' },
    ],
    expires: { amount: 21, unit: 'days' },
  },
  followUp: [30, 90, 180].map((amount) => ({ amount, unit: 'days' })),
};

/** The child Task `Task/c1`. */
export function child(kind: Step['kind'], status: string, changes: Record<string, unknown> = {}): Resource {
  return {
    resourceType: 'Task',
    id: 'c1',
    status,
    intent: 'order',
    code: { coding: [{ system: TASK_KIND_SYSTEM, code: kind }] },
    partOf: [{ reference: 'Task/t0' }],
    owner: { reference: kind === 'translation' ? 'Organization/prog' : 'Organization/hosp' },
    ...changes,
  };
}

/** The same as the engine remembers it. */
export function stepOf(kind: Step['kind'], changes: Partial<Step> = {}): Step {
  return { task: 'Task/c1', kind, status: 'requested', by: 'programme', madeAt: MADE, since: MADE, ...changes };
}

export function output(type: string, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { type: { coding: [{ system: CASE_OUTPUT_SYSTEM, code: type }] }, ...value };
}

export function input(type: string, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { type: { coding: [{ system: INPUT, code: type }] }, ...value };
}

export function because(code: string): Record<string, unknown> {
  return { statusReason: { coding: [{ system: STATUS_REASON_SYSTEM, code }] } };
}

/** The request and T0 of the case, and these records beside them. */
export function recordsOf(...records: readonly Resource[]): Map<string, Resource> {
  const t0: Resource = { resourceType: 'Task', id: 't0', for: { reference: 'Patient/p1' } };
  return new Map([request(), t0, ...records].map((one) => [`${one.resourceType}/${one.id ?? ''}`, one]));
}

/** One write to the case, in a scene with RULES. */
export function write(
  here: CaseRow,
  who: keyof typeof ACTORS,
  after: Resource,
  before?: Resource,
  changes: Partial<Scene> = {},
): Decision | Issue[] {
  const command = commandOf({ ...(before === undefined ? {} : { before }), after }, here) as Command;
  return decide(scene(here, ACTORS[who], { rules: RULES, records: recordsOf(), ...changes }), command);
}

/** What is due is done. */
export function tick(here: CaseRow, now: string, changes: Partial<Scene> = {}): Decision {
  const due = scene(here, ACTORS.programme, { rules: RULES, records: recordsOf(), now, ...changes });
  return decided(decide(due, { kind: 'tick' }));
}

export function decided(decision: Decision | Issue[]): Decision {
  if (Array.isArray(decision)) throw new Error(decision.map(({ key, text }) => `${key}: ${text}`).join(' '));
  return decision;
}

export function keys(decision: Decision | Issue[]): string[] {
  return Array.isArray(decision) ? decision.map(({ key }) => key) : [];
}

export function events(decision: Decision | Issue[]): string[] {
  return decided(decision).events.map(({ type }) => type);
}

export function standing({ row: { status, businessStatus } }: Pick<Decision, 'row'>): string {
  return `${status} ${businessStatus}`;
}

/** The case that waits for the answer to `Task/c1`, and where it goes on then. */
export function waiting(resume: NonNullable<CaseState['resume']>, state: Partial<CaseState> = {}): CaseRow {
  const isBegun = resume.status !== 'received' && resume.status !== 'requested';
  return row(isBegun ? 'on-hold' : 'received', 'awaiting-information', {
    steps: [stepOf('information-request')],
    resume,
    ...state,
  });
}
