import { createServer } from 'node:http';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createAuth, disableClient } from '../../src/auth/index.ts';
import { fault, silentLogger } from '../../src/base/index.ts';
import type { Logger } from '../../src/base/index.ts';
import type { Database } from '../../src/store/index.ts';
import {
  assertionOf,
  formOf,
  getToken,
  keyPair,
  listen,
  openStage,
  post,
  PUBLIC_URL,
  registerClient,
  stop,
} from './stage.ts';
import type { Answer, Node, Stage } from './stage.ts';
import { definitions } from '../definitions/r4.ts';
import { terminology } from '../terminology/r4.ts';

let stage: Stage;
let node: Node;
/** The database's owner: what is noted of the unknown, row-level security shows to nobody else. */
let owner: pg.Client;
const log: string[] = [];
beforeAll(async () => {
  stage = await openStage();
  const write = (fields: Record<string, unknown>, message: string): void =>
    void log.push(message + JSON.stringify(fields));
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  node = await stage.startNode({ logger });
  owner = new pg.Client({ connectionString: stage.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await stage.end();
});

async function trail(): Promise<Record<string, unknown>[]> {
  const { rows } = await owner.query<Record<string, unknown>>(
    'select interaction, organization, client, status, detail from audit order by at, request',
  );
  await owner.query('truncate audit');
  return rows;
}

test('59 every token, refusal and change is noted, with its reason', async () => {
  expect(await trail()).toMatchObject([
    { interaction: 'organization-add', organization: 'hospital-a', detail: 'placer' },
    { interaction: 'organization-add', organization: 'programme-b', detail: 'programme' },
    { interaction: 'key-add', organization: null, client: null, detail: expect.stringMatching(/^ES384 /) },
    { interaction: 'key-add', organization: null, client: null, detail: expect.stringMatching(/^RS256 /) },
  ]);
  const pair = await keyPair('es');
  const client = await registerClient(node, pair, { scope: 'system/Patient.rs' });
  const form = formOf(await assertionOf(client, pair), 'system/Patient.cruds');
  await post(node, form);
  await post(node, form);
  await post(node, formOf(await assertionOf(client, pair), 'system/Task.rs'));
  await post(node, formOf(await assertionOf('nobody', pair)));
  await post(node, formOf(await assertionOf(client, pair, { claims: { exp: Math.floor(Date.now() / 1000) + 900 } })));
  await post(node, formOf(await assertionOf(client, pair, { kid: 'x' })));
  await post(node, { ...formOf(await assertionOf(client, pair)), grant_type: 'password' });
  await disableClient({ database: node.database, clock: () => new Date() }, client);
  await post(node, formOf(await assertionOf(client, pair)));
  const own = { organization: 'hospital-a', client };
  const unknown = { organization: null, client: null };
  expect(await trail()).toEqual([
    { interaction: 'client-add', ...own, status: 200, detail: 'system/Patient.rs' },
    { interaction: 'token', ...own, status: 200, detail: 'system/Patient.rs' },
    { interaction: 'token', ...own, status: 401, detail: 'assertion-replayed' },
    { interaction: 'token', ...own, status: 400, detail: 'invalid_scope' },
    { interaction: 'token', ...unknown, status: 401, detail: 'client-unknown' },
    { interaction: 'token', ...own, status: 401, detail: 'assertion-lifetime' },
    { interaction: 'token', ...own, status: 401, detail: 'assertion-key' },
    { interaction: 'token', ...own, status: 400, detail: 'unsupported_grant_type' },
    { interaction: 'client-disable', ...own, status: 200, detail: null },
    { interaction: 'token', ...own, status: 401, detail: 'client-disabled' },
  ]);
});

test('no token leaves when it cannot be noted', async () => {
  const pair = await keyPair('es');
  const client = await registerClient(node, pair);
  await owner.query('revoke insert on audit from consilium_app');
  try {
    const answer = await post(node, formOf(await assertionOf(client, pair)));
    expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(answer.body['access_token']).toBeUndefined();
  } finally {
    await owner.query('grant insert on audit to consilium_app');
  }
});

test('a database that is away is 503, and says to come again; one that fails is 500, and says nothing', async () => {
  const pair = await keyPair('es');
  const client = await registerClient(node, pair);
  let trouble: Error | undefined;
  const query: Database['query'] = async (statement, values) => {
    if (trouble !== undefined) throw trouble;
    return await node.database.query(statement, values);
  };
  const auth = await createAuth({
    publicUrl: PUBLIC_URL,
    masterKey: stage.masterKey,
    database: { ...node.database, query },
    knowledge: { definitions, terminology },
    logger: silentLogger,
    clock: () => new Date(),
  });
  const { server, url } = await listen(createServer((req, res) => auth.handler(req, res)));
  const ask = async (): Promise<Answer> => await post({ ...node, url }, formOf(await assertionOf(client, pair)));
  try {
    expect((await ask()).status).toBe(200);
    trouble = fault(503, 'transient', 'database-away', 'away');
    const away = await ask();
    expect(away).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(away.headers.get('retry-after')).toBe('2');
    trouble = new Error('relation "client" does not exist');
    expect(JSON.stringify((await ask()).body)).not.toContain('relation');
  } finally {
    await auth.close();
    await stop(server);
  }
});

test('56 neither tokens nor assertions nor what the unknown send reach the log or the audit', async () => {
  const pair = await keyPair('es');
  const client = await registerClient(node, pair);
  const token = await getToken(node, client, pair);
  const sent: string[] = [token, token.split('.')[2]!];
  for (let round = 0; round < 40; round++) {
    const canary = `canary${round}x`;
    const assertion = await assertionOf(round % 2 === 0 ? client : `${canary}client`, pair, {
      kid: round % 3 === 0 ? `${canary}kid` : pair.privateJwk.kid,
      claims: { jti: `${canary}jti`, aud: round % 5 === 0 ? `https://${canary}.test` : undefined },
    });
    sent.push(assertion.split('.')[2]!);
    await post(node, { ...formOf(assertion, `system/${canary}.rs`), state: canary });
    await post(node, formOf(`e30.${Buffer.from(`{"sub":"${canary}",`).toString('base64url')}.e30`));
    await post(node, { grant_type: canary, client_id: canary, client_secret: canary });
    await fetch(`${node.url}/auth/token?access_token=${canary}`, { method: 'POST' });
    await Promise.resolve(node.auth.authenticate(`${token}${canary}`)).catch(() => undefined);
  }
  const written = JSON.stringify(await trail()) + log.join();
  expect(written).not.toContain('canary');
  for (const secret of sent) expect(written).not.toContain(secret);
});
