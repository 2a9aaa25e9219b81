import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { Logger } from '../../src/base/index.ts';
import { silentLogger } from '../../src/base/index.ts';
import { startWords } from '../../src/jobs/index.ts';
import type { WordsJob } from '../../src/jobs/index.ts';
import { openDatabase, writeRecords } from '../../src/store/index.ts';
import type { Database, Queryable, WordReader } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let app: Database;
let worker: Database;
let owner: Client;
const running: WordsJob[] = [];

beforeEach(async () => {
  own = await createTestDatabase();
  app = openDatabase({ url: own.url, role: 'consilium_app', size: 2, logger: silentLogger });
  worker = openDatabase({ url: own.url, role: 'consilium_worker', size: 2, logger: silentLogger });
  owner = new Client({ connectionString: own.url });
  await owner.connect();
  await owner.query(`insert into organization (id, name, role) values ('home', 'Home', 'placer')`);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((job) => job.stop()));
  await Promise.all([app.close(), worker.close(), owner.end()]);
  await own.drop();
});

/** The text of these records is their only word. */
const read: WordReader = (body) => ({ _text: [], _content: [(JSON.parse(body) as { word: string }).word] });

async function write(...words: string[]): Promise<void> {
  const act = { request: 'test', organization: 'home', client: 'test', interaction: 'create' };
  await writeRecords(
    app,
    act,
    words.map((word) => ({
      ref: `Patient/${word}`,
      type: 'Patient',
      version: 1,
      owner: 'home',
      readers: ['home'],
      method: 'POST',
      body: { head: '{"lastUpdated":"', tail: `","word":"${word}"}` },
      index: { text: [], range: [] },
      keys: { id: 1, lastUpdated: 2 },
    })),
  );
}

function start(
  reader: WordReader = read,
  logger: Logger = silentLogger,
  records: Queryable = app,
  database: Database = worker,
): WordsJob {
  const job = startWords({ database, records, read: reader, logger });
  running.push(job);
  return job;
}

async function untilIndexed(count: number): Promise<void> {
  const isDone = async (): Promise<boolean> => {
    const { rows } = await owner.query<{ count: number }>('select count(*)::int as count from search_words');
    return rows[0]!.count === count;
  };
  if (!(await waitUntil(isDone))) throw new Error(`There are no ${count} records with words`);
}

test('indexes what was written before it started and what is written later, told of it or not', async () => {
  await write('before');
  const job = start();
  await untilIndexed(1);
  await write('told');
  job.wake();
  await untilIndexed(2);
  await write('by', 'another', 'process');
  await untilIndexed(5);
});

test('goes on batch by batch until all is done', async () => {
  for (let n = 0; n < 4; n++) await write(...Array.from({ length: 150 }, (_, k) => `w${n * 150 + k}`));
  start();
  await untilIndexed(600);
});

test('a failure is told and what failed is tried again', async () => {
  await write('a');
  const told: unknown[] = [];
  let failures = 2;
  const failing: Queryable = {
    query: (statement, values) => {
      if (failures-- > 0) throw new Error('secret');
      return app.query(statement, values);
    },
  };
  start(read, { ...silentLogger, warn: (...args: unknown[]) => void told.push(args) }, failing);
  await untilIndexed(1);
  expect(told).toHaveLength(2);
  expect(JSON.stringify(told)).not.toContain('secret');
});

test('a record of which no words can be made is told without a word of it, and keeps none of the others', async () => {
  await write('secret', 'b');
  const told: unknown[] = [];
  const failing: WordReader = (body) => {
    if (body.includes('secret')) throw new Error(body);
    return read(body);
  };
  start(failing, { ...silentLogger, error: (...args: unknown[]) => void told.push(args) });
  await untilIndexed(2);
  expect(told).toHaveLength(1);
  expect(JSON.stringify(told)).not.toContain('secret');
});

test('stopped, it ends with the batch under way and takes no other', async () => {
  await write('a');
  let stopped: Promise<void> | undefined;
  const job = start((body) => {
    stopped = job.stop();
    return read(body);
  });
  expect(await waitUntil(() => stopped !== undefined)).toBe(true);
  await stopped;
  await untilIndexed(1);
  await write('b');
  job.wake();
  await new Promise((resolve) => setTimeout(resolve, 800));
  await untilIndexed(1);
});

/** The worker's database, and how often it was asked something and a transaction was opened on it. */
function counted(): { database: Database; counts: { queries: number; transactions: number } } {
  const counts = { queries: 0, transactions: 0 };
  const database: Database = {
    ...worker,
    query: (statement, values) => {
      counts.queries += 1;
      return worker.query(statement, values);
    },
    transact: (work) => {
      counts.transactions += 1;
      return worker.transact(work);
    },
  };
  return { database, counts };
}

test('while nothing is written it looks now and then, and opens no transaction', async () => {
  const { database, counts } = counted();
  await write('before');
  start(read, silentLogger, app, database);
  await untilIndexed(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  counts.queries = counts.transactions = 0;
  const begun = performance.now();
  expect(await waitUntil(() => counts.queries >= 5)).toBe(true);
  expect(counts.transactions).toBe(0);
  // Twice a second, by one question: there is half a second between the first and the second, and so on.
  expect(performance.now() - begun).toBeGreaterThan(1900);
});

test('while something is written all the time it works in few batches, and soon all the same', async () => {
  const { database, counts } = counted();
  const job = start(read, silentLogger, app, database);
  const begun = performance.now();
  let written = 0;
  while (performance.now() - begun < 2000 || written <= 40 || counts.transactions <= 1) {
    await write(`w${(written += 1)}`);
    job.wake();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (performance.now() - begun) / 1000;
  expect(counts.transactions).toBeLessThanOrEqual(4 * seconds + 1);
  await untilIndexed(written);
});
