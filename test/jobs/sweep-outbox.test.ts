import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { sweepOldAnnouncements } from '../../src/jobs/sweep-outbox.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { startHouse } from '../support/house.ts';

const DAY = 86_400_000;
const NOW = new Date('2027-03-01T00:00:00Z');

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let jobs: Database;
let owner: Client;
const told: unknown[] = [];
const house = {
  clock: () => NOW,
  logger: { ...silentLogger, info: (...args: unknown[]) => void told.push(args) },
};

beforeEach(async () => {
  told.length = 0;
  own = await createTestDatabase();
  // As the jobs have it: of the role that owns the tables, to which the policies of the outbox apply all the same.
  jobs = openDatabase({ url: own.url, size: 2, logger: silentLogger });
  owner = new Client({ connectionString: own.url });
  await owner.connect();
  await owner.query('delete from outbox');
});

afterEach(async () => {
  await Promise.all([jobs.close(), owner.end()]);
  await own.drop();
});

/** Announcements that are this many days old. */
async function announce(count: number, days: number): Promise<void> {
  await owner.query(
    `insert into outbox (at, readers, organization, kind, ref, version)
      select $1, array['home'], 'home', 'record', 'Patient/' || n || $2, 1 from generate_series(1, $3) n`,
    [new Date(NOW.getTime() - days * DAY), ` ${days}`, count],
  );
}

/** All who follow have had all there is. */
async function haveAll(): Promise<void> {
  await owner.query(`update outbox_consumer set horizon = pg_snapshot_xmax(pg_current_snapshot())`);
}

async function countLeft(): Promise<number> {
  const { rows } = await owner.query<{ count: number }>('select count(*)::int as count from outbox');
  return rows[0]!.count;
}

function sweep(signal = new AbortController().signal): Promise<void> {
  return sweepOldAnnouncements({ database: jobs, house, signal });
}

test('what is older than 30 days goes, in as many batches as it takes', async () => {
  await announce(3500, 31);
  await announce(20, 29.9);
  await haveAll();
  await sweep();
  expect(await countLeft()).toBe(20);
  expect(told).toEqual([[{ rows: 3500 }, expect.any(String)]]);
  await sweep();
  expect(told).toHaveLength(1);
});

test('what not all have had stays, however old', async () => {
  await announce(10, 400);
  await sweep();
  expect(await countLeft()).toBe(10);
  await haveAll();
  await sweep();
  expect(await countLeft()).toBe(0);
});

test('told to end, it ends with the batch under way', async () => {
  await announce(2500, 31);
  await haveAll();
  const ending = new AbortController();
  const database = {
    query: (...asked: Parameters<Database['query']>) => {
      ending.abort();
      return jobs.query(...asked);
    },
  };
  await sweepOldAnnouncements({ database: database as Database, house, signal: ending.signal });
  expect(await countLeft()).toBe(1500);
});

test('a server has it done every hour, once for all its processes', async () => {
  const server = await startHouse();
  const client = new Client({ connectionString: server.database });
  await client.connect();
  try {
    const { rows } = await client.query('select identifier from graphile_worker._private_known_crontabs order by 1');
    const jobs = ['overdue-case-timers', 'sweep-deliveries', 'sweep-outbox'];
    expect(rows.map(({ identifier }) => identifier as string)).toEqual(jobs);
    await client.query(
      `insert into outbox (at, readers, organization, kind, ref, version) values (now() - interval '31 days', '{}', 'x', 'record', 'Patient/old', 1)`,
    );
    const isThere = async (): Promise<boolean> =>
      (await client.query(`select 1 from outbox where ref = 'Patient/old'`)).rowCount === 1;
    for (let round = 0; round < 20 && (await isThere()); round++) {
      // Again and again: a consumer of the server's that has only just come begins at the beginning.
      await client.query('update outbox_consumer set horizon = pg_snapshot_xmax(pg_current_snapshot())');
      await client.query(`select graphile_worker.add_job('sweep-outbox')`);
      for (let look = 0; look < 20 && (await isThere()); look++) await new Promise((done) => setTimeout(done, 50));
    }
    expect(await isThere()).toBe(false);
  } finally {
    await client.end();
    await server.stop();
  }
}, 30_000);
