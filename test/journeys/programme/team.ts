import type { Json, Partner } from '../../support/house.ts';
import type { SentCase } from '../packet.ts';
import { create } from './moves.ts';
import { output, to } from './words.ts';

/** What a programme's team writes of a case: who it is, when it meets, and what each member says. */

/** A team of these reviewers for the case: `CareTeam/x`. */
export function formTeam(programme: Partner, { patient }: SentCase, reviewers: readonly string[]): Promise<string> {
  const participant = reviewers.map((id) => ({ member: to(`PractitionerRole/${id}`) }));
  return create(programme, { resourceType: 'CareTeam', status: 'active', subject: to(patient), participant });
}

/** The date of a team's meeting. `mdt`: `Task/x`; instants. */
export function teamMeeting(
  sent: SentCase,
  mdt: string,
  reviewers: readonly string[],
  start: string,
  end: string,
): Json {
  return {
    resourceType: 'Appointment',
    status: 'booked',
    basedOn: [to(sent.request)],
    supportingInformation: [to(mdt)],
    start,
    end,
    participant: reviewers.map((id) => ({ actor: to(`PractitionerRole/${id}`), status: 'accepted' })),
  };
}

/** That the meeting was held. `appointment`: `Appointment/x`. */
export function heldMeeting(sent: SentCase, appointment: string, start: string, end: string): Json {
  return {
    resourceType: 'Encounter',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'VR' },
    basedOn: [to(sent.request)],
    subject: to(sent.patient),
    appointment: [to(appointment)],
    period: { start, end },
  };
}

/** What one member says, as an output of the discussion's Task. */
export async function statementOf(programme: Partner, sent: SentCase, reviewer: string, words: string): Promise<Json> {
  const said = await create(programme, {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Statement of a member of the team' },
    basedOn: [to(sent.request)],
    subject: to(sent.patient),
    performer: [to(`PractitionerRole/${reviewer}`)],
    valueString: words,
  });
  return output('statement', { valueReference: to(said) });
}

/** That one member says nothing, and why. */
export function silence(reviewer: string, why: string): Json {
  return output('no-statement', {
    valueAnnotation: { authorReference: to(`Practitioner/${reviewer}`), text: why },
  });
}
