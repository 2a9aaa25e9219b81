import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { addOrganization } from '../../src/auth/index.ts';
import { fault, silentLogger, systemClock } from '../../src/base/index.ts';
import type { Caller, Fault } from '../../src/base/index.ts';
import { startEventStreams } from '../../src/delivery/index.ts';
import type { EventStreams, EventStreamsOptions, StreamMessage, StreamRequest } from '../../src/delivery/index.ts';
import { findStreamStart, openDatabase, readStreamPart } from '../../src/store/index.ts';
import type { Database, StreamPlace } from '../../src/store/index.ts';
import { readStream } from '../../src/subscriptions/index.ts';
import type { StreamPlan } from '../../src/subscriptions/index.ts';
import { openInside } from '../interactions/inside.ts';
import type { Inside } from '../interactions/inside.ts';
import { packet } from '../journeys/packet.ts';
import { focusOfEvent } from '../support/event-reader.ts';
import { waitUntil } from '../support/wait-until.ts';

const HOME: Caller = { client: 'ehr', organization: 'home', role: 'placer', scopes: ['system/*.cruds'] };
const PROGRAMME: Caller = { client: 'desk', organization: 'programme', role: 'programme', scopes: ['system/*.cruds'] };
const STRANGER: Caller = { client: 'ehr-2', organization: 'other', role: 'placer', scopes: ['system/*.cruds'] };
/** Long: nothing but what a test is about may end a stream. */
const TERMS = { heartbeatMs: 60_000, checkMs: 60_000, unansweredMs: 60_000, stallMs: 60_000, mostWaiting: 2000 };

let inside: Inside;
let worker: Database;
let asked: string[];
let owner: Client;
const streams: EventStreams[] = [];

beforeAll(async () => {
  inside = await openInside();
  const { database } = inside.house;
  for (const { organization: id, role } of [PROGRAMME, STRANGER])
    await addOrganization({ database, clock: systemClock }, { id, name: id, role, validation: 'strict' });
  const pool = openDatabase({ url: inside.url, role: 'consilium_worker', size: 2, logger: silentLogger });
  worker = {
    ...pool,
    query(statement, values) {
      asked.push(statement.name ?? '');
      return pool.query(statement, values);
    },
  };
  owner = new Client({ connectionString: inside.url });
  await owner.connect();
});
afterEach(async () => {
  for (const one of streams.splice(0)) await one.stop();
});
afterAll(async () => {
  await owner.end();
  await worker.close();
  await inside.stop();
});

function start(options: Partial<EventStreamsOptions> = {}): EventStreams {
  asked = [];
  const started = startEventStreams({
    house: inside.house,
    worker,
    logger: silentLogger,
    ...options,
    terms: { ...TERMS, ...options.terms },
  });
  streams.push(started);
  return started;
}

function planFor(query: Readonly<Record<string, string>>): StreamPlan {
  const plan = readStream(Object.entries(query), inside.house);
  if (Array.isArray(plan)) throw new Error(JSON.stringify(plan));
  return plan;
}

interface Screen {
  readonly messages: readonly StreamMessage[];
  /** Number and focus of the events. */
  events(): (readonly [number: string, focus: string | undefined])[];
  /** `cut`, or the key of the last word. */
  over?: string;
  leave(): void;
}

interface Listening extends Partial<Omit<StreamRequest, 'plan'>> {
  readonly by?: Caller;
  readonly query?: Readonly<Record<string, string>>;
  /** Does not take what it is given, but for the handshake. */
  readonly isStuck?: boolean;
}

async function listen(on: EventStreams, { by = HOME, query, isStuck, ...request }: Listening = {}): Promise<Screen> {
  const messages: StreamMessage[] = [];
  const screen: Screen = {
    messages,
    events: () =>
      messages.filter(({ type }) => type === 'event-notification').map(({ body }) => focusOfEvent(JSON.parse(body!))),
    leave: () => leave(),
  };
  let resume = (): void => undefined;
  const close = (how: string): void => {
    screen.over = how;
    resume();
  };
  const leave = await on.open(
    {
      context: { caller: by, request: 'screen' },
      plan: planFor({ topic: 'case-progress', ...query }),
      authenticate: () => Promise.resolve(by),
      ...request,
    },
    {
      write(message) {
        messages.push(message);
        if (isStuck !== true || message.type === 'handshake') return Promise.resolve();
        return new Promise((resolve) => (resume = resolve));
      },
      end: ({ body }) => close(JSON.parse(body!).issue[0].details.coding[0].code),
      cut: () => close('cut'),
    },
  );
  await waitUntil(() => messages.length > 0);
  return screen;
}

let count = 0;

/** Sends a case of a new patient. Tells its Task and Patient. */
async function sendCase(by: Caller = HOME): Promise<{ readonly task: string; readonly patient: string }> {
  const answers = await inside.transact(by, packet({ number: `s${++count}`, programme: 'programme' }).entry);
  const request = answers.at(-1)!.body;
  wake();
  const found = await inside.ask(by, 'GET', `Task?based-on=ServiceRequest/${request.id}`);
  return { task: `Task/${found.body.entry[0].resource.id}`, patient: request.subject.reference };
}

/** The programme takes a case up. */
async function accept(task: string): Promise<void> {
  const { body } = await inside.ask(PROGRAMME, 'GET', task);
  const [{ system }] = body.businessStatus.coding;
  const businessStatus = { coding: [{ system, code: 'accepted' }] };
  const moved = await inside.ask(PROGRAMME, 'PUT', task, { ...body, status: 'accepted', businessStatus });
  expect([moved.status, moved.keys]).toEqual([200, []]);
  wake();
}

function wake(): void {
  for (const one of streams) one.wake();
}

async function tasksOf(screen: Screen, least: number): Promise<(string | undefined)[]> {
  await waitUntil(() => screen.events().length >= least || screen.over !== undefined);
  return screen.events().map(([, focus]) => focus);
}

describe('what is told', () => {
  test('comes once and without a gap, whatever is open meanwhile', async () => {
    const on = start();
    const screen = await listen(on);
    // Its announcement has a position before that of what is committed first.
    await owner.query('begin');
    const early = await sendCase();
    await tasksOf(screen, 1);
    await owner.query(
      `insert into outbox (at, readers, organization, kind, ref, version, event)
        select at, readers, organization, kind, ref, version, event from outbox where kind = 'case-submitted' order by position desc limit 1`,
    );
    const late = await sendCase();
    await owner.query('commit');
    wake();
    expect(await tasksOf(screen, 3)).toEqual([early.task, early.task, late.task]);
    expect(screen.events().map(([number]) => number)).toEqual(['1', '2', '3']);
  });

  test('is what is committed from then on, and nothing before, whatever is open meanwhile', async () => {
    const on = start();
    await owner.query('begin; select pg_current_xact_id()');
    await sendCase();
    const screen = await listen(on);
    const [{ cursor }] = screen.messages as [StreamMessage];
    const sent = [await sendCase(), await sendCase()].map(({ task }) => task);
    await owner.query('commit');
    wake();
    expect(await tasksOf(screen, 2)).toEqual(sent);
    // Who goes on from the handshake began when the first one did.
    for (const after of [cursor!, screen.messages[1]!.cursor!]) {
      const again = await listen(start(), { after });
      const left = after === cursor ? sent : sent.slice(1);
      await sendCase();
      expect((await tasksOf(again, left.length + 1)).slice(0, left.length)).toEqual(left);
    }
  });

  test('can be gone on with behind each event, on any process', async () => {
    const first = start();
    const screen = await listen(first);
    await owner.query('begin; select pg_current_xact_id()');
    const sent = [await sendCase(), await sendCase(), await sendCase()].map(({ task }) => task);
    await owner.query('commit');
    expect(await tasksOf(screen, 3)).toEqual(sent);
    const second = start();
    for (const [n, { cursor }] of screen.messages.entries()) {
      const again = await listen(second, { after: cursor });
      expect(await tasksOf(again, 3 - n)).toEqual(sent.slice(n));
      expect(again.events().map(([number]) => Number(number))).toEqual([1, 2, 3].slice(n));
      again.leave();
    }
  });

  test('is in the order of positions, in parts of any size', async () => {
    const { place: from } = await findStreamStart(worker);
    await owner.query('begin; select pg_current_xact_id()');
    for (let n = 0; n < 4; n++) await sendCase();
    await owner.query('commit');
    const kinds = ['case-submitted', 'record'];
    const read = async (place: StreamPlace, limit: number): Promise<number[]> => {
      const part = await readStreamPart(worker, place, kinds, limit);
      const positions = part.rows.map(({ position }) => position);
      return part.place.window === undefined ? positions : [...positions, ...(await read(part.place, limit))];
    };
    const text = 'select position from outbox where xid >= $1::xid8 and kind = any ($2::text[]) order by position';
    const { rows } = await owner.query<{ position: string }>(text, [from.horizon, kinds]);
    const whole = rows.map(({ position }) => Number(position));
    expect(whole.length).toBeGreaterThan(40);
    // Transactions of other tests hold some of it back for a while.
    await waitUntil(async () => (await read(from, 10_000)).length === whole.length);
    expect(whole).toEqual([...whole].sort((a, b) => a - b));
    for (const limit of [1, 7, whole.length, 10_000]) expect(await read(from, limit)).toEqual(whole);
  });

  test('is of several topics, each under its own name, and is behind the reader once all were told', async () => {
    const on = start();
    const screen = await listen(on, { query: { topic: 'case-progress,clock-warning,appointment' } });
    await sendCase();
    await tasksOf(screen, 1);
    const [shaken, told] = screen.messages;
    expect(shaken!.body).not.toContain('valueCanonical');
    expect(told!.body).toContain('SubscriptionTopic/case-progress');
  });

  test('is noted in the audit trail', async () => {
    const on = start();
    const screen = await listen(on, { by: PROGRAMME });
    const { task } = await sendCase();
    await tasksOf(screen, 1);
    const noted = async (): Promise<unknown[]> => {
      const text = `select organization, client from audit where interaction = 'stream' and ref = $1`;
      return (await owner.query(text, [task])).rows;
    };
    await waitUntil(async () => (await noted()).length > 0);
    expect(await noted()).toEqual([{ organization: 'programme', client: 'desk' }]);
  });
});

describe('who is told', () => {
  test('are the two whose case it is', async () => {
    const on = start();
    const [home, programme, stranger] = [HOME, PROGRAMME, STRANGER].map((by) => listen(on, { by }));
    const screens = [await home!, await programme!, await stranger!];
    const ours = await sendCase(HOME);
    const theirs = await sendCase(STRANGER);
    expect(await tasksOf(screens[1]!, 2)).toEqual([ours.task, theirs.task]);
    expect(await tasksOf(screens[0]!, 1)).toEqual([ours.task]);
    expect(await tasksOf(screens[2]!, 1)).toEqual([theirs.task]);
  });

  test('of a token that is confined to a patient: of the cases of that patient alone', async () => {
    const [known, another] = [await sendCase(), await sendCase()];
    const by: Caller = {
      client: 'app',
      organization: 'home',
      role: 'placer',
      scopes: ['patient/*.rs'],
      user: 'Practitioner/x',
      patient: known.patient,
    };
    const on = start();
    const [screen, all] = [await listen(on, { by }), await listen(on)];
    for (const { task } of [another, known]) await accept(task);
    expect(await tasksOf(all, 2)).toEqual([another.task, known.task]);
    expect(await tasksOf(screen, 1)).toEqual([known.task]);
  });

  test('is decided anew for each event', async () => {
    const on = start();
    let now = HOME;
    const screen = await listen(on, { authenticate: () => Promise.resolve(now) });
    const all = await listen(on);
    const first = await sendCase();
    await tasksOf(screen, 1);
    now = { ...HOME, scopes: ['system/Patient.rs'] };
    const second = await sendCase();
    await tasksOf(all, 2);
    now = { ...HOME };
    const third = await sendCase();
    expect(await tasksOf(all, 3)).toEqual([first.task, second.task, third.task]);
    expect(await tasksOf(screen, 2)).toEqual([first.task, third.task]);
    expect(screen.events().map(([number]) => number)).toEqual(['1', '2']);
  });
});

describe('a stream ends', () => {
  test('when the token is good no more, before anything else is told', async () => {
    const on = start();
    let isOver = false;
    const expired = fault(401, 'login', 'token-expired', 'It has expired.');
    const authenticate = (): Promise<Caller> => (isOver ? Promise.reject(expired) : Promise.resolve(HOME));
    const screen = await listen(on, { authenticate });
    isOver = true;
    await sendCase();
    await waitUntil(() => screen.over !== undefined);
    expect([screen.over, screen.events()]).toEqual(['token-expired', []]);
  });

  test('also while nothing happens, and where nobody says whether it is good', async () => {
    const on = start({ terms: { ...TERMS, checkMs: 5, unansweredMs: 200 } });
    const refuse = (status: number, key: string) => () => Promise.reject(fault(status, 'login', key, 'It is over.'));
    const expired = await listen(on, { authenticate: refuse(401, 'token-expired') });
    const unasked = await listen(on, { authenticate: refuse(503, 'database-away') });
    const silent = await listen(on, { authenticate: () => new Promise(() => undefined) });
    await waitUntil(() => [expired, unasked, silent].every(({ over }) => over !== undefined));
    expect([expired.over, unasked.over, silent.over]).toEqual(['token-expired', 'stream-away', 'stream-away']);
  });

  test('where the reader takes nothing, by time or by what waits', async () => {
    const bySlowness = start({ terms: { ...TERMS, checkMs: 5, stallMs: 20 } });
    const slow = await listen(bySlowness, { isStuck: true });
    const byNumber = start({ terms: { ...TERMS, mostWaiting: 4 } });
    const full = await listen(byNumber, { isStuck: true });
    const quick = await listen(byNumber, { by: PROGRAMME });
    for (let n = 0; n < 5 && full.over === undefined; n++) {
      await sendCase();
      await tasksOf(quick, n + 1);
    }
    await waitUntil(() => slow.over !== undefined && full.over !== undefined);
    expect([slow.over, full.over, quick.over]).toEqual(['cut', 'cut', undefined]);
  });

  test('when the server stops, and none is opened then', async () => {
    const on = start();
    const [screen, stuck] = [await listen(on), await listen(on, { isStuck: true })];
    await sendCase();
    await waitUntil(() => stuck.events().length > 0);
    await on.stop();
    expect([screen.over, stuck.over]).toEqual(['stream-stopping', 'stream-stopping']);
    await expect(listen(on)).rejects.toMatchObject({ status: 503, issues: [{ key: 'stream-stopping' }] });
  });
});

test('of an organisation, and of all, there are so many at most', async () => {
  const on = start({ most: { ofOrganization: 2, ofAll: 3 } });
  const statusOf = (by: Caller): Promise<unknown> =>
    listen(on, { by }).then(
      () => 'opened',
      (error: Fault) => [error.status, error.issues[0]!.key, error.headers['retry-after']],
    );
  const first = await listen(on);
  await listen(on);
  expect(await statusOf(HOME)).toEqual([429, 'streams-of-organization', '10']);
  expect(await statusOf(PROGRAMME)).toBe('opened');
  expect(await statusOf(STRANGER)).toEqual([503, 'streams-full', '10']);
  first.leave();
  first.leave();
  // One that is refused for its cursor holds no place either.
  await expect(listen(on, { after: 'none' })).rejects.toMatchObject({ status: 400 });
  expect(await statusOf(HOME)).toBe('opened');
  expect(await statusOf(HOME)).toEqual([503, 'streams-full', '10']);
});

test('a stream is no entry of a Bundle', async () => {
  const { status, text } = await inside.ask(HOME, 'GET', 'Subscription/$stream?topic=case-progress');
  expect([status, text]).toEqual([400, expect.stringContaining('A stream goes on')]);
});

test('a heartbeat takes the place along that has moved, also where nothing is told', async () => {
  const on = start({ terms: { ...TERMS, heartbeatMs: 10 } });
  const screen = await listen(on, { by: STRANGER });
  const other = await listen(on);
  await sendCase();
  await tasksOf(other, 1);
  const moved = (): StreamMessage | undefined => screen.messages.find((one) => one.type === 'heartbeat' && one.cursor);
  await waitUntil(() => moved() !== undefined);
  expect(moved()).toMatchObject({ cursor: expect.any(String) });
  expect(screen.events()).toEqual([]);
});

test('the outbox is read once for all, and not at all while nobody listens', async () => {
  const on = start();
  const screens = await Promise.all(Array.from({ length: 10 }, () => listen(on)));
  await waitUntil(() => asked.filter((name) => name === 'stream_now').length === 10);
  await pause(100);
  asked = [];
  const { task } = await sendCase();
  on.wake();
  for (const screen of screens) expect(await tasksOf(screen, 1)).toEqual([task]);
  expect(asked.filter((name) => name === 'stream_take')).toHaveLength(1);
  for (const screen of screens) screen.leave();
  // One that leaves before it has caught up joins nobody.
  (await listen(on)).leave();
  await pause(50);
  asked = [];
  on.wake();
  await pause(50);
  expect(asked).toEqual([]);
});

test('an id is good for 30 days, and for its organisation', async () => {
  const on = start();
  const { messages } = await listen(on);
  const after = messages[0]!.cursor;
  await expect(listen(on, { by: STRANGER, after })).rejects.toMatchObject({ status: 410 });
  const days = (n: number): EventStreams => {
    const clock = (): Date => new Date(Date.now() + n * 86_400_000);
    return start({ house: { ...inside.house, clock } });
  };
  await expect(listen(days(31), { after })).rejects.toMatchObject({ status: 410, issues: [{ key: 'cursor-gone' }] });
  expect((await listen(days(29), { after })).over).toBeUndefined();
});
