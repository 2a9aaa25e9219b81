import type { Resource } from '../../fhir/index.ts';
import type { CaseEventType } from '../case.ts';
import { CANONICAL, CASE_OUTPUT_SYSTEM } from '../catalogue.ts';
import type { Step } from '../state.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';
import { MEETING_NOTE } from './meeting-of.ts';

export const VISIT_STATUS_SYSTEM = `${CANONICAL}/CodeSystem/visit-business-status`;

/** Where a video consultation stands; each with what is told when it comes to stand there. */
const VISIT_STATUSES = {
  'visit-scheduled': 'visit-scheduled',
  'no-show': 'visit-missed',
  'visit-cancelled': 'visit-cancelled',
  'visit-complete': 'visit-held',
} as const satisfies Readonly<Record<string, CaseEventType>>;

export type VisitStatus = keyof typeof VISIT_STATUSES;

export function visitEvent(status: VisitStatus): CaseEventType {
  return VISIT_STATUSES[status];
}

/** Where a Task says that its visit stands. */
export function visitStatusOf(task: Resource): VisitStatus | undefined {
  const [code] = codesIn(task.businessStatus, VISIT_STATUS_SYSTEM);
  return code !== undefined && Object.hasOwn(VISIT_STATUSES, code) ? (code as VisitStatus) : undefined;
}

/** What a step keeps of its visit. */
export interface Visit {
  readonly standing?: VisitStatus | undefined;
  /** `Appointment/x` whose date is set; none before that, and none when it is over. */
  readonly appointment?: string | undefined;
  /** `Slot/x`s that the visit takes up. */
  readonly slots?: readonly string[];
}

export function visitOf({ notes }: Step): Visit {
  const { visit, slots } = notes ?? {};
  return {
    standing: visit as VisitStatus | undefined,
    appointment: notes?.[MEETING_NOTE],
    ...(slots === undefined ? {} : { slots: slots.split(' ') }),
  };
}

export function withVisit({ notes: _notes, ...step }: Step, { standing, appointment, slots = [] }: Visit): Step {
  const notes = {
    ...(standing === undefined ? {} : { visit: standing }),
    ...(appointment === undefined ? {} : { [MEETING_NOTE]: appointment }),
    ...(slots.length === 0 ? {} : { slots: slots.join(' ') }),
  };
  return Object.keys(notes).length === 0 ? step : { ...step, notes };
}

/** The Task as it shows where its visit stands; a held one is completed with its Appointment. */
export function showVisit(step: Step, now: string, held?: string): (current: Resource) => Resource {
  const { standing } = visitOf(step);
  const output = held === undefined ? undefined : appointmentOutput(held);
  return (current) => ({
    ...current,
    status: step.status,
    ...(standing === undefined
      ? {}
      : { businessStatus: { coding: [{ system: VISIT_STATUS_SYSTEM, code: standing }] } }),
    lastModified: now,
    ...(output === undefined || names(current, held) ? {} : { output: [...nodes(current.output), output] }),
  });
}

function appointmentOutput(ref: string): unknown {
  const type = { coding: [{ system: CASE_OUTPUT_SYSTEM, code: 'appointment', display: 'Appointment' }] };
  return { type, valueReference: { reference: ref } };
}

function names(task: Resource, ref: string | undefined): boolean {
  return nodes(task.output).some(
    (one) =>
      codesIn(one.type, CASE_OUTPUT_SYSTEM).includes('appointment') &&
      referencesOf(one.valueReference).includes(ref ?? ''),
  );
}
