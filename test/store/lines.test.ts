import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { openLines } from '../../src/store/lines.ts';
import { createTestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Questions by key, which share connections. */

const NAME = 'lines-test';

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: pg.Client;
let database: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  owner = new pg.Client({ connectionString: own.url });
  await owner.connect();
});
beforeEach(() => {
  database = openDatabase({ url: own.url, size: 1, logger: silentLogger });
});
afterEach(() => database.close());
afterAll(async () => {
  await owner.end();
  await own.drop();
});

const ask = (text: string, values: unknown[] = []) => database.byKey.query({ text }, values);

test('thousands that come together each get their own answer, each as its own caller', async () => {
  const text = `select $1::int as n, set_config('app.org', $2, true) as caller, current_setting('app.org', true) as now`;
  const answers = await Promise.all(
    Array.from({ length: 5000 }, (_, n) =>
      database.byKey.query({ name: `ask_${n % 3}`, text: `${text} -- ${n % 3}` }, [n, `org-${n}`]),
    ),
  );
  expect(answers).toEqual(Array.from({ length: 5000 }, (_, n) => [{ n, caller: `org-${n}`, now: `org-${n}` }]));
  // A caller ends with its question.
  expect(await ask(`select coalesce(current_setting('app.org', true), '') as now`)).toEqual([{ now: '' }]);
});

test('one that fails leaves those before and behind it alone', async () => {
  const asked = Array.from({ length: 30 }, (_, n) =>
    ask(n % 7 === 3 ? 'select 1 / $1::int' : 'select $1::int as n', [n % 7 === 3 ? 0 : n]),
  );
  const answers = await Promise.allSettled(asked);
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value[0]?.['n'] : 'failed'))).toEqual(
    Array.from({ length: 30 }, (_, n) => (n % 7 === 3 ? 'failed' : n)),
  );
});

test('one that takes too long ends by itself, and those behind it are answered', async () => {
  await database.close();
  database = openDatabase({ url: own.url, size: 1, logger: silentLogger, statementTimeoutMs: 300 });
  const slow = Promise.allSettled([ask('select pg_sleep(20)'), ask('select pg_sleep(20)')]);
  const behind = Promise.all([ask('select 1 as one'), ask('select 2 as two')]);
  const ended = { status: 'rejected', reason: { status: 504, issues: [{ key: 'took-too-long' }] } };
  expect(await slow).toMatchObject([ended, ended]);
  expect(await behind).toEqual([[{ one: 1 }], [{ two: 2 }]]);
});

test('a lost connection fails what was under way on it, and is replaced', async () => {
  const lines = openLines({ connectionString: own.url, application_name: NAME }, silentLogger);
  try {
    const away = [lines.ask({ text: 'select pg_sleep(20)' }), lines.ask({ text: 'select pg_sleep(20)' })];
    const ended = Promise.allSettled(away);
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${NAME}' and state = 'active'`;
    for (let gone = 0; gone < 2; await new Promise((done) => setTimeout(done, 20)))
      gone += (await owner.query(kill)).rowCount!;
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const again = await Promise.all(
      Array.from({ length: 4 }, (_, n) => lines.ask({ text: 'select $1::int as n', values: [n] })),
    );
    expect(again.flat()).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
  } finally {
    await lines.close();
  }
  await expect(lines.ask({ text: 'select 1' })).rejects.toThrow('no longer open');
});

test('a line that does not answer is cut rather than waited for', async () => {
  const lines = openLines({ connectionString: own.url }, silentLogger, 4000);
  try {
    const [stuck, other, behind] = await Promise.allSettled([
      lines.ask({ text: 'select pg_sleep(20)' }),
      lines.ask({ text: 'select 1 as one' }),
      lines.ask({ text: 'select 2 as two' }),
    ]);
    expect([stuck.status, behind.status]).toEqual(['rejected', 'rejected']);
    expect(other).toMatchObject({ status: 'fulfilled', value: [{ one: 1 }] });
    expect(await lines.ask({ text: 'select 3 as three' })).toEqual([{ three: 3 }]);
    expect(await lines.ask({ text: 'select 4 as four' })).toEqual([{ four: 4 }]);
  } finally {
    await lines.close();
  }
});

test('who asks on a line that is cut is answered all the same', async () => {
  const name = `select pg_terminate_backend(pid) from pg_stat_activity where query like '%cut me%' and pid <> pg_backend_pid()`;
  // Until one was cut in time.
  for (let cuts = 0; cuts === 0;) {
    const answering = Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => ask(`select pg_sleep(0.01), $1::int as n -- cut me`, [n])),
    );
    // A few times: again and again, a slow machine would answer nobody.
    const cut = async (): Promise<boolean> => (cuts += (await owner.query(name)).rowCount!) > 4;
    await Promise.race([answering, waitUntil(cut)]);
    const answers = await answering;
    // All but those that the pool was asking again just when it was cut, too.
    const good = answers.flatMap((answer, n) => (answer.status === 'fulfilled' ? [[n, answer.value[0]?.['n']]] : []));
    expect(good.length).toBeGreaterThan(0);
    for (const [n, answered] of good) expect(answered).toBe(n);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ status: 503 });
  }
  expect(await ask('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a database that is not there is said to be away', async () => {
  const url = new URL(own.url);
  url.port = '1';
  const nowhere = openDatabase({ url: url.href, size: 1, logger: silentLogger });
  await expect(nowhere.byKey.query({ text: 'select 1' }, [])).rejects.toMatchObject({ status: 503 });
  await nowhere.close();
});
