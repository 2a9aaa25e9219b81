import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { claimDeliveries, noteDelivered, noteFailed, openDatabase, saveSubscription } from '../../src/store/index.ts';
import type { Claim, Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

const START = Date.parse('2026-03-04T09:00:00Z');
const MINUTE = 60_000;
const PER_ORIGIN = 4;
const PER_ORGANIZATION = 64;
const TROUBLE = 5;
const DEAD = 'https://dead.example';
const LIVING = 'https://living.example';

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let processes: [Database, Database];
let owner: Client;

beforeEach(async () => {
  own = await createTestDatabase();
  const settings = { url: own.url, role: 'consilium_worker', size: 4, logger: silentLogger } as const;
  processes = [openDatabase(settings), openDatabase(settings)];
  owner = new Client({ connectionString: own.url });
  await owner.connect();
  await owner.query(`insert into organization (id, name, role) values ('home', 'Home', 'placer')`);
});

afterEach(async () => {
  await Promise.all([...processes.map((one) => one.close()), owner.end()]);
  await own.drop();
});

interface Held {
  readonly claim: Claim;
  readonly lease: string;
}

/** Active subscriptions of an origin, each with one event that is due. */
async function subscribe(origin: string, count: number, dueAt = START): Promise<void> {
  await owner.query(
    `insert into subscription (id, organization, client, scopes, channel, asks, origin, plan, status, shown, max_count, since,
       events, due_at, created_at)
     select 'Subscription/' || $3::text || n, 'home', 'ehr', '', 'rest-hook', 'case-progress', $1, '{}', 'active', 'active', 20, '1:1:',
       1, $4::timestamptz, now() from generate_series(1, $2::int) n`,
    [origin, count, new URL(origin).hostname.split('.')[0], new Date(dueAt)],
  );
}

async function claim(at = START, on = processes[0], limit = 128): Promise<Held[]> {
  const lease = randomUUID();
  const most = { limit, perOrigin: PER_ORIGIN, perOrganization: PER_ORGANIZATION };
  const terms = { ...most, lease, trouble: TROUBLE, leaseSeconds: 30 };
  const claims = await claimDeliveries(on, { ...terms, now: new Date(at).toISOString() });
  return claims.map((one) => ({ claim: one, lease }));
}

function count(held: readonly Held[], origin: string): number {
  return held.filter((one) => one.claim.origin === origin).length;
}

function tryOf({ claim: one, lease }: Held, at: number) {
  return { claim: one, lease, at: new Date(at).toISOString(), message: `${one.id}-1-1`, last: one.last };
}

function succeed(held: Held, at = START, on = processes[0]): Promise<boolean> {
  return noteDelivered(on, tryOf(held, at), { result: 'delivered', status: 200, ms: 1 }, TROUBLE);
}

function fail(
  held: Held,
  { at = START, isOrigins = true, isAsked = false, on = processes[0], pauseMs = 10 * MINUTE } = {},
): Promise<boolean> {
  const nextAt = new Date(at + pauseMs).toISOString();
  const outcome = { result: 'later', reason: 'unreachable', ms: 1, nextAt } as const;
  return noteFailed(on, tryOf(held, at), outcome, { isOrigins, trouble: TROUBLE, isAsked });
}

async function readRows(origin: string): Promise<{ id: string; attempt: number; dueIn: number | null }[]> {
  const { rows } = await owner.query<{ id: string; attempt: number; due_at: Date | null }>(
    'select id, attempt, due_at from subscription where origin = $1 order by id',
    [origin],
  );
  return rows.map(({ id, attempt, due_at: due }) => ({
    id,
    attempt,
    dueIn: due === null ? null : due.getTime() - START,
  }));
}

describe('who is in the way of whom', () => {
  test('of one origin four at a time, of the others all the same', async () => {
    await subscribe(DEAD, 200);
    await subscribe(LIVING, 3, START + 1);
    const held = await claim(START + 1);
    expect([count(held, DEAD), count(held, LIVING)]).toEqual([PER_ORIGIN, 3]);
    expect(await claim(START + 1)).toEqual([]);
  });

  test('1,500 that wait longer for an origin that rests do not hide the one that is for another', async () => {
    await subscribe(DEAD, 1500);
    await subscribe(LIVING, 1, START + 1);
    await owner.query(`insert into delivery_origin values ('home', $1, 5, $2)`, [DEAD, new Date(START + MINUTE)]);
    expect((await claim(START + 1)).map((one) => one.claim.origin)).toEqual([LIVING]);
    // It is tried again by one; while that one is under way, all the rest of it hides nobody either.
    await owner.query(`update subscription set lease = null, lease_until = null where origin = $1`, [LIVING]);
    expect(count(await claim(START + MINUTE), DEAD)).toBe(1);
    expect((await claim(START + MINUTE)).map((one) => one.claim.origin)).toEqual([LIVING]);
  });

  test('what another organisation could not reach is tried all the same', async () => {
    await owner.query(`insert into organization (id, name, role) values ('other', 'Other', 'placer')`);
    await owner.query(`insert into delivery_origin values ('other', $1, 500, $2)`, [
      LIVING,
      new Date(START + 60 * MINUTE),
    ]);
    await subscribe(LIVING, 1);
    expect(count(await claim(), LIVING)).toBe(1);
  });

  test('nor do those of one that is well and has more than can be looked at', async () => {
    await subscribe(DEAD, 1500);
    await subscribe(LIVING, 1, START + 1);
    expect(count(await claim(START + 1), DEAD)).toBe(PER_ORIGIN);
    expect((await claim(START + 1)).map((one) => one.claim.origin)).toEqual([LIVING]);
  });

  test('two processes together never have more than four of an origin in hand, and one in trouble is left alone', async () => {
    await subscribe(DEAD, 40);
    await subscribe(LIVING, 120);
    const inHand = new Map([
      [DEAD, 0],
      [LIVING, 0],
    ]);
    const most = new Map(inHand);
    const done: string[] = [];
    let failures = 0;
    async function work(on: Database, held: Held): Promise<void> {
      const { origin } = held.claim;
      const now = inHand.get(origin)! + 1;
      inHand.set(origin, now);
      most.set(origin, Math.max(most.get(origin)!, now));
      await pause(5);
      inHand.set(origin, inHand.get(origin)! - 1);
      if (origin === LIVING) {
        if (await succeed(held, START, on)) done.push(held.claim.id);
        return;
      }
      // Those that were begun before the trouble showed may end after it.
      await fail(held, { on });
      failures += 1;
    }
    await Promise.all(
      processes.map(async (on) => {
        const underWay = new Set<Promise<void>>();
        while (done.length < 120) {
          for (const held of await claim(START, on)) {
            const one = work(on, held).finally(() => underWay.delete(one));
            underWay.add(one);
          }
          await pause(1);
        }
        await Promise.all(underWay);
      }),
    );
    expect(most.get(LIVING)).toBe(PER_ORIGIN);
    expect(most.get(DEAD)).toBeLessThanOrEqual(PER_ORIGIN);
    // Four at once, and then those that others had in hand by then: after that it rests.
    expect(failures).toBeLessThanOrEqual(2 * PER_ORIGIN);
    expect(new Set(done).size).toBe(120);
    expect(done.length).toBe(120);
  });
});

describe('an origin in trouble', () => {
  /** Has it fail until it rests; one after the other, so that the count is known. */
  async function bringDown(): Promise<number> {
    let at = START;
    for (let failures = 0; failures < TROUBLE; failures++) {
      const [held, ...rest] = await claim(at, processes[0], 1);
      expect(rest).toEqual([]);
      await fail(held!, { at });
      at += 1;
    }
    return at;
  }

  test('five failures in a row: it rests, then it is tried by one, and rests for twice as long', async () => {
    await subscribe(DEAD, 20);
    const at = await bringDown();
    expect(await claim(at)).toEqual([]);
    expect(await claim(at + 14_000)).toEqual([]);
    const [held, ...rest] = await claim(at + 15_000);
    expect(rest).toEqual([]);
    await fail(held!, { at: at + 15_000 });
    expect(await claim(at + 15_000 + 29_000)).toEqual([]);
    expect(await claim(at + 15_000 + 30_000)).toHaveLength(1);
  });

  test('who requests it anew does not wait until it has rested', async () => {
    await subscribe(DEAD, 20);
    const at = await bringDown();
    await owner.query(`update subscription set status = 'requested', attempt = 0 where id = 'Subscription/dead20'`);
    const [held, ...rest] = await claim(at);
    expect([held!.claim.id, held!.claim.kind, rest]).toEqual(['Subscription/dead20', 'handshake', []]);
    await fail(held!, { at, pauseMs: 5000 });
    expect(await claim(at + 5000)).toEqual([]);
  });

  test('it never rests for more than five minutes', async () => {
    await subscribe(DEAD, 1);
    await owner.query(`insert into delivery_origin values ('home', $1, 500, $2)`, [DEAD, new Date(START)]);
    await fail((await claim())[0]!, { pauseMs: 1000 });
    expect(await claim(START + 5 * MINUTE - 1000)).toEqual([]);
    expect(await claim(START + 5 * MINUTE)).toHaveLength(1);
  });

  test('one who gets through brings the others forward, save who was told when to come or is in trouble of its own', async () => {
    await subscribe(DEAD, 8);
    const at = await bringDown();
    const tried = await readRows(DEAD);
    expect(tried.filter(({ attempt }) => attempt === 1)).toHaveLength(TROUBLE);
    const [asked, others] = tried.filter(({ attempt }) => attempt === 1).map(({ id }) => id);
    await owner.query('update subscription set by_origin = false where id = any ($1)', [[asked]]);
    const [held] = await claim(at + MINUTE);
    await succeed(held!, at + MINUTE);
    const after = new Map((await readRows(DEAD)).map((row) => [row.id, row]));
    // The try that is brought forward is one that does not count.
    expect(after.get(others!)).toMatchObject({ attempt: 0, dueIn: at + MINUTE - START });
    expect(after.get(asked!)).toMatchObject({ attempt: 1, dueIn: expect.any(Number) });
    expect(after.get(asked!)!.dueIn).toBeGreaterThan(9 * MINUTE);
    expect(await claim(at + MINUTE)).toHaveLength(PER_ORIGIN);
  });

  test('who was told when to come, or failed by itself, is noted so', async () => {
    await subscribe(DEAD, 3);
    const [first, second, third] = await claim();
    await fail(first!, {});
    await fail(second!, { isAsked: true });
    await fail(third!, { isOrigins: false });
    const { rows } = await owner.query('select by_origin from subscription order by attempt, id');
    expect(rows.map(({ by_origin: is }) => is as boolean)).toEqual([true, false, false]);
    const { rows: origins } = await owner.query('select failures from delivery_origin');
    expect(origins).toEqual([{ failures: 2 }]);
  });

  test('one endpoint that fails beside one that is well keeps to its pauses', async () => {
    await subscribe(LIVING, 2);
    const [bad, good] = await claim();
    await fail(bad!);
    for (let turn = 0; turn < 20; turn++) {
      await succeed(turn === 0 ? good! : (await claim(START + turn))[0]!, START + turn);
      await owner.query('update subscription set events = events + 1, due_at = $2 where id = $1', [
        good!.claim.id,
        new Date(START + turn + 1),
      ]);
    }
    const row = (await readRows(LIVING)).find(({ id }) => id === bad!.claim.id);
    expect(row).toMatchObject({ attempt: 1, dueIn: 10 * MINUTE });
  });
});

describe('what is under way', () => {
  test('a batch stays what it was until it is through, whatever happens meanwhile', async () => {
    await subscribe(LIVING, 1);
    const [held] = await claim();
    expect(held!.claim).toMatchObject({ first: 1, last: 1, isFixed: false });
    await owner.query('update subscription set events = 7');
    await fail(held!, { pauseMs: MINUTE });
    const [again] = await claim(START + MINUTE);
    expect(again!.claim).toMatchObject({ first: 1, last: 1, isFixed: true, attempt: 1 });
    await succeed(again!, START + MINUTE);
    const [next] = await claim(START + MINUTE);
    expect(next!.claim).toMatchObject({ first: 2, last: 7, isFixed: false, attempt: 0 });
  });

  test('a process that dies leaves it to others once its lease is over; what it notes then counts for nothing', async () => {
    await subscribe(LIVING, 1);
    const [lost] = await claim();
    expect(await claim()).toEqual([]);
    await owner.query(`update subscription set lease_until = clock_timestamp() - interval '1 ms'`);
    const [taken] = await claim(START, processes[1]);
    expect(taken!.claim).toMatchObject({ first: 1, last: 1 });
    expect(await succeed(lost!)).toBe(false);
    expect(await fail(lost!)).toBe(false);
    expect(await succeed(taken!)).toBe(true);
  });

  test('requested anew or deleted meanwhile: its outcome counts for nothing', async () => {
    await subscribe(LIVING, 2);
    const [one, other] = await claim();
    const now = new Date(START).toISOString();
    await saveSubscription(
      asOwner(),
      {
        id: one!.claim.id,
        organization: 'home',
        client: 'ehr',
        scopes: [],
        channel: 'rest-hook',
        asks: 'case-progress',
        origin: LIVING,
        plan: '{}',
        status: 'requested',
        maxCount: 20,
      },
      now,
    );
    await owner.query('delete from subscription where id = $1', [other!.claim.id]);
    expect(await succeed(one!)).toBe(false);
    expect(await fail(other!)).toBe(false);
    expect((await claim()).map(({ claim: { kind } }) => kind)).toEqual(['handshake']);
    const { rows } = await owner.query('select count(*)::int as tries from delivery_attempt');
    expect(rows).toEqual([{ tries: 0 }]);
  });
});

/** As the store asks, over the connection of the owner. */
function asOwner(): Pick<Database, 'query'> {
  return { query: async (statement, values) => (await owner.query({ ...statement, values: [...values] })).rows };
}
