import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Fault, silentLogger } from '../../src/base/index.ts';
import { openDatabase, Overtaken } from '../../src/store/index.ts';
import type { Database, Queryable, Transaction } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

/** Of transactions, in ms. */
const LIMIT = 300;
/** Of who waits for a connection, in ms: longer than a machine stands still. */
const PATIENCE = 4000;

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
  const full = openDatabase({ url: own.url, size: 1, logger: silentLogger, acquireTimeoutMs: PATIENCE });
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

describe('the time of a transaction', () => {
  let brief: Database;
  beforeAll(async () => {
    brief = openDatabase({ url: own.url, size: 1, logger: silentLogger, transactionTimeoutMs: LIMIT });
    await brief.query({ text: 'create table noted (n int)' }, []);
  });
  afterAll(() => brief.close());

  test.each<[string, (on: Transaction) => Promise<unknown>]>([
    ['many short statements', (on) => forEver(() => on.query({ text: 'select pg_sleep(0.02)' }, []))],
    ['one long statement', (on) => on.query({ text: 'select pg_sleep(20)' }, [])],
    ['work between statements that looks at it', (on) => forEver(() => pause(5).then(on.check))],
    ['work after the last statement', () => pause(LIMIT + 50)],
  ])('ends %s: it is told so, nothing is written, and it is not run again', async (_, work) => {
    let runs = 0;
    const began = performance.now();
    const refused = brief.transact(async (on) => {
      runs += 1;
      await on.query({ text: 'insert into noted values (1)' }, []);
      await work(on);
    });
    await expect(refused).rejects.toMatchObject({ status: 504, issues: [{ key: 'took-too-long' }], headers: {} });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(runs).toBe(1);
    // On the same connection, whose statements have their own time again.
    expect(await brief.query({ text: 'select n from noted' }, [])).toEqual([]);
    expect(await brief.query({ text: 'show statement_timeout' }, [])).toEqual([{ statement_timeout: '15s' }]);
  });

  test('is that of all its repetitions', async () => {
    let runs = 0;
    const refused = brief.transact(async () => {
      runs += 1;
      await pause(LIMIT * 0.7);
      throw new Overtaken();
    });
    // Each has time enough on any machine that does not stand still.
    await expect(refused).rejects.toMatchObject({ status: 504 });
    expect([1, 2]).toContain(runs);
  });

  test('ends when nobody waits for the outcome any more', async () => {
    const leave = new AbortController();
    const reason = new Error('gone');
    let runs = 0;
    const work = async (on: Transaction): Promise<void> => {
      runs += 1;
      await on.query({ text: 'insert into noted values (1)' }, []);
      leave.abort(reason);
      await on.query({ text: 'insert into noted values (2)' }, []);
    };
    for (let n = 0; n < 2; n++) await expect(database.transact(work, { signal: leave.signal })).rejects.toBe(reason);
    expect(runs).toBe(1);
    expect(await database.query({ text: 'select n from noted' }, [])).toEqual([]);
  });
});

describe('the transactions of one organisation', () => {
  let shared: Database;
  beforeAll(() => {
    shared = openDatabase({ url: own.url, size: 4, logger: silentLogger, acquireTimeoutMs: PATIENCE });
  });
  afterAll(() => shared.close());

  /** Holds a connection until it is let go. */
  function hold(organization: string): { began: Promise<void>; done: Promise<void>; letGo: () => void } {
    const [began, end] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const done = shared.transact(
      async () => {
        began.resolve(undefined);
        await end.promise;
      },
      { organization },
    );
    return { began: began.promise, done, letGo: () => end.resolve(undefined) };
  }

  test('hold half of the connections; who comes then waits for theirs, and others do not', async () => {
    const held = [hold('a'), hold('a')];
    await Promise.all(held.map(({ began }) => began));
    await expect(hold('a').done).rejects.toMatchObject({ status: 503, issues: [{ key: 'database-busy' }] });
    const others = [hold('b'), hold('b')];
    await Promise.all(others.map(({ began }) => began));

    const [first, second] = [hold('a'), hold('a')];
    const order: string[] = [];
    void first.began.then(() => order.push('first'));
    void second.began.then(() => order.push('second'));
    held[0]!.letGo();
    await first.began;
    expect(order).toEqual(['first']);
    first.letGo();
    await second.began;
    for (const one of [...held, ...others, second]) one.letGo();
    await Promise.all([...held, ...others, first, second].map(({ done }) => done));
  });

  test('give back what they held, whatever became of them', async () => {
    for (let n = 0; n < 5; n++) {
      const failing = shared.transact(() => Promise.reject(new Error('no')), { organization: 'a' });
      await expect(failing).rejects.toThrow('no');
    }
    const held = [hold('a'), hold('a')];
    await Promise.all(held.map(({ began }) => began));
    for (const one of held) one.letGo();
    await Promise.all(held.map(({ done }) => done));
  });

  test('wait no longer than others for a connection, in both queues together', async () => {
    const all = [hold('b'), hold('b'), hold('c'), hold('a')];
    await Promise.all(all.map(({ began }) => began));
    // The first gets no connection, and the second its share only when its own time is nearly over.
    const order: string[] = [];
    const wait = async (organization: string): Promise<void> => {
      await expect(hold(organization).done).rejects.toMatchObject({ issues: [{ key: 'database-busy' }] });
      order.push(organization);
    };
    const first = wait('a');
    await pause(PATIENCE / 8);
    const waiting = [first, wait('a'), wait('a')];
    // Whoever comes later, and waits in one queue, is refused after them.
    await pause(PATIENCE / 2);
    await Promise.all([...waiting, wait('d')]);
    expect(order).toEqual(['a', 'a', 'a', 'd']);
    for (const one of all) one.letGo();
    await Promise.all(all.map(({ done }) => done));
  });
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

async function forEver(step: () => Promise<unknown>): Promise<void> {
  for (;;) await step();
}

async function refusal(on: Queryable, text: string): Promise<Fault> {
  const error: unknown = await on.query({ text }, []).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}
