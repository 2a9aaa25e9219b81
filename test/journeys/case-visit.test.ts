import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CANONICAL, NO_RULES, TASK_KIND_SYSTEM } from '../../src/cases/index.ts';
import type { ProgrammeRules } from '../../src/cases/index.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { execute } from '../support/server.ts';
import { issues, matches, move, opinion, sendCase, until, workUntilReview } from './packet.ts';
import type { SentCase } from './packet.ts';

/** Slides travel to the programme; after the report reviewer, patient and home doctor meet by video. */

const VIRTUAL = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';
const MINUTE = 60_000;
const RULES: ProgrammeRules = {
  ...NO_RULES,
  programme: 'programme',
  services: NO_RULES.services.map((service) =>
    service.code === 'video-consultation'
      ? { ...service, alone: false, addOnTo: ['multidisciplinary-opinion'], afterReport: true }
      : service,
  ),
  video: { minutes: [30, 45], localDoctor: 'required', summary: true },
};

/** How far the clock by which cases go has been set forward. */
let ahead = 0;
const now = (): number => Date.now() + ahead;

let house: TestHouse;
let home: Partner;
let other: Partner;
let programme: Partner;

beforeAll(async () => {
  house = await startHouse({ clock: () => new Date(now()) });
  home = await house.register('home', 'placer');
  other = await house.register('other', 'placer');
  programme = await house.register('programme', 'programme');
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('programme', 1, $rules$${JSON.stringify(RULES)}$rules$)`,
  );
  await put(home, 'PractitionerRole/home-doctor', { organization: { reference: 'Organization/home' } });
  await put(programme, 'PractitionerRole/reviewer', {
    organization: { reference: 'Organization/programme' },
    practitioner: { display: 'Dr Invented' },
  });
  await put(programme, 'Schedule/reviewer', { actor: [{ reference: 'PractitionerRole/reviewer' }] });
});

afterAll(() => house.stop());

async function put(partner: Partner, ref: string, body: object): Promise<Json> {
  const [resourceType, id] = ref.split('/');
  const answer = await partner.fetch('PUT', `/${ref}`, { resourceType, id, ...body });
  expect({ ref, text: answer.status < 300 ? '' : answer.text }).toEqual({ ref, text: '' });
  return answer.body;
}

async function post(partner: Partner, body: Record<string, unknown>): Promise<Json> {
  const answer = await partner.fetch('POST', `/${String(body['resourceType'])}`, body);
  expect(answer.status === 201 ? '' : answer.text).toBe('');
  return answer.body;
}

async function read(partner: Partner, ref: string): Promise<Json> {
  return (await partner.fetch('GET', `/${ref}`)).body;
}

function send(number: string): Promise<SentCase> {
  return sendCase(home, {
    number,
    programme: 'programme',
    request: { requester: { reference: 'PractitionerRole/home-doctor' } },
  });
}

async function answeredCase(number: string): Promise<SentCase> {
  const sent = await send(number);
  await workUntilReview(programme, sent.task);
  const report = await programme.fetch('POST', '/DiagnosticReport', opinion(sent));
  expect(report.status).toBe(201);
  return sent;
}

function step(sent: SentCase, kind: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: TASK_KIND_SYSTEM, code: kind }] },
    partOf: [{ reference: sent.task }],
    for: { reference: sent.patient },
    owner: { reference: 'Organization/programme' },
    ...more,
  };
}

async function standing(sent: SentCase): Promise<string> {
  const { status, businessStatus } = await read(programme, sent.task);
  return `${status} ${businessStatus.coding[0].code}`;
}

async function eventsOf(sent: SentCase): Promise<string[]> {
  const told = await programme.fetch('GET', `/${sent.request}/$timeline`);
  expect(told.status).toBe(200);
  return told.body.parameter
    .filter(({ name }: Json) => name === 'event')
    .map(({ part }: Json) => part.find(({ name }: Json) => name === 'type').valueCoding.code);
}

test('slides travel: the case waits for the courier and goes on when they are delivered', async () => {
  const sent = await send('slides');
  await move(programme, sent.task, 'accepted', 'accepted');
  const [specimen, delivery] = [
    'urn:uuid:0198c1f0-0000-7000-8000-0000000000a1',
    'urn:uuid:0198c1f0-0000-7000-8000-0000000000a2',
  ];
  const entry = (fullUrl: string, resource: Record<string, unknown>): object => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: resource['resourceType'] },
  });
  const bundle = await home.fetch('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      entry(specimen, {
        resourceType: 'Specimen',
        subject: { reference: sent.patient },
        request: [{ reference: sent.request }],
        // The home laboratory received it long ago: it has not come to the programme by that.
        receivedTime: '2026-01-05T10:00:00Z',
      }),
      entry(delivery, {
        resourceType: 'SupplyDelivery',
        status: 'in-progress',
        patient: { reference: sent.patient },
        identifier: [{ system: 'https://courier.example/consignments', value: '4711' }],
        supplier: { reference: 'Organization/home' },
      }),
      entry(
        'urn:uuid:0198c1f0-0000-7000-8000-0000000000a3',
        step(sent, 'materials', {
          focus: { reference: delivery },
          input: [
            {
              type: { coding: [{ system: `${CANONICAL}/CodeSystem/case-input`, code: 'courier-number' }] },
              valueString: '4711',
            },
          ],
        }),
      ),
    ],
  });
  expect({ status: bundle.status, text: bundle.status === 200 ? '' : bundle.text }).toEqual({ status: 200, text: '' });
  const refs = bundle.body.entry.map(
    ({ response }: Json) => /([A-Z]\w+\/[\w-]+)\/_history/.exec(response.location)![1],
  );
  expect(await standing(sent)).toBe('on-hold awaiting-materials');
  // Specimen, consignment and step are of the case: the programme sees them, nobody else does.
  for (const ref of refs) {
    expect((await programme.fetch('GET', `/${ref}`)).status).toBe(200);
    expect((await other.fetch('GET', `/${ref}`)).status).toBe(404);
  }
  // It goes on by itself alone.
  const early = await move(programme, sent.task, 'in-progress', 'under-review');
  expect(early.status).toBe(422);
  expect(issues(early)[0]!.key).toBe('still-awaited');

  const lost = await home.fetch(
    'PUT',
    `/${refs[1]}`,
    { ...(await read(home, refs[1])), status: 'abandoned' },
    {
      prefer: 'return=OperationOutcome',
    },
  );
  expect({ status: lost.status, keys: issues(lost).map(({ key }) => key) }).toEqual({
    status: 200,
    keys: expect.arrayContaining(['materials-lost']),
  });
  expect(await standing(sent)).toBe('on-hold awaiting-materials');
  await put(home, refs[1], { ...(await read(home, refs[1])), status: 'in-progress' });
  await put(home, refs[1], { ...(await read(home, refs[1])), status: 'completed' });

  expect(await standing(sent)).toBe('accepted accepted');
  expect(await read(home, refs[2])).toMatchObject({
    status: 'completed',
    output: [{ type: { coding: [{ code: 'materials' }] }, valueReference: { reference: refs[1] } }],
  });
  expect((await eventsOf(sent)).filter((type) => /materials|clock/.test(type))).toEqual([
    'materials-expected',
    'clock-stopped',
    'materials-lost',
    'materials-received',
    'clock-started',
  ]);
});

function slot(start: number, minutes = 60): Record<string, unknown> {
  return {
    resourceType: 'Slot',
    schedule: { reference: 'Schedule/reviewer' },
    status: 'free',
    start: new Date(start).toISOString(),
    end: new Date(start + minutes * MINUTE).toISOString(),
  };
}

function visit(
  sent: SentCase,
  slots: readonly string[],
  start: number,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  const participant = [sent.patient, 'PractitionerRole/reviewer', 'PractitionerRole/home-doctor'].map((reference) => ({
    actor: { reference },
    status: 'accepted',
  }));
  return {
    resourceType: 'Appointment',
    status: 'booked',
    basedOn: [{ reference: sent.request }],
    ...(slots.length === 0 ? {} : { slot: slots.map((reference) => ({ reference })) }),
    start: new Date(start).toISOString(),
    end: new Date(start + 30 * MINUTE).toISOString(),
    participant,
    extension: [
      {
        url: VIRTUAL,
        extension: [
          { url: '_datatype', valueString: 'VirtualServiceDetail' },
          { url: 'address', valueUrl: 'https://meet.example/room-1' },
        ],
      },
    ],
    ...more,
  };
}

function refused(answer: Answer, status: number, key: string): void {
  expect({ status: answer.status, key: issues(answer)[0]?.key }).toEqual({ status, key });
}

test('a visit is offered, proposed, booked, missed, booked again and held; then a summary follows', async () => {
  const early = await send('visit-early');
  await move(programme, early.task, 'accepted', 'accepted');
  refused(await home.fetch('POST', '/Task', step(early, 'video-consultation')), 422, 'service-after-report');

  const sent = await answeredCase('visit');
  const soon = now() + 10 * MINUTE;
  const slots = [await post(programme, slot(soon - MINUTE)), await post(programme, slot(soon + 120 * MINUTE))];
  const [first, second] = slots.map(({ id }) => `Slot/${id}`) as [string, string];
  expect((await home.fetch('GET', `/${first}`)).status).toBe(404);
  const offered = [first, second].map((reference) => ({
    type: { coding: [{ system: `${CANONICAL}/CodeSystem/case-input`, code: 'slot' }] },
    valueReference: { reference },
  }));
  const video = await post(programme, step(sent, 'video-consultation', { input: offered }));
  const task = `Task/${video.id}`;
  // What is offered can be read by whom it is offered to.
  expect((await home.fetch('GET', `/${first}`)).status).toBe(200);

  // The home side proposes; only the programme books.
  refused(await home.fetch('POST', '/Appointment', visit(sent, [first], soon)), 403, 'not-your-move');
  await post(home, visit(sent, [first], soon, { status: 'proposed' }));
  expect((await read(home, task)).businessStatus).toBeUndefined();
  refused(
    await programme.fetch('POST', '/Appointment', visit(sent, [first], soon, { extension: undefined })),
    422,
    'visit-link',
  );

  const booked = await post(programme, visit(sent, [first], soon));
  const meeting = `Appointment/${booked.id}`;
  const scheduled = await read(home, task);
  expect(scheduled).toMatchObject({ status: 'accepted', businessStatus: { coding: [{ code: 'visit-scheduled' }] } });
  expect((await read(home, first)).status).toBe('busy');
  expect(await standing(sent)).toBe('completed report-issued');

  // The patient answers by the home side, and the Appointment shows it.
  await post(home, {
    resourceType: 'AppointmentResponse',
    appointment: { reference: meeting },
    actor: { reference: sent.patient },
    participantStatus: 'tentative',
  });
  expect((await read(programme, meeting)).participant[0]).toEqual({
    actor: { reference: sent.patient },
    status: 'tentative',
  });

  // Not before it has begun.
  refused(
    await programme.fetch('PUT', `/${meeting}`, { ...(await read(programme, meeting)), status: 'noshow' }),
    422,
    'visit-not-begun',
  );
  ahead += 10 * MINUTE;
  await put(programme, meeting, { ...(await read(programme, meeting)), status: 'noshow' });
  expect((await read(home, task)).businessStatus.coding[0].code).toBe('no-show');

  const later = soon + 130 * MINUTE;
  const again = await post(programme, visit(sent, [second], later));
  await put(programme, `Appointment/${again.id}`, {
    ...(await read(programme, `Appointment/${again.id}`)),
    status: 'cancelled',
  });
  expect((await read(home, task)).businessStatus.coding[0].code).toBe('visit-cancelled');
  expect((await read(home, second)).status).toBe('free');

  const third = await post(programme, visit(sent, [], now() + 10 * MINUTE));
  ahead += 10 * MINUTE;
  await put(programme, `Appointment/${third.id}`, {
    ...(await read(programme, `Appointment/${third.id}`)),
    status: 'fulfilled',
  });
  expect(await read(home, task)).toMatchObject({
    status: 'completed',
    businessStatus: { coding: [{ code: 'visit-complete' }] },
    output: [{ type: { coding: [{ code: 'appointment' }] }, valueReference: { reference: `Appointment/${third.id}` } }],
  });
  const { entry } = (await programme.fetch('GET', `/${sent.request}/$draft-report`)).body;
  const drafted = entry[0].resource.section.map(({ code }: Json) => code.coding[0].code);
  expect(drafted).toEqual(['summary', 'reasoning', 'plan', 'further-tests', 'disclaimer']);
  const summary = await programme.fetch('POST', '/DiagnosticReport', opinion(sent, { conclusion: 'As it was told.' }));
  expect(summary.status).toBe(201);
  const reports = (await read(home, sent.task)).output.filter(({ type }: Json) => type.coding[0].code === 'report');
  expect(reports).toHaveLength(2);
  refused(await programme.fetch('POST', '/DiagnosticReport', opinion(sent)), 422, 'illegal-move');
  expect((await eventsOf(sent)).filter((type) => type.startsWith('visit') || type === 'report-issued')).toEqual([
    'report-issued',
    'visit-scheduled',
    'visit-missed',
    'visit-scheduled',
    'visit-cancelled',
    'visit-scheduled',
    'visit-held',
    'report-issued',
  ]);
});

test('of two visits that take one slot at the same moment one is booked', async () => {
  const cases = await Promise.all(['race-1', 'race-2'].map(answeredCase));
  for (const sent of cases) await post(programme, step(sent, 'video-consultation'));
  for (let round = 1; round <= 5; round++) {
    const start = now() + round * 24 * 60 * MINUTE;
    const { id } = await post(programme, slot(start));
    const answers = await Promise.all(
      cases.map((sent) => programme.fetch('POST', '/Appointment', visit(sent, [`Slot/${id}`], start))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    refused(
      answers.find(({ status }) => status === 422)!,
      422,
      'slot-taken',
    );
    const won = answers.find(({ status }) => status === 201)!.body;
    await put(programme, `Appointment/${won.id}`, { ...won, status: 'cancelled' });
    expect((await read(programme, `Slot/${id}`)).status).toBe('free');
  }
});

test('a withdrawn order calls the visit off, and in one Bundle step and date come together', async () => {
  const sent = await answeredCase('withdrawn-visit');
  const start = now() + 48 * 60 * MINUTE;
  const { id } = await post(programme, slot(start));
  const name = 'urn:uuid:0198c1f0-0000-7000-8000-0000000000b1';
  const bundle = await programme.fetch('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl: name, resource: step(sent, 'video-consultation'), request: { method: 'POST', url: 'Task' } },
      {
        fullUrl: 'urn:uuid:0198c1f0-0000-7000-8000-0000000000b2',
        resource: visit(sent, [`Slot/${id}`], start, { supportingInformation: [{ reference: name }] }),
        request: { method: 'POST', url: 'Appointment' },
      },
    ],
  });
  expect(bundle.status === 200 ? '' : bundle.text).toBe('');
  const [task] = matches(await programme.fetch('GET', `/Task?part-of=${sent.task}`));
  const [meeting] = matches(await programme.fetch('GET', `/Appointment?based-on=${sent.request}`));
  expect((await read(home, task!)).businessStatus.coding[0].code).toBe('visit-scheduled');
  await put(programme, task!, { ...(await read(programme, task!)), status: 'cancelled' });
  expect((await read(home, meeting!)).status).toBe('cancelled');
  expect((await read(programme, `Slot/${id}`)).status).toBe('free');
  // The letter of the report is made meanwhile; the case stays answered.
  await until(
    () => programme.fetch('GET', `/${sent.task}`),
    ({ body }) => body.status === 'completed',
  );
});

test('a request that the home side retracts calls off the visit that the programme has booked', async () => {
  const sent = await answeredCase('retracted-visit');
  const start = now() + 72 * 60 * MINUTE;
  const { id } = await post(programme, slot(start));
  const task = await post(programme, step(sent, 'video-consultation'));
  const meeting = await post(programme, visit(sent, [`Slot/${id}`], start));
  await put(home, sent.request, { ...(await read(home, sent.request)), status: 'entered-in-error' });
  expect((await read(programme, `Appointment/${meeting.id}`)).status).toBe('cancelled');
  expect((await read(programme, `Slot/${id}`)).status).toBe('free');
  expect(await read(programme, `Task/${task.id}`)).toMatchObject({
    status: 'cancelled',
    statusReason: { coding: [{ code: 'case-closed' }] },
  });
});
