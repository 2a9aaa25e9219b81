import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import type { Node } from '../tree.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';

export type VisitRole = 'reviewer' | 'patient' | 'local-doctor' | 'interpreter' | 'other';

/** https://hl7.org/fhir/R4/valueset-encounter-participant-type.html */
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';
const PARTICIPANT_TYPE = 'http://terminology.hl7.org/CodeSystem/participant-type';
const REVIEWS = ['PPRF', 'SPRF', 'CON'];
const TREATS = ['ATND', 'REF'];

/** `Type/id`s of all who take part. */
export function actorsOf(appointment: Resource): string[] {
  return nodes(appointment.participant).flatMap(({ actor }) => referencesOf(actor));
}

/** What a participant is in a visit: as it is typed, else as who it is to the case. */
export function roleOf(scene: Scene, participant: Node): VisitRole {
  const [actor = ''] = referencesOf(participant.actor);
  if (actor.startsWith('Patient/')) return 'patient';
  if (codesIn(participant.type, PARTICIPANT_TYPE).includes('translator')) return 'interpreter';
  if (!/^Practitioner(Role)?\//.test(actor)) return 'other';
  const types = codesIn(participant.type, PARTICIPATION);
  const record = scene.records.get(actor);
  const [employer] = referencesOf(record?.organization);
  const isOurs = employer === undefined ? undefined : employer === `Organization/${scene.row.programme}`;
  if (types.some((type) => TREATS.includes(type))) return 'local-doctor';
  // Nobody else's doctor becomes a reviewer by being called one.
  if (types.some((type) => REVIEWS.includes(type))) return isOurs === false ? 'other' : 'reviewer';
  if (isOurs !== undefined) return isOurs ? 'reviewer' : 'local-doctor';
  const hasReviewed = scene.row.state.steps.some(({ kind, owner }) => kind === 'review' && owner === actor);
  if (hasReviewed) return 'reviewer';
  const request = scene.records.get(scene.row.serviceRequest);
  return referencesOf(request?.requester).includes(actor) ? 'local-doctor' : 'other';
}

/** Who is missing in a visit whose date is set, and who does not belong there. */
export function participantIssues(scene: Scene, appointment: Resource): Issue[] {
  const taking = nodes(appointment.participant).filter(({ status }) => status !== 'declined');
  const roles = new Set(taking.map((participant) => roleOf(scene, participant)));
  const { video } = scene.rules;
  const missing: Issue[] = [];
  const ask = (role: VisitRole, told: string): void => {
    if (!roles.has(role)) missing.push(refusal('required', 'visit-participant', told, 'Appointment.participant'));
  };
  ask('patient', 'The patient takes part in a video consultation: add the Patient as a participant.');
  ask(
    'reviewer',
    `The reviewer takes part in a video consultation: add a PractitionerRole of the programme as a participant, or a Practitioner of type ${PARTICIPATION}|PPRF.`,
  );
  if (video.localDoctor === 'required') {
    const told = `In this programme the doctor at home sits in on the video consultation: add the Practitioner or PractitionerRole as a participant of type ${PARTICIPATION}|ATND.`;
    ask('local-doctor', told);
  }
  if (needsInterpreter(scene, taking)) {
    const told =
      'Patient and reviewer do not speak the same language: add an interpreter, as a participant of type ' +
      `${PARTICIPANT_TYPE}|translator.`;
    ask('interpreter', told);
  }
  return [...missing, ...strangerIssues(scene, appointment)];
}

/** The visit is with the patient of the case. */
function strangerIssues(scene: Scene, appointment: Resource): Issue[] {
  const request = scene.records.get(scene.row.serviceRequest);
  const [patient] = referencesOf(request?.subject);
  const isFit = actorsOf(appointment).every((actor) => !actor.startsWith('Patient/') || actor === patient);
  if (patient === undefined || isFit) return [];
  const told = `The patient of a visit is that of the case: the subject of ${scene.row.serviceRequest}.`;
  return [refusal('business-rule', 'visit-participant', told, 'Appointment.participant')];
}

/** Where nothing is known of the patient's languages, nothing is asked for. */
function needsInterpreter(scene: Scene, taking: readonly Node[]): boolean {
  const spoken = new Set([primary(scene.rules.languages.report)]);
  const understood: string[] = [];
  for (const participant of taking) {
    const [actor = ''] = referencesOf(participant.actor);
    const record = scene.records.get(actor);
    if (actor.startsWith('Patient/')) understood.push(...languagesOf(record));
    else if (roleOf(scene, participant) === 'reviewer') {
      const [person] = referencesOf(record?.practitioner);
      for (const tag of languagesOf(person === undefined ? record : scene.records.get(person))) spoken.add(tag);
    }
  }
  return understood.length > 0 && !understood.some((tag) => spoken.has(tag));
}

/** Primary subtags of the languages that a Patient (`communication.language`) or a Practitioner (`communication`) speaks. */
function languagesOf(person: Resource | undefined): string[] {
  return nodes(person?.communication)
    .flatMap((one) => nodes(one.language ?? one))
    .flatMap((concept) => nodes(concept.coding))
    .flatMap(({ code }) => (text(code) === undefined ? [] : [primary(text(code)!)]));
}

function primary(tag: string): string {
  return tag.split('-', 1)[0]!.toLowerCase();
}
