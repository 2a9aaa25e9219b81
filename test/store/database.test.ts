import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Fault, silentLogger } from '../../src/base/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database, Queryable } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  database = openDatabase({ url: own.url, size: 1, logger: silentLogger, statementTimeoutMs: 200 });
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

test('more parameters than can be counted are too much asked, not a database that is away', async () => {
  const values = Array.from({ length: 70_000 }, () => 1);
  const text = `select 1 as one where 1 in (${values.map((_, n) => `$${n + 1}`).join(', ')})`;
  await expect(database.query({ text }, values)).rejects.toMatchObject({
    status: 413,
    issues: [{ code: 'too-costly', key: 'asks-too-much' }],
  });
  expect(await database.query({ text: 'select 1 as one' }, [])).toEqual([{ one: 1 }]);
});

test('a statement that takes longer than allowed ends, is not to be sent again as it is, and the connection serves on', async () => {
  const refused = await refusal(database, 'select pg_sleep(20)');
  expect(refused).toMatchObject({ status: 504, issues: [{ code: 'too-costly', key: 'took-too-long' }], headers: {} });
  expect(refused.issues[0]?.text).toMatch(/nothing was changed.*_lastUpdated.*_count/);
  expect(await database.query({ text: 'select 1 as one' }, [])).toEqual([{ one: 1 }]);
});

test('who waited for others that hold the same is told so, and when to come again', async () => {
  const other = openDatabase({ url: own.url, size: 1, logger: silentLogger });
  try {
    await other.query({ text: 'create table held (n int)' }, []);
    await other.query({ text: 'insert into held values (1)' }, []);
    await other.transact(async (on) => {
      await on.query({ text: 'select 1 from held for update' }, []);
      for (const text of ['update held set n = 2', 'alter table held add m int']) {
        const refused = await refusal(database, text);
        expect(refused).toMatchObject({ status: 503, issues: [{ code: 'lock-error', key: 'records-held' }] });
        expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      }
    });
    expect(await database.query({ text: 'update held set n = 2 returning n' }, [])).toEqual([{ n: 2 }]);
  } finally {
    await other.close();
  }
});

test('where all connections are at work, who comes is told to come again, not that the database is away', async () => {
  const full = openDatabase({ url: own.url, size: 1, logger: silentLogger, acquireTimeoutMs: 100 });
  try {
    await full.transact(async (on) => {
      await on.query({ text: 'select 1' }, []);
      const refused = await refusal(full, 'select 1');
      expect(refused).toMatchObject({ status: 503, issues: [{ code: 'throttled', key: 'database-busy' }] });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    });
  } finally {
    await full.close();
  }
});

test('a transaction that the server left waiting for too long is to be sent again', async () => {
  const work = database.transact(async (on) => {
    await on.query({ text: `set local idle_in_transaction_session_timeout = 50` }, []);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await on.query({ text: 'select 1' }, []);
  });
  await expect(work).rejects.toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
  expect(await database.query({ text: 'select 1 as one' }, [])).toEqual([{ one: 1 }]);
});

const SECONDS = { 'retry-after': expect.stringMatching(/^[1-9]\d?$/) };

// PostgreSQL says these only when it is full, starts or stops: here a function says them.
test.each([
  ['40001', 409, 'concurrent-change', {}],
  ['40P01', 409, 'concurrent-change', {}],
  ['55P03', 503, 'records-held', SECONDS],
  ['57014', 504, 'took-too-long', {}],
  ['25P03', 503, 'transaction-stalled', SECONDS],
  ['25P04', 503, 'transaction-stalled', SECONDS],
  ['54000', 413, 'asks-too-much', {}],
  ['53100', 503, 'store-full', SECONDS],
  ['53200', 503, 'database-busy', SECONDS],
  ['53300', 503, 'database-busy', SECONDS],
  ['53400', 503, 'database-busy', SECONDS],
  ['57P01', 503, 'database-away', SECONDS],
  ['57P03', 503, 'database-away', SECONDS],
  ['08006', 503, 'database-away', SECONDS],
  ['28000', 503, 'database-away', SECONDS],
  ['3D000', 503, 'database-away', SECONDS],
  ['25006', 503, 'database-away', SECONDS],
])('SQLSTATE %s is answered %i %s', async (state, status, key, headers) => {
  // In whatever language: only the state counts.
  const text = `do $$ begin raise exception 'die Verbindung' using errcode = '${state}'; end $$`;
  const refused = await refusal(database, text);
  expect(refused).toMatchObject({ status, issues: [{ key, severity: 'error' }] });
  expect(refused.headers).toEqual(headers);
  expect(JSON.stringify(refused.issues)).not.toContain('Verbindung');
});

test.each(['42P01', '23505', 'XX000'])('SQLSTATE %s is a fault of ours, whatever it says', async (state) => {
  const text = `do $$ begin raise exception 'connection timeout, terminating' using errcode = '${state}'; end $$`;
  await expect(database.query({ text }, [])).rejects.toMatchObject({ code: state });
});

async function refusal(on: Queryable, text: string): Promise<Fault> {
  const error: unknown = await on.query({ text }, []).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}
