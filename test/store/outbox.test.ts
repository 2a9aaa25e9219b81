import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { consumeOutbox, openDatabase, peekOutbox, settle, sweepOutbox, writeRecords } from '../../src/store/index.ts';
import type { Database, Queryable, RecordWrite, StoredCase } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let app: Database;
let worker: Database;
let owner: Client;

beforeEach(async () => {
  own = await createTestDatabase();
  app = openDatabase({ url: own.url, role: 'consilium_app', size: 4, logger: silentLogger });
  worker = openDatabase({ url: own.url, role: 'consilium_worker', size: 4, logger: silentLogger });
  owner = new Client({ connectionString: own.url });
  await owner.connect();
  await owner.query(`insert into organization (id, name, role) values
    ('home', 'Home', 'placer'), ('programme', 'Programme', 'programme')`);
});

afterEach(async () => {
  await Promise.all([app.close(), worker.close(), owner.end()]);
  await own.drop();
});

const ACT = { request: 'test', organization: 'home', client: 'test', interaction: 'create' };

function patient(id: string): RecordWrite {
  return {
    ref: `Patient/${id}`,
    type: 'Patient',
    version: 1,
    owner: 'home',
    readers: ['home'],
    method: 'POST',
    body: { head: '{"meta":{"lastUpdated":"', tail: '"}}' },
    index: { text: [], range: [] },
    keys: { id: 1, lastUpdated: 2 },
  };
}

/** Writes a record and announces an event of it. */
async function announce(on: Queryable, id: string): Promise<void> {
  await writeRecords(on, ACT, [patient(id)]);
  // A case for each: whoever writes to a case holds it, and transactions are to overtake each other here.
  const row: StoredCase = {
    id: randomUUID(),
    number: `SO-${id}`,
    serviceRequest: `ServiceRequest/${id}`,
    task: `Task/${id}`,
    placer: 'home',
    programme: 'programme',
    status: 'requested',
    businessStatus: 'submitted',
    rules: 0,
    state: '{}',
  };
  const at = '2026-03-04T09:00:00Z';
  const event = { caseId: row.id, at, kind: 'happened', ref: `Patient/${id}`, event: `{"id":"${id}"}` };
  await settle(on, 'home', { cases: [row], members: [], events: [event] });
}

/** A transaction that has done its work and waits to be let go. */
function open(id: string): { ready: Promise<void>; commit(): Promise<void> } {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  let done: Promise<void>;
  const ready = new Promise<void>((resolve) => {
    done = app.transact(async (on) => {
      await announce(on, id);
      resolve();
      await gate;
    });
  });
  return {
    ready,
    commit: () => {
      letGo();
      return done;
    },
  };
}

async function consume(name = 'jobs'): Promise<string[]> {
  const refs: string[] = [];
  await worker.transact((on) => {
    refs.length = 0;
    return consumeOutbox(on, name, ['happened'], (rows) => {
      refs.push(...rows.map((row) => row.ref));
      return Promise.resolve();
    });
  });
  return refs;
}

/** Consumes until `count` have come: a transaction open in any other database of the server holds all back for a while. */
async function consumeAll(count: number, name?: string): Promise<string[]> {
  const refs: string[] = [];
  const haveCome = async (): Promise<boolean> => refs.push(...(await consume(name))) >= count;
  if (count > 0) await waitUntil(haveCome, 10);
  return refs;
}

test('a write leaves its row with it, one that is rolled back leaves none', async () => {
  await writeRecords(app, ACT, [patient('a')]);
  await expect(
    app.transact(async (on) => {
      await announce(on, 'b');
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  // An id that is taken writes nothing, and announces nothing.
  expect(await writeRecords(app, ACT, [patient('a')])).toEqual([]);
  const { rows } = await owner.query('select kind, ref, version::int, organization, readers from outbox');
  expect(rows).toEqual([{ kind: 'record', ref: 'Patient/a', version: 1, organization: 'home', readers: ['home'] }]);
  expect((await owner.query('select ref from record')).rows).toEqual([{ ref: 'Patient/a' }]);
});

test('what was committed is handed out once, in the order of the transactions', async () => {
  for (const id of ['a', 'b', 'c']) await app.transact((on) => announce(on, id));
  expect(await consumeAll(3)).toEqual(['Patient/a', 'Patient/b', 'Patient/c']);
  expect(await consume()).toEqual([]);
  // Each consumer has its own place.
  expect(await consumeAll(3, 'other')).toEqual(['Patient/a', 'Patient/b', 'Patient/c']);
});

test('a transaction that took its position early and commits late is not passed over', async () => {
  const late = open('late');
  await late.ready;
  await app.transact((on) => announce(on, 'quick'));
  const { rows } = await owner.query<{ ref: string }>(
    `select ref from outbox where kind = 'happened' order by position`,
  );
  expect(rows).toEqual([{ ref: 'Patient/quick' }]);
  // The quick one stands behind it, and waits with it.
  expect(await consume()).toEqual([]);
  await late.commit();
  expect(await consumeAll(2)).toEqual(['Patient/late', 'Patient/quick']);
  expect(await consume()).toEqual([]);
});

test('what the consumer could not do stays for the next time', async () => {
  await app.transact((on) => announce(on, 'a'));
  const failing = (): Promise<number> =>
    worker.transact((on) => consumeOutbox(on, 'jobs', ['happened'], () => Promise.reject(new Error('not now'))));
  const tryAll = async (): Promise<void> => {
    await waitUntil(async () => (await failing()) > 0, 10);
  };
  await expect(tryAll()).rejects.toThrow('not now');
  expect(await consumeAll(1)).toEqual(['Patient/a']);
});

test('kinds that a consumer did not ask for are not handed to it', async () => {
  await writeRecords(app, ACT, [patient('plain')]);
  expect(await consume()).toEqual([]);
});

test('four dispatchers of one name under load hand out each event exactly once', async () => {
  const ids = Array.from({ length: 200 }, (_, n) => `n${n}`);
  const seen: string[] = [];
  let writing = true;
  const dispatchers = [0, 1, 2, 3].map(async () => {
    while (writing) {
      seen.push(...(await consume()));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });
  const queue = [...ids];
  const writers = [0, 1, 2].map(async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) await app.transact((on) => announce(on, id));
  });
  await Promise.all(writers);
  writing = false;
  await Promise.all(dispatchers);
  seen.push(...(await consumeAll(ids.length - seen.length)));
  expect(seen.sort()).toEqual(ids.map((id) => `Patient/${id}`).sort());
});

async function peek(seen?: string): Promise<{ waiting: boolean; seen: string }> {
  return peekOutbox(worker, 'jobs', ['happened'], seen);
}

/** Looks until the look tells this. */
async function peekUntil(waiting: boolean, seen?: string): Promise<{ waiting: boolean; seen: string }> {
  let told = await peek(seen);
  const isTold = async (): Promise<boolean> => (told = await peek(seen)).waiting === waiting;
  if (told.waiting === waiting || (await waitUntil(isTold, 10))) return told;
  throw new Error(`It is never told that ${waiting ? 'something' : 'nothing'} is waiting`);
}

test('a look tells what can be taken, and changes nothing', async () => {
  // Who has never taken anything has to come and say so.
  expect((await peek()).waiting).toBe(true);
  expect(await consume()).toEqual([]);
  expect((await peek()).waiting).toBe(false);
  await writeRecords(app, ACT, [patient('plain')]);
  const { seen } = await peekUntil(false);
  await app.transact((on) => announce(on, 'a'));
  await peekUntil(true);
  await peekUntil(true, seen);
  expect(await consumeAll(1)).toEqual(['Patient/a']);
  expect((await peek()).waiting).toBe(false);
  expect((await peek(seen)).waiting).toBe(false);
});

test('what commits after a look is seen by the next one, however early it began', async () => {
  await consume();
  const late = open('late');
  await late.ready;
  await app.transact((on) => announce(on, 'quick'));
  // Both stand behind the transaction that is open.
  const { waiting, seen } = await peek();
  expect(waiting).toBe(false);
  await late.commit();
  await peekUntil(true, seen);
  expect(await consumeAll(2)).toEqual(['Patient/late', 'Patient/quick']);
});

const HOUR = 3_600_000;
const NOW = Date.parse('2027-01-31T12:00:00Z');

/** Makes announcements this many hours old. */
async function age(hours: number, ...ids: string[]): Promise<void> {
  const refs = ids.map((id) => `Patient/${id}`);
  await owner.query('update outbox set at = $1 where ref = any ($2)', [new Date(NOW - hours * HOUR), refs]);
}

async function left(): Promise<string[]> {
  const { rows } = await owner.query<{ ref: string }>('select distinct ref from outbox order by ref');
  return rows.map(({ ref }) => ref.slice('Patient/'.length));
}

async function sweep(hours: number, limit = 100): Promise<number> {
  return sweepOutbox(worker, new Date(NOW - hours * HOUR), limit);
}

test('announcements go once they are old and all consumers have had them', async () => {
  for (const id of ['a', 'b', 'c']) await app.transact((on) => announce(on, id));
  await age(50, 'a', 'b');
  await age(5, 'c');
  // The words have had none of them yet: another consumer that has changes nothing.
  await owner.query(`update outbox_consumer set horizon = '0' where name = 'words'`);
  expect(await consumeAll(3, 'jobs')).toHaveLength(3);
  expect(await sweep(1)).toBe(0);
  const { rows } = await owner.query<{ xid: string }>(
    `select xid::text as xid from outbox where ref = 'Patient/b' limit 1`,
  );
  await owner.query(`update outbox_consumer set horizon = $1::xid8 where name = 'words'`, [rows[0]!.xid]);
  expect(await sweep(10)).toBe(2);
  expect(await left()).toEqual(['b', 'c']);
  expect(await consumeAll(2, 'words')).toEqual(['Patient/b', 'Patient/c']);
  expect(await consume('words')).toEqual([]);
  expect(await left()).toEqual(['b', 'c']);
});

test('announcements that are young stay, whoever has had them, and go by their own age', async () => {
  for (const id of ['a', 'b', 'c', 'd']) await app.transact((on) => announce(on, id));
  await age(50, 'a', 'c');
  await age(5, 'b', 'd');
  expect(await consumeAll(4, 'jobs')).toHaveLength(4);
  expect(await consumeAll(4, 'words')).toHaveLength(4);
  expect(await sweep(10)).toBe(4);
  expect(await left()).toEqual(['b', 'd']);
  expect(await sweep(10)).toBe(0);
  // What is left is still handed out to who begins.
  expect(await consumeAll(2, 'new')).toEqual(['Patient/b', 'Patient/d']);
});

test('without any consumer nothing goes, and one that has just come holds all back', async () => {
  await app.transact((on) => announce(on, 'a'));
  await age(50, 'a');
  await owner.query('delete from outbox_consumer');
  expect(await sweep(1)).toBe(0);
  await owner.query(`insert into outbox_consumer values ('late', '0')`);
  expect(await sweep(1)).toBe(0);
  expect(await left()).toEqual(['a']);
});

test('a batch looks at no more than it is told, and batch by batch all go', async () => {
  await writeRecords(
    app,
    ACT,
    Array.from({ length: 25 }, (_, n) => patient(`n${n}`)),
  );
  await owner.query(`update outbox set at = $1`, [new Date(NOW - 50 * HOUR)]);
  await owner.query(`update outbox_consumer set horizon = (select max(xid::text::int8) + 1 from outbox)::text::xid8`);
  const counts: number[] = [];
  for (let n = 0; n < 4; n++) counts.push(await sweep(10, 10));
  expect(counts).toEqual([10, 10, 5, 0]);
  const client = new Client({ connectionString: own.url, options: '-c role=consilium_worker' });
  await client.connect();
  await expect(client.query(`update outbox set ref = 'x'`)).rejects.toThrow('permission denied');
  await client.end();
  await expect(sweepOutbox(app, new Date(NOW), 10)).rejects.toMatchObject({ code: '42501' });
});
