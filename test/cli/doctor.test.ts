import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAuth } from '../../src/auth/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { execute, urlOfDatabase } from '../support/server.ts';
import { callConsilium, makeFolder, runConsilium } from './consilium.ts';
import type { Environment } from './consilium.ts';
import { definitions } from '../definitions/r4.ts';
import { terminology } from '../terminology/r4.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly text: string;
  readonly mend?: string;
}

let folder: string;
let removeFolder: () => void;

beforeEach(() => {
  ({ folder, remove: removeFolder } = makeFolder());
});
afterEach(() => removeFolder());

async function examine(env: Environment): Promise<{ status: number | null; findings: Finding[] }> {
  const { status, stdout } = await callConsilium(
    folder,
    { DATA_DIR: join(folder, 'data'), ...env },
    'doctor',
    '--json',
  );
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  expect(ok).toBe(status === 0);
  expect(findings.every((finding) => finding.ok === (finding.mend === undefined))).toBe(true);
  return { status, findings };
}

describe('before the first start', () => {
  test('all is well, and nothing is made', async () => {
    const { status, stdout } = await runConsilium(folder, { DATA_DIR: join(folder, 'data') }, 'doctor');
    expect(status).toBe(0);
    expect(stdout).toContain('All is well.');
    expect(() => mkdirSync(join(folder, 'data'))).not.toThrow();
  });

  test('settings that cannot be used are told all at once', async () => {
    const { status, findings } = await examine({ PORT: 'eighty', NODE_ENV: 'production' });
    expect(status).toBe(1);
    expect(findings).toEqual([expect.objectContaining({ check: 'settings', ok: false })]);
    expect(findings[0]!.text).toMatch(/PORT must be.*\n.*DATABASE_URL is needed/s);
  });

  test('addresses that nobody can call, folders that cannot be made, servers that are not there', async () => {
    writeFileSync(join(folder, 'data'), 'a file');
    const { status, findings } = await examine({
      HOST: '0.0.0.0',
      DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/none',
    });
    expect(status).toBe(1);
    expect(findings).toEqual([
      expect.objectContaining({ check: 'settings', ok: true }),
      expect.objectContaining({ check: 'public URL', ok: false, mend: expect.stringContaining('PUBLIC_URL') }),
      expect.objectContaining({ check: 'data folder', ok: false }),
      expect.objectContaining({ check: 'database', ok: false, text: expect.stringContaining('No PostgreSQL answers') }),
    ]);
    expect(JSON.stringify(findings)).not.toContain('secret');
  });
});

describe('on a database', () => {
  const masterKey = randomBytes(32);
  let url: string;
  let drop: () => Promise<void>;

  beforeAll(async () => {
    ({ url, drop } = await createTestDatabase());
    const database = openDatabase({ url, role: 'consilium_app', size: 2, logger: silentLogger });
    const publicUrl = 'https://opinions.example';
    const knowledge = { definitions, terminology };
    const auth = await createAuth({
      publicUrl,
      database,
      masterKey,
      logger: silentLogger,
      clock: systemClock,
      knowledge,
    });
    await auth.close();
    await database.close();
  });
  afterAll(() => drop());

  test('finds nothing where nothing is', async () => {
    const { status, findings } = await examine({ DATABASE_URL: url, MASTER_KEY: masterKey.toString('base64url') });
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(status).toBe(0);
    expect(findings.map(({ check }) => check)).toEqual([
      'settings',
      'public URL',
      'data folder',
      'database',
      'migrations',
      'roles',
      'deliveries',
      'master key',
      'server keys',
    ]);
    expect(findings.at(-1)).toMatchObject({
      text: expect.stringMatching(/^ES384 signs since \S+ \(0 days\), RS256 signs/),
    });
  });

  test.each([
    ['another key', { MASTER_KEY: randomBytes(32).toString('base64url') }, 'sealed under another MASTER_KEY'],
    ['no key', {}, 'sealed under another MASTER_KEY'],
  ])('%s does not open what was sealed', async (_, env, text) => {
    const { status, findings } = await examine({ DATABASE_URL: url, ...env });
    expect(status).toBe(1);
    const finding = expect.objectContaining({ check: 'master key', text: expect.stringContaining(text) });
    expect(findings.filter(({ ok }) => !ok)).toEqual([finding]);
  });

  test('tables that lost their row-level security are told, and the server does not start on them', async () => {
    await execute(url, 'alter table record no force row level security');
    const env = { DATABASE_URL: url, MASTER_KEY: masterKey.toString('base64url') };
    try {
      const { status, findings } = await examine(env);
      expect(status).toBe(1);
      expect(findings.filter(({ ok }) => !ok)).toEqual([
        {
          check: 'roles',
          ok: false,
          text: 'Row-level security is not enabled and forced on the table record.',
          mend: expect.stringContaining('alter table record enable row level security, force row level security'),
        },
      ]);
      const served = await runConsilium(folder, { ...env, DATA_DIR: join(folder, 'data'), PORT: '0' }, 'serve');
      expect(served).toMatchObject({ status: 1, stderr: expect.stringContaining('not safe to use') });
    } finally {
      await execute(url, 'alter table record force row level security');
    }
  });

  test('migrations are named that were not run; commands refuse, migrate runs them', async () => {
    const name = `${new URL(url).pathname.slice(1)}_bare`;
    await execute(url, `create database ${name}`);
    const env = { DATABASE_URL: urlOfDatabase(url, name), DATA_DIR: join(folder, 'data') };
    try {
      const { status, findings } = await examine(env);
      expect(status).toBe(1);
      expect(findings.at(-1)).toMatchObject({
        check: 'migrations',
        ok: false,
        text: expect.stringContaining('0001_records'),
      });
      expect(await callConsilium(folder, env, 'client', 'list')).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('Run: npm run -s consilium -- migrate'),
      });
      const migrated = await runConsilium(folder, env, 'migrate');
      expect(migrated).toMatchObject({ status: 0, stdout: expect.stringContaining('Migrated: 0001_records\n') });
      expect((await callConsilium(folder, env, 'migrate')).stdout).toBe('The database was at this release already.\n');
    } finally {
      await execute(url, `drop database ${name} with (force)`);
    }
  });
});
