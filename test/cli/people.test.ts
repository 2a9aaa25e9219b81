import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSignIn, findIdentityProvider } from '../../src/auth/index.ts';
import { silentLogger } from '../../src/base/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { putRecord } from '../auth/records.ts';
import { createTestDatabase } from '../support/database.ts';
import { callConsilium, makeFolder, spawnConsilium } from './consilium.ts';
import type { Outcome } from './consilium.ts';

/** The commands about apps, people and identity providers; in this process, for each start of another costs a second. */
let folder: string;
let remove: () => void;
let drop: () => Promise<void>;
let url: string;
let database: Database;
let owner: pg.Client;

beforeAll(async () => {
  ({ folder, remove } = makeFolder());
  ({ url, drop } = await createTestDatabase());
  database = openDatabase({ url, role: 'consilium_app', size: 2, logger: silentLogger });
  owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await consilium('organization', 'add', '--id', 'north', '--name', 'North', '--role', 'placer');
  await putRecord(owner, 'north', 'Patient/one');
  await putRecord(owner, 'north', 'RelatedPerson/mother');
});
afterAll(async () => {
  await owner.end();
  await database.close();
  await drop();
  remove();
});

const consilium = (...args: string[]): Promise<Outcome> =>
  callConsilium(folder, { DATABASE_URL: url, DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'silent' }, ...args);
const done = (stdout: unknown) => ({ status: 0, stderr: '', stdout });
const failed = (stderr: unknown) => ({ status: 1, stdout: '', stderr });
async function list(kind: 'client' | 'user', ...more: string[]): Promise<Record<string, unknown>[]> {
  return JSON.parse((await consilium(kind, 'list', '--json', ...more)).stdout) as Record<string, unknown>[];
}

describe('client', () => {
  const ADD = ['client', 'add', '--organization', 'north', '--scope', 'openid fhirUser patient/*.rs', '--app'];
  const CALLBACKS = ['--redirect-uri', 'https://app.test/callback', '--redirect-uri', 'http://127.0.0.1:4000/'];

  test('add registers an app, with a secret that is shown once', async () => {
    expect(await consilium(...ADD, ...CALLBACKS, '--id', 'portal', '--public')).toEqual(
      done('portal is registered for north with openid fhirUser patient/*.rs.\n'),
    );
    const { stdout } = await consilium(
      ...ADD,
      ...CALLBACKS,
      '--id',
      'web',
      '--secret',
      '--launch-uri',
      'https://app.test/launch',
    );
    expect(stdout).toMatch(/^web is registered .*\nIts secret, shown this once: [\w-]{43}\n$/);
    const redirectUris = ['https://app.test/callback', 'http://127.0.0.1:4000/'];
    const app = {
      organization: 'north',
      role: 'placer',
      kind: 'app',
      status: 'active',
      scope: 'openid fhirUser patient/*.rs',
    };
    expect(await list('client')).toEqual([
      { ...app, id: 'portal', name: 'portal', authMethod: 'none', redirectUris },
      {
        ...app,
        id: 'web',
        name: 'web',
        authMethod: 'client_secret_basic',
        redirectUris,
        launchUri: 'https://app.test/launch',
      },
    ]);
    expect(await list('client', '--organization', 'south')).toEqual([]);
  });

  test('add says what is wrong, with types and filters held against R4', async () => {
    const wrong = await consilium(...ADD, '--id', 'x', '--public', '--redirect-uri', 'http://app.test/');
    expect(wrong).toEqual(
      failed('redirectUris[0]: Use https: plain http is for this machine alone (127.0.0.1, [::1], localhost).\n'),
    );
    const bogus = await consilium(
      'client',
      'add',
      '--organization',
      'north',
      '--app',
      ...CALLBACKS,
      '--id',
      'x',
      '--public',
      '--scope',
      'patient/Bogus.rs',
    );
    expect(bogus).toEqual(failed(expect.stringContaining('patient/Bogus.rs')));
  });

  test('set changes it, all or nothing', async () => {
    expect(
      await consilium('client', 'set', '--id', 'portal', '--name', 'Portal', '--redirect-uri', 'com.example.app:/cb'),
    ).toEqual(done('portal is changed.\n'));
    expect(await consilium('client', 'set', '--id', 'web', '--new-secret')).toEqual(
      done(expect.stringMatching(/^web is changed\.\nIts secret, shown this once: [\w-]{43}\n$/)),
    );
    const half = await consilium('client', 'set', '--id', 'portal', '--name', 'Half', '--new-secret');
    expect(half).toEqual(failed('This client proves itself without a secret: give it none.\n'));
    const [portal] = await list('client');
    expect(portal).toMatchObject({ name: 'Portal', redirectUris: ['com.example.app:/cb'] });
    expect(await consilium('client', 'set', '--id', 'nobody', '--name', 'x')).toEqual(
      failed('There is no client nobody.\n'),
    );
  });

  test('approve lets in what waits, and list shows which that is', async () => {
    await owner.query(`update client set approved_at = null where id = 'portal'`);
    const { stdout } = await consilium('client', 'list');
    expect(stdout).toBe(
      'ID      ORGANISATION  KIND  STATUS   SCOPE                         PROOF   NAME\n' +
        'portal  north         app   pending  openid fhirUser patient/*.rs  public  Portal\n' +
        'web     north         app   active   openid fhirUser patient/*.rs  secret  web\n',
    );
    expect(await consilium('client', 'approve', '--id', 'portal')).toEqual(
      done('portal of north is approved with openid fhirUser patient/*.rs.\n'),
    );
    expect((await list('client'))[0]).toMatchObject({ status: 'active' });
    expect((await consilium('client', 'disable', '--id', 'portal')).status).toBe(0);
    expect((await list('client'))[0]).toMatchObject({ status: 'disabled' });
  });
});

describe('user', () => {
  const ADD = ['user', 'add', '--organization', 'north'];

  test('add makes the record of somebody of the staff, and a password that lets in', async () => {
    const { stdout, status } = await consilium(...ADD, '--login', 'an.tran', '--name', 'Dr An Trần', '--create');
    const [, ref = '', password = ''] =
      /^an\.tran is registered for north as (\S+)\.\nThe password, shown this once: (\S+)\n$/.exec(stdout) ?? [];
    expect([status, ref]).toEqual([0, expect.stringMatching(/^Practitioner\/[0-9a-f-]{36}$/)]);
    const { rows } = await owner.query<{ body: string; owner: string }>(
      'select body, owner from record where ref = $1',
      [ref],
    );
    expect(rows[0]!.owner).toBe('north');
    expect(JSON.parse(rows[0]!.body)).toMatchObject({
      resourceType: 'Practitioner',
      active: true,
      name: [{ text: 'Dr An Trần' }],
    });
    const signIn = createSignIn({ database, clock: () => new Date() });
    expect(await signIn({ login: 'an.tran', password })).toMatchObject({
      person: { fhirUser: ref, name: 'Dr An Trần' },
    });
  });

  test('add makes neither record nor user when one of them cannot be', async () => {
    const count = async (): Promise<unknown> => (await owner.query('select count(*) from record')).rows[0];
    const before = await count();
    const again = await consilium(...ADD, '--login', 'an.tran', '--name', 'Another', '--create', '--subject', 'x');
    expect(again).toEqual(failed('Somebody has this login already. Choose another one.\n'));
    const taken = await consilium(...ADD, '--login', 'b', '--name', 'B', '--practitioner', 'Patient/one');
    expect(taken.status).toBe(2);
    expect(await count()).toEqual(before);
  });

  test('add takes a password from a file, and never from the command line', async () => {
    writeFileSync(join(folder, 'password'), 'correct horse battery staple\n');
    const one = await consilium(
      ...ADD,
      '--login',
      'one',
      '--name',
      'One',
      '--patient',
      'Patient/one',
      '--password-file',
      'password',
    );
    expect(one).toEqual(done('one is registered for north as Patient/one.\n'));
    const mother = await consilium(
      ...ADD,
      '--login',
      'mother',
      '--name',
      'M',
      '--related-person',
      'RelatedPerson/mother',
      '--for',
      'Patient/one',
      '--subject',
      'm-1',
    );
    expect(mother).toEqual(done('mother is registered for north as RelatedPerson/mother.\n'));
    const signIn = createSignIn({ database, clock: () => new Date() });
    expect(await signIn({ login: 'one', password: 'correct horse battery staple' })).toHaveProperty('person');
    for (const [text, what] of [
      ['', 'is empty'],
      ['two\nlines of it\n', 'has several lines'],
      ['short', 'A password has 12'],
    ]) {
      writeFileSync(join(folder, 'wrong'), text!);
      const wrong = await consilium(
        ...ADD,
        '--login',
        'wrong',
        '--name',
        'W',
        '--patient',
        'Patient/one',
        '--password-file',
        'wrong',
      );
      expect(wrong).toEqual(failed(expect.stringContaining(what!)));
      expect(wrong.stderr).not.toMatch(/lines of it|"short"/);
    }
    const absent = await consilium(
      ...ADD,
      '--login',
      'w',
      '--name',
      'W',
      '--patient',
      'Patient/one',
      '--password-file',
      'none',
    );
    expect(absent).toEqual(failed('none: there is no such file or folder. Check the path.\n'));
    expect(
      (await consilium(...ADD, '--login', 'w', '--name', 'W', '--patient', 'Patient/one', '--password', 'x')).status,
    ).toBe(2);
  });

  test('add takes a password from standard input', async () => {
    const line = [...ADD, '--login', 'typed', '--name', 'T', '--patient', 'Patient/one', '--password-file', '-'];
    const env = { DATABASE_URL: url, DATA_DIR: join(folder, 'data') };
    const child = spawnConsilium(folder, env, line, 'pipe');
    child.stdin!.end('correct horse battery staple\n');
    expect(await once(child, 'close')).toEqual([0, null]);
    const signIn = createSignIn({ database, clock: () => new Date() });
    expect(await signIn({ login: 'typed', password: 'correct horse battery staple' })).toHaveProperty('person');
    expect((await consilium('user', 'disable', '--login', 'typed')).status).toBe(0);
  });

  test('list shows who signs in, and how', async () => {
    const people = await list('user', '--organization', 'north');
    expect(people.map(({ login, hasPassword, subject, patients }) => [login, hasPassword, subject, patients])).toEqual([
      ['an.tran', true, undefined, undefined],
      ['one', true, undefined, ['Patient/one']],
      ['mother', false, 'm-1', ['Patient/one']],
      ['typed', true, undefined, ['Patient/one']],
    ]);
    const { stdout } = await consilium('user', 'list');
    expect(stdout.split('\n')[0]).toMatch(/^LOGIN +ORGANISATION +STATUS +USER +PATIENTS +BY +NAME$/);
    expect(stdout).toMatch(/\nmother +north +active +RelatedPerson\/mother +Patient\/one +provider +M\n/);
    expect(stdout).not.toContain('scrypt');
  });

  test('set changes somebody, and disable shuts out', async () => {
    expect(await consilium('user', 'set', '--login', 'mother', '--name', 'Mother', '--subject', 'm-2')).toEqual(
      done('mother is changed.\n'),
    );
    const { stdout } = await consilium('user', 'set', '--login', 'MOTHER', '--new-password', '--no-subject');
    const password = /shown this once: (\S+)\n$/.exec(stdout)?.[1] ?? '';
    const signIn = createSignIn({ database, clock: () => new Date() });
    expect(await signIn({ login: 'mother', password })).toMatchObject({ person: { name: 'Mother', subject: null } });
    expect(await consilium('user', 'disable', '--login', 'mother')).toEqual(
      done('mother is disabled, and what was granted has ended.\n'),
    );
    expect(await signIn({ login: 'mother', password })).toEqual({ problem: 'wrong' });
    expect(await consilium('user', 'disable', '--login', 'nobody')).toEqual(
      failed('There is nobody with the id or login nobody.\n'),
    );
  });
});

test('organization set names the identity provider of an organisation, and takes it away', async () => {
  const set = (...args: string[]): Promise<Outcome> => consilium('organization', 'set', '--id', 'north', ...args);
  writeFileSync(join(folder, 'secret'), 'the secret of it\n');
  const told = await set(
    '--oidc-issuer',
    'http://127.0.0.1:9000/',
    '--oidc-client-id',
    'consilium',
    '--oidc-client-secret-file',
    'secret',
  );
  expect(told).toEqual(done('north: its users sign in at http://127.0.0.1:9000/.\n'));
  const masterKey = Buffer.from(readFileSync(join(folder, 'data', 'master.key'), 'utf8'), 'base64url');
  expect(await findIdentityProvider({ database, masterKey }, 'north')).toEqual({
    ...{ issuer: 'http://127.0.0.1:9000/', clientId: 'consilium', secret: 'the secret of it' },
  });
  expect(await set('--oidc-issuer', 'http://idp.test/', '--oidc-client-id', 'x')).toEqual(
    failed('The issuer is an absolute https URL without user name and fragment.\n'),
  );
  expect(await set('--no-oidc')).toEqual(done('north: its users sign in here.\n'));
  expect(await findIdentityProvider({ database, masterKey }, 'north')).toBeUndefined();
  expect(await set('--no-oidc')).toEqual(failed('north has no identity provider.\n'));
});
