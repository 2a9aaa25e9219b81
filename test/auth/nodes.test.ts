import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { disableClient, setOrganization } from '../../src/auth/index.ts';
import type { Registry } from '../../src/auth/index.ts';
import { silentLogger } from '../../src/base/index.ts';
import { listOrganizations, listServerKeys, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { assertionOf, formOf, getToken, keyPair, openStage, post, registerClient } from './stage.ts';
import type { Node, Stage } from './stage.ts';

/** Several processes on one database. */
let stage: Stage;
let nodes: Node[];
beforeAll(async () => {
  stage = await openStage();
  // Together, and for the first time: each has to make the server's keys.
  nodes = await Promise.all([1, 2, 3, 4].map(() => stage.startNode()));
});
afterAll(() => stage.end());

const registry = (node: Node): { database: Node['database']; clock: () => Date } => ({
  database: node.database,
  clock: () => new Date(),
});

describe('the server keys', () => {
  test('made at a common first start are one', async () => {
    expect(await listServerKeys(nodes[0]!.database)).toHaveLength(1);
    const published = await Promise.all(nodes.map(async (node) => (await fetch(`${node.url}/auth/jwks`)).text()));
    expect(new Set(published).size).toBe(1);
  });
  test('lie sealed', async () => {
    const [row] = await listServerKeys(nodes[0]!.database);
    expect(row!.sealed).not.toContain('"d"');
    expect(JSON.parse(row!.publicJwk)).not.toHaveProperty('d');
  });
  test('make a node with another MASTER_KEY refuse to start', async () => {
    await expect(stage.startNode({ masterKey: new Uint8Array(randomBytes(32)) })).rejects.toThrow(/another MASTER_KEY/);
  });
  test('make the token of one node good on another', async () => {
    const pair = await keyPair('es');
    const client = await registerClient(nodes[0]!, pair);
    const token = await getToken(nodes[1]!, client, pair);
    expect(await nodes[2]!.auth.authenticate(token)).toEqual({
      client,
      organization: 'hospital-a',
      role: 'placer',
      scopes: ['system/Patient.rs'],
    });
  });
});

describe('12 an assertion', () => {
  test('is good once', async () => {
    const pair = await keyPair('es');
    const form = formOf(await assertionOf(await registerClient(nodes[0]!, pair), pair));
    expect((await post(nodes[0]!, form)).status).toBe(200);
    expect(await post(nodes[0]!, form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await post(nodes[1]!, form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });
  test('sent twenty times at once to two nodes is good once', async () => {
    const pair = await keyPair('es');
    const form = formOf(await assertionOf(await registerClient(nodes[0]!, pair), pair));
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => post(nodes[index % 2]!, form)));
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
  });
  test('of one client does not spend the like of another', async () => {
    const pair = await keyPair('es');
    const clients = [await registerClient(nodes[0]!, pair), await registerClient(nodes[0]!, pair)];
    for (const client of clients) {
      const assertion = await assertionOf(client, pair, { claims: { jti: 'the-same' } });
      expect((await post(nodes[0]!, formOf(assertion))).status).toBe(200);
    }
  });
  test('that was refused is not spent', async () => {
    const pair = await keyPair('es');
    const client = await registerClient(nodes[0]!, pair);
    const bad = await assertionOf(client, await keyPair('other'), {
      kid: pair.privateJwk.kid,
      claims: { jti: 'guessed' },
    });
    expect((await post(nodes[0]!, formOf(bad))).status).toBe(401);
    expect(
      (await post(nodes[0]!, formOf(await assertionOf(client, pair, { claims: { jti: 'guessed' } })))).status,
    ).toBe(200);
  });
});

describe('32 a disabled client', () => {
  test('gets no token, and those it has die at once on every node', async () => {
    const pair = await keyPair('es');
    const client = await registerClient(nodes[0]!, pair);
    const token = await getToken(nodes[0]!, client, pair);
    for (const node of nodes) {
      await node.auth.authenticate(token);
      // Remembered now: the answer comes without a promise.
      expect(node.auth.authenticate(token)).not.toBeInstanceOf(Promise);
    }
    await disableClient(registry(nodes[3]!), client);
    const start = Date.now();
    for (const node of nodes) await expectRevoked(node, token);
    expect(Date.now() - start).toBeLessThan(1_000);
    expect(await post(nodes[0]!, formOf(await assertionOf(client, pair)))).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });

  async function expectRevoked(node: Node, token: string): Promise<void> {
    // The word takes its milliseconds through PostgreSQL; nobody waits for ten seconds.
    for (let tries = 0; tries < 100; tries++) {
      try {
        await node.auth.authenticate(token);
      } catch (fault) {
        expect(fault).toMatchObject({ status: 401, issues: [{ code: 'login', key: 'token-revoked' }] });
        return;
      }
      await new Promise((later) => setTimeout(later, 5));
    }
    throw new Error('the token is still taken');
  }

  test('is heard of within ten seconds even when no word comes through', async () => {
    let now = Date.now();
    const node = await stage.startNode({ clock: () => new Date(now) });
    const pair = await keyPair('es');
    const client = await registerClient(node, pair);
    const token = await getToken(node, client, pair);
    await node.auth.authenticate(token);
    // Without the NOTIFY that goes with disableClient.
    await node.database.query({ text: 'update client set disabled_at = now() where id = $1' }, [client]);
    now += 9_000;
    expect(await node.auth.authenticate(token)).toMatchObject({ client });
    now += 1_001;
    await expect(Promise.resolve(node.auth.authenticate(token))).rejects.toMatchObject({
      issues: [{ key: 'token-revoked' }],
    });
  });

  test('is heard of when the line to the database was cut meanwhile', async () => {
    const pair = await keyPair('es');
    const client = await registerClient(nodes[0]!, pair);
    const token = await getToken(nodes[0]!, client, pair);
    await nodes[0]!.auth.authenticate(token);
    const owner = new pg.Client({ connectionString: stage.databaseUrl });
    await owner.connect();
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'consilium-listen'`,
    );
    await owner.end();
    await disableClient(registry(nodes[1]!), client);
    // Well below the ten seconds that a client is remembered.
    const start = Date.now();
    while (await isTaken(nodes[0]!, token)) await new Promise((later) => setTimeout(later, 50));
    expect(Date.now() - start).toBeLessThan(5_000);
  });

  async function isTaken(node: Node, token: string): Promise<boolean> {
    return await Promise.resolve()
      .then(() => node.auth.authenticate(token))
      .then(
        () => true,
        () => false,
      );
  }
});

describe('an organisation', () => {
  let owner: Database;
  beforeAll(() => {
    owner = openDatabase({ url: stage.databaseUrl, size: 1, logger: silentLogger });
  });
  afterAll(() => owner.close());
  const office = (): Registry => ({ database: owner, clock: () => new Date() });

  async function untilLenient(node: Node, token: string, lenient: true | undefined): Promise<void> {
    // Far less than the ten seconds that a client is remembered.
    for (let tries = 0; tries < 400; tries++) {
      if ((await node.auth.authenticate(token)).lenient === lenient) return;
      await new Promise((later) => setTimeout(later, 5));
    }
    throw new Error('the change is not heard of');
  }

  test('that is taken otherwise is so at once on every node, with the tokens that its clients have', async () => {
    const pair = await keyPair('es');
    const client = await registerClient(nodes[0]!, pair);
    const token = await getToken(nodes[0]!, client, pair);
    for (const node of nodes) expect(await node.auth.authenticate(token)).not.toHaveProperty('lenient');
    const before = { id: 'hospital-a', name: 'Hospital A', role: 'placer', validation: 'strict' };
    expect(await setOrganization(office(), 'hospital-a', { validation: 'lenient' })).toEqual(before);
    for (const node of nodes) await untilLenient(node, token, true);
    expect(await setOrganization(office(), 'hospital-a', { validation: 'strict', name: 'A' })).toEqual({
      ...before,
      validation: 'lenient',
    });
    for (const node of nodes) await untilLenient(node, token, undefined);
    expect(await listOrganizations(owner)).toContainEqual({ ...before, name: 'A' });
    const acts = await owner.transact(async (on) => {
      // The owner of the tables may be bound by row-level security, too.
      await on.query({ text: `select set_config('app.org', 'hospital-a', true)` }, []);
      return await on.query(
        { text: `select detail from audit where interaction = 'organization-set' order by at` },
        [],
      );
    });
    expect(acts).toEqual([{ detail: 'validation=lenient' }, { detail: 'validation=strict name=A' }]);
  });

  test('is not changed by the role of requests', async () => {
    const { database } = nodes[0]!;
    const change = setOrganization({ database, clock: () => new Date() }, 'hospital-a', { validation: 'lenient' });
    await expect(change).rejects.toMatchObject({ code: '42501' });
  });

  test.each([
    ['one that is not there', 'nobody', {}, 404, 'organization-unknown'],
    ["the server's own", 'consilium', { name: 'Mine' }, 404, 'organization-unknown'],
    ['an empty name', 'hospital-a', { name: ' ' }, 422, 'name-length'],
  ])('refused is %s', async (_what, id, change, status, key) => {
    await expect(setOrganization(office(), id, change)).rejects.toMatchObject({ status, issues: [{ key }] });
  });
});
