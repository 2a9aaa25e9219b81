import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CANONICAL, NO_RULES } from '../../src/cases/index.ts';
import { packet, refOf } from '../journeys/packet.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { startHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { execute } from '../support/server.ts';

/** https://consilium.example/fhir/OperationDefinition/propose-reviewers */

const SCT = 'http://snomed.info/sct';
const ONCOLOGY = '394593009';
const NEUROLOGY = '394591006';

let house: TestHouse;
let home: Partner;
let programme: Partner;
let request: string;
let task: string;
let patient: string;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  const rival = await house.register('rival', 'programme');
  const rules = JSON.stringify({ ...NO_RULES, programme: 'programme' });
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('programme', 1, $rules$${rules}$rules$)`,
  );
  await put(home, 'PractitionerRole/home-doctor', {
    practitioner: { reference: 'Practitioner/home-doctor' },
    organization: { reference: 'Organization/clinic' },
  });
  await reviewer('free', ONCOLOGY);
  await reviewer('of-the-clinic', ONCOLOGY, { extension: [affiliation('Organization/clinic')] });
  await reviewer('one-at-once', ONCOLOGY, {
    extension: [{ url: `${CANONICAL}/StructureDefinition/reviewer-capacity`, valuePositiveInt: 1 }],
  });
  await reviewer('neurologist', NEUROLOGY);
  await reviewer('retired', NEUROLOGY, { active: false });
  // Another programme names this one: that makes nobody its reviewer.
  await put(rival, 'PractitionerRole/intruder', roleOf('free', ONCOLOGY));
  const bundle = packet({ number: 'R-1', programme: 'programme' });
  const { resource } = bundle.entry.at(-1)!;
  resource['requester'] = { reference: 'PractitionerRole/home-doctor' };
  const condition = bundle.entry.find((entry) => entry.resource['resourceType'] === 'Condition')!;
  condition.resource['code'] = { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10', code: 'C18.7' }] };
  const sent = await home.fetch('POST', '', bundle);
  if (sent.status !== 200) throw new Error(sent.text);
  request = refOf(sent.body.entry.at(-1).response.location);
  patient = refOf(sent.body.entry[0].response.location);
  task = `Task/${(await home.fetch('GET', `/Task?based-on=${request}`)).body.entry[0].resource.id}`;
  const received = (await programme.fetch('GET', `/${task}`)).body;
  const system = `${CANONICAL}/CodeSystem/case-business-status`;
  await put(programme, task, {
    ...received,
    status: 'accepted',
    businessStatus: { coding: [{ system, code: 'accepted' }] },
  });
});
afterAll(() => house.stop());

async function put(partner: Partner, ref: string, more: object): Promise<void> {
  const [resourceType, id] = ref.split('/');
  const answer = await partner.fetch('PUT', `/${ref}`, { resourceType, id, ...more });
  if (answer.status > 201) throw new Error(answer.text);
}

function roleOf(id: string, specialty: string): Record<string, unknown> {
  return {
    practitioner: { reference: `Practitioner/${id}` },
    organization: { reference: 'Organization/programme' },
    specialty: [{ coding: [{ system: SCT, code: specialty }] }],
  };
}

function affiliation(reference: string): object {
  return { url: `${CANONICAL}/StructureDefinition/reviewer-affiliation`, valueReference: { reference } };
}

async function reviewer(id: string, specialty: string, more: object = {}): Promise<void> {
  const qualification = [{ code: { text: 'Board certified' } }];
  await put(programme, `Practitioner/${id}`, { name: [{ text: `Dr ${id}` }], qualification });
  await put(programme, `PractitionerRole/${id}`, { ...roleOf(id, specialty), ...more });
}

function assign(id: string, more: object = {}): Promise<Answer> {
  return programme.fetch('POST', '/Task', {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    partOf: [{ reference: task }],
    code: { coding: [{ system: `${CANONICAL}/CodeSystem/case-task-kind`, code: 'review' }] },
    for: { reference: patient },
    owner: { reference: `PractitionerRole/${id}` },
    ...more,
  });
}

/** `free fit 0`, `retired not-active specialty 0`: each reviewer, in the order of the answer. */
async function proposed(query = ''): Promise<string[]> {
  const answer = await programme.fetch('GET', `/${request}/$propose-reviewers${query}`);
  expect(answer.status).toBe(200);
  return toLines(answer.body);
}

function toLines({ parameter }: Json): string[] {
  return parameter
    .filter(({ name }: Json) => name === 'reviewer')
    .map(({ part }: Json) => {
      const values = (name: string): Json[] => part.filter((one: Json) => one.name === name);
      const reasons = values('reason').map(({ valueCoding }) => valueCoding.code);
      expect(values('fit')[0].valueBoolean).toBe(reasons.length === 0);
      const id = values('role')[0].valueReference.reference.replace('PractitionerRole/', '');
      return [id, ...(reasons.length === 0 ? ['fit'] : reasons), values('openReviews')[0].valueInteger].join(' ');
    });
}

describe('the reviewers of a programme', () => {
  test('are proposed the best first, each with what stands against it', async () => {
    const answer = await programme.fetch('GET', `/${request}/$propose-reviewers`);
    expect(answer.body.parameter[0]).toEqual({
      name: 'specialty',
      valueCoding: { system: SCT, code: ONCOLOGY, display: 'Medical oncology' },
    });
    expect(answer.body.parameter[1].part[0]).toEqual({
      name: 'role',
      valueReference: { reference: 'PractitionerRole/free', display: 'Dr free' },
    });
    expect(toLines(answer.body)).toEqual([
      'free fit 0',
      'one-at-once fit 0',
      'of-the-clinic conflict-institution 0',
      'neurologist specialty 0',
      'retired not-active specialty 0',
    ]);
  });

  test('for another specialty', async () => {
    const posted = await programme.fetch('POST', `/${request}/$propose-reviewers`, {
      resourceType: 'Parameters',
      parameter: [{ name: 'specialty', valueCode: NEUROLOGY }],
    });
    expect(toLines(posted.body).slice(0, 3)).toEqual(['neurologist fit 0', 'retired not-active 0', 'free specialty 0']);
    expect(await proposed(`?specialty=${NEUROLOGY}`)).toEqual(toLines(posted.body));
  });

  test('where there are none, it is said how they are made', async () => {
    const young = await house.register('young', 'programme');
    const sent = await home.fetch('POST', '', packet({ number: 'R-3', programme: 'young' }));
    const asked = refOf(sent.body.entry.at(-1).response.location);
    const { body } = await young.fetch('GET', `/${asked}/$propose-reviewers`);
    const outcome = body.parameter.find(({ name }: Json) => name === 'outcome').resource;
    expect(outcome.issue).toMatchObject([
      {
        severity: 'information',
        details: { coding: [{ code: 'no-reviewers' }], text: expect.stringContaining('PractitionerRole') },
      },
    ]);
    expect(toLines(body)).toEqual([]);
  });

  test('are the programme’s to know', async () => {
    const address = `/${request}/$propose-reviewers`;
    expectOutcome(await home.fetch('GET', address), 403, 'not-your-move');
    const rival = await house.register('other', 'programme');
    expectOutcome(await rival.fetch('GET', address), 404, 'not-found');
    expectOutcome(await programme.fetch('GET', `${address}?language=vi`), 400, 'unknown-parameter');
    const draft = await home.fetch('POST', '', packet({ number: 'R-2', programme: 'programme', status: 'draft' }));
    const unsent = refOf(draft.body.entry.at(-1).response.location);
    expectOutcome(await home.fetch('GET', `/${unsent}/$propose-reviewers`), 422, 'no-case');
  });

  test('need the scopes for what is looked at', async () => {
    const scopes = 'system/ServiceRequest.rs system/PractitionerRole.rs system/Practitioner.rs';
    const reader = await house.register('reader', 'programme', scopes);
    expectOutcome(await reader.fetch('GET', `/${request}/$propose-reviewers`), 403, 'scope-missing');
  });

  test('the definition is among the guide’s, and what is offered says so', async () => {
    const { body } = await home.fetch('GET', '/OperationDefinition/propose-reviewers');
    expect(body).toMatchObject({ code: 'propose-reviewers', resource: ['ServiceRequest'], affectsState: false });
    const [rest] = (await home.fetch('GET', '/metadata')).body.rest;
    const { operation } = rest.resource.find(({ type }: Json) => type === 'ServiceRequest');
    expect(operation).toContainEqual({ name: 'propose-reviewers', definition: body.url });
  });
});

describe('a review', () => {
  test('is refused to who is not fit, with all reasons', async () => {
    expectOutcome(await assign('of-the-clinic'), 422, 'reviewer-unfit', 'Task.owner');
    expectOutcome(await assign('nobody'), 422, 'reviewer-unknown', 'Task.owner');
    const answer = await assign('retired');
    expect(answer.body.issue).toHaveLength(2);
  });

  test('keeps a reviewer busy while it is open', async () => {
    const answer = await assign('one-at-once');
    expect(answer.status).toBe(201);
    expect(await proposed()).toContain('one-at-once capacity 1');
    const { body } = answer;
    const cancelled = await programme.fetch('PUT', `/Task/${body.id}`, { ...body, status: 'cancelled' });
    expect(cancelled.status).toBe(200);
    expect(await proposed()).toContain('one-at-once fit 0');
  });

  test('goes to an unfit reviewer where the programme says why, which is kept', async () => {
    const extension = [
      {
        url: `${CANONICAL}/StructureDefinition/override`,
        extension: [
          { url: 'rule', valueCode: 'reviewer-unfit' },
          { url: 'reason', valueString: 'The metastasis is in the brain.' },
        ],
      },
    ];
    const answer = await assign('neurologist', { extension });
    expect(answer.status).toBe(201);
    const { body } = await programme.fetch('GET', `/Provenance?target=Task/${answer.body.id}`);
    expect(body.entry).toMatchObject([
      { resource: { reason: [{ coding: [{ code: 'reviewer-unfit' }], text: 'The metastasis is in the brain.' }] } },
    ]);
  });
});
