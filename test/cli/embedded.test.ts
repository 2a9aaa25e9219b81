import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { clusterAt } from '../../src/store/embedded/cluster.ts';
import { findPlace } from '../../src/store/embedded/index.ts';
import { findPostmaster } from '../../src/store/embedded/server.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  makeFolder,
  runConsilium,
  spawnConsilium,
  startServer,
  startServerBehindShell,
  stopServer,
} from './consilium.ts';
import type { Environment } from './consilium.ts';

const ADD = ['organization', 'add', '--id', 'north', '--name', 'Hospital North', '--role', 'placer'];

let folder: string;
let env: Environment;
const removals: (() => void)[] = [];

// One for all that need none of their own: its database is made once.
beforeAll(useNewFolder);
afterEach(untilStopped);
afterAll(() => {
  for (const remove of removals) remove();
});

function useNewFolder(): void {
  const made = makeFolder();
  ({ folder } = made);
  removals.push(made.remove);
  env = { DATA_DIR: join(folder, 'data'), PORT: '0' };
}

async function untilStopped(): Promise<void> {
  await waitUntil(() => !isRunning(), 100);
}

function isRunning(): boolean {
  const place = findPlace(join(folder, 'data'));
  return place !== undefined && findPostmaster(clusterAt(place)) !== undefined;
}

test('with the embedded database, commands work without the server, beside it, and leave it running', async () => {
  expect(await runConsilium(folder, env, ...ADD)).toMatchObject({ status: 0, stderr: '' });
  expect(isRunning()).toBe(false);

  const server = await startServer(folder, env);
  const { stdout } = await runConsilium(folder, env, 'organization', 'list', '--json');
  expect(JSON.parse(stdout)).toEqual([{ id: 'north', name: 'Hospital North', role: 'placer', validation: 'strict' }]);
  const doctor = await runConsilium(folder, { ...env, PORT: '8080' }, 'doctor');
  expect(doctor).toMatchObject({ status: 0, stdout: expect.stringContaining('embedded') });
  expect(isRunning()).toBe(true);

  expect(await stopServer(server, 'SIGINT')).toBe(0);
  expect(isRunning()).toBe(false);
  expect(existsSync(join(folder, 'data', 'master.key'))).toBe(true);
}, 120_000);

// On Windows there are no signals to pass on: a console tells all its processes itself.
if (process.platform !== 'win32') {
  test('ends with the shell that npm puts between, which does not pass signals on', async () => {
    const shell = await startServerBehindShell(folder, env);
    shell.kill('SIGTERM');
    await untilStopped();
    expect(isRunning()).toBe(false);
  }, 120_000);
}

test('a signal while it starts for the first time ends it once it has', async () => {
  useNewFolder();
  const starting = spawnConsilium(folder, env, ['serve']);
  let said = '';
  for (const stream of [starting.stdout!, starting.stderr!]) stream.on('data', (text) => (said += String(text)));
  while (!existsSync(join(folder, 'data'))) await sleep(20);
  const status = await stopServer(starting, 'SIGTERM');
  expect([status, status === 0 ? '' : said]).toEqual([0, '']);
  expect(isRunning()).toBe(false);
}, 120_000);
