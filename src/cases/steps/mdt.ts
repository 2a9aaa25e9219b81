import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { Decision } from '../decision.ts';
import { chain } from '../decision.ts';
import type { GuardedMove } from '../module.ts';
import { refusal } from '../refusal.ts';
import { JUDGED_BY, reviewerIssues } from '../routing/assignment.ts';
import { formerReviewers } from '../routing/former.ts';
import { decideMeeting, notesOf } from '../routing/meeting.ts';
import { overrideUnfit } from '../routing/override-unfit.ts';
import { reviewersIn, silentMembers, statementsIn, teamIssues, teamOf } from '../routing/team.ts';
import type { Scene } from '../scene.ts';
import type { Step } from '../state.ts';
import { noteStep } from './note.ts';
import type { StepCommand, StepRules } from './step.ts';
import { isOpenStep } from './step.ts';

/**
 * A team (tumour board) discusses the case: a CareTeam of reviewers, its meeting as Appointment and Encounter, and what
 * each member says of it. The case follows the meeting; the report of a service that a team gives comes after it.
 */
export const mdt: StepRules = {
  kind: 'mdt',
  makers: ['programme'],
  movers: ['programme'],
  during: ['received', 'accepted', 'in-progress', 'on-hold'],
  ownedBy: 'programme',
  wanted({ row }, { after, task }) {
    const team = teamOf(after);
    if (row.rules === 0 || team === undefined) return {};
    const refs = [team, row.serviceRequest, ...statementsIn(after), ...formerReviewers(row.state)];
    const follow = JUDGED_BY.follow;
    // The packet is needed only where members are new: a team is judged when it is named.
    return isNamedAnew(row.state.steps, task, team) ? { ...JUDGED_BY, refs } : { refs, follow };
  },
  decide: decideMdt,
  record: { types: ['Appointment', 'Encounter'], decide: decideMeeting },
  guard: {
    to: ['mdt-scheduled', 'mdt-complete', 'report-issued'],
    overridable: 'meeting-missing',
    check: checkMeeting,
  },
};

function isNamedAnew(steps: readonly Step[], task: string, team: string): boolean {
  const known = steps.find((step) => step.task === task);
  return known === undefined || ![known.focus, known.owner].includes(team);
}

function decideMdt(scene: Scene, command: StepCommand, step: Step, before: Step | undefined): Decision | Issue[] {
  const told = noteStep(scene, step, before);
  const { row, records } = scene;
  if (row.rules === 0 || !(isOpenStep(step) || step.status === 'completed')) return told;
  const ref = teamOf(command.after);
  const team = ref === undefined ? undefined : records.get(ref);
  const unfit = teamIssues(team);
  if (team === undefined || unfit.length > 0) return unfit;
  if (step.status === 'completed' && before?.status !== 'completed') {
    const issues = completionIssues(scene, command.after, step, team);
    if (issues.length > 0) return issues;
  }
  if (before !== undefined && [before.focus, before.owner].includes(ref)) return told;
  // A member brings the own specialty and language to a team: of these nothing is asked.
  const judged = overrideUnfit(scene, command, reviewerIssues(scene, reviewersIn(team), {}, 'Task.focus'));
  if ('refusals' in judged) return [...judged.refusals];
  return {
    ...chain(judged.noted, noteStep({ ...scene, row: judged.noted.row }, step, before)),
    remarks: judged.remarks,
  };
}

function completionIssues(scene: Scene, task: Resource, step: Step, team: Resource): Issue[] {
  const issues: Issue[] = [];
  if (notesOf(step).heldAt === undefined) {
    const text =
      'The meeting of the team has not been held: write its Appointment (booked, basedOn the request, this Task among its ' +
      'supportingInformation) and its Encounter (finished, basedOn the request, with that appointment).';
    issues.push(refusal('business-rule', 'meeting-missing', text, 'Task.status'));
  }
  const silent = silentMembers(scene, task, team);
  if (silent.length > 0) {
    const text =
      `No statement of ${silent.join(', ')}: name each one's Observation, Communication, DiagnosticReport or DocumentReference as a ` +
      'Task.output of type statement, or say why there is none as a Task.output of type no-statement, an Annotation with ' +
      'the Practitioner of the member as authorReference.';
    issues.push(refusal('required', 'statement-missing', text, 'Task.output'));
  }
  return issues;
}

/** The case is where its team is, and its report waits for the team where a team gives the service. */
function checkMeeting({ row, rules }: Scene, { to }: GuardedMove): Issue[] {
  if (row.rules === 0) return [];
  const steps = row.state.steps.filter(
    ({ kind, status }) => kind === 'mdt' && (isOpenStep({ status }) || status === 'completed'),
  );
  if (to === 'report-issued') {
    const service = rules.services.find(({ code }) => code === row.state.service);
    if (service?.team !== true || steps.some(({ status }) => status === 'completed')) return [];
    const text =
      'A team gives this service: complete its mdt Task, with the meeting held and a statement of each member, before the report.';
    return [refusal('business-rule', 'meeting-missing', text, 'DiagnosticReport.status')];
  }
  const isThere = steps.some((step) => {
    const { appointment, heldAt } = notesOf(step);
    return heldAt !== undefined || (to === 'mdt-scheduled' && appointment !== undefined);
  });
  if (isThere) return [];
  const text =
    to === 'mdt-complete'
      ? 'No meeting of a team has been held: write its Encounter (finished, basedOn the request, its Appointment in Encounter.appointment), and the case is moved by itself.'
      : 'No meeting of a team is set: make an mdt Task and its Appointment (booked, basedOn the request, the Task in Appointment.supportingInformation), and the case is moved by itself.';
  return [refusal('business-rule', 'meeting-missing', text, 'Task.businessStatus')];
}
