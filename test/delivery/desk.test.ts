import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import type { Logger } from '../../src/base/index.ts';
import { createDeliveryDesk, createDeliveryMeter } from '../../src/delivery/index.ts';
import type { DeliveryDesk } from '../../src/delivery/index.ts';
import { sweepOldDeliveries } from '../../src/jobs/sweep-deliveries.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

// What people are told of deliveries, without a server: rows are put where the engine leaves them.

const NOW = new Date('2026-11-22T12:00:00Z');
const DAY_S = 86_400;
/** In s before now. */
const ago = (seconds: number): string => new Date(NOW.getTime() - seconds * 1000).toISOString();

let store: Awaited<ReturnType<typeof createTestDatabase>>;
let app: Database;
let worker: Database;
let owner: Client;
let desk: DeliveryDesk;
let woken = 0;

beforeAll(async () => {
  store = await createTestDatabase();
  app = openDatabase({ url: store.url, role: 'consilium_app', size: 2, logger: silentLogger });
  worker = openDatabase({ url: store.url, role: 'consilium_worker', size: 2, logger: silentLogger });
  owner = new Client({ connectionString: store.url });
  await owner.connect();
  await owner.query(
    `insert into organization (id, name, role) values ('home', 'Home', 'placer'), ('other', 'Other', 'placer')`,
  );
  desk = createDeliveryDesk({ database: app, clock: () => NOW, wake: () => (woken += 1) });
});
afterAll(async () => {
  await Promise.all([app.close(), worker.close(), owner.end()]);
  await store.drop();
});
beforeEach(async () => {
  woken = 0;
  await owner.query('delete from subscription');
  await owner.query('delete from delivery_origin');
  await owner.query('delete from outbox');
  await owner.query('delete from outbox_consumer');
});

interface Standing {
  readonly organization?: string;
  readonly status?: string;
  readonly error?: string;
  /** When each of its events happened, in s before now. */
  readonly events?: readonly number[];
  readonly delivered?: number;
  readonly attempt?: number;
  readonly origin?: string;
}

async function subscribe(id: string, standing: Standing = {}): Promise<void> {
  const { organization = 'home', status = 'active', error = null, events = [], delivered = 0, attempt = 0 } = standing;
  const { origin = 'https://ehr.example' } = standing;
  await owner.query(
    `insert into subscription (id, organization, client, scopes, channel, asks, origin, plan, status, error, shown, max_count,
      events, delivered, attempt, due_at, created_at)
    values ($1, $2, 'client', '', $3, 'case-progress', $4, '{"endpoint":"https://ehr.example/secret-path"}', $5::text, $6, $5::text,
      20, $7, $8, $9, $10, $11)`,
    [
      id,
      organization,
      id.startsWith('push/') ? 'push' : 'rest-hook',
      origin,
      status,
      error,
      events.length,
      delivered,
      attempt,
      status === 'error' || status === 'off' ? null : ago(-3600),
      ago(40 * DAY_S),
    ],
  );
  for (const [n, seconds] of events.entries()) {
    await owner.query(
      `insert into subscription_event (subscription, number, at, kind, focus) values ($1, $2, $3, 'sent', 'Task/x')`,
      [id, n + 1, ago(seconds)],
    );
  }
}

async function tried(id: string, seconds: number, outcome: string, organization = 'home'): Promise<void> {
  await owner.query(
    `insert into delivery_attempt (subscription, organization, at, message, kind, first, last, attempt, outcome, status, reason, ms)
    values ($1, $2, $3, $4, 'event', 1, 1, 1, $5, $6, $7, 12)`,
    [
      id,
      organization,
      ago(seconds),
      `m-${seconds}`,
      outcome,
      outcome === 'delivered' ? 200 : 500,
      outcome === 'delivered' ? null : 'http-500',
    ],
  );
}

async function standing(id: string): Promise<Record<string, unknown>> {
  const { rows } = await owner.query(
    `select status, error, shown, events::int, delivered::int, resend_next::int, resend_until::int, attempt, due_at from subscription where id = $1`,
    [id],
  );
  return rows[0] as Record<string, unknown>;
}

async function numbersOf(id: string): Promise<number[]> {
  const { rows } = await owner.query<{ number: string }>(
    'select number from subscription_event where subscription = $1 order by number',
    [id],
  );
  return rows.map(({ number }) => Number(number));
}

describe('what is told', () => {
  test('how one stands, and nothing of where it is sent but the host', async () => {
    await subscribe('Subscription/a', { events: [300, 200, 100], delivered: 1, attempt: 2, error: 'http-500' });
    await tried('Subscription/a', 60, 'later');
    await tried('Subscription/a', 90, 'delivered');
    const found = await desk.find('home', 'a');
    expect(found).toEqual({
      id: 'a',
      organization: 'home',
      channel: 'rest-hook',
      topic: 'case-progress',
      origin: 'https://ehr.example',
      status: 'active',
      reason: 'http-500',
      events: 3,
      delivered: 1,
      waiting: 2,
      lag: 200,
      failedTries: 2,
      nextTry: ago(-3600),
      attempts: [
        {
          at: ago(60),
          message: 'm-60',
          kind: 'event',
          attempt: 1,
          outcome: 'later',
          status: 500,
          reason: 'http-500',
          ms: 12,
        },
        { at: ago(90), message: 'm-90', kind: 'event', attempt: 1, outcome: 'delivered', status: 200, ms: 12 },
      ],
    });
  });

  test('in pages, pushes among them, and never those of others', async () => {
    for (const id of ['Subscription/b', 'push/home', 'Subscription/a']) await subscribe(id);
    await subscribe('Subscription/c', { organization: 'other' });
    await subscribe('push/other', { organization: 'other' });
    const first = await desk.list('home', { limit: 2 });
    expect([first.entries.map(({ id }) => id), first.next]).toEqual([['a', 'b'], 'b']);
    const second = await desk.list('home', { limit: 2, after: 'b' });
    expect(second).toMatchObject({ entries: [{ id: 'push:home', channel: 'push' }] });
    expect(second.next).toBeUndefined();
    expect((await desk.list('home', { limit: 2, after: 'push:home' })).entries).toEqual([]);
    for (const id of ['c', 'push:other', 'nobody']) {
      await expect(desk.find('home', id)).rejects.toMatchObject({
        status: 404,
        issues: [{ key: 'subscription-unknown' }],
      });
      await expect(desk.replay({ organization: 'home' }, id)).rejects.toMatchObject({ status: 404 });
    }
  });
});

describe('sending again', () => {
  test('what waits is due at once, and its tries begin anew', async () => {
    await subscribe('Subscription/a', { events: [30, 20], delivered: 1, attempt: 7, error: 'http-500' });
    const view = await desk.replay({ organization: 'home', client: 'desk', request: 'r1' }, 'a');
    expect(view).toMatchObject({ id: 'a', status: 'active', failedTries: 0, nextTry: NOW.toISOString() });
    expect(view.resending).toBeUndefined();
    expect(woken).toBe(1);
    const { rows } = await owner.query(
      `select request, interaction, organization, client, status, detail from audit order by at desc limit 1`,
    );
    expect(rows).toEqual([
      {
        request: 'r1',
        interaction: 'delivery-replay',
        organization: 'home',
        client: 'desk',
        status: 200,
        detail: 'Subscription/a',
      },
    ]);
  });

  test('one that was given up is asked for a handshake, and what waits follows', async () => {
    await subscribe('Subscription/a', { status: 'error', error: 'http-500', events: [40, 30, 20], delivered: 2 });
    const view = await desk.replay({ organization: 'home' }, 'a', { from: 2 });
    expect(view).toMatchObject({ status: 'requested', waiting: 1, resending: { from: 2, until: 2 } });
    expect(view.reason).toBeUndefined();
    expect(await standing('Subscription/a')).toMatchObject({ status: 'requested', error: null, due_at: NOW });
  });

  test.each([
    [{ from: 2 }, { first: 2, last: 4 }],
    [{ until: 2 }, { first: 1, last: 2 }],
    [
      { from: 3, until: 3 },
      { first: 3, last: 3 },
    ],
    // What has not arrived yet follows of itself, in its order.
    [
      { from: 4, until: 5 },
      { first: 4, last: 4 },
    ],
    [{ from: 5 }, { first: null, last: null }],
  ])('of five events, four of which arrived: %j', async (range, { first, last }) => {
    await subscribe('Subscription/a', { events: [50, 40, 30, 20, 10], delivered: 4 });
    await desk.replay({ organization: 'home' }, 'a', range);
    expect(await standing('Subscription/a')).toMatchObject({ resend_next: first, resend_until: last, due_at: NOW });
  });

  test.each([
    ['off', {}, 409, 'replay-off'],
    ['active', {}, 422, 'replay-nothing'],
    ['active', { from: 1 }, 422, 'replay-range'],
    ['active', { from: 2, until: 4 }, 422, 'replay-range'],
    ['active', { from: 3, until: 2 }, 422, 'replay-range'],
    ['active', { from: 4 }, 422, 'replay-range'],
  ])('is refused, and why is said: %s %j', async (status, range, code, key) => {
    await subscribe('Subscription/a', { status, events: [50, 40, 30], delivered: 3 });
    await owner.query('delete from subscription_event where number = 1');
    const before = await standing('Subscription/a');
    const replay = desk.replay({ organization: 'home' }, 'a', range);
    await expect(replay).rejects.toMatchObject({ status: code, issues: [{ key }] });
    expect(await standing('Subscription/a')).toEqual(before);
    expect(woken).toBe(0);
  });
});

describe('after 30 days', () => {
  const told: object[] = [];
  const logger: Logger = { ...silentLogger, info: (fields: object) => void told.push(fields) };
  const sweep = (): Promise<void> => {
    const house = { clock: () => NOW, logger };
    return sweepOldDeliveries({ database: worker, house, signal: new AbortController().signal });
  };
  const OLD = 31 * DAY_S;

  test('what arrived and what was tried goes, and nothing younger', async () => {
    await subscribe('Subscription/a', { events: [OLD + 2, OLD + 1, 100, 50], delivered: 4 });
    for (const seconds of [OLD, OLD + 5, 60]) await tried('Subscription/a', seconds, 'delivered');
    await sweep();
    expect(await numbersOf('Subscription/a')).toEqual([3, 4]);
    expect((await owner.query('select message from delivery_attempt')).rows).toEqual([{ message: 'm-60' }]);
    expect(await standing('Subscription/a')).toMatchObject({ error: null, delivered: 4, events: 4 });
    expect(told.at(-1)).toEqual({ events: 2, attempts: 2 });
  });

  test('what is about to be sent stays', async () => {
    await subscribe('Subscription/a', { events: [OLD + 2, OLD + 1, 100], delivered: 1 });
    await sweep();
    expect(await numbersOf('Subscription/a')).toEqual([2, 3]);
    expect(await standing('Subscription/a')).toMatchObject({ error: null, delivered: 1 });
  });

  test('what was given up goes: it is said what is lost, once, and the rest is sent when it is requested again', async () => {
    await subscribe('Subscription/a', {
      status: 'error',
      error: 'http-500',
      events: [OLD + 3, OLD + 2, OLD + 1, 100],
      delivered: 1,
    });
    await sweep();
    expect(await numbersOf('Subscription/a')).toEqual([4]);
    const lost = { status: 'error', error: 'lost-from-2', delivered: 3, events: 4 };
    // Its record is looked after once more, which tells its organisation.
    expect(await standing('Subscription/a')).toMatchObject({ ...lost, shown: 'requested' });
    await owner.query(`update subscription set shown = 'error'`);
    await owner.query('update subscription_event set at = $1', [ago(OLD)]);
    await sweep();
    expect(await numbersOf('Subscription/a')).toEqual([]);
    expect(await standing('Subscription/a')).toMatchObject({ ...lost, delivered: 4, shown: 'error' });
  });

  test('however many there are', async () => {
    for (let n = 0; n < 120; n++) await subscribe(`Subscription/s${n}`, { status: n % 2 === 0 ? 'active' : 'error' });
    await owner.query('update subscription set events = 50, delivered = 50');
    await owner.query(
      `insert into subscription_event (subscription, number, at, kind, focus)
        select id, n, $1, 'sent', 'Task/x' from subscription cross join generate_series(1, 50) n`,
      [ago(OLD)],
    );
    await owner.query(
      `insert into delivery_attempt (subscription, organization, at, message, kind, attempt, outcome, ms)
        select id, 'home', $1, 'm', 'event', 1, 'delivered', 1 from subscription cross join generate_series(1, 50) n`,
      [ago(OLD)],
    );
    await sweep();
    expect(told.at(-1)).toEqual({ events: 6000, attempts: 6000 });
    expect((await owner.query('select from subscription_event')).rowCount).toBe(0);
    expect((await owner.query(`select from subscription where error is not null`)).rowCount).toBe(0);
  });
});

describe('what is measured', () => {
  test('by origin and status, of the database, and tries of the process', async () => {
    await subscribe('Subscription/a', { events: [300, 200], delivered: 1 });
    await subscribe('Subscription/b', { events: [50], organization: 'other' });
    await subscribe('Subscription/c', { status: 'error', events: [9000], origin: 'https://dead.example:8443' });
    await owner.query(`insert into delivery_origin values ('home', 'https://dead.example:8443', 7, now())`);
    // Whoever was active once is told of what it asks for; what nobody asks for waits for nobody.
    await owner.query(`update subscription set since = '1:1:'`);
    await owner.query(
      `insert into outbox_consumer (name, horizon) values ('delivery', pg_snapshot_xmin(pg_current_snapshot()))`,
    );
    await owner.query(
      `insert into outbox (at, readers, organization, kind, ref, version) values
        ($1, '{home}', 'home', 'case-moved', 'Task/x', 1), ($2, '{home}', 'home', 'record', 'Task/x', 1),
        ($2, '{home}', 'home', 'message-sent', 'Task/x', 1)`,
      [ago(4), ago(9)],
    );
    const meter = createDeliveryMeter({ worker, clock: () => NOW });
    meter.note('https://ehr.example', { result: 'delivered', ms: 40 });
    meter.note('https://ehr.example', { result: 'delivered', ms: 10 });
    meter.note('https://ehr.example', { result: 'later', ms: 950 });
    meter.note('https://odd.example/"\\', { result: 'dead', ms: 0 });
    const text = await meter.read();
    const lines = text.trimEnd().split('\n');
    expect(text.endsWith('\n')).toBe(true);
    for (const line of lines) {
      expect(line).toMatch(
        /^(# (HELP|TYPE) consilium_\w+ .+|consilium_\w+(\{\w+="([^"\\]|\\["\\n])*"(,\w+="[^"]*")*\})? [\d.]+)$/,
      );
    }
    expect(lines.filter((line) => !line.startsWith('#'))).toEqual([
      'consilium_deliveries_subscriptions{origin="https://dead.example:8443",status="error"} 1',
      'consilium_deliveries_subscriptions{origin="https://ehr.example",status="active"} 2',
      'consilium_deliveries_waiting_events{origin="https://dead.example:8443",status="error"} 1',
      'consilium_deliveries_waiting_events{origin="https://ehr.example",status="active"} 2',
      'consilium_deliveries_lag_seconds{origin="https://dead.example:8443",status="error"} 9000',
      'consilium_deliveries_lag_seconds{origin="https://ehr.example",status="active"} 200',
      'consilium_deliveries_origin_failures{origin="https://dead.example:8443"} 7',
      'consilium_deliveries_origin_failures{origin="https://ehr.example"} 0',
      'consilium_deliveries_attempts_total{origin="https://ehr.example",outcome="delivered"} 2',
      'consilium_deliveries_attempts_total{origin="https://ehr.example",outcome="later"} 1',
      'consilium_deliveries_attempts_total{origin="https://ehr.example",outcome="dead"} 0',
      'consilium_deliveries_attempts_total{origin="https://odd.example/\\"\\\\",outcome="delivered"} 0',
      'consilium_deliveries_attempts_total{origin="https://odd.example/\\"\\\\",outcome="later"} 0',
      'consilium_deliveries_attempts_total{origin="https://odd.example/\\"\\\\",outcome="dead"} 1',
      'consilium_deliveries_attempt_seconds_sum{origin="https://ehr.example"} 1',
      'consilium_deliveries_attempt_seconds_count{origin="https://ehr.example"} 3',
      'consilium_deliveries_attempt_seconds_sum{origin="https://odd.example/\\"\\\\"} 0',
      'consilium_deliveries_attempt_seconds_count{origin="https://odd.example/\\"\\\\"} 1',
      'consilium_outbox_waiting_events 1',
      'consilium_outbox_lag_seconds 4',
    ]);
  });

  test('ever new origins do not fill the memory', async () => {
    const meter = createDeliveryMeter({ worker, clock: () => NOW });
    for (let n = 0; n < 1500; n++) meter.note(`https://e${n}.example`, { result: 'later', ms: 1 });
    const lines = (await meter.read()).split('\n').filter((line) => line.includes('outcome="later"'));
    expect(lines).toHaveLength(1001);
    expect(lines.at(-1)).toBe('consilium_deliveries_attempts_total{origin="others",outcome="later"} 500');
  });
});
