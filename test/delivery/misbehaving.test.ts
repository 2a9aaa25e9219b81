import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import {
  HANGS_UP,
  makeIdentity,
  misbehaviours,
  RETRY_AFTER_SECONDS,
  RETRY_AT_MINUTES,
} from '../support/misbehaviours.ts';
import { plainSubscription, readNotified, topicSubscription } from '../support/notified.ts';
import { OK, startReceiver } from '../support/receiver.ts';
import type { Answering, Received, Receiver } from '../support/receiver.ts';
import { move, sendCase } from '../journeys/packet.ts';
import { waitUntil } from '../support/wait-until.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const PAUSES = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];
const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';

interface Subscriber {
  readonly id: string;
  readonly receiver: Receiver;
}

let house: TestHouse;
let home: Partner;
let programme: Partner;
let database: Client;
let ahead = 0;
const stops: (() => Promise<unknown>)[] = [];
const now = (): Date => new Date(Date.now() + ahead);

beforeAll(async () => {
  house = await startHouse({ clock: now });
  programme = await house.register('programme', 'programme');
  home = await house.register('home', 'placer');
  database = new Client({ connectionString: house.database });
  await database.connect();
});
afterAll(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await database.end();
  await house.stop();
});

async function receive(answering: Answering = OK, identity?: Parameters<typeof startReceiver>[1]): Promise<Receiver> {
  const receiver = await startReceiver(answering, identity);
  stops.push(() => receiver.stop());
  return receiver;
}

/** Two events in a message at most, and one second to answer. */
async function subscribe(receiver: Receiver): Promise<Subscriber> {
  const sheet = topicSubscription('case-progress', { endpoint: `${receiver.url}/hook`, maxCount: 2 });
  sheet.channel.extension.push({ url: `${BACKPORT}/backport-timeout`, valueUnsignedInt: 1 });
  const created = await home.fetch('POST', '/Subscription', sheet);
  if (created.status !== 201) throw new Error(created.text);
  return { id: created.body.id as string, receiver };
}

async function statusOf({ id }: Subscriber): Promise<string> {
  return (await home.fetch('GET', `/Subscription/${id}`)).body.status as string;
}

/** Until the record says so. */
async function becomes(subscriber: Subscriber, status: string): Promise<void> {
  await waitUntil(async () => (await statusOf(subscriber)) === status);
  expect([subscriber.id, await statusOf(subscriber)]).toEqual([subscriber.id, status]);
}

/** Sends all that is due by a later moment: what is committed wakes the sender. */
async function moveOn(ms: number): Promise<void> {
  ahead += ms;
  const woken = await home.fetch('POST', '/Patient', { resourceType: 'Patient' });
  expect(woken.status).toBe(201);
  const isCalm = async (): Promise<boolean> => {
    const { rows } = await database.query<{ busy: boolean }>(
      `select exists (select 1 from subscription where status in ('requested', 'active')
         and (due_at <= $1 or (lease is not null and lease_until >= clock_timestamp()))) as busy`,
      [now()],
    );
    return !rows[0]!.busy;
  };
  expect(await waitUntil(isCalm)).toBe(true);
}

async function step(task: string, status: string, businessStatus: string): Promise<void> {
  const answer = await move(programme, task, status, businessStatus);
  if (answer.status !== 200) throw new Error(answer.text);
}

interface Message {
  readonly id: string;
  readonly numbers: readonly number[];
  readonly focuses: readonly (string | undefined)[];
}

/** Notifications of events. */
function messages(received: readonly Received[]): Message[] {
  return received.flatMap(({ headers, body }) => {
    const { type, events } = readNotified(JSON.parse(body));
    if (type !== 'event-notification') return [];
    const id = String(headers['webhook-id']);
    return [{ id, numbers: events.map(({ number }) => number), focuses: events.map(({ focus }) => focus) }];
  });
}

/** The events of messages, each message once. */
function toldBy(list: readonly Message[]): { numbers: number[]; focuses: (string | undefined)[] } {
  const once = [...new Map(list.map((message) => [message.id, message])).values()];
  return { numbers: once.flatMap(({ numbers }) => numbers), focuses: once.flatMap(({ focuses }) => focuses) };
}

interface TryRow {
  readonly attempt: number;
  readonly outcome: string;
  readonly reason: string | null;
  readonly message: string;
  /** ms until the next one. */
  readonly pause: number | null;
}

async function triesOf({ id }: Subscriber, kind = 'event'): Promise<TryRow[]> {
  const { rows } = await database.query<TryRow>(
    `select attempt, outcome, reason, message, (extract(epoch from next_at - at) * 1000)::float8 as pause
     from delivery_attempt where subscription = $1 and kind = $2 order by at`,
    [`Subscription/${id}`, kind],
  );
  return rows;
}

test('for six hours receivers misbehave in every way: nothing is lost, and those beside them do not notice', async () => {
  const trap = await receive();
  const ways = misbehaviours(trap.url);
  const well = await subscribe(await receive());
  const hangsUp = await subscribe(await receive(HANGS_UP));
  const gone = await subscribe(await receive());
  const unsigned = await subscribe(await receive(OK, await makeIdentity()));
  const bad = new Map<string, Subscriber>();
  for (const name of Object.keys(ways)) bad.set(name, await subscribe(await receive()));
  for (const one of [well, hangsUp, gone, ...bad.values()]) await becomes(one, 'active');

  for (const [name, { receiver }] of bad) await ways[name]!.begin(receiver, now());
  gone.receiver.answer((_received, response) => void response.writeHead(410).end());
  const marks = new Map([...bad].map(([name, { receiver }]) => [name, receiver.received.length]));
  const one = await sendCase(home, { number: 'one', programme: 'programme' });
  const other = await sendCase(home, { number: 'other', programme: 'programme' });
  const moves = [
    [5 * SECOND, one.task, 'received', 'completeness-check'],
    [30 * SECOND, one.task, 'accepted', 'accepted'],
    [2 * MINUTE, other.task, 'accepted', 'accepted'],
    [15 * MINUTE, one.task, 'in-progress', 'under-review'],
    [HOUR, other.task, 'in-progress', 'under-review'],
    [3 * HOUR, one.task, 'in-progress', 'mdt-scheduled'],
  ] as const;
  await becomes(gone, 'off');
  for (const subscriber of bad.values()) await waitUntil(async () => (await triesOf(subscriber)).length > 0);
  for (const [pause, task, status, businessStatus] of moves) {
    const before = toldBy(messages(well.receiver.received)).numbers.length;
    await step(task, status, businessStatus);
    // While others hang, one who is well is told.
    await waitUntil(() => toldBy(messages(well.receiver.received)).numbers.length > before);
    await moveOn(pause * 1.11);
  }
  await moveOn(HOUR);
  const { numbers: all, focuses } = toldBy(messages(well.receiver.received));
  expect(all).toEqual(all.map((_number, n) => n + 1));
  expect(all.length).toBeGreaterThanOrEqual(8);
  expect(new Set(focuses)).toEqual(new Set([one.task, other.task]));
  expect(messages(well.receiver.received)).toHaveLength(
    new Set(messages(well.receiver.received).map(({ id }) => id)).size,
  );
  expect(trap.received).toEqual([]);
  expect(messages(gone.receiver.received)).toHaveLength(1);
  expect(unsigned.receiver.received).toEqual([]);
  await becomes(unsigned, 'error');
  expect(new Set((await triesOf(unsigned, 'handshake')).map(({ reason }) => reason))).toEqual(new Set(['tls']));

  // Everything is mended, and what is due next is in less than seven hours.
  const mended = new Map<string, number>();
  for (const [name, { receiver }] of bad) {
    mended.set(name, receiver.received.length);
    await ways[name]!.end(receiver);
  }
  await moveOn(7 * HOUR);
  for (const [name, subscriber] of bad) {
    const { received } = subscriber.receiver;
    const tries = await triesOf(subscriber);
    const failed = tries.filter(({ outcome }) => outcome === 'later');
    const sent = messages(received.slice(marks.get(name)));
    const taken = messages(received.slice(mended.get(name)));
    expect([name, toldBy(taken)]).toEqual([name, { numbers: all, focuses }]);
    expect([name, taken.length]).toEqual([name, new Set(taken.map(({ id }) => id)).size]);
    // Whatever was sent before had the same name for the same events.
    const named = new Map(taken.map(({ id, numbers }) => [id, numbers]));
    for (const { id, numbers } of sent) expect([name, id, numbers]).toEqual([name, id, named.get(id)]);
    expect([name, new Set(failed.map(({ message }) => message)).size]).toEqual([name, 1]);
    expect([name, new Set(failed.map(({ reason }) => reason))]).toEqual([name, new Set([ways[name]!.reason])]);
    checkPauses(name, failed);
    expect(await statusOf(subscriber)).toBe('active');
  }
  expect(toldBy(messages(hangsUp.receiver.received))).toEqual({ numbers: all, focuses });
});

function checkPauses(name: string, failed: readonly TryRow[]): void {
  const asked = { 'asks for two hours': RETRY_AFTER_SECONDS * SECOND, 'asks for later': RETRY_AT_MINUTES * MINUTE }[
    name
  ];
  for (const [n, { attempt, pause }] of failed.entries()) {
    expect([name, attempt]).toEqual([name, n + 1]);
    const usual = PAUSES[n]!;
    // To the second: a date in the header has no parts of it.
    if (asked !== undefined && n === 0) expect(Math.abs(pause! - asked)).toBeLessThan(10 * SECOND);
    else
      expect([name, n, pause! >= usual * 0.9 - 1 && pause! <= Math.max(usual * 1.1, asked ?? 0) + 1]).toEqual([
        name,
        n,
        true,
      ]);
  }
  if (asked === undefined) expect([name, failed.length]).toEqual([name, 7]);
}

test('down for a day: it is given up, the organisation is told, and once it is requested again all arrives in order', async () => {
  const subscriber = await subscribe(await receive());
  const { id, receiver } = subscriber;
  await becomes(subscriber, 'active');
  await receiver.close();
  const { task } = await sendCase(home, { number: 'meanwhile', programme: 'programme' });
  await waitUntil(async () => (await triesOf(subscriber)).length > 0);
  for (const pause of PAUSES) await moveOn(pause * 1.11);
  await becomes(subscriber, 'error');
  const record = (await home.fetch('GET', `/Subscription/${id}`)).body;
  expect(record.error).toMatch(/^Sending was given up \(refused\)\. 1 event waits to be sent/);
  const told = (await home.fetch('GET', '/Communication?recipient=Organization/home')).body;
  const payloads = (told.entry as Json[]).map(({ resource }) => resource.payload[0].contentString as string);
  expect(payloads.filter((text) => text.startsWith(`Subscription/${id}: `))).toHaveLength(1);
  const tries = await triesOf(subscriber);
  expect(tries.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
    ...PAUSES.map((_pause, n) => [n + 1, 'later']),
    [9, 'dead'],
  ]);

  // What happens while it is in error waits, too.
  await step(task, 'received', 'completeness-check');
  await step(task, 'accepted', 'accepted');
  await receiver.open();
  const { error: _error, ...asked } = record;
  const before = receiver.received.length;
  const put = await home.fetch('PUT', `/Subscription/${id}`, { ...asked, status: 'requested' });
  expect(put.status).toBe(200);
  await becomes(subscriber, 'active');
  await step(task, 'in-progress', 'under-review');
  const arrived = (): number[] => toldBy(messages(receiver.received.slice(before))).numbers;
  await waitUntil(() => arrived().length >= 4);
  expect(arrived()).toEqual([1, 2, 3, 4]);
});

test('a plan that cannot be read, or a record that is gone, is in nobody else’s way', async () => {
  const well = await subscribe(await receive());
  const broken = await subscribe(await receive());
  const plain = await receive();
  const created = await home.fetch('POST', '/Subscription', {
    ...plainSubscription('Observation?status=final', `${plain.url}/fhir`, 'application/fhir+json'),
  });
  expect(created.status).toBe(201);
  const mirror = { id: created.body.id as string, receiver: plain };
  for (const one of [well, broken, mirror]) await becomes(one, 'active');
  await database.query(`update subscription set plan = '{"asks":{}' where id = $1`, [`Subscription/${broken.id}`]);
  await plain.close();
  const observation = { resourceType: 'Observation', status: 'final', code: { text: 'invented' } };
  const first = await home.fetch('POST', '/Observation', observation);
  const second = await home.fetch('POST', '/Observation', observation);
  expect([first.status, second.status]).toEqual([201, 201]);
  await sendCase(home, { number: 'beside', programme: 'programme' });
  await waitUntil(() => messages(well.receiver.received).length > 0);
  await becomes(broken, 'error');
  await waitUntil(async () => (await triesOf(mirror)).length > 0);
  expect((await home.fetch('DELETE', `/Observation/${first.body.id}`)).status).toBe(204);
  await plain.open();
  await moveOn(6 * SECOND);
  await waitUntil(() => plain.received.length > 0);
  // What was deleted before it was sent is no news any more; what came after it is.
  expect(plain.received.map(({ method, path }) => [method, path])[0]).toEqual([
    'PUT',
    `/fhir/Observation/${second.body.id}`,
  ]);
  const outcomes = (await triesOf(mirror)).map(({ outcome, reason }) => [outcome, reason]);
  expect(outcomes.slice(0, 3)).toEqual([
    ['later', 'refused'],
    ['dead', 'record-gone'],
    ['delivered', null],
  ]);
});
