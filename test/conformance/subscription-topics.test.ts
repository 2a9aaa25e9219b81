import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { NO_RULES, TASK_KIND_SYSTEM } from '../../src/cases/index.ts';
import type { ProgrammeRules } from '../../src/cases/index.ts';
import { move, opinion, sendCase, workUntilReview } from '../journeys/packet.ts';
import type { SentCase } from '../journeys/packet.ts';
import { runTimersDueBy } from '../support/due-timers.ts';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { eventsAt, notifiedAt, readNotified, TOPIC, topicSubscription } from '../support/notified.ts';
import type { SubscriptionSheet } from '../support/notified.ts';
import { startReceiver } from '../support/receiver.ts';
import type { Receiver } from '../support/receiver.ts';
import { execute } from '../support/server.ts';
import { coverageBy, create, sponsorCase } from '../support/sponsored.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Who is told what of a case that goes its whole way: the topics, what they are narrowed by, and for whom. */

const TOPICS = [
  'case-progress',
  'information-requested',
  'report-issued',
  'report-amended',
  'appointment',
  'clock-warning',
];
const HOUR = 3_600_000;
const ONCOLOGY = { system: 'http://snomed.info/sct', code: '394593009' };
const VIRTUAL = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';
const RULES: ProgrammeRules = {
  ...NO_RULES,
  programme: 'programme',
  confirmation: { required: false, firstContact: { amount: 24, unit: 'hours' } },
  information: { remind: [{ amount: 48, unit: 'hours' }] },
};

let ahead = 0;
const now = (): number => Date.now() + ahead;

let house: TestHouse;
let receiver: Receiver;
let home: Partner;
let programme: Partner;
let insurer: Partner;
let parties: readonly Partner[];

beforeAll(async () => {
  house = await startHouse({ clock: () => new Date(now()) });
  receiver = await startReceiver();
  home = await house.register('home', 'placer');
  programme = await house.register('programme', 'programme');
  insurer = await house.register('insurer', 'insurer');
  const strangers = [
    await house.register('other-insurer', 'insurer'),
    await house.register('other-home', 'placer'),
    await house.register('other-programme', 'programme'),
    await house.register('employer', 'employer'),
  ];
  parties = [home, programme, insurer, ...strangers];
  await execute(
    house.database,
    `insert into programme_rules (organization, revision, rules) values ('programme', 1, $rules$${JSON.stringify(RULES)}$rules$)`,
  );
  await Promise.all(parties.flatMap((partner) => TOPICS.map((topic) => subscribe(partner, topic, topic))));
}, 60_000);
afterAll(async () => {
  await receiver.stop();
  await house.stop();
});

/** Told at `/organization/name`, from when it is active on. */
async function subscribe(
  partner: Partner,
  topic: string,
  name: string,
  sheet: Omit<SubscriptionSheet, 'endpoint'> = {},
): Promise<string> {
  const path = pathOf(partner, name);
  const made = await create(
    partner,
    topicSubscription(topic, { content: 'full-resource', ...sheet, endpoint: receiver.url + path }),
  );
  expect(await waitUntil(() => notifiedAt(receiver, path).length === 1)).toBe(true);
  expect(await waitUntil(async () => (await partner.fetch('GET', `/${made}`)).body.status === 'active')).toBe(true);
  return made;
}

function pathOf({ organization }: Partner, name: string): string {
  return `/${organization}/${name}`;
}

function focuses(partner: Partner, name: string): (string | undefined)[] {
  return eventsAt(receiver, pathOf(partner, name)).map(({ focus }) => focus);
}

/** What has happened by now is numbered for all whom it is told, and sent. */
async function untilTold(): Promise<void> {
  const path = pathOf(programme, 'case-progress');
  const before = eventsAt(receiver, path).length;
  await sendCase(home, { number: `after-${before}`, programme: 'programme' });
  expect(await waitUntil(() => eventsAt(receiver, path).length > before)).toBe(true);
  for (const partner of parties) {
    const settled = async (): Promise<boolean> => {
      const { entry = [] } = (await partner.fetch('GET', '/Subscription/$status')).body;
      const total = entry
        .map((one: Json) => readNotified({ entry: [one] }).total)
        .reduce((sum: number, each: number) => sum + each, 0);
      return toldTo(partner) === total;
    };
    expect([partner.organization, await waitUntil(settled)]).toEqual([partner.organization, true]);
  }
}

function toldTo({ organization }: Partner): number {
  const paths = new Set(
    receiver.received.map(({ path }) => path).filter((path) => path.startsWith(`/${organization}/`)),
  );
  return [...paths].reduce((sum, path) => sum + eventsAt(receiver, path).length, 0);
}

async function done(asked: Promise<{ status: number; text: string; body: Json }>): Promise<Json> {
  const { status, text, body } = await asked;
  expect([status < 300, status < 300 ? '' : text]).toEqual([true, '']);
  return body;
}

function step(sent: SentCase, kind: string, owner: string, more: Json = {}): Json {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: TASK_KIND_SYSTEM, code: kind }] },
    partOf: [{ reference: sent.task }],
    for: { reference: sent.patient },
    owner: { reference: `Organization/${owner}` },
    ...more,
  };
}

function visit(sent: SentCase): Json {
  const start = now() + HOUR;
  return {
    resourceType: 'Appointment',
    status: 'booked',
    basedOn: [{ reference: sent.request }],
    start: new Date(start).toISOString(),
    end: new Date(start + HOUR / 2).toISOString(),
    participant: [
      { actor: { reference: sent.patient }, status: 'accepted' },
      { actor: { reference: 'PractitionerRole/reviewer' }, status: 'accepted' },
    ],
    extension: [
      {
        url: VIRTUAL,
        extension: [
          { url: '_datatype', valueString: 'VirtualServiceDetail' },
          { url: 'address', valueUrl: 'https://meet.example/room-1' },
        ],
      },
    ],
  };
}

async function passTo(ms: number): Promise<void> {
  ahead += ms;
  await runTimersDueBy(house.database, new Date(now()).toISOString());
}

describe('a case that goes its whole way', () => {
  let sent: SentCase;
  /** `Type/x` */
  let asked: string;
  let report: string;
  let meeting: string;

  beforeAll(async () => {
    await create(programme, { resourceType: 'Practitioner', name: [{ text: 'Dr Invented' }] });
    await done(
      programme.fetch('PUT', '/PractitionerRole/reviewer', {
        resourceType: 'PractitionerRole',
        id: 'reviewer',
        organization: { reference: 'Organization/programme' },
        practitioner: { display: 'Dr Invented' },
      }),
    );
    const coverage = await create(home, coverageBy(['Organization/insurer']));
    sent = await sendCase(home, {
      number: 'whole',
      programme: 'programme',
      request: { insurance: [{ reference: coverage }] },
    });
    await passTo(30 * HOUR);
    const wanted = {
      coding: [{ system: 'https://consilium.example/fhir/CodeSystem/case-input', code: 'wanted-record' }],
    };
    asked = await create(
      programme,
      step(sent, 'information-request', 'home', { input: [{ type: wanted, valueString: 'The operative report' }] }),
    );
    await passTo(50 * HOUR);
    const answer = { coding: [{ system: 'https://consilium.example/fhir/CodeSystem/case-output', code: 'answer' }] };
    await done(
      home.fetch('PUT', `/${asked}`, {
        ...(await home.fetch('GET', `/${asked}`)).body,
        status: 'completed',
        output: [{ type: answer, valueString: 'There is none.' }],
      }),
    );
    await workUntilReview(programme, sent.task);
    report = await create(programme, opinion(sent));
    await done(
      programme.fetch('PUT', `/${report}`, {
        ...(await programme.fetch('GET', `/${report}`)).body,
        status: 'amended',
        conclusion: 'The plan is changed.',
      }),
    );
    await create(programme, step(sent, 'video-consultation', 'programme'));
    meeting = await create(programme, visit(sent));
    await untilTold();
  }, 60_000);

  const about = (partner: Partner, topic: string): string[] => {
    const own = new Set([sent.task, asked, report, meeting]);
    return focuses(partner, topic).filter((focus): focus is string => focus !== undefined && own.has(focus));
  };

  test('all six topics tell its two sides of it', () => {
    for (const partner of [home, programme]) {
      expect(about(partner, 'case-progress').length).toBeGreaterThan(5);
      expect(new Set(about(partner, 'case-progress'))).toEqual(new Set([sent.task]));
      expect(about(partner, 'information-requested')).toEqual([asked, asked]);
      expect(about(partner, 'report-issued')).toEqual([report]);
      expect(about(partner, 'report-amended')).toEqual([report]);
      expect(about(partner, 'appointment')).toEqual([meeting]);
      expect(about(partner, 'clock-warning')).toEqual([sent.task]);
    }
    expect(about(home, 'case-progress')).toEqual(about(programme, 'case-progress'));
  });

  test('who pays is told where the case stands, and nothing clinical', () => {
    expect(about(insurer, 'case-progress')).toEqual(about(home, 'case-progress'));
    expect(about(insurer, 'clock-warning')).toEqual([sent.task]);
    for (const topic of ['information-requested', 'report-issued', 'report-amended', 'appointment'])
      expect([topic, eventsAt(receiver, pathOf(insurer, topic))]).toEqual([topic, []]);
  });

  test('who has no part in it is told nothing', () => {
    for (const { organization } of parties.slice(3)) {
      const told = receiver.received.filter(({ path }) => path.startsWith(`/${organization}/`));
      const types = told.map(({ body }) => readNotified(JSON.parse(body)).type);
      expect([organization, types]).toEqual([organization, TOPICS.map(() => 'handshake')]);
    }
  });

  test('numbers are without gaps, in the order of events', () => {
    for (const partner of [home, programme, insurer]) {
      for (const topic of TOPICS) {
        const events = eventsAt(receiver, pathOf(partner, topic));
        expect(events.map(({ number }) => number)).toEqual(events.map((_event, index) => index + 1));
        const times = events.map(({ at }) => at);
        expect(times).toEqual([...times].sort());
      }
    }
    expect(notifiedAt(receiver, pathOf(home, 'appointment'))[0]!.topic).toBe(`${TOPIC}/appointment`);
  });
});

test('who pays is sent of the records what it sees of them, and not a word more', async () => {
  const paid = await sponsorCase(home, programme, 'paid', ['Organization/insurer']);
  await untilTold();
  const said = receiver.received.filter(({ path }) => path.startsWith('/insurer/')).map(({ body }) => body);
  const told = notifiedAt(receiver, pathOf(insurer, 'case-progress')).flatMap(({ records }) => records);
  const shown = told.filter(({ ref }) => ref === paid.task).at(-1)!;
  expect(shown.resource).toEqual((await insurer.fetch('GET', `/${paid.task}`)).body);
  expect(paid.canaries.length).toBeGreaterThan(20);
  expect(paid.canaries.filter((word) => said.some((text) => text.includes(word)))).toEqual([]);
  // The programme is told all of the same.
  const all = receiver.received.filter(({ path }) => path === '/programme/case-progress').map(({ body }) => body);
  expect(paid.canaries.some((word) => all.some((text) => text.includes(word)))).toBe(true);
});

describe('filters', () => {
  let one: SentCase;
  let two: SentCase;

  beforeAll(async () => {
    one = await sendCase(home, {
      number: 'filter-one',
      programme: 'programme',
      request: { performerType: { coding: [ONCOLOGY] } },
    });
    two = await sendCase(home, { number: 'filter-two', programme: 'other-programme' });
    const { groupIdentifier } = (await home.fetch('GET', `/${one.task}`)).body;
    const filters: Readonly<Record<string, readonly string[]>> = {
      number: [`Task?case=${groupIdentifier.value}`],
      request: [`Task?case=${one.request}`],
      id: [`Task?case=${one.request.split('/')[1]}`],
      organization: ['Task?organization=Organization/programme'],
      patient: [`Task?patient=${one.patient}`],
      specialty: [`Task?specialty=${ONCOLOGY.code}`],
      'specialty-of-system': [`Task?specialty=${ONCOLOGY.system}|${ONCOLOGY.code}`],
      'either-patient': [`Task?patient=${one.patient},${two.patient}`],
      both: [`Task?patient=${one.patient}`, 'Task?organization=Organization/other-programme'],
      'both-in-one': [`Task?patient=${one.patient}&organization=Organization/programme`],
      'other-specialty': ['Task?specialty=408463005'],
      'other-system': [`Task?specialty=http://example.org|${ONCOLOGY.code}`],
    };
    await Promise.all(
      Object.entries(filters).map(([name, each]) => subscribe(home, 'case-progress', name, { filters: each })),
    );
    await subscribe(home, 'case-progress', 'no-echo', { echo: false });
    const [, , , , , other] = parties;
    for (const [by, sent] of [
      [programme, one],
      [other!, two],
    ] as const)
      await done(move(by, sent.task, 'received', 'service-confirmation'));
    await done(
      home.fetch('PUT', `/${one.request}`, { ...(await home.fetch('GET', `/${one.request}`)).body, status: 'revoked' }),
    );
    await untilTold();
  }, 60_000);

  test('by case, party, patient and specialty; all of them have to be met, any of their values', () => {
    for (const name of ['number', 'request', 'id', 'patient', 'specialty', 'specialty-of-system', 'both-in-one'])
      expect([name, focuses(home, name)]).toEqual([name, [one.task, one.task]]);
    expect(new Set(focuses(home, 'either-patient'))).toEqual(new Set([one.task, two.task]));
    for (const name of ['both', 'other-specialty', 'other-system'])
      expect([name, focuses(home, name)]).toEqual([name, []]);
    expect(focuses(home, 'organization').filter((focus) => focus === one.task)).toHaveLength(2);
    expect(focuses(home, 'organization')).not.toContain(two.task);
  });

  test('own acts are not told to who does not want that', () => {
    expect(focuses(home, 'no-echo')).toEqual([one.task, two.task]);
  });
});
