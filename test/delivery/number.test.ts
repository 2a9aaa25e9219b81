import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { beginNumbering, openDatabase, takeAnnouncements, tellSubscriptions } from '../../src/store/index.ts';
import type { Announcement, Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';

const SUBSCRIPTIONS = ['Subscription/a', 'Subscription/b', 'Subscription/c'];
const REVISION = randomUUID();
const NOW = '2026-03-04T09:00:00Z';

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let processes: Database[];
let clients: Client[];
let owner: Client;

beforeEach(async () => {
  own = await createTestDatabase();
  const settings = { url: own.url, role: 'consilium_worker', size: 2, logger: silentLogger } as const;
  processes = [openDatabase(settings), openDatabase(settings)];
  clients = [];
  owner = await connect();
  await owner.query(`insert into organization (id, name, role) values ('home', 'Home', 'placer')`);
  for (const id of SUBSCRIPTIONS) {
    await owner.query(
      `insert into subscription (id, organization, client, scopes, channel, asks, origin, plan, status, shown, max_count, since, created_at, revision)
       values ($1, 'home', 'ehr', '', 'rest-hook', 'case-progress', 'https://home.example', '{}', 'active', 'active', 20, '1:1:', now(), $2)`,
      [id, REVISION],
    );
  }
  await beginNumbering(processes[0]!);
});

afterEach(async () => {
  await Promise.all([...processes.map((one) => one.close()), ...clients.map((one) => one.end())]);
  await own.drop();
});

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: own.url });
  clients.push(client);
  await client.connect();
  return client;
}

/** A transaction under way that has its id, as one has that has written or held something. */
async function begin(): Promise<{ tell(caseId: string, ref: string): Promise<void>; commit(): Promise<unknown> }> {
  const client = await connect();
  await client.query('begin');
  await client.query('select pg_current_xact_id()');
  return { tell: (caseId, ref) => announce(client, caseId, ref), commit: () => client.query('commit') };
}

async function announce(on: Client, caseId: string, ref: string): Promise<void> {
  await on.query(
    `insert into outbox (at, readers, organization, kind, ref, version, event)
     values (clock_timestamp(), '{home}', 'home', 'happened', $1, 0, $2)`,
    [ref, JSON.stringify({ case: caseId })],
  );
}

/** One go of a process; what it was given, once that is committed. */
async function take(on: Database, limit: number, fails = false): Promise<{ refs: string[]; more: boolean }> {
  let refs: string[] = [];
  const handle = async (rows: readonly Announcement[]): Promise<void> => {
    refs = rows.map(({ ref }) => ref);
    const events = rows.flatMap(({ ref: focus, kind }) =>
      SUBSCRIPTIONS.map((subscription) => ({ subscription, revision: REVISION, at: NOW, kind, focus })),
    );
    await tellSubscriptions(transaction!, events, NOW);
    if (fails) throw new Error('the process dies');
  };
  let transaction: Parameters<Parameters<Database['transact']>[0]>[0] | undefined;
  const taken = await on.transact((opened) => {
    transaction = opened;
    refs = [];
    return takeAnnouncements(opened, 'delivery', () => ['happened'], limit, handle);
  });
  return { refs, more: taken === 'busy' || taken.more };
}

/** What is taken until `count` have come: transactions of other tests hold it back for a while. */
async function takeAll(count: number, limit: number): Promise<string[]> {
  const all: string[] = [];
  await waitUntil(async () => all.push(...(await take(processes[0]!, limit)).refs) >= count, 5);
  return all;
}

async function readNumbers(): Promise<Map<string, { numbers: number[]; refs: string[] }>> {
  const { rows } = await owner.query<{ subscription: string; numbers: string[]; refs: string[] }>(
    `select subscription, array_agg(number order by number) as numbers, array_agg(focus order by number) as refs
     from subscription_event group by 1`,
  );
  return new Map(rows.map(({ subscription, numbers, refs }) => [subscription, { numbers: numbers.map(Number), refs }]));
}

test('what a transaction did that began early and came to the case late is told after what came before it', async () => {
  const early = await begin();
  const beside = await begin();
  const quick = await begin();
  await quick.tell('one', 'Task/first');
  await quick.commit();
  await early.tell('one', 'Task/second');
  await early.tell('other', 'Task/alone');
  await early.commit();
  // `early` stands below the first open transaction, and `quick` above it.
  for (let turn = 0; turn < 3; turn++) expect(await take(processes[0]!, 500)).toEqual({ refs: [], more: false });
  await beside.commit();
  expect(await takeAll(3, 500)).toEqual(['Task/first', 'Task/second', 'Task/alone']);
});

test('one that waits for another does not hold up what came before both', async () => {
  const before = await begin();
  await before.tell('one', 'Task/zeroth');
  await before.commit();
  const early = await begin();
  const beside = await begin();
  const quick = await begin();
  await quick.tell('one', 'Task/first');
  await quick.commit();
  await early.tell('one', 'Task/second');
  await early.commit();
  expect(await takeAll(1, 500)).toEqual(['Task/zeroth']);
  await beside.commit();
  expect(await takeAll(2, 1)).toEqual(['Task/first', 'Task/second']);
});

test('writers of several cases at once, two processes that number in small parts and fail: in order, once, no gap', async () => {
  const cases = Array.from({ length: 5 }, () => randomUUID());
  await owner.query('create table held (id uuid primary key)');
  for (const id of cases) await owner.query('insert into held values ($1)', [id]);
  const random = mulberry(20260304);
  const committed = new Set<string>();
  const undone = new Set<string>();
  const writers = Array.from({ length: 6 }, async (_, lane) => {
    const client = await connect();
    for (let turn = 0; turn < 25; turn++) {
      const names = cases.filter(() => random() < 0.5).sort();
      await client.query('begin');
      // Each case is held one after the other: the first gives the transaction its id, the others may come much later.
      for (const id of names) {
        await client.query('select from held where id = $1 for update', [id]);
        if (random() < 0.3) await pause(3);
      }
      const refs = names.map((_id, n) => `Task/${lane}-${turn}-${n}`);
      for (const [n, id] of names.entries()) await announce(client, id, refs[n]!);
      if (random() < 0.3) await pause(3);
      const isUndone = random() < 0.2;
      await client.query(isUndone ? 'rollback' : 'commit');
      for (const ref of refs) (isUndone ? undone : committed).add(ref);
    }
  });
  let written = false;
  const told: string[] = [];
  const readers = processes.map(async (on, n) => {
    await waitUntil(async () => {
      const { refs } = await take(on, 1 + n * 6, random() < 0.2).catch(() => ({ refs: [] }));
      told.push(...refs);
      return written && told.length >= committed.size;
    }, 1);
  });
  await Promise.all(writers);
  written = true;
  await Promise.all(readers);

  expect(new Set(told)).toEqual(committed);
  expect(committed.size + undone.size).toBeGreaterThan(200);
  const { rows } = await owner.query<{ id: string; refs: string[] }>(
    `select event::json ->> 'case' as id, array_agg(ref order by position) as refs from outbox group by 1`,
  );
  const numbers = await readNumbers();
  expect([...numbers.keys()].sort()).toEqual(SUBSCRIPTIONS);
  for (const { numbers: given, refs } of numbers.values()) {
    expect(given).toEqual(refs.map((_ref, n) => n + 1));
    expect(refs.length).toBe(committed.size);
    for (const one of rows) expect(refs.filter((ref) => one.refs.includes(ref))).toEqual(one.refs);
  }
});

/** A generator with a seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
