import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../support/database.ts';
import { callConsilium, makeFolder } from './consilium.ts';
import type { Environment, Outcome } from './consilium.ts';

let folder: string;
let removeFolder: () => void;
let dropDatabase: () => Promise<void>;
let env: Environment;

const consilium = (...args: string[]): Promise<Outcome> => callConsilium(folder, env, ...args);
const set = (...args: string[]): Promise<Outcome> => consilium('ehr', 'set', '--organization', ...args);
const show = (): Promise<Outcome> => consilium('ehr', 'show', '--organization', 'north', '--json');

beforeAll(async () => {
  ({ folder, remove: removeFolder } = makeFolder());
  const database = await createTestDatabase();
  dropDatabase = database.drop;
  env = { DATABASE_URL: database.url, DATA_DIR: join(folder, 'data') };
  for (const [id, role] of Object.entries({ north: 'placer', centre: 'programme' }))
    await consilium('organization', 'add', '--id', id, '--name', id, '--role', role);
});
afterAll(async () => {
  await dropDatabase();
  removeFolder();
});

/** What follows what happens, to write it into EHRs. */
async function pushes(): Promise<unknown[]> {
  const owner = new Client({ connectionString: env['DATABASE_URL'] });
  await owner.connect();
  const { rows } = await owner.query('select id, status, origin, since is not null as follows from subscription');
  await owner.end();
  return rows;
}

test('where reports go is set, shown, switched off and forgotten', async () => {
  const base = 'https://ehr.example/fhir';
  const given = await set('north', '--base-url', `${base}/`, '--client-id', 'consilium', '--only', 'letter');
  expect(given).toMatchObject({ status: 0, stdout: expect.stringContaining(`letter will be written into ${base}`) });
  expect(JSON.parse((await show()).stdout)).toEqual({
    baseUrl: base,
    clientId: 'consilium',
    kinds: ['letter'],
    enabled: true,
  });
  expect(await pushes()).toEqual([
    { id: 'push/north', status: 'requested', origin: 'https://ehr.example', follows: true },
  ]);
  await set('north', '--base-url', base, '--off');
  expect(JSON.parse((await show()).stdout)).toEqual({ baseUrl: base, enabled: false });
  expect(await pushes()).toMatchObject([{ status: 'error', follows: true }]);
  const table = await consilium('ehr', 'show', '--organization', 'north');
  expect(table.stdout).toMatch(/^client id +none: no token is asked for$/m);
  expect(table.stdout).toMatch(/^state +off$/m);
  expect((await set('north', '--remove')).status).toBe(0);
  expect(await show()).toMatchObject({ status: 1, stderr: expect.stringContaining('no FHIR server of its own') });
  expect(await pushes()).toEqual([]);
});

test.each([
  ['no address', 2, ['north', '--client-id', 'x'], '--base-url'],
  ['nothing', 2, ['north'], '--base-url'],
  ['both', 2, ['north', '--base-url', 'https://ehr.example', '--remove'], '--remove alone'],
  ['plain http', 1, ['north', '--base-url', 'http://ehr.example/fhir'], 'absolute https URL'],
  ['a query', 1, ['north', '--base-url', 'https://ehr.example/fhir?x=1'], 'without a query'],
  ['a scope of nobody', 1, ['north', '--base-url', 'https://ehr.example', '--scope', 'system/*.rs'], 'client_id'],
  ['a programme', 1, ['centre', '--base-url', 'https://ehr.example'], 'placer'],
  ['a stranger', 1, ['south', '--base-url', 'https://ehr.example'], 'no organisation south'],
])('%s is refused', async (_what, status, args, told) => {
  const refused = await set(...args);
  expect(refused.status).toBe(status);
  expect(refused.stderr).toContain(told);
  expect(await pushes()).toEqual([]);
});
