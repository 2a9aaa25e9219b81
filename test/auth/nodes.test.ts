import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { disableClient, rotateServerKeys, SERVER_KEY_ALGS, setOrganization } from '../../src/auth/index.ts';
import type { Registry } from '../../src/auth/index.ts';
import { silentLogger } from '../../src/base/index.ts';
import { readKid } from '../../src/keys/index.ts';
import { listOrganizations, listServerKeys, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { waitUntil } from '../support/wait-until.ts';
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
    expect(await listServerKeys(nodes[0]!.database)).toHaveLength(2);
    const published = await Promise.all(nodes.map(async (node) => (await fetch(`${node.url}/auth/jwks`)).text()));
    expect(new Set(published).size).toBe(1);
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
    for (const node of nodes) expect(await node.auth.authenticate(token)).toMatchObject({ client });
    await disableClient(registry(nodes[3]!), client);
    for (const node of nodes) {
      await expect(Promise.resolve(node.auth.authenticate(token))).rejects.toMatchObject({
        status: 401,
        issues: [{ code: 'login', key: 'token-revoked' }],
      });
    }
    expect(await post(nodes[0]!, formOf(await assertionOf(client, pair)))).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });
});

test('58 keys that are rotated sign the next token of every node, and are what it publishes', async () => {
  const pair = await keyPair('es');
  const client = await registerClient(nodes[0]!, pair);
  const before = await getToken(nodes[0]!, client, pair);
  const owner = openDatabase({ url: stage.databaseUrl, size: 1, logger: silentLogger });
  const { masterKey } = stage;
  const rotation = { database: owner, masterKey, clock: () => new Date(), algs: SERVER_KEY_ALGS, compromised: false };
  const [rotated] = await rotateServerKeys(rotation);
  await owner.close();
  for (const node of nodes) {
    // The word takes its milliseconds through PostgreSQL.
    const isHeard = async (): Promise<boolean> => readKid(await getToken(node, client, pair)) === rotated!.kid;
    expect(await waitUntil(isHeard)).toBe(true);
    const jwks = (await (await fetch(`${node.url}/auth/jwks`)).json()) as { keys: { kid: string }[] };
    expect(jwks.keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining([rotated!.kid, rotated!.former]));
    for (const other of nodes) expect(await other.auth.authenticate(before)).toMatchObject({ client });
  }
});

describe('an organisation', () => {
  let owner: Database;
  beforeAll(() => {
    owner = openDatabase({ url: stage.databaseUrl, size: 1, logger: silentLogger });
  });
  afterAll(() => owner.close());
  const office = (): Registry => ({ database: owner, clock: () => new Date() });

  test('that is taken otherwise is so at once on every node, with the tokens that its clients have', async () => {
    const pair = await keyPair('es');
    const client = await registerClient(nodes[0]!, pair);
    const token = await getToken(nodes[0]!, client, pair);
    for (const node of nodes) expect(await node.auth.authenticate(token)).not.toHaveProperty('lenient');
    const before = { id: 'hospital-a', name: 'Hospital A', role: 'placer', validation: 'strict' };
    expect(await setOrganization(office(), 'hospital-a', { validation: 'lenient' })).toEqual(before);
    for (const node of nodes) expect(await node.auth.authenticate(token)).toHaveProperty('lenient', true);
    expect(await setOrganization(office(), 'hospital-a', { validation: 'strict', name: 'A' })).toEqual({
      ...before,
      validation: 'lenient',
    });
    for (const node of nodes) expect(await node.auth.authenticate(token)).not.toHaveProperty('lenient');
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
