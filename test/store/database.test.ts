import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/base/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
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

test('a statement that takes longer than allowed ends, and the connection serves on', async () => {
  await expect(database.query({ text: 'select pg_sleep(20)' }, [])).rejects.toMatchObject({
    status: 503,
    issues: [{ key: 'took-too-long' }],
  });
  expect(await database.query({ text: 'select 1 as one' }, [])).toEqual([{ one: 1 }]);
});
