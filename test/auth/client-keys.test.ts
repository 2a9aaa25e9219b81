import { createPrivateKey, createSign, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Logger } from '../../src/base/index.ts';
import { waitUntil } from '../support/wait-until.ts';
import {
  assertionOf,
  compact,
  formOf,
  keyPair,
  listen,
  openStage,
  post,
  registerClient,
  stop,
  TOKEN_URL,
} from './stage.ts';
import type { Assertion, KeyPair, Node, Stage } from './stage.ts';

/** Keys that a client publishes at a jwks_uri. */
let stage: Stage;
let node: Node;
let publisher: Server;
let base: string;
let one: KeyPair;
let two: KeyPair;
let now = Date.now();
const warnings: string[] = [];

/** What the publisher does next. */
let fetches = 0;
let published: KeyPair[] = [];
let cacheControl = '';
let status = 200;
let body: string | undefined;
/** Answers once this is over. */
let held: Promise<unknown> = Promise.resolve();

beforeAll(async () => {
  const started = await listen(
    createServer((_request, response) => {
      fetches++;
      const text = body ?? JSON.stringify({ keys: published.map((pair) => pair.publicJwk) });
      const headers = { 'cache-control': cacheControl, ...(status === 302 ? { location: '/elsewhere' } : {}) };
      void held.then(() => response.writeHead(status, headers).end(text));
    }),
  );
  publisher = started.server;
  base = started.url;
  [one, two] = await Promise.all([keyPair('one'), keyPair('two')]);
  stage = await openStage();
  const logger: Logger = {
    debug() {},
    info() {},
    error() {},
    warn: (fields, message) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  };
  node = await stage.startNode({ clock: () => new Date(now), logger, allowedHosts: [new URL(base).host] });
});
afterAll(async () => {
  await stage.end();
  await stop(publisher);
});
beforeEach(() => {
  now = Date.now();
  fetches = 0;
  published = [one];
  cacheControl = 'max-age=300';
  status = 200;
  body = undefined;
  held = Promise.resolve();
  // How long an answer may take is no concern here but where it is told: a machine may stand still for longer.
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(8 * ms));
});
afterEach(() => void jest.restoreAllMocks());

let uris = 0;
const register = (uri = `${base}/jwks/${++uris}`): Promise<string> => registerClient(node, one, { jwksUri: uri });
async function ask(client: string, pair: KeyPair, change: Assertion = {}): Promise<number> {
  const iat = Math.floor(now / 1000);
  const claims = { exp: iat + 300, ...change.claims };
  return (await post(node, formOf(await assertionOf(client, pair, { ...change, claims })))).status;
}
const later = (ms: number): void => void (now += ms);

describe('the keys', () => {
  test('are fetched once and kept as long as Cache-Control says', async () => {
    const client = await register();
    for (let round = 0; round < 5; round++) expect(await ask(client, one)).toBe(200);
    expect(fetches).toBe(1);
    later(299_000);
    expect(await ask(client, one)).toBe(200);
    expect(fetches).toBe(1);
    later(2_000);
    expect(await ask(client, one)).toBe(200);
    expect(fetches).toBe(2);
  });
  test('are kept for an hour at most', async () => {
    cacheControl = 'max-age=31536000';
    const client = await register();
    await ask(client, one);
    later(3_601_000);
    await ask(client, one);
    expect(fetches).toBe(2);
  });
  test('are not kept when Cache-Control forbids it', async () => {
    cacheControl = 'no-store';
    const client = await register();
    for (let round = 1; round <= 3; round++) {
      expect(await ask(client, one)).toBe(200);
      expect(fetches).toBe(round);
      later(1_000);
    }
  });
  test('are fetched by one request for all that wait', async () => {
    held = new Promise((resolve) => setTimeout(resolve, 300));
    const client = await register();
    const statuses = await Promise.all(Array.from({ length: 10 }, () => ask(client, one)));
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 200));
    expect(fetches).toBe(1);
  });
  test('may name their own address as jku, and no other', async () => {
    const uri = `${base}/jwks/${++uris}`;
    const client = await register(uri);
    const key = createPrivateKey({ key: { ...one.privateJwk }, format: 'jwk' });
    const sign = (input: string): Buffer => createSign('sha384').update(input).sign({ key, dsaEncoding: 'ieee-p1363' });
    const send = async (jku: string): Promise<number> => {
      const header = { alg: 'ES384', kid: one.privateJwk.kid, typ: 'JWT', jku };
      const claims = { iss: client, sub: client, aud: TOKEN_URL, exp: Math.floor(now / 1000) + 60, jti: randomUUID() };
      return (await post(node, formOf(compact(header, claims, sign)))).status;
    };
    expect(await send(uri)).toBe(200);
    expect(await send('https://evil.test/jwks')).toBe(401);
  });
});

describe('a rollover', () => {
  test('is seen at once: an unknown kid has the keys fetched again', async () => {
    const client = await register();
    expect(await ask(client, one)).toBe(200);
    published = [one, two];
    later(10_000);
    expect(await ask(client, two)).toBe(200);
    expect(await ask(client, one)).toBe(200);
    expect(fetches).toBe(2);
  });
  test('13 ends a key that was taken back', async () => {
    const client = await register();
    expect(await ask(client, one)).toBe(200);
    published = [two];
    later(301_000);
    expect(await ask(client, one)).toBe(401);
    expect(await ask(client, two)).toBe(200);
  });
  test('17 a flood of unknown kids has the keys fetched every ten seconds at most', async () => {
    const client = await register();
    expect(await ask(client, one)).toBe(200);
    later(10_000);
    const flood = Array.from({ length: 50 }, (_, index) => ask(client, two, { kid: `unknown-${index}` }));
    expect(new Set(await Promise.all(flood))).toEqual(new Set([401]));
    expect(fetches).toBe(2);
    expect(await ask(client, one)).toBe(200);
    expect(fetches).toBe(2);
  });
  test('17 a flood of unknown kids does not hold up the known', async () => {
    const client = await register();
    await ask(client, one);
    later(10_000);
    const { promise, resolve: letGo } = Promise.withResolvers<undefined>();
    held = promise;
    const order: string[] = [];
    const flood = ask(client, two, { kid: 'unknown' }).finally(() => order.push('flood'));
    expect(await waitUntil(() => fetches === 2)).toBe(true);
    const known = ask(client, one).finally(() => order.push('known'));
    await Promise.race([known, flood]);
    expect(order).toEqual(['known']);
    letGo(undefined);
    expect(await Promise.all([known, flood])).toEqual([200, 401]);
  });
});

describe('while the publisher is down', () => {
  test('the former keys are good for an hour, and it is not hammered', async () => {
    const client = await register();
    expect(await ask(client, one)).toBe(200);
    status = 503;
    later(301_000);
    for (let round = 0; round < 5; round++) expect(await ask(client, one)).toBe(200);
    expect(fetches).toBe(2);
    later(3_580_000);
    expect(await ask(client, one)).toBe(200);
    later(30_000);
    expect(await ask(client, one)).toBe(401);
    status = 200;
    later(10_000);
    expect(await ask(client, one)).toBe(200);
  });
  test('and never was up, there are none', async () => {
    status = 500;
    const client = await register();
    expect(await ask(client, one)).toBe(401);
  });
});

describe('14 an answer that is none', () => {
  test.each([
    ['a redirect', () => void (status = 302)],
    ['not found', () => void (status = 404)],
    ['no JSON', () => void (body = '<html>')],
    ['100 KB', () => void (body = JSON.stringify({ keys: [one.publicJwk], junk: 'x'.repeat(100_000) }))],
    ['a private key', () => void (body = JSON.stringify({ keys: [one.privateJwk] }))],
    ['no keys', () => void (published = [])],
  ])('%s takes the former keys back', async (_what, change) => {
    const client = await register();
    expect(await ask(client, one)).toBe(200);
    change();
    later(301_000);
    expect(await ask(client, one)).toBe(401);
    const before = fetches;
    expect(await ask(client, one)).toBe(401);
    expect(fetches).toBe(before);
  });
  test('a slow one is given up after 2.5 s', async () => {
    jest.restoreAllMocks();
    const timeouts = jest.spyOn(AbortSignal, 'timeout');
    // By then the keys would be there.
    held = new Promise((resolve) => setTimeout(resolve, 20_000).unref());
    const client = await register();
    expect(await ask(client, one)).toBe(401);
    expect(timeouts.mock.calls).toEqual([[2_500]]);
  });
  test.each([
    'http://127.0.0.1:1/jwks',
    'https://127.0.0.1/jwks',
    'https://[::ffff:127.0.0.1]/jwks',
    'https://169.254.169.254/jwks',
  ])('%s is not called', async (uri) => {
    // Registered by somebody whose allowance was wider than this node's.
    const client = await registerClient(node, one, { jwksUri: uri });
    warnings.length = 0;
    expect(await ask(client, one)).toBe(401);
    expect(warnings.join()).toMatch(/not lie on a public address|Only https/);
  });
});
