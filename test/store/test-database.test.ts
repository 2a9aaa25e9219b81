import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { pendingMigrations } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

test('each test file gets a migrated database of its own', async () => {
  const other = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query('create table mine (id int)');
    expect(other.url).not.toBe(database.url);
    expect(await pendingMigrations(other.url)).toEqual([]);
    const { rows } = await client.query(`select to_regclass('migration') is not null as migrated`);
    expect(rows).toEqual([{ migrated: true }]);
  } finally {
    await client.end();
    await other.drop();
  }
  const gone = new Client({ connectionString: other.url });
  await expect(gone.connect()).rejects.toThrow(/does not exist/);
});
