import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Client } from 'pg';
import { execute } from '../support/server.ts';
import { createTestDatabase } from '../support/database.ts';
import { makeFolder, runConsilium } from './consilium.ts';

test('records that lost index entries have them back, and a second run finds nothing to do', async () => {
  const { folder, remove } = makeFolder();
  const database = await createTestDatabase();
  try {
    const env = { DATABASE_URL: database.url, DATA_DIR: join(folder, 'data'), PORT: '0' };
    const added = await runConsilium(
      folder,
      env,
      'organization',
      'add',
      '--id',
      'north',
      '--name',
      'North',
      '--role',
      'placer',
    );
    expect(added.status).toBe(0);
    await execute(database.url, `delete from search_text where target = 'Organization/north' and value = 'north'`);
    const first = await runConsilium(folder, env, 'reindex');
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toMatch(/^north: 1 records, [1-9]\d* entries added, 0 removed\.$/m);
    const second = await runConsilium(folder, env, 'reindex');
    expect(second.stdout).toMatch(/^north: 1 records, 0 entries added, 0 removed\.$/m);
    // The words follow, once a server runs.
    const owner = new Client({ connectionString: database.url });
    await owner.connect();
    const due = await owner.query(`select ref from words_due where organization = 'north'`);
    await owner.end();
    expect(due.rows).toEqual([{ ref: 'Organization/north' }]);
  } finally {
    await database.drop();
    remove();
  }
}, 60_000);
