import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CANONICAL, NO_RULES } from '../../src/cases/index.ts';
import { opinion, sendCase, workUntilReview } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import type { Answer, Partner, TestHouse } from '../support/house.ts';
import { startHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { execute } from '../support/server.ts';

/** A multidisciplinary team over HTTP: its CareTeam, its meeting, its members' statements, and the report that waits for it. */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let sent: SentCase;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  const services = NO_RULES.services.map((service) => ({ ...service, team: true }));
  const rules = JSON.stringify({ ...NO_RULES, programme: 'programme', services });
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('programme', 1, $rules$${rules}$rules$)`,
  );
  for (const id of ['surgeon', 'oncologist']) {
    const qualification = [{ code: { text: 'Board certified' } }];
    await put(`Practitioner/${id}`, { name: [{ text: `Dr ${id}` }], qualification });
    await put(`PractitionerRole/${id}`, {
      practitioner: { reference: `Practitioner/${id}` },
      organization: { reference: 'Organization/programme' },
      specialty: [{ text: id }],
    });
  }
  sent = await sendCase(home, { number: 'B-1', programme: 'programme' });
  await workUntilReview(programme, sent.task);
});
afterAll(() => house.stop());

async function put(ref: string, more: object): Promise<Answer> {
  const [resourceType, id] = ref.split('/');
  const answer = await programme.fetch('PUT', `/${ref}`, { resourceType, id, ...more });
  if (answer.status > 201) throw new Error(answer.text);
  return answer;
}

async function standing(): Promise<string> {
  const { body } = await home.fetch('GET', `/${sent.task}`);
  return `${body.status} ${body.businessStatus.coding[0].code}`;
}

const coded = (system: string, code: string) => ({ coding: [{ system: `${CANONICAL}/CodeSystem/${system}`, code }] });

test('the case follows the meeting of its team, and the report comes after what each member says', async () => {
  const participant = ['surgeon', 'oncologist'].map((id) => ({ member: { reference: `PractitionerRole/${id}` } }));
  await put('CareTeam/board', { status: 'active', subject: { reference: sent.patient }, participant });
  const made = await programme.fetch('POST', '/Task', {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: coded('case-task-kind', 'mdt'),
    partOf: [{ reference: sent.task }],
    for: { reference: sent.patient },
    owner: { reference: 'Organization/programme' },
    focus: { reference: 'CareTeam/board' },
  });
  expect(made.status).toBe(201);
  const step = `Task/${made.body.id}`;
  const onCase = { basedOn: [{ reference: sent.request }] };

  await put('Appointment/board', {
    ...onCase,
    status: 'booked',
    start: '2026-12-01T09:00:00Z',
    end: '2026-12-01T10:00:00Z',
    supportingInformation: [{ reference: step }],
    participant: [{ actor: { reference: 'PractitionerRole/surgeon' }, status: 'accepted' }],
  });
  expect(await standing()).toBe('in-progress mdt-scheduled');
  expectOutcome(await programme.fetch('POST', '/DiagnosticReport', opinion(sent)), 422, 'meeting-missing');

  await put('Encounter/board', {
    ...onCase,
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'VR' },
    subject: { reference: sent.patient },
    appointment: [{ reference: 'Appointment/board' }],
  });
  expect(await standing()).toBe('in-progress mdt-complete');
  // Both parties see when the team met.
  expect((await home.fetch('GET', '/Encounter/board')).status).toBe(200);

  const said = await programme.fetch('POST', '/Observation', {
    ...onCase,
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Statement of the surgeon' },
    subject: { reference: sent.patient },
    performer: [{ reference: 'PractitionerRole/surgeon' }],
    valueString: 'Resection first.',
  });
  const statement = {
    type: coded('case-output', 'statement'),
    valueReference: { reference: `Observation/${said.body.id}` },
  };
  const complete = (output: object[]): Promise<Answer> =>
    programme.fetch('PUT', `/${step}`, { ...made.body, status: 'completed', output });
  const refused = await complete([statement]);
  expectOutcome(refused, 422, 'statement-missing', 'Task.output');
  expect(refused.body.issue[0].details.text).toContain('PractitionerRole/oncologist');
  const silent = {
    type: coded('case-output', 'no-statement'),
    valueAnnotation: { authorReference: { reference: 'Practitioner/oncologist' }, text: 'Called to an emergency.' },
  };
  expect((await complete([statement, silent])).status).toBe(200);
  expect((await programme.fetch('POST', '/DiagnosticReport', opinion(sent))).status).toBe(201);
  expect(await standing()).toBe('completed report-issued');
});
