import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { fetchGuarded } from '../../src/base/index.ts';
import { freePort } from '../../src/store/embedded/server.ts';
import { createTestDatabase } from '../support/database.ts';
import { callConsilium, makeFolder, runConsilium, startServer, stopServer } from './consilium.ts';
import type { Environment, Outcome } from './consilium.ts';

const done = (stdout: unknown) => ({ status: 0, stderr: '', stdout });
const failed = (stderr: unknown) => ({ status: 1, stdout: '', stderr });

let folder: string;
let removeFolder: () => void;
let dropDatabase: () => Promise<void>;
let env: Environment;

const consilium = (...args: string[]): Promise<Outcome> => callConsilium(folder, env, ...args);

beforeAll(async () => {
  ({ folder, remove: removeFolder } = makeFolder());
  const database = await createTestDatabase();
  dropDatabase = database.drop;
  const port = await freePort();
  env = { DATABASE_URL: database.url, DATA_DIR: join(folder, 'data'), PORT: String(port) };
});

afterAll(async () => {
  await dropDatabase();
  removeFolder();
});

describe('key generate', () => {
  test('writes a private key for its owner alone, and the public set beside it', async () => {
    const written = await runConsilium(folder, env, 'key', 'generate', '--out', 'ehr.json');
    expect(written).toEqual(done(expect.stringContaining('ES384')));
    const privateJwk = JSON.parse(readFileSync(join(folder, 'ehr.json'), 'utf8'));
    expect(privateJwk).toMatchObject({ kty: 'EC', crv: 'P-384', alg: 'ES384', d: expect.any(String) });
    expect(statSync(join(folder, 'ehr.json')).mode & 0o777).toBe(0o600);
    const { kty, crv, x, y, kid, use, alg } = privateJwk;
    const jwks = JSON.parse(readFileSync(join(folder, 'ehr.json.jwks.json'), 'utf8'));
    expect(jwks).toEqual({ keys: [{ kty, crv, x, y, kid, use, alg }] });
  });

  test('overwrites neither of the two, and leaves no half', async () => {
    const before = readFileSync(join(folder, 'ehr.json'), 'utf8');
    const again = await consilium('key', 'generate', '--out', 'ehr.json');
    expect(again).toEqual(failed(expect.stringContaining('ehr.json is there already, and nothing is overwritten')));
    expect(readFileSync(join(folder, 'ehr.json'), 'utf8')).toBe(before);

    writeFileSync(join(folder, 'other.json.jwks.json'), 'mine');
    const half = await consilium('key', 'generate', '--out', 'other.json', '--alg', 'RS384');
    expect(half).toEqual(failed(expect.stringContaining('other.json.jwks.json is there already')));
    expect(readFileSync(join(folder, 'other.json.jwks.json'), 'utf8')).toBe('mine');
    expect(() => statSync(join(folder, 'other.json'))).toThrow('ENOENT');
  });
});

describe('without a server running', () => {
  test('organisations and clients are registered and listed', async () => {
    const added = await consilium(
      'organization',
      'add',
      '--id',
      'north',
      '--name',
      'Hospital North',
      '--role',
      'placer',
    );
    expect(added).toEqual(done('north is registered as placer and published as Organization/north.\n'));
    const { stdout: organizations } = await consilium('organization', 'list', '--json');
    expect(JSON.parse(organizations)).toEqual([
      { id: 'north', name: 'Hospital North', role: 'placer', validation: 'strict' },
    ]);
    const table = await consilium('organization', 'list');
    expect(table).toEqual(done('ID     ROLE    VALIDATION  NAME\nnorth  placer  strict      Hospital North\n'));

    const client = ['--id', 'ehr', '--organization', 'north', '--scope', 'system/*.cruds'];
    expect(await consilium('client', 'add', ...client, '--jwks', 'ehr.json.jwks.json')).toEqual(
      done('ehr is registered for north with system/*.cruds.\n'),
    );
    const { stdout: clients } = await consilium('client', 'list', '--json');
    const { kid } = JSON.parse(readFileSync(join(folder, 'ehr.json'), 'utf8'));
    expect(JSON.parse(clients)).toEqual([
      {
        id: 'ehr',
        organization: 'north',
        role: 'placer',
        name: 'ehr',
        kind: 'service',
        status: 'active',
        scope: 'system/*.cruds',
        authMethod: 'private_key_jwt',
        keys: [kid],
      },
    ]);
  });

  test('an organisation is changed, and it is said what became of it', async () => {
    const set = (...args: string[]): Promise<Outcome> => consilium('organization', 'set', '--id', 'north', ...args);
    expect(await set('--validation', 'lenient', '--name', 'North Hospital')).toEqual(
      done(
        'north: validation is lenient (was strict).\n' +
          'north: the name is North Hospital (was Hospital North), published as Organization/north.\n',
      ),
    );
    const { stdout: table } = await consilium('organization', 'list');
    expect(table).toBe('ID     ROLE    VALIDATION  NAME\nnorth  placer  lenient     North Hospital\n');
    expect(await set('--validation', 'lenient')).toEqual(done('north: validation is lenient, as before.\n'));
    expect((await set('--validation', 'strict', '--name', 'Hospital North')).status).toBe(0);
    const { stdout: organizations } = await consilium('organization', 'list', '--json');
    expect(JSON.parse(organizations)).toEqual([
      { id: 'north', name: 'Hospital North', role: 'placer', validation: 'strict' },
    ]);
    for (const id of ['south', 'consilium']) {
      const unknown = await consilium('organization', 'set', '--id', id, '--name', 'X');
      expect(unknown).toEqual(failed(`There is no organisation ${id}.\n`));
    }
    expect(await set('--name', 'x'.repeat(201))).toEqual(failed('A name has 1 to 200 characters.\n'));
  });

  test('what cannot be is refused in a sentence, without a stack', async () => {
    const again = await consilium('organization', 'add', '--id', 'north', '--name', 'Other', '--role', 'placer');
    expect(again).toEqual(failed('There is an organisation north already. Choose another id.\n'));
    const client = ['--id', 'x', '--scope', 'system/*.cruds', '--jwks'];
    const orphan = await consilium('client', 'add', '--organization', 'south', ...client, 'ehr.json.jwks.json');
    expect(orphan).toEqual(failed('There is no organisation south. Add it first.\n'));
    const disclosed = await consilium('client', 'add', '--organization', 'north', ...client, 'ehr.json');
    expect(disclosed).toEqual(failed(expect.stringMatching(/^ehr\.json is a single key, and the private one/)));
    expect(await consilium('client', 'disable', '--id', 'x')).toEqual(failed('There is no client x.\n'));
    const asked = await consilium('token', '--client', 'ehr', '--key', 'ehr.json', '--scope', 'system/*.rs');
    expect(asked).toEqual(failed(expect.stringContaining('No server to be reached at http://127.0.0.1:')));
  });
});

describe('beside a running server', () => {
  let server: ChildProcess;
  const read = async (token: string) => {
    const url = `http://127.0.0.1:${env['PORT']}/fhir/Organization/north`;
    const { host } = new URL(url);
    const answer = await fetchGuarded(url, { allowedHosts: [host], headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: JSON.parse(Buffer.from(answer.body).toString()) };
  };

  beforeAll(async () => {
    server = await startServer(folder, env);
  });
  afterAll(() => void server.kill('SIGKILL'));

  test('an organisation that cannot be published is not registered either', async () => {
    const key = ['--client', 'ehr', '--key', 'ehr.json'];
    const { stdout: token } = await consilium('token', ...key, '--scope', 'system/Organization.cu');
    const url = `http://127.0.0.1:${env['PORT']}/fhir/Organization/taken`;
    const headers = { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/fhir+json' };
    const body = JSON.stringify({ resourceType: 'Organization', id: 'taken', name: 'Sent by a partner' });
    const sent = await fetchGuarded(url, { allowedHosts: [new URL(url).host], method: 'PUT', headers, body });
    expect(sent.status).toBe(201);
    const added = await consilium('organization', 'add', '--id', 'taken', '--name', 'Taken', '--role', 'insurer');
    expect(added).toEqual(failed('Organization/taken is the record of another partner already. Choose another id.\n'));
    const { stdout: organizations } = await consilium('organization', 'list', '--json');
    expect(JSON.parse(organizations)).toHaveLength(1);
  });

  test('a new name is published at once, beside what the partner has put into its record', async () => {
    const { stdout } = await consilium('token', '--client', 'ehr', '--key', 'ehr.json', '--scope', 'system/*.cruds');
    const token = stdout.trim();
    const url = `http://127.0.0.1:${env['PORT']}/fhir/Organization/north`;
    const options = {
      allowedHosts: [new URL(url).host],
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
    };
    const own = { resourceType: 'Organization', id: 'north', active: true, address: [{ country: 'NO' }] };
    const sent = await fetchGuarded(url, {
      ...options,
      method: 'PUT',
      body: JSON.stringify({ ...own, name: 'Our own words' }),
    });
    expect(sent.status).toBe(200);
    const name = 'North & Søn';
    expect((await consilium('organization', 'set', '--id', 'north', '--name', name)).status).toBe(0);
    expect((await read(token)).body).toMatchObject({ ...own, name });
    expect((await fetch(url, { headers: options.headers, method: 'DELETE' })).status).toBe(204);
    expect((await consilium('organization', 'set', '--id', 'north', '--name', 'Hospital North')).status).toBe(0);
    expect((await read(token)).body).toMatchObject({ name: 'Hospital North', active: true });
  });

  test('whoever becomes lenient is so with the tokens that it has, without a restart', async () => {
    const { stdout } = await consilium('token', '--client', 'ehr', '--key', 'ehr.json', '--scope', 'system/*.cruds');
    const url = `http://127.0.0.1:${env['PORT']}/fhir/Condition`;
    const headers = { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/fhir+json' };
    const system = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
    const body = JSON.stringify({
      resourceType: 'Condition',
      subject: { display: 'An invented patient' },
      clinicalStatus: { coding: [{ system, code: 'nonsense' }] },
    });
    const send = async (): Promise<number> =>
      (await fetchGuarded(url, { allowedHosts: [new URL(url).host], method: 'POST', headers, body })).status;
    expect(await send()).toBe(422);
    await consilium('organization', 'set', '--id', 'north', '--validation', 'lenient');
    expect(await send()).toBe(201);
    await consilium('organization', 'set', '--id', 'north', '--validation', 'strict');
    expect(await send()).toBe(422);
  });

  test('token prints the access token alone, and disabling the client kills it', async () => {
    const key = ['--key', 'ehr.json', '--scope'];
    const asked = await consilium('token', '--client', 'ehr', ...key, 'system/Organization.rs');
    expect(asked).toEqual(done(expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)));
    const token = asked.stdout.trim();
    expect(await read(token)).toMatchObject({
      status: 200,
      body: { id: 'north', name: 'Hospital North', active: true },
    });

    const tooMuch = await consilium('token', '--client', 'ehr', ...key, 'user/*.rs');
    expect(tooMuch).toEqual(failed(expect.stringContaining('invalid_scope')));
    const elsewhere = `http://localhost:${env['PORT']}`;
    // Our own PUBLIC_URL, reached by another name.
    expect((await consilium('token', '--client', 'ehr', ...key, 'system/*.rs', '--base', elsewhere)).status).toBe(0);
    const foreign = { ...env, PUBLIC_URL: 'https://opinions.example' };
    const lured = await runConsilium(
      folder,
      foreign,
      'token',
      '--client',
      'ehr',
      ...key,
      'system/*.rs',
      '--base',
      elsewhere,
    );
    expect(lured).toEqual(failed(expect.stringContaining(`calls itself http://127.0.0.1:${env['PORT']}`)));

    expect(await consilium('client', 'disable', '--id', 'ehr')).toEqual(
      done('ehr is disabled, and its tokens are refused.\n'),
    );
    expect((await read(token)).status).toBe(401);
    const refused = await consilium('token', '--client', 'ehr', ...key, 'system/*.rs');
    expect(refused).toEqual(failed(expect.stringContaining('invalid_client')));
    expect(refused.stderr).toContain('not disabled');
  });

  test('a second server on the same port says so', async () => {
    const second = await runConsilium(folder, env, 'serve');
    expect(second.status).toBe(1);
    expect(second.stderr).toBe(
      `Port ${env['PORT']} on 127.0.0.1 is taken by another program. Stop that one, or set PORT to another.\n`,
    );
  });

  test('SIGTERM ends it with 0', async () => {
    expect(await stopServer(server, 'SIGTERM')).toBe(0);
  });
});

test('a key file that others can read is told by the doctor', async () => {
  const masterKey = join(folder, 'data', 'master.key');
  chmodSync(masterKey, 0o644);
  const { status, stdout } = await consilium('doctor');
  expect(status).toBe(1);
  expect(stdout).toContain(`chmod 600 ${masterKey}`);
});
