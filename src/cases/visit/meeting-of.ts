import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { CaseRow } from '../case.ts';
import { TASK_KIND_SYSTEM } from '../catalogue.ts';
import type { RecordCommand } from '../module.ts';
import { refusal } from '../refusal.ts';
import type { Step } from '../state.ts';
import { isOpenStep } from '../steps/step.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';

/** Steps for which people meet at a time. */
const MEETINGS = ['video-consultation', 'mdt'] as const;

/** Where a step keeps (`Step.notes`) the reference of the Appointment that is its meeting now. */
export const MEETING_NOTE = 'appointment';

/**
 * The step whose meeting an Appointment is: the one that has it already; else one that is open, by its Task or its team in
 * supportingInformation, by its kind in serviceType or appointmentType, as the only one that there is, or by who takes
 * part: patient and family meet the reviewer, and not the team.
 * @returns undefined: it is none of the case's meetings; issues: it is not clear whose it is
 */
export function meetingOf(
  row: CaseRow,
  { ref, before, after }: Pick<RecordCommand, 'ref' | 'before' | 'after'>,
): Step | Issue[] | undefined {
  const meetings = row.state.steps.filter(({ kind }) => (MEETINGS as readonly string[]).includes(kind));
  const bound = meetings.find(({ notes }) => notes?.[MEETING_NOTE] === ref || notes?.['meeting'] === ref);
  if (bound !== undefined) return bound;
  const open = meetings.filter(isOpenStep);
  const named = referencesOf(after.supportingInformation);
  const byName = open.find(({ task, focus, owner }) => [task, focus, owner].some((one) => named.includes(one ?? '')));
  if (byName !== undefined) return byName;
  // Appointments at home, and what is over, stay what they are.
  const isForThisCase = referencesOf(after.basedOn).includes(row.serviceRequest);
  if (!isForThisCase || isOver(before) || (before === undefined && isOver(after))) return undefined;
  const [only, another] = fitting(open, after);
  return another === undefined ? only : [unclear(open)];
}

function fitting(open: readonly Step[], appointment: Resource): readonly Step[] {
  const coded = [appointment.serviceType, appointment.appointmentType].flatMap((one) => codesIn(one, TASK_KIND_SYSTEM));
  const isOneKind = new Set(open.map(({ kind }) => kind)).size < 2;
  if (coded.length === 0 && isOneKind) return open;
  const kinds = coded.length > 0 ? coded : [isAmongColleagues(appointment) ? 'mdt' : 'video-consultation'];
  return open.filter(({ kind }) => kinds.includes(kind));
}

function isAmongColleagues({ participant }: Resource): boolean {
  const actors = nodes(participant).flatMap(({ actor }) => referencesOf(actor));
  return actors.length > 0 && !actors.some((ref) => /^(Patient|RelatedPerson)\//.test(ref));
}

function isOver(appointment: Resource | undefined): boolean {
  return ['fulfilled', 'cancelled', 'noshow', 'entered-in-error'].includes(appointment?.status as string);
}

function unclear(open: readonly Step[]): Issue {
  const tasks = open.map(({ task, kind }) => `${task} (${kind})`).join(', ');
  const text = `More than one step of the case awaits a meeting. Name the one that is meant in supportingInformation: ${tasks}.`;
  return refusal('business-rule', 'meeting-unclear', text, 'Appointment.supportingInformation');
}
