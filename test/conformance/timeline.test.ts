import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { BUSINESS_STATUS_SYSTEM, TASK_KIND_SYSTEM } from '../../src/cases/index.ts';
import { move, opinion, packet, reason, refOf, sendCase, workUntilReview } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { coverageBy, create } from '../support/sponsored.ts';

/** https://consilium.example/fhir/OperationDefinition/case-timeline */

let house: TestHouse;
let home: Partner;
let programme: Partner;
let owner: Client;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  owner = new Client({ connectionString: house.database });
  await owner.connect();
}, 60_000);

afterAll(async () => {
  await owner.end();
  await house.stop();
});

interface Timeline {
  readonly body: Json;
  readonly events: readonly Readonly<Record<string, Json>>[];
  /** `case-submitted by home on ServiceRequest/x`, one a line. */
  readonly told: readonly string[];
}

function readTimeline(body: Json): Timeline {
  const named = (parts: Json[], name: string): Json => parts.find((part: Json) => part.name === name);
  const events = body.parameter
    .filter(({ name }: Json) => name === 'event')
    .map(({ part }: Json) => ({
      type: named(part, 'type').valueCoding.code,
      at: named(part, 'at').valueInstant,
      text: named(part, 'text').valueString,
      who: named(part, 'who').valueReference.reference,
      focus: named(part, 'focus')?.valueReference.reference,
      businessStatus: named(part, 'businessStatus').valueCodeableConcept.coding[0].code,
    }));
  const told = events.map((one: Json) => `${one.type} by ${one.who.slice('Organization/'.length)} on ${one.focus}`);
  return { body, events, told };
}

async function timelineOf(partner: Partner, request: string, query = '', headers = {}): Promise<Timeline> {
  const answer = await partner.fetch('GET', `/${request}/$timeline${query}`, undefined, headers);
  if (answer.status !== 200) throw new Error(answer.text);
  return readTimeline(answer.body);
}

/** A message on the case, and a step of the programme. */
const message = (sent: SentCase) => ({
  resourceType: 'Communication',
  status: 'completed',
  basedOn: [{ reference: sent.request }],
  payload: [{ contentString: 'We have begun.' }],
});
const check = (sent: SentCase) => ({
  resourceType: 'Task',
  status: 'in-progress',
  intent: 'order',
  code: { coding: [{ system: TASK_KIND_SYSTEM, code: 'completeness-check' }] },
  partOf: [{ reference: sent.task }],
  focus: { reference: sent.request },
  for: { reference: sent.patient },
  owner: { reference: 'Organization/programme' },
});

describe('the timeline of a case', () => {
  let sent: SentCase;
  beforeAll(async () => {
    sent = await sendCase(home, { number: 'T-1', programme: 'programme' });
  });

  test('begins with the sending, and is the same for both parties', async () => {
    const { told, events, body } = await timelineOf(home, sent.request);
    expect(told).toEqual([`case-submitted by home on ${sent.request}`]);
    expect(events[0]!['text']).toBe('The hospital sent its request to the programme.');
    expect(body.parameter).toContainEqual({ name: 'status', valueCode: 'requested' });
    expect((await timelineOf(programme, sent.request)).events).toEqual(events);
  });

  test('tells all that a Bundle does to the case, in the order in which a transaction is processed', async () => {
    const stored = await programme.fetch('GET', `/${sent.task}`);
    const entry = [
      { resource: message(sent), request: { method: 'POST', url: 'Communication' } },
      {
        resource: {
          ...stored.body,
          status: 'received',
          businessStatus: { coding: [{ system: BUSINESS_STATUS_SYSTEM, code: 'completeness-check' }] },
        },
        request: { method: 'PUT', url: sent.task },
      },
      { resource: check(sent), request: { method: 'POST', url: 'Task' } },
    ];
    const answer = await programme.fetch('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(answer.status).toBe(200);
    const [letter, , step] = answer.body.entry.map(({ response }: Json) => refOf(response.location));
    const { told, events } = await timelineOf(home, sent.request);
    expect(told.slice(1)).toEqual([
      `message-sent by programme on ${letter}`,
      `step-requested by programme on ${step}`,
      `case-moved by programme on ${sent.task}`,
    ]);
    expect(events.map(({ businessStatus }) => businessStatus)).toEqual([
      'submitted',
      'submitted',
      'submitted',
      'completeness-check',
    ]);
  });

  test('has nothing of a Bundle that was refused', async () => {
    const before = await timelineOf(home, sent.request);
    const stored = await programme.fetch('GET', `/${sent.task}`);
    const entry = [
      { resource: message(sent), request: { method: 'POST', url: 'Communication' } },
      { resource: { ...stored.body, status: 'completed' }, request: { method: 'PUT', url: sent.task } },
    ];
    const answer = await programme.fetch('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(answer.status).toBe(422);
    expect(await timelineOf(home, sent.request)).toEqual(before);
  });

  test('goes on to the report and what comes behind it, and is what the outbox announces', async () => {
    await workUntilReview(programme, sent.task);
    const report = await create(programme, opinion(sent));
    const stored = await home.fetch('GET', `/${sent.request}`);
    expect((await home.fetch('PUT', `/${sent.request}`, { ...stored.body, status: 'completed' })).status).toBe(200);
    const { told, body } = await timelineOf(home, sent.request);
    expect(told.filter((line) => !line.startsWith('step-cancelled')).slice(4)).toEqual([
      `case-accepted by programme on ${sent.task}`,
      `case-moved by programme on ${sent.task}`,
      `report-issued by programme on ${report}`,
      `request-completed by home on ${sent.request}`,
    ]);
    const held = body.parameter.filter(({ name }: Json) => name === 'held');
    expect(held).toHaveLength(1);
    const { rows } = await owner.query<{ line: string }>(
      `select o.kind || ' by ' || o.organization || ' on ' || o.ref as line from outbox o
        where o.event::json ->> 'case' = (select id::text from cases where service_request = $1) order by o.position`,
      [sent.request],
    );
    expect(rows.map(({ line }) => line)).toEqual(told);
  });

  test('comes in pages, and from a moment on', async () => {
    const { told, events } = await timelineOf(home, sent.request);
    const walked: string[] = [];
    let next: string | undefined = `/${sent.request}/$timeline?_count=3`;
    for (let pages = 0; next !== undefined && pages < 20; pages++) {
      const { body }: { body: Json } = await home.fetch('GET', next);
      const page = readTimeline(body);
      expect(page.told.length).toBeLessThanOrEqual(3);
      walked.push(...page.told);
      next = body.parameter.find(({ name }: Json) => name === 'next')?.valueUrl;
    }
    expect(walked).toEqual(told);
    const since = events[4]!['at'] as string;
    const later = events.filter(({ at }) => at >= since).map(({ type }) => type);
    const found = await timelineOf(home, sent.request, `?_since=${since}`);
    expect(found.events.map(({ type }) => type)).toEqual(later);
    expect(later.length).toBeLessThan(events.length);
  });

  test('is told in the language that is asked for', async () => {
    const first = async (query: string, headers = {}) =>
      (await timelineOf(home, sent.request, query, headers)).events[0]!['text'];
    expect(await first('?language=vi')).toBe('Bệnh viện đã gửi yêu cầu đến chương trình.');
    expect(await first('', { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5' })).toBe('医院已将申请发送给项目方。');
    expect(await first('?language=en', { 'accept-language': 'vi' })).toMatch(/^The hospital/);
    expectOutcome(await home.fetch('GET', `/${sent.request}/$timeline?language=de`), 400, 'bad-parameter');
  });

  test('holds nothing of the patient', async () => {
    const { body } = await timelineOf(home, sent.request);
    const text = JSON.stringify(body);
    expect(text).not.toMatch(/Family|Given|Diagnosis|The plan is confirmed|We have begun/);
    expect(text).not.toContain(sent.patient);
  });

  test('is as XML, too, and by POST with the parameters in the body', async () => {
    const xml = await home.fetch('GET', `/${sent.request}/$timeline`, undefined, { accept: 'application/fhir+xml' });
    expect(xml.text).toContain('<valueString value="The hospital sent its request to the programme."/>');
    const parameters = { resourceType: 'Parameters', parameter: [{ name: '_count', valueInteger: 1 }] };
    const posted = await home.fetch('POST', `/${sent.request}/$timeline`, parameters);
    expect(readTimeline(posted.body).told).toEqual([`case-submitted by home on ${sent.request}`]);
  });
});

describe('the end of a case', () => {
  test('tells why', async () => {
    const sent = await sendCase(home, { number: 'T-2', programme: 'programme' });
    const answer = await move(programme, sent.task, 'rejected', 'declined', reason('no-capacity'));
    expect(answer.status).toBe(200);
    const { events } = await timelineOf(home, sent.request);
    expect(events.at(-1)).toMatchObject({
      type: 'case-declined',
      text: 'The programme did not take the case on: no reviewer is free in time.',
      businessStatus: 'declined',
    });
  });
});

describe('who is told', () => {
  test('the parties alone: not another hospital or programme, an insurer that pays, or an employer', async () => {
    const insurer = await house.register('insurer', 'insurer');
    const coverage = await create(home, coverageBy(['Organization/insurer']));
    const request = { insurance: [{ reference: coverage }] };
    const sent = await sendCase(home, { number: 'T-3', programme: 'programme', request });
    expect((await insurer.fetch('GET', `/${sent.request}`)).status).toBe(200);
    expectOutcome(await insurer.fetch('GET', `/${sent.request}/$timeline`), 403, 'not-your-move');
    const others = [
      await house.register('other', 'placer'),
      await house.register('other-programme', 'programme'),
      await house.register('employer', 'employer'),
    ];
    for (const other of others) expectOutcome(await other.fetch('GET', `/${sent.request}/$timeline`), 404, 'not-found');
    const { rows } = await owner.query<{ organization: string }>('select distinct placer, programme from case_event');
    expect(rows).toEqual([{ placer: 'home', programme: 'programme' }]);
  });

  test('who may not read Tasks is told nothing, and who may not read other types does not learn their ids', async () => {
    const blind = await house.register('blind', 'placer', 'system/ServiceRequest.rs');
    expectOutcome(await blind.fetch('GET', '/ServiceRequest/any/$timeline'), 403, 'scope-missing');
    const types = packet({ number: 'T' }).entry.map(({ resource }) => String(resource['resourceType']));
    const scope = [...new Set([...types, 'Task'])].map((type) => `system/${type}.cruds`).join(' ');
    const narrow = await house.register('narrow', 'placer', scope);
    const sent = await sendCase(narrow, { number: 'T-4', programme: 'programme' });
    const letter = await create(programme, message(sent));
    expect((await timelineOf(narrow, sent.request)).told.at(-1)).toBe('message-sent by programme on undefined');
    expect((await timelineOf(programme, sent.request)).told.at(-1)).toBe(`message-sent by programme on ${letter}`);
  });

  test('a request that has opened no case has none', async () => {
    const options = { number: 'T-5', programme: 'programme', status: 'draft' };
    const answer = await home.fetch('POST', '', packet(options));
    const draft = refOf(answer.body.entry.at(-1).response.location);
    expectOutcome(await home.fetch('GET', `/${draft}/$timeline`), 422, 'no-case');
    expectOutcome(await home.fetch('GET', '/ServiceRequest/never/$timeline'), 404, 'not-found');
  });

  test('its definition is among the guide’s', async () => {
    const { body } = await home.fetch('GET', '/OperationDefinition/case-timeline');
    expect(body).toMatchObject({ code: 'timeline', resource: ['ServiceRequest'], instance: true, affectsState: false });
  });
});
