import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { silentLogger } from '../../src/base/index.ts';
import { findRoleFaults, migrate, startEmbedded } from '../../src/store/index.ts';
import type { Embedded } from '../../src/store/index.ts';
import { execute } from '../support/server.ts';

// Roles belong to a server, not to a database: this file has one of its own.
let server: Embedded;

beforeAll(async () => {
  server = await startEmbedded({ ephemeral: true, logger: silentLogger });
}, 60_000);
afterAll(() => server.stop());

test('roles that the migrations have not made yet are missing', async () => {
  const faults = await findRoleFaults(server.url);
  expect(faults.map(({ text }) => text)).toEqual([
    'The database role consilium_app does not exist.',
    'The database role consilium_worker does not exist.',
  ]);
});

describe('on a migrated database', () => {
  let undo: string[] = [];

  const change = async (statement: string, back: string): Promise<void> => {
    undo.unshift(back);
    await execute(server.url, statement);
  };

  beforeAll(() => migrate(server.url));
  afterEach(async () => {
    for (const statement of undo) await execute(server.url, statement);
    undo = [];
    expect(await findRoleFaults(server.url)).toEqual([]);
  });

  test.each([
    ['superuser', 'is a superuser'],
    ['bypassrls', 'has BYPASSRLS'],
  ])('a request role with %s is found, and the mend mends it', async (right, what) => {
    await change(`alter role consilium_app ${right}`, `alter role consilium_app no${right}`);
    const faults = await findRoleFaults(server.url);
    expect(faults).toHaveLength(1);
    expect(faults[0]!.text).toContain(`consilium_app ${what}`);
    await execute(server.url, faults[0]!.mend.replace('As a superuser: ', ''));
    expect(await findRoleFaults(server.url)).toEqual([]);
  });

  test('a request role that may become a stronger one is found, and the mend mends it', async () => {
    await change('create role strong_one bypassrls', 'drop role strong_one');
    await execute(server.url, 'grant strong_one to consilium_worker');
    const faults = await findRoleFaults(server.url);
    expect(faults).toHaveLength(1);
    expect(faults[0]!.text).toContain('consilium_worker may become strong_one, which has BYPASSRLS');
    await execute(server.url, faults[0]!.mend.replace('As a superuser: ', ''));
    expect(await findRoleFaults(server.url)).toEqual([]);
  });

  test('a request role that owns a table is found', async () => {
    await change('alter table content owner to consilium_app', 'alter table content owner to consilium');
    const faults = await findRoleFaults(server.url);
    expect(faults.map(({ text }) => text)).toEqual([expect.stringContaining('consilium_app owns tables (content)')]);
  });

  test.each([
    ['no force row level security', 'force row level security'],
    ['disable row level security', 'enable row level security'],
  ])('a table with %s is found, and the mend mends it', async (statement, back) => {
    await change(`alter table cases ${statement}`, `alter table cases ${back}`);
    const faults = await findRoleFaults(server.url);
    expect(faults.map(({ text }) => text)).toEqual([expect.stringContaining('the table cases')]);
    await execute(server.url, faults[0]!.mend.replace('As its owner: ', ''));
    expect(await findRoleFaults(server.url)).toEqual([]);
  });

  test.each([
    ['the view of records that is read for insurers', 'alter view shown_record reset (security_invoker)', ''],
    [
      'another view',
      'create view told as select body from shown_record; grant select on told to consilium_app',
      'drop view told',
    ],
    [
      'one that says otherwise',
      'create view told with (security_invoker = off) as select body from record; grant select (body) on told to consilium_worker',
      'drop view told',
    ],
    [
      'a copy',
      'create materialized view told as select body from record_version; grant select on told to consilium_app',
      'drop materialized view told',
    ],
  ])('%s that reads with the rights of its owner is found, and the mend mends it', async (_what, statement, back) => {
    await change(statement, back === '' ? 'alter view shown_record set (security_invoker = on)' : back);
    const faults = await findRoleFaults(server.url);
    expect(faults.map(({ text }) => text)).toEqual([expect.stringMatching(/^The view (?:shown_record|told) shows/)]);
    await execute(server.url, faults[0]!.mend.replace('As its owner: ', ''));
    expect(await findRoleFaults(server.url)).toEqual([]);
  });

  test('a view that requests may not read is nobody’s fault', async () => {
    await change('create view told as select body from record', 'drop view told');
    expect(await findRoleFaults(server.url)).toEqual([]);
  });

  test('a login that may not become the request role is found, and the mend mends it', async () => {
    await change(`create role login_one login password 'p'`, 'drop role login_one');
    const url = new URL(server.url);
    Object.assign(url, { username: 'login_one', password: 'p' });
    const faults = await findRoleFaults(url.href);
    expect(faults.map(({ text }) => text)).toEqual([
      'The login login_one may not work as consilium_app.',
      'The login login_one may not work as consilium_worker.',
    ]);
    for (const { mend } of faults) await execute(server.url, mend.replace('As a superuser: ', ''));
    expect(await findRoleFaults(url.href)).toEqual([]);
  });
});
