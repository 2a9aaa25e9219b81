import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import type { Decision } from '../decision.ts';
import { note } from '../decision.ts';
import type { RecordCommand } from '../module.ts';
import { partyOf } from '../module.ts';
import { notYourMove } from '../refusal.ts';
import type { Scene, Wanted } from '../scene.ts';
import type { Step } from '../state.ts';
import { openSteps } from '../steps/step.ts';
import type { Node } from '../tree.ts';
import { nodes, referencesOf } from '../tree.ts';
import { roleOf } from './participants.ts';
import { visitOf } from './standing.ts';

/** Those that an Appointment knows, too. https://hl7.org/fhir/R4/valueset-participationstatus.html */
const ANSWERS: ReadonlySet<unknown> = new Set(['accepted', 'declined', 'tentative', 'needs-action']);

type Bare = Omit<Scene, 'records'>;

/** How a participant answers a date that is set. https://hl7.org/fhir/R4/appointmentresponse.html */
export const answerVisit = {
  wanted({ row }: Bare, { after }: RecordCommand): Wanted {
    const step = answered({ row }, after);
    if (step === undefined) return {};
    return { refs: [row.serviceRequest, visitOf(step).appointment!, ...referencesOf(after.actor)] };
  },

  /** The Appointment shows the answer: the home side answers for its own, the programme for its reviewers. */
  decide(scene: Scene, { ref, after }: RecordCommand): Decision | Issue[] | undefined {
    const step = answered(scene, after);
    if (step === undefined) return undefined;
    const appointment = visitOf(step).appointment!;
    const [actor = ''] = referencesOf(after.actor);
    const participant = nodes(scene.records.get(appointment)?.participant).find(isActor(actor));
    if (participant === undefined || !ANSWERS.has(after.participantStatus)) return undefined;
    if (partyOf(scene) === 'placer' && roleOf(scene, participant) === 'reviewer') {
      const instead = 'Answer for the patient and for those who take part at home.';
      return [notYourMove('Answering for a reviewer', 'the programme', instead, 'AppointmentResponse.actor')];
    }
    const status = String(after.participantStatus);
    const noted = note(scene, scene.row, 'record-added', ref, { kind: step.kind, status });
    return { ...noted, changes: new Map([[appointment, (current) => answer(current, actor, status)]]) };
  },
};

function answered(scene: Pick<Scene, 'row'>, response: Resource): Step | undefined {
  const appointments = referencesOf(response.appointment);
  return openSteps(scene, 'video-consultation').find((step) => {
    const { appointment } = visitOf(step);
    return appointment !== undefined && appointments.includes(appointment);
  });
}

function answer(appointment: Resource, actor: string, status: string): Resource {
  const isMeant = isActor(actor);
  const participant = nodes(appointment.participant).map((one) => (isMeant(one) ? { ...one, status } : one));
  return { ...appointment, participant };
}

function isActor(actor: string): (participant: Node) => boolean {
  return (participant) => referencesOf(participant.actor).includes(actor);
}
