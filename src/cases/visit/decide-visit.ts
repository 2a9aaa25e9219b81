import type { Issue } from '../../base/index.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { note } from '../decision.ts';
import type { RecordCommand } from '../module.ts';
import { partyOf } from '../module.ts';
import { refusal } from '../refusal.ts';
import type { Scene, Wanted } from '../scene.ts';
import type { Step } from '../state.ts';
import { isOpenStep, withStep } from '../steps/step.ts';
import { text } from '../tree.ts';
import { isSet, statusIssues, statusOf } from './appointment.ts';
import { linkIssues } from './link.ts';
import { meetingOf } from './meeting-of.ts';
import { actorsOf, participantIssues } from './participants.ts';
import { slotIssues, slotsOf, takeSlots } from './slots.ts';
import type { VisitStatus } from './standing.ts';
import { showVisit, visitEvent, visitOf, withVisit } from './standing.ts';
import { begunIssues, timeIssues } from './time.ts';

type Bare = Omit<Scene, 'records'>;

/** Who takes part, and the slots: those are held, so that nobody else takes them meanwhile. */
export function wantedForVisit({ row }: Bare, command: RecordCommand): Wanted {
  const step = meetingOf(row, command);
  if (step === undefined || Array.isArray(step) || step.kind !== 'video-consultation') return {};
  return {
    refs: [row.serviceRequest, ...actorsOf(command.after)],
    // A role says for whom somebody works; who it is says what languages that one speaks.
    follow: ['Practitioner'],
    hold: [...slotsOf(command.after), ...(visitOf(step).slots ?? [])],
  };
}

/** An Appointment was written: a date of a video consultation is proposed, set, changed, kept, missed or called off. */
export function decideVisit(scene: Scene, command: RecordCommand): Decision | Issue[] | undefined {
  const step = meetingOf(scene.row, command);
  if (step === undefined || Array.isArray(step)) return step;
  if (step.kind !== 'video-consultation') return undefined;
  const { before, after } = command;
  const issues = statusIssues(before, after, partyOf(scene));
  if (issues.length > 0) return issues;
  const status = statusOf(after)!;
  const isMeeting = visitOf(step).appointment === command.ref;
  if (isSet(status)) return setDate(scene, command, step);
  // It is only a date that suits somebody, or one that was: the visit stands where it stood.
  if (!isMeeting) return propose(scene, command, step);
  switch (status) {
    case 'fulfilled':
      return orIssues(begunIssues(scene, after), () => end(scene, command, step, 'visit-complete'));
    case 'noshow':
      return orIssues(begunIssues(scene, after), () => end(scene, command, step, 'no-show'));
    default:
      return end(scene, command, step, 'visit-cancelled');
  }
}

function orIssues(issues: Issue[], decide: () => Decision): Decision | Issue[] {
  return issues.length > 0 ? issues : decide();
}

function propose(scene: Scene, command: RecordCommand, step: Step): Decision | Issue[] {
  const { before, after, ref } = command;
  const isOpen = after.status === 'proposed' || after.status === 'waitlist';
  const issues = isOpen ? [...timeIssues(scene, before, after), ...slotIssues(scene, after, [])] : [];
  const type = before === undefined ? 'record-added' : 'record-corrected';
  return orIssues(issues, () => note(scene, scene.row, type, ref, { kind: step.kind, status: String(after.status) }));
}

/** The date is set or changed: the case's Task says so, and its slots are taken. */
function setDate(scene: Scene, { ref, before, after }: RecordCommand, step: Step): Decision | Issue[] {
  const { row, now } = scene;
  const visit = visitOf(step);
  const held = visit.slots ?? [];
  const isMeeting = visit.appointment === ref;
  const issues = [
    ...(visit.appointment === undefined || isMeeting ? [] : [alreadySet(visit.appointment)]),
    ...(isOpenStep(step) ? [] : [stepOver(step)]),
    ...timeIssues(scene, isMeeting ? before : undefined, after),
    ...slotIssues(scene, after, held),
    ...(hasRules(scene) ? [...participantIssues(scene, after), ...linkIssues(after)] : []),
  ];
  if (issues.length > 0) return issues;
  const slots = slotsOf(after);
  const next = withVisit(accepted(step, now), { standing: 'visit-scheduled', appointment: ref, slots });
  const isNews = !isMeeting || text(before?.start) !== text(after.start);
  const nextRow = withStep(row, next);
  const detail = { kind: step.kind, status: String(after.status), start: String(after.start) };
  return {
    row: nextRow,
    events: [caseEvent(isNews ? 'visit-scheduled' : 'record-corrected', nextRow, now, ref, detail)],
    changes: new Map([...takeSlots(slots, held), [step.task, showVisit(next, now)]]),
  };
}

/** The meeting is over, or called off: another date may follow unless it was held. */
function end(scene: Scene, { ref }: RecordCommand, step: Step, standing: VisitStatus): Decision {
  const { row, now } = scene;
  const isHeld = standing === 'visit-complete';
  const ended = withVisit(step, { standing });
  const next: Step = isHeld ? { ...ended, status: 'completed', since: now } : ended;
  const nextRow = withStep(row, next);
  // Time that has passed is free for nobody any more.
  const freed = standing === 'visit-cancelled' ? takeSlots([], visitOf(step).slots ?? []) : [];
  return {
    row: nextRow,
    events: [caseEvent(visitEvent(standing), nextRow, now, ref, { kind: step.kind })],
    changes: new Map([...freed, [step.task, showVisit(next, now, isHeld ? ref : undefined)]]),
  };
}

function accepted(step: Step, now: string): Step {
  const isNew = step.status === 'draft' || step.status === 'requested' || step.status === 'received';
  return isNew ? { ...step, status: 'accepted', since: now } : step;
}

/** A programme that gave no rules asks nothing of a visit but a time that can be. */
function hasRules({ rules }: Scene): boolean {
  return rules.programme !== '';
}

function alreadySet(appointment: string): Issue {
  const told = `The visit has its date: ${appointment}. Change that one, or cancel it first.`;
  return refusal('business-rule', 'visit-booked', told, 'Appointment.status');
}

function stepOver({ task, status }: Step): Issue {
  const told = `${task} is ${status}: make a new step video-consultation for another visit.`;
  return refusal('business-rule', 'illegal-move', told, 'Appointment.status');
}
