import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openServerKeys } from '../../src/auth/server-keys.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { openWebhookKeys } from '../../src/delivery/index.ts';
import { listServerKeys, listWebhookKeys, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { callConsilium, makeFolder, runConsilium } from './consilium.ts';
import type { Outcome } from './consilium.ts';

const masterKey = randomBytes(32);
let created: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
let folder: ReturnType<typeof makeFolder>;
beforeAll(async () => {
  created = await createTestDatabase();
  database = openDatabase({ url: created.url, role: 'consilium_app', size: 2, logger: silentLogger });
  await (await openServerKeys({ database, masterKey, clock: systemClock, logger: silentLogger })).close();
  folder = makeFolder();
});
afterAll(async () => {
  folder.remove();
  await database.close();
  await created.drop();
});

async function rotate(args: readonly string[], key?: Buffer, run = callConsilium): Promise<Outcome> {
  const secret = key === undefined ? {} : { MASTER_KEY: key.toString('base64url') };
  const env = { DATA_DIR: folder.folder, DATABASE_URL: created.url, ...secret };
  return await run(folder.folder, env, 'key', 'rotate', ...args);
}

test('lets another key sign, and says how long the former one stays', async () => {
  const [former] = await listServerKeys(database);
  const { status, stdout } = await rotate(['--alg', 'ES384'], masterKey, runConsilium);
  expect(status).toBe(0);
  const rows = await listServerKeys(database);
  const [current] = rows.filter(({ alg, state }) => alg === 'ES384' && state === 'current');
  expect(stdout).toBe(`ES384  ${current!.kid} signs; ${former!.kid} stays published for 70 minutes.\n`);
  expect(rows.filter(({ state }) => state === 'retired').map(({ kid }) => kid)).toEqual([former!.kid]);
});

test('says that keys which others may have are gone', async () => {
  const before = await listServerKeys(database);
  const { status, stdout } = await rotate(['--compromised'], masterKey);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ES384 {2}\S+ signs; \S+ is gone\.\nRS256 {2}\S+ signs; \S+ is gone\.\n$/);
  const kids = before.map(({ kid }) => kid);
  expect((await listServerKeys(database)).filter(({ kid }) => kids.includes(kid))).toEqual([]);
});

test('lets another key sign notifications, the former one beside it, and none that others may have', async () => {
  const kids = async (): Promise<string[]> => (await listWebhookKeys(database, new Date())).map(({ kid }) => kid);
  await openWebhookKeys({ database, masterKey, clock: systemClock });
  const [first] = await kids();
  const rotated = await rotate(['--webhooks'], masterKey);
  const [second, ...rest] = await kids();
  expect(rotated.stdout).toBe(`${second} signs; ${first} signs beside it for a day.\n`);
  expect(rest).toEqual([first]);
  const replaced = await rotate(['--webhooks', '--compromised'], masterKey);
  const [third, ...none] = await kids();
  expect(replaced.stdout).toBe(`${third} signs; ${second} is gone.\n`);
  expect(none).toEqual([]);
});

test.each<[string, readonly string[], Buffer | undefined, number, string]>([
  ['an algorithm that no key has', ['--alg', 'ES256'], masterKey, 2, 'ES384, RS256, all'],
  ['another MASTER_KEY', [], randomBytes(32), 1, 'sealed under another MASTER_KEY'],
  ['another MASTER_KEY for notifications', ['--webhooks'], randomBytes(32), 1, 'sealed under another MASTER_KEY'],
  ['two kinds at once', ['--webhooks', '--reports'], masterKey, 2, 'one at a time'],
  ['no MASTER_KEY', [], undefined, 1, 'no master key here'],
])('refuses %s, and changes nothing', async (_what, args, key, status, text) => {
  const before = await listServerKeys(database);
  const answer = await rotate(args, key);
  expect(answer.status).toBe(status);
  expect(answer.stderr).toContain(text);
  expect(await listServerKeys(database)).toEqual(before);
});
