import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fetchGuarded, isPublicAddress } from '../../src/base/index.ts';

/** Nothing here is about how long it takes, but for what is told to end in time. */
const patient = { timeoutMs: 20_000 };

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

test('a name without an address is unreachable', async () => {
  await expect(fetchGuarded('https://nothing.example/', { ...patient, resolve: async () => [] })).rejects.toMatchObject(
    {
      reason: 'unreachable',
    },
  );
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
    const answer = await fetchGuarded(`http://${host}/ok`, { ...patient, allowedHosts: [host] });
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'max-age=60' } });
    expect(Buffer.from(answer.body).toString()).toBe('{"keys":[]}');
  });
  test('an allowance is for its own port', async () => {
    await expect(
      fetchGuarded(`http://${host}/ok`, { ...patient, allowedHosts: ['127.0.0.1:1'] }),
    ).rejects.toMatchObject({
      reason: 'not-allowed',
    });
  });
  test('a body is sent', async () => {
    const answer = await fetchGuarded(`http://${host}/echo`, {
      ...patient,
      allowedHosts: [host],
      method: 'POST',
      body: 'grant',
    });
    expect(Buffer.from(answer.body).toString()).toBe('grant');
  });
  test('a refusal by the other side is an answer', async () => {
    expect(await fetchGuarded(`http://${host}/missing`, { ...patient, allowedHosts: [host] })).toMatchObject({
      status: 404,
    });
  });
  test('a redirect is not followed', async () => {
    seen = [];
    await expect(fetchGuarded(`http://${host}/redirect`, { ...patient, allowedHosts: [host] })).rejects.toMatchObject({
      reason: 'redirect',
    });
    expect(seen.map((request) => request.url)).toEqual(['/redirect']);
  });
  test('a large body is cut off', async () => {
    await expect(fetchGuarded(`http://${host}/huge`, { ...patient, allowedHosts: [host] })).rejects.toMatchObject({
      reason: 'too-large',
    });
  });
  test.each(['/slow', '/silent'])('%s ends in time', async (path) => {
    await expect(fetchGuarded(`http://${host}${path}`, { allowedHosts: [host], timeoutMs: 200 })).rejects.toMatchObject(
      {
        reason: 'too-slow',
      },
    );
  });
  test('a name is looked up once, and the checked address is the one connected to', async () => {
    const port = host.split(':')[1]!;
    const given: string[] = [];
    const resolve = async (name: string): Promise<string[]> => {
      given.push(name);
      return given.length === 1 ? ['127.0.0.1'] : ['10.255.255.1'];
    };
    const answer = await fetchGuarded(`http://rebind.example:${port}/ok`, {
      ...patient,
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
