import type { Issue } from '../../base/index.ts';
import { caseEvent } from '../case.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import type { CaseScene } from '../module.ts';
import { offerIssues } from '../payment/services.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { answerVisit } from '../visit/answer.ts';
import { decideVisit, wantedForVisit } from '../visit/decide-visit.ts';
import { releaseVisit, releaseVisits } from '../visit/release.ts';
import { visitEvent, visitOf, visitStatusOf, withVisit } from '../visit/standing.ts';
import { addressIssues } from './address.ts';
import { noteStep } from './note.ts';
import type { StepCommand, StepRules } from './step.ts';
import { isOpenStep, withStep } from './step.ts';

const SERVICE = 'video-consultation';

/**
 * Reviewer, patient and home doctor meet by video: as the case's own service, or in addition to it, mostly after the
 * report. Where the visit stands follows from its Appointment.
 */
export const videoConsultation: StepRules = {
  kind: 'video-consultation',
  makers: ['programme', 'placer'],
  movers: ['programme'],
  during: ['requested', 'received', 'accepted', 'in-progress', 'on-hold', 'completed'],
  late: true,
  ownedBy: 'programme',
  decide: decideVideo,
  known: orderIssues,
  record: {
    types: ['Appointment', 'AppointmentResponse'],
    wanted: (scene, command) =>
      command.after.resourceType === 'Appointment'
        ? wantedForVisit(scene, command)
        : answerVisit.wanted(scene, command),
    decide: (scene, command) =>
      command.after.resourceType === 'Appointment' ? decideVisit(scene, command) : answerVisit.decide(scene, command),
  },
  moved: releaseVisits,
};

function decideVideo(scene: Scene, { after }: StepCommand, made: Step, before: Step | undefined): Decision | Issue[] {
  const { appointment, standing } = visitOf(made);
  const told = visitStatusOf(after);
  const issues = [
    ...(before === undefined ? [...orderIssues(scene), ...addressIssues(scene, made)] : []),
    ...(appointment === undefined || told === standing ? [] : [visitIssue(appointment, 'Task.businessStatus')]),
    ...(appointment !== undefined && made.status === 'completed' ? [visitIssue(appointment, 'Task.status')] : []),
  ];
  if (issues.length > 0) return issues;
  if (appointment !== undefined) {
    const noted = noteStep(scene, made, before);
    const released = isOpenStep(made) ? undefined : releaseVisit(scene, made);
    return released === undefined ? noted : chain(noted, released);
  }
  // Without an Appointment the programme says itself how it went.
  const isHeld = made.status === 'completed' && before?.status !== 'completed';
  const said = isHeld ? 'visit-complete' : told;
  const step = withVisit(made, { standing: said });
  const here: Scene = { ...scene, row: withStep(scene.row, step) };
  if (said === undefined || (said === standing && !isHeld)) return noteStep(here, step, before);
  const detail = { kind: step.kind, status: step.status };
  return { row: here.row, events: [caseEvent(visitEvent(said), here.row, scene.now, step.task, detail)] };
}

/** What stands against a visit in this case: the programme offers it, alone or in addition to what was asked for. */
function orderIssues({ row, rules }: CaseScene): Issue[] {
  const { service } = row.state;
  if (service === SERVICE) return [];
  return offerIssues(rules, SERVICE, { service, isIssued: row.status === 'completed' }, 'Task.code');
}

function visitIssue(appointment: string, expression: string): Issue {
  const text = `Where the visit stands follows from ${appointment}: set that to fulfilled, noshow or cancelled, and the Task says so.`;
  return refusal('business-rule', 'visit-open', text, expression);
}
