import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createGuardedFetch } from '../../src/base/index.ts';

describe('an exchange', () => {
  let server: Server;
  let base: string;
  let guarded: ReturnType<typeof createGuardedFetch>;
  let hasty: ReturnType<typeof createGuardedFetch>;
  const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
    '/echo': (request, response) => {
      const { method, headers } = request;
      response.writeHead(201, { 'x-method': method, 'x-sent': headers['x-sent'] ?? '' });
      request.pipe(response);
    },
    '/empty': (_request, response) => response.writeHead(204).end(),
    '/redirect': (_request, response) => response.writeHead(302, { location: '/echo' }).end(),
    '/huge': (_request, response) => response.end(Buffer.alloc(2_000)),
    '/silent': () => undefined,
  };
  beforeAll(async () => {
    server = createServer((request, response) => answers[request.url ?? '']?.(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    base = `http://${host}`;
    guarded = createGuardedFetch({ allowedHosts: [host], maxBytes: 1_000, timeoutMs: 20_000 });
    hasty = createGuardedFetch({ allowedHosts: [host], timeoutMs: 200 });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each([
    ['a text', 'a=b', 'a=b'],
    ['bytes', Buffer.from('a=b'), 'a=b'],
    ['a form', new URLSearchParams({ a: 'b c' }), 'a=b+c'],
  ])('sends %s, and gives a Response', async (_what, body, text) => {
    const answer = await guarded(`${base}/echo`, { method: 'post', headers: { 'x-sent': 'yes' }, body });
    expect(answer).toBeInstanceOf(Response);
    expect(answer.status).toBe(201);
    expect(Object.fromEntries(answer.headers.entries())).toMatchObject({ 'x-method': 'POST', 'x-sent': 'yes' });
    expect(await answer.text()).toBe(text);
  });
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('sends %s', async (method) => {
    expect((await guarded(`${base}/echo`, { method })).headers.get('x-method')).toBe(method);
  });
  test('an answer without a body is one', async () => {
    const answer = await guarded(`${base}/empty`);
    expect([answer.status, answer.body]).toEqual([204, null]);
  });
  test.each([
    ['/redirect', 'redirect'],
    ['/huge', 'too-large'],
  ])('%s is no answer', async (path, reason) => {
    await expect(guarded(base + path)).rejects.toMatchObject({ reason });
  });
  test('silence is no answer, after a while', async () => {
    await expect(hasty(`${base}/silent`)).rejects.toMatchObject({ reason: 'too-slow' });
  });
  test('other methods and bodies are not sent', async () => {
    await expect(guarded(`${base}/echo`, { method: 'TRACE' })).rejects.toMatchObject({ reason: 'not-allowed' });
    await expect(guarded(`${base}/echo`, { method: 'POST', body: new ReadableStream() })).rejects.toThrow(TypeError);
  });
});
