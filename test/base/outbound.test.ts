import { createHook } from 'node:async_hooks';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchGuarded, isPublicAddress } from '../../src/base/index.ts';

/** Names that only the tests' resolver knows. */
const NAMES: Record<string, string[]> = {
  'loopback.example': ['127.0.0.1'],
  'loopback6.example': ['::1'],
  'private.example': ['10.1.2.3'],
  'metadata.example': ['169.254.169.254'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'mixed.example': ['93.184.215.14', '192.168.1.1'],
  'nothing.example': [],
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
};

const REFUSED = [
  // Plain http and other schemes
  'http://93.184.215.14/',
  'http://ehr.example/jwks',
  'ftp://93.184.215.14/',
  'file:///etc/passwd',
  'data:text/plain,x',
  'javascript:alert(1)',
  'not a url',
  '//ehr.example/jwks',
  // User information
  'https://user@93.184.215.14/',
  'https://user:secret@93.184.215.14/',
  // Loopback and this host, in every spelling that URL parsers take
  'https://127.0.0.1/',
  'https://127.8.9.10/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://127.0.0.1./',
  'https://1２7.0.0.1/',
  'https://0.0.0.0/',
  'https://0/',
  'https://[::1]/',
  'https://[::]/',
  'https://[0:0:0:0:0:0:0:1]/',
  // IPv4 in IPv6
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:93.184.215.14]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::a00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001:0:5ef5:79fb::1]/',
  // Private and shared
  'https://10.0.0.1/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.0.1/',
  'https://100.64.0.1/',
  'https://100.100.100.200/',
  'https://[fc00::1]/',
  'https://[fd00:ec2::254]/',
  'https://[fec0::1]/',
  // Link-local, metadata
  'https://169.254.169.254/latest/meta-data/',
  'https://[fe80::1]/',
  'https://168.63.129.16/',
  'https://192.0.0.192/',
  // Documentation, benchmarking, multicast, reserved
  'https://192.0.2.1/',
  'https://198.51.100.1/',
  'https://203.0.113.1/',
  'https://198.18.0.1/',
  'https://192.88.99.1/',
  'https://224.0.0.1/',
  'https://240.0.0.1/',
  'https://255.255.255.255/',
  'https://[ff02::1]/',
  'https://[2001:db8::1]/',
  'https://[3fff::1]/',
  // Names
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://loopback.example/',
  'https://loopback6.example/',
  'https://private.example/',
  'https://metadata.example/',
  'https://mapped.example/',
  'https://mixed.example/',
];

describe('addresses', () => {
  test.each([
    '1.1.1.1',
    '93.184.215.14',
    '172.15.255.255',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700:4700::1111',
    '2a00::1',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
  test.each(['', 'example', '1.2.3', '127.0.0.1', '::ffff:1.1.1.1', 'fe80::1%eth0', '2a00::1%eth0', '169.254.169.254'])(
    '%j is not public',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );
});

describe('the guard', () => {
  let connections = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === 'TCPCONNECTWRAP') connections++;
    },
  });
  beforeAll(() => void hook.enable());
  afterAll(() => void hook.disable());

  test.each(REFUSED)('%s is refused before any connection', async (url) => {
    connections = 0;
    const resolve = async (name: string): Promise<string[]> => NAMES[name] ?? ['93.184.215.14'];
    await expect(fetchGuarded(url, { resolve, timeoutMs: 500 })).rejects.toMatchObject({ reason: 'not-allowed' });
    expect(connections).toBe(0);
  });

  test('a name without an address is unreachable', async () => {
    await expect(fetchGuarded('https://nothing.example/', { resolve: async () => [] })).rejects.toMatchObject({
      reason: 'unreachable',
    });
  });

  test('the hook does count connections', async () => {
    connections = 0;
    await fetchGuarded('http://127.0.0.1:9/', { allowedHosts: ['127.0.0.1:9'] }).catch(() => undefined);
    expect(connections).toBe(1);
  });
});

describe('the exchange', () => {
  let server: Server;
  let host: string;
  let seen: IncomingMessage[] = [];
  const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
    '/ok': (_request, response) => response.setHeader('cache-control', 'max-age=60').end('{"keys":[]}'),
    '/redirect': (_request, response) => response.writeHead(302, { location: '/ok' }).end(),
    '/huge': (_request, response) => {
      response.write(Buffer.alloc(100_000));
      response.end();
    },
    '/slow': (_request, response) => void response.write('{'),
    '/silent': () => undefined,
    '/echo': (request, response) => void request.pipe(response),
    '/missing': (_request, response) => response.writeHead(404).end(),
  };
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request);
      answers[request.url ?? '']?.(request, response);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('an allowed host is reached by plain http', async () => {
    const answer = await fetchGuarded(`http://${host}/ok`, { allowedHosts: [host] });
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'max-age=60' } });
    expect(Buffer.from(answer.body).toString()).toBe('{"keys":[]}');
  });
  test('an allowance is for its own port', async () => {
    await expect(fetchGuarded(`http://${host}/ok`, { allowedHosts: ['127.0.0.1:1'] })).rejects.toMatchObject({
      reason: 'not-allowed',
    });
  });
  test('a body is sent', async () => {
    const answer = await fetchGuarded(`http://${host}/echo`, { allowedHosts: [host], method: 'POST', body: 'grant' });
    expect(Buffer.from(answer.body).toString()).toBe('grant');
  });
  test('a refusal by the other side is an answer', async () => {
    expect(await fetchGuarded(`http://${host}/missing`, { allowedHosts: [host] })).toMatchObject({ status: 404 });
  });
  test('a redirect is not followed', async () => {
    seen = [];
    await expect(fetchGuarded(`http://${host}/redirect`, { allowedHosts: [host] })).rejects.toMatchObject({
      reason: 'redirect',
    });
    expect(seen.map((request) => request.url)).toEqual(['/redirect']);
  });
  test('a large body is cut off', async () => {
    await expect(fetchGuarded(`http://${host}/huge`, { allowedHosts: [host] })).rejects.toMatchObject({
      reason: 'too-large',
    });
  });
  test.each(['/slow', '/silent'])('%s ends in time', async (path) => {
    const start = Date.now();
    await expect(fetchGuarded(`http://${host}${path}`, { allowedHosts: [host], timeoutMs: 200 })).rejects.toMatchObject(
      {
        reason: 'too-slow',
      },
    );
    expect(Date.now() - start).toBeLessThan(1_500);
  });
  test('a name is looked up once, and the checked address is the one connected to', async () => {
    const port = host.split(':')[1]!;
    const given: string[] = [];
    const resolve = async (name: string): Promise<string[]> => {
      given.push(name);
      return given.length === 1 ? ['127.0.0.1'] : ['10.255.255.1'];
    };
    const answer = await fetchGuarded(`http://rebind.example:${port}/ok`, {
      allowedHosts: [`rebind.example:${port}`],
      resolve,
    });
    expect(answer.status).toBe(200);
    expect(given).toEqual(['rebind.example']);
  });
  test('errors do not repeat the URL', async () => {
    const error = await fetchGuarded('https://127.0.0.1/secret-path?token=canary').catch((reason: Error) => reason);
    expect((error as Error).message).not.toContain('canary');
    expect((error as Error).message).not.toContain('secret-path');
  });
});
