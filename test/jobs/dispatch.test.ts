import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import type { House } from '../../src/interactions/index.ts';
import { startJobs } from '../../src/jobs/index.ts';
import type { Jobs } from '../../src/jobs/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Announcements become jobs, and those that are none cost little. */

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
let owner: Client;
const running: Jobs[] = [];

beforeEach(async () => {
  own = await createTestDatabase();
  database = openDatabase({ url: own.url, size: 2, logger: silentLogger });
  owner = new Client({ connectionString: own.url });
  await owner.connect();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((jobs) => jobs.stop()));
  await Promise.all([database.close(), owner.end()]);
  await own.drop();
});

async function start(on: Database = database): Promise<Jobs> {
  const jobs = await startJobs({
    url: own.url,
    database: on,
    // No job gets as far as to need one.
    house: { logger: silentLogger, clock: () => new Date() } as House,
    render: () => Promise.reject(new Error('no letter')),
    openSigner: () => Promise.reject(new Error('no key')),
    logger: silentLogger,
  });
  running.push(jobs);
  return jobs;
}

async function announce(kind: string, ref: string): Promise<void> {
  await owner.query(
    `insert into outbox (at, readers, organization, kind, ref, version, event) values (now(), '{}', 'home', $1, $2, 1, $3)`,
    [kind, ref, kind === 'record' ? null : '{"case":"00000000-0000-4000-8000-000000000000"}'],
  );
}

async function untilQueued(...refs: string[]): Promise<void> {
  const areThere = async (): Promise<boolean> => {
    const { rows } = await owner.query<{ key: string }>('select key from graphile_worker.jobs order by key');
    return rows.map(({ key }) => key).join() === refs.map((ref) => `report-files ${ref}`).join();
  };
  if (!(await waitUntil(areThere))) throw new Error('The announcements did not become jobs');
}

test('commits that are no events open no transaction, and an event among them becomes its job', async () => {
  let transactions = 0;
  const counted: Database = {
    ...database,
    transact: (work) => {
      transactions += 1;
      return database.transact(work);
    },
  };
  await announce('report-issued', 'DiagnosticReport/before');
  const jobs = await start(counted);
  await untilQueued('DiagnosticReport/before');
  transactions = 0;
  for (let n = 0; n < 40; n++) {
    await announce('record', `Patient/${n}`);
    jobs.wake();
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  expect(transactions).toBe(0);
  await announce('report-amended', 'DiagnosticReport/later');
  jobs.wake();
  await untilQueued('DiagnosticReport/before', 'DiagnosticReport/later');
  expect(transactions).toBe(1);
});

test('what another process had in its hands and gave up becomes a job all the same', async () => {
  const other = new Client({ connectionString: own.url });
  await other.connect();
  try {
    const jobs = await start();
    await announce('report-issued', 'DiagnosticReport/first');
    jobs.wake();
    await untilQueued('DiagnosticReport/first');
    // In this order the announcement is to be had while the other process is at it.
    await announce('report-issued', 'DiagnosticReport/held');
    await other.query(`begin; select 1 from outbox_consumer where name = 'jobs' for update`);
    jobs.wake();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await other.query('rollback');
    await untilQueued('DiagnosticReport/first', 'DiagnosticReport/held');
  } finally {
    await other.end();
  }
});
