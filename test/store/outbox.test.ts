import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { consumeOutbox, openDatabase, settle, writeRecords } from '../../src/store/index.ts';
import type { Database, Queryable, RecordWrite } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

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
  await owner.query(`insert into organization (id, name, role) values ('home', 'Home', 'placer')`);
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
  const event = { kind: 'happened', ref: `Patient/${id}`, readers: ['home'], event: `{"id":"${id}"}` };
  await settle(on, 'home', { cases: [], members: [], events: [event] });
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
  for (let round = 0; refs.length < count && round < 400; round++) {
    refs.push(...(await consume(name)));
    if (refs.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
  }
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
    for (let round = 0; round < 400; round++) {
      await failing();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
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
