import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { CaseEventType, CaseRow } from '../case.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { withState } from '../decision.ts';
import type { RecordCommand } from '../module.ts';
import { partyOf } from '../module.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import type { BusinessStatus, Standing } from '../states.ts';
import { isOpenStep, openSteps, withStep } from '../steps/step.ts';
import { nodes, referencesOf, text } from '../tree.ts';
import { meetingOf } from '../visit/meeting-of.ts';

/** What an mdt step keeps in its notes: its Appointment, its Encounter, and since when the meeting is known to be held. */
export interface MeetingNotes {
  readonly appointment?: string;
  readonly encounter?: string;
  readonly heldAt?: string;
}

export function notesOf(step: Step): MeetingNotes {
  return step.notes ?? {};
}

/** Where a case can be when its team's meeting is set, or held, and follows it. */
const BEFORE_SET: ReadonlySet<BusinessStatus> = new Set([
  'accepted',
  'translating',
  'assigned',
  'under-review',
  'mdt-complete',
]);
const BEFORE_HELD: ReadonlySet<BusinessStatus> = new Set([...BEFORE_SET, 'mdt-scheduled']);
const NOWHERE: ReadonlySet<BusinessStatus> = new Set();

/** An Appointment or an Encounter of the programme may be that of a team; undefined: it is not. */
export function decideMeeting(scene: Scene, command: RecordCommand): Decision | Issue[] | undefined {
  if (scene.row.rules === 0 || partyOf(scene) !== 'programme') return undefined;
  return command.after.resourceType === 'Appointment'
    ? decideAppointment(scene, command)
    : decideEncounter(scene, command);
}

/** https://hl7.org/fhir/R4/valueset-appointmentstatus.html */
const CALLED_OFF: ReadonlySet<unknown> = new Set(['cancelled', 'noshow', 'entered-in-error']);
const SET: ReadonlySet<unknown> = new Set(['booked', 'arrived', 'checked-in', 'fulfilled']);

function decideAppointment(scene: Scene, command: RecordCommand): Decision | undefined {
  const { ref, after } = command;
  const step = meetingOf(scene.row, command);
  if (step === undefined || Array.isArray(step) || step.kind !== 'mdt' || !isOpenStep(step)) return undefined;
  const { appointment, heldAt } = notesOf(step);
  if (CALLED_OFF.has(after.status)) {
    if (appointment !== ref || heldAt !== undefined) return undefined;
    return moved(scene, withNotes(step, {}), 'under-review', new Set(['mdt-scheduled']), 'case-moved', ref);
  }
  if (!SET.has(after.status) || appointment === ref) return undefined;
  const notes = { ...notesOf(step), appointment: ref };
  // A date may be set while records are translated: that is where the case stands, until it is done.
  const from = openSteps(scene, 'translation').length > 0 ? NOWHERE : BEFORE_SET;
  const start = text(after.start);
  const when = start === undefined ? {} : { start };
  return moved(scene, withNotes(step, notes), 'mdt-scheduled', from, 'meeting-scheduled', ref, when);
}

function decideEncounter(scene: Scene, { ref, after }: RecordCommand): Decision | Issue[] | undefined {
  const named = referencesOf(after.appointment);
  const step = openSteps(scene, 'mdt').find((one) => {
    const { appointment, encounter } = notesOf(one);
    return encounter === ref || (appointment !== undefined && named.includes(appointment));
  });
  if (step === undefined) return undefined;
  if (after.status === 'finished' && liesAhead(after, scene.now)) return [notBegun()];
  const { encounter, heldAt: _heldAt, ...set } = notesOf(step);
  if (after.status === 'finished' && encounter === undefined) {
    const notes = { ...set, encounter: ref, heldAt: scene.now };
    return moved(scene, withNotes(step, notes), 'mdt-complete', BEFORE_HELD, 'meeting-held', ref);
  }
  if (after.status === 'finished' || encounter !== ref) return undefined;
  // What was said to be held was not.
  return moved(scene, withNotes(step, set), 'mdt-scheduled', new Set(['mdt-complete']), 'case-moved', ref);
}

/** What has a day and no time may have begun where that day begins first, 14 hours before it does in Greenwich. */
const EARLIEST_DAY = 14 * 3_600_000;

function liesAhead({ period }: Resource, now: string): boolean {
  return nodes(period)
    .flatMap(({ start, end }) => [text(start) ?? [], text(end) ?? []].flat())
    .some((moment) => Date.parse(moment) - (moment.includes('T') ? 0 : EARLIEST_DAY) > Date.parse(now));
}

function notBegun(): Issue {
  const told =
    'The meeting is not over: its period lies ahead. Write the Encounter as planned, and as finished once it was held.';
  return refusal('business-rule', 'meeting-not-begun', told, 'Encounter.period');
}

function withNotes(step: Step, notes: MeetingNotes): Step {
  const { notes: _notes, ...rest } = step;
  const entries = Object.entries(notes).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? rest : { ...rest, notes: Object.fromEntries(entries) };
}

/** The step with its notes, the case where that leads it, and the event; a case that waits goes on there. */
function moved(
  scene: Scene,
  step: Step,
  to: BusinessStatus,
  from: ReadonlySet<BusinessStatus>,
  type: CaseEventType,
  focus: string,
  detail: Readonly<Record<string, string>> = {},
): Decision {
  const noted = withStep(scene.row, step);
  const row = standAt(noted, { status: 'in-progress', businessStatus: to }, from);
  return { row, events: [caseEvent(type, row, scene.now, focus, { kind: 'mdt', step: step.task, ...detail })] };
}

function standAt(row: CaseRow, to: Standing, from: ReadonlySet<BusinessStatus>): CaseRow {
  if (from.has(row.businessStatus)) return { ...row, ...to };
  const { resume } = row.state;
  return resume !== undefined && from.has(resume.businessStatus) ? withState(row, { resume: to }) : row;
}
