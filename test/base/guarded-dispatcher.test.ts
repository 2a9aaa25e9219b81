import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createGuardedDispatcher, createGuardedFetch, fetchGuarded, OutboundError } from '../../src/base/index.ts';
import type { DispatcherOptions } from '../../src/base/index.ts';
import { makeRoot } from '../../src/keys/index.ts';
import { findFreePort } from '../support/house.ts';
import { waitUntil } from '../support/wait-until.ts';
import { callAsLibrary } from './call-as-library.ts';

const run = promisify(execFile);
const endings: (() => unknown)[] = [];
afterAll(async () => {
  for (const end of endings.reverse()) await end();
});

async function listen(server: Server, host = '127.0.0.1', port = 0): Promise<string> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket.on('error', () => undefined).on('close', () => open.delete(socket)));
  });
  await new Promise<void>((listening) => server.listen(port, host, listening));
  endings.push(() => {
    for (const socket of open) socket.destroy();
    return new Promise((done) => server.close(done));
  });
  return `${host}:${(server.address() as AddressInfo).port}`;
}

function open(options: DispatcherOptions): Dispatcher {
  const dispatcher = createGuardedDispatcher({ timeoutMs: 60_000, ...options });
  endings.push(() => dispatcher.destroy());
  return dispatcher;
}

/** What the `fetch` of Node says of any call that failed. */
const FAILED = { name: 'TypeError' };

/** Why a call failed, as the guard says it. */
async function reasonOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof OutboundError) return error.reason;
    throw error;
  }
  return 'answered';
}

/** An HTTP server that counts who comes. */
interface Counting {
  readonly host: string;
  connections: number;
  requests: IncomingMessage[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
}

async function startCounting(host?: string, port?: number): Promise<Counting & { readonly server: HttpServer }> {
  const server = createServer((request, response) => {
    counting.requests.push(request);
    counting.answer(request, response);
  });
  server.on('connection', () => counting.connections++);
  const counting = {
    server,
    host: await listen(server, host, port),
    connections: 0,
    requests: [] as IncomingMessage[],
    answer: (_request: IncomingMessage, response: ServerResponse) => void response.end('{}'),
  };
  return counting;
}

let there: Awaited<ReturnType<typeof startCounting>>;
beforeAll(async () => void (there = await startCounting()));
beforeEach(() => {
  Object.assign(there, {
    connections: 0,
    requests: [],
    answer: (_: unknown, response: ServerResponse) => response.end('{}'),
  });
  there.server.closeAllConnections();
});
const portOf = (host: string): string => host.split(':')[1]!;

describe('an address', () => {
  test('that a name leads to later is checked when it is connected to, and a connection stays where it is', async () => {
    let addresses = ['127.0.0.1'];
    const asked: string[] = [];
    const host = `moves.example:${portOf(there.host)}`;
    const resolve = async (name: string): Promise<string[]> => {
      asked.push(name);
      return addresses;
    };
    const dispatcher = open({ allowedHosts: [host], resolve, connections: 1 });
    const call = (): Promise<unknown> => fetchGuarded(`http://${host}/`, { dispatcher, timeoutMs: 60_000 });
    await call();
    addresses = ['169.254.169.254'];
    await call();
    expect({ asked, connections: there.connections }).toEqual({ asked: ['moves.example'], connections: 1 });
    there.server.closeAllConnections();
    expect(await reasonOf(call())).toBe('not-allowed');
    expect({ asked: asked.length, connections: there.connections }).toEqual({ asked: 2, connections: 1 });
  });

  test('of several is tried after the other, and all were checked', async () => {
    const host = `both.example:${portOf(there.host)}`;
    const resolve = async (): Promise<string[]> => ['::1', '127.0.0.1'];
    const answer = await fetchGuarded(`http://${host}/`, { allowedHosts: [host], resolve, timeoutMs: 60_000 });
    expect(answer.status).toBe(200);
    expect(there.connections).toBe(1);
  });

  test.each([301, 302, 303, 307, 308])('is not gone to by a redirect with %d, by no door', async (status) => {
    const elsewhere = await startCounting();
    there.answer = (_request, response) =>
      void response.writeHead(status, { location: `http://${elsewhere.host}/latest/meta-data/` }).end();
    const options = { allowedHosts: [there.host, elsewhere.host], timeoutMs: 60_000 };
    const dispatcher = open(options);
    const url = `http://${there.host}/`;
    const calls = [
      fetchGuarded(url, options),
      fetchGuarded(url, { ...options, dispatcher, method: 'POST', body: '{}' }),
      createGuardedFetch(options)(url),
      dispatcher.request({ origin: url, path: '/', method: 'GET' }),
    ];
    expect(await Promise.all(calls.map(reasonOf))).toEqual(calls.map(() => 'redirect'));
    // Although these ask for it.
    const asking: RequestInit[] = [
      { redirect: 'follow' },
      { redirect: 'follow', method: 'POST' },
      { redirect: 'manual' },
    ];
    for (const one of asking) await expect(callAsLibrary(dispatcher, url, one)).rejects.toMatchObject(FAILED);
    expect({ there: there.requests.length, elsewhere: elsewhere.connections }).toEqual({
      there: calls.length + asking.length,
      elsewhere: 0,
    });
  });

  test('of a proxy in the environment is not gone to, and certificates are checked whatever it says', async () => {
    const proxy = await startCounting();
    const { privateJwk, certificate } = await makeRoot('127.0.0.1', {
      from: new Date(Date.now() - 60_000),
      until: new Date(Date.now() + 3_600_000),
    });
    const key = createPrivateKey({ key: { ...privateJwk }, format: 'jwk' }).export({ type: 'pkcs8', format: 'pem' });
    const wrong = await listen(createTlsServer({ key, cert: certificate }, (_request, response) => response.end('{}')));
    const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
    const script = `
      import { createGuardedDispatcher, fetchGuarded } from ${JSON.stringify(new URL('../../src/base/index.ts', import.meta.url).href)};
      const options = { allowedHosts: ${JSON.stringify([there.host, wrong])}, timeoutMs: 60000 };
      const plain = await fetchGuarded('http://${there.host}/', options);
      const dispatcher = createGuardedDispatcher(options);
      const library = await fetch('http://${there.host}/', { dispatcher });
      const tls = await fetchGuarded('https://${wrong}/', options).catch((error) => error.reason);
      console.log(JSON.stringify([plain.status, library.status, tls]));
      await dispatcher.destroy();
    `;
    const env = {
      ...Object.fromEntries(proxies.map((name) => [name, `http://${proxy.host}`])),
      NODE_USE_ENV_PROXY: '1',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      NODE_NO_WARNINGS: '1',
    };
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { env });
    expect(JSON.parse(stdout)).toEqual([200, 200, 'unreachable']);
    expect({ proxy: proxy.connections, there: there.requests.length }).toEqual({ proxy: 0, there: 2 });
  });
});

describe('what is asked', () => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)('may be %s', async (method) => {
    await fetchGuarded(`http://${there.host}/`, { allowedHosts: [there.host], method, timeoutMs: 60_000 });
    expect(there.requests.map((request) => request.method)).toEqual([method]);
  });
  test.each(['HEAD', 'OPTIONS', 'TRACE'] as const)('is not %s', async (method) => {
    const dispatcher = open({ allowedHosts: [there.host] });
    const call = dispatcher.request({ origin: `http://${there.host}`, path: '/', method });
    expect(await reasonOf(call)).toBe('not-allowed');
    expect(there.connections).toBe(0);
  });
  test('is no other protocol', async () => {
    const dispatcher = open({ allowedHosts: [there.host] });
    const target = { path: '/', ...{ origin: `http://${there.host}` } };
    expect(await reasonOf(dispatcher.upgrade({ ...target, protocol: 'websocket' }))).toBe('not-allowed');
    expect(await reasonOf(dispatcher.connect(target))).toBe('not-allowed');
    expect(there.connections).toBe(0);
  });
  test.each([
    ['an object', { 'X-Sent': 'yes', 'Accept-Encoding': 'gzip' }],
    ['names and values in turn', ['X-Sent', 'yes', 'accept-encoding', 'br']],
    ['pairs', new Headers({ 'x-sent': 'yes', 'accept-encoding': 'deflate' })],
    ['lists', { 'x-sent': ['yes'] }],
  ])('has its headers (%s), but asks for nothing compressed', async (_what, headers) => {
    const dispatcher = open({ allowedHosts: [there.host] });
    const answer = await dispatcher.request({ origin: `http://${there.host}`, path: '/', method: 'GET', headers });
    await answer.body.dump();
    expect(there.requests[0]?.headers).toMatchObject({ 'x-sent': 'yes', 'accept-encoding': 'identity' });
    expect(there.requests[0]?.headers.host).toBe(there.host);
  });
  test('has no Host of its own', async () => {
    const options = { allowedHosts: [there.host], headers: { Host: 'internal' } };
    expect(await reasonOf(fetchGuarded(`http://${there.host}/`, options))).toBe('not-allowed');
    expect(there.connections).toBe(0);
  });
  test.each(['a\r\nX-Sent: no', 'a\nb', 'a\0b'])('has no header within a header (%j)', async (value) => {
    const options = { allowedHosts: [there.host], headers: { 'x-a': value } };
    expect(await reasonOf(fetchGuarded(`http://${there.host}/`, options))).toBe('unreachable');
    expect(there.requests).toEqual([]);
  });
});

describe('an answer', () => {
  /** What is written to whoever has asked, byte by byte. */
  const ANSWERS: Readonly<Record<string, (socket: Socket) => void>> = {
    'a bomb': (socket) => {
      const bomb = gzipSync(Buffer.alloc(10_000_000));
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.end(bomb);
    },
    'two encodings': (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-encoding: identity, br\r\ncontent-length: 0\r\n\r\n'),
    'a length that is too much': (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n'),
    'a body without an end': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    },
    'too many headers': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      socket.end(`${'x-flood: yes\r\n'.repeat(2_000)}\r\n`);
    },
    'headers without an end': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void => {
        while (!socket.destroyed && socket.write(`x-flood: ${'x'.repeat(1_000)}\r\n`));
      };
      socket.on('drain', more);
      more();
    },
    'word after word that it will come': (socket) => {
      const more = (): void => {
        while (!socket.destroyed && socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'));
      };
      socket.on('drain', more);
      more();
    },
    'another protocol': (socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
    'no HTTP': (socket) => socket.end('-ERR unknown command\r\n'),
    'half of it': (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf'),
    'none, but the end': (socket) => socket.resetAndDestroy(),
    'none at all': () => undefined,
    'drop by drop': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n');
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    },
    'a status, drop by drop': (socket) => {
      const text = `HTTP/1.1 200 OK\r\nx-slow: ${'x'.repeat(9_000)}`;
      let at = 0;
      const timer = setInterval(() => socket.write(text.charAt(at++)), 20);
      socket.on('close', () => clearInterval(timer));
    },
  };
  let host: string;
  let behave: (socket: Socket) => void;
  beforeAll(async () => {
    host = await listen(createTcpServer((socket) => socket.once('data', () => behave(socket))));
  });

  const PATIENT_MS = 60_000;
  const HASTY_MS = 400;
  test.each<[string, string, number]>([
    ['a bomb', 'encoded', PATIENT_MS],
    ['two encodings', 'encoded', PATIENT_MS],
    ['a length that is too much', 'too-large', PATIENT_MS],
    ['a body without an end', 'too-large', PATIENT_MS],
    ['word after word that it will come', 'too-large', PATIENT_MS],
    ['too many headers', 'unreachable', PATIENT_MS],
    ['headers without an end', 'unreachable', PATIENT_MS],
    ['another protocol', 'unreachable', PATIENT_MS],
    ['no HTTP', 'unreachable', PATIENT_MS],
    ['half of it', 'unreachable', PATIENT_MS],
    ['none, but the end', 'unreachable', PATIENT_MS],
    ['none at all', 'too-slow', HASTY_MS],
    ['drop by drop', 'too-slow', HASTY_MS],
    ['a status, drop by drop', 'too-slow', HASTY_MS],
  ])('%s is %s, by every door', async (what, reason, timeoutMs) => {
    behave = ANSWERS[what]!;
    const options = { allowedHosts: [host], maxBytes: 65_536, timeoutMs };
    const dispatcher = open(options);
    const patient = open({ allowedHosts: [host] });
    const url = `http://${host}/`;
    const readAll = async (call: Promise<Response>): Promise<string> => (await call).text();
    const ask = async (): Promise<string> =>
      (await dispatcher.request({ origin: url, path: '/', method: 'GET' })).body.text();
    const calls: Promise<unknown>[] = [
      fetchGuarded(url, options),
      // The call's own bounds, over a dispatcher that has others.
      fetchGuarded(url, { ...options, dispatcher: patient }),
      readAll(createGuardedFetch(options)(url)),
    ];
    // The bounds are those of the dispatcher, for libraries that know none; what the network does, each tells its own way.
    const library = expect(readAll(callAsLibrary(dispatcher, url))).rejects.toMatchObject(FAILED);
    const bare = reason === 'unreachable' ? expect(ask()).rejects.toBeDefined() : undefined;
    if (bare === undefined) calls.push(ask());
    expect(await Promise.all(calls.map(reasonOf))).toEqual(calls.map(() => reason));
    await Promise.all([library, bare]);
  });

  test('a few words that it will come are waited through', async () => {
    behave = (socket) => {
      socket.write('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
      socket.end('HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\ncontent-length: 2\r\n\r\n{}');
    };
    const dispatcher = open({ allowedHosts: [host] });
    const answer = await fetchGuarded(`http://${host}/`, { dispatcher, timeoutMs: PATIENT_MS });
    expect([answer.status, Buffer.from(answer.body).toString()]).toEqual([200, '{}']);
    expect(await (await callAsLibrary(dispatcher, `http://${host}/`)).text()).toBe('{}');
  });
});

describe('one dispatcher for many calls', () => {
  const patient = { timeoutMs: 60_000 };

  test('keeps its connection', async () => {
    const dispatcher = open({ allowedHosts: [there.host], connections: 1 });
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
      const { status } = await fetchGuarded(`http://${there.host}/`, { ...patient, dispatcher, method });
      expect(status).toBe(200);
    }
    expect(there.connections).toBe(1);
  });

  test('has so many connections to one origin as it is told, and others are their own', async () => {
    const other = await startCounting();
    let atOnce = 0;
    let most = 0;
    const answers: (() => void)[] = [];
    there.answer = (_request, response) => {
      most = Math.max(most, ++atOnce);
      answers.push(() => {
        atOnce--;
        response.end('{}');
      });
    };
    const dispatcher = open({ allowedHosts: [there.host, other.host], connections: 2 });
    const calls = Array.from({ length: 7 }, () => fetchGuarded(`http://${there.host}/`, { ...patient, dispatcher }));
    await waitUntil(async () => answers.length === 2);
    // While all of one are taken, another is answered.
    expect((await fetchGuarded(`http://${other.host}/`, { ...patient, dispatcher })).status).toBe(200);
    for (const _call of calls) {
      await waitUntil(async () => answers.length > 0);
      answers.shift()!();
    }
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(calls.map(() => 200));
    expect({ most, connections: there.connections }).toEqual({ most: 2, connections: 2 });
  });

  test('lets nobody wait longer for a connection than for an answer, and goes on afterwards', async () => {
    let isSilent = true;
    there.answer = (_request, response) => (isSilent ? undefined : void response.end('{}'));
    const dispatcher = open({ allowedHosts: [there.host], connections: 1, timeoutMs: 300 });
    const url = `http://${there.host}/`;
    const calls = [
      fetchGuarded(url, { ...patient, dispatcher }),
      fetchGuarded(url, { ...patient, dispatcher }),
      dispatcher.request({ origin: url, path: '/', method: 'GET' }),
    ];
    const library = expect(callAsLibrary(dispatcher, url)).rejects.toMatchObject(FAILED);
    expect(await Promise.all(calls.map(reasonOf))).toEqual(calls.map(() => 'too-slow'));
    await library;
    isSilent = false;
    await waitUntil(async () => (await reasonOf(fetchGuarded(url, { ...patient, dispatcher }))) === 'answered');
  });

  test('reaches who was away', async () => {
    const port = await findFreePort();
    const host = `127.0.0.1:${port}`;
    const dispatcher = open({ allowedHosts: [host], connections: 1 });
    const call = (): Promise<string> => reasonOf(fetchGuarded(`http://${host}/`, { ...patient, dispatcher }));
    expect(await call()).toBe('unreachable');
    expect(await call()).toBe('unreachable');
    const back = await startCounting('127.0.0.1', port);
    expect(await call()).toBe('answered');
    // It goes away in the middle of a call, too.
    back.answer = (request) => void request.socket.destroy();
    expect(await call()).toBe('unreachable');
    back.answer = (_request, response) => void response.end('{}');
    expect(await call()).toBe('answered');
  });
});
