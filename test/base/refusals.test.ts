import { createHook } from 'node:async_hooks';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createGuardedDispatcher, createGuardedFetch, fetchGuarded, refuseUrl } from '../../src/base/index.ts';
import { callAsLibrary } from './call-as-library.ts';
import { REFUSED, resolveInvented } from './refused-addresses.ts';

// What must never be connected to, through every door there is, with somebody listening there. Counted twice: whoever listens
// counts those who come, and the process counts its attempts, of which those at other machines are never seen here.

/** Nothing here is about how long it takes. */
const options = { resolve: resolveInvented, timeoutMs: 60_000 };
const dispatcher = createGuardedDispatcher(options);
const guarded = createGuardedFetch(options);

let attempts = 0;
let accepted = 0;
const hook = createHook({
  init(_id, type) {
    if (type === 'TCPCONNECTWRAP') attempts++;
  },
});
let listener: Server;
let port: number;
beforeAll(async () => {
  listener = createServer((socket) => {
    accepted++;
    socket.destroy();
  });
  const listen = (host: string): Promise<void> =>
    new Promise((done, failed) => listener.once('error', failed).listen(0, host, done));
  // At every address of this machine, of either kind where it has both.
  await listen('::').catch(() => listen('0.0.0.0'));
  ({ port } = listener.address() as AddressInfo);
  hook.enable();
});
afterAll(async () => {
  hook.disable();
  await dispatcher.destroy();
  await new Promise((done) => listener.close(done));
});
beforeEach(() => {
  attempts = 0;
  accepted = 0;
});

/** The same with the port of the listener, letter by letter but for that. */
function toListener(url: string): string {
  return url.replace(/^(\s*[a-z\n]+:[/\\]*(?:[^/\\?#]*@)?(?:\[[^\]]*\]|[^:/\\?#@\s]+))(?=[/\\?#])/i, `$1:${port}`);
}

/** By every door; the last two are what libraries call with the dispatcher, and may have their own reasons. */
async function tryAll(url: string): Promise<readonly PromiseSettledResult<unknown>[]> {
  const doors = [
    () => fetchGuarded(url, options),
    () => guarded(url),
    () => fetchGuarded(url, { ...options, dispatcher, method: 'POST', body: '{}' }),
    () => guarded(url, { method: 'PUT', body: '{}' }),
    () => dispatcher.request({ origin: url, path: '/', method: 'GET' }),
    () => callAsLibrary(dispatcher, url),
  ];
  return await Promise.allSettled(doors.map(async (door) => door()));
}

test.each(REFUSED)('%s: %s', async (_kind, url) => {
  for (const address of new Set([url, toListener(url)])) {
    const outcomes = await tryAll(address);
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'rejected'));
    const reasons = outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as { reason?: string });
    expect(reasons.slice(0, 4).map(({ reason }) => reason)).toEqual(Array<string>(4).fill('not-allowed'));
    expect({ attempts, accepted }).toEqual({ attempts: 0, accepted: 0 });
  }
});

test('the table has what it takes', () => {
  const urls = REFUSED.map(([, url]) => url);
  expect(new Set(urls).size).toBe(urls.length);
  expect(urls.length).toBeGreaterThanOrEqual(170);
  // Most of them lead to the listener, if they lead anywhere.
  expect(urls.filter((url) => toListener(url) !== url).length).toBeGreaterThanOrEqual(140);
});

test.each(REFUSED.filter(([kind]) => !kind.startsWith('a name')))(
  '%s: %s is refused where it is written down, too',
  (kind, url) => {
    // Names are not looked up there.
    const isName = /metadata\.|instance-data|ⓛ/.test(url);
    expect(typeof refuseUrl(url)).toBe(isName && kind === 'metadata of a cloud' ? 'undefined' : 'string');
  },
);

test('where it is allowed, somebody comes and is counted', async () => {
  const allowedHosts = [`127.0.0.1:${port}`, `goes.example:${port}`];
  const there = { ...options, allowedHosts, resolve: async () => ['127.0.0.1'] };
  for (const host of allowedHosts) await expect(fetchGuarded(`http://${host}/`, there)).rejects.toBeDefined();
  expect({ attempts, accepted }).toEqual({ attempts: 2, accepted: 2 });
});

test.each([
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fe80::1',
  '0.0.0.0',
  '::',
  '224.0.0.1',
  '::ffff:169.254.169.254',
  '64:ff9b::a9fe:a9fe',
])('not even a name that is allowed may lie at %s', async (address) => {
  const there = { ...options, allowedHosts: ['ehr.lan'], resolve: async () => ['10.0.0.7', address] };
  await expect(fetchGuarded(`http://ehr.lan:${port}/`, there)).rejects.toMatchObject({ reason: 'not-allowed' });
  expect({ attempts, accepted }).toEqual({ attempts: 0, accepted: 0 });
});

test.each(['93.184.215.14', '2606:4700:4700::1111'])('%s is refused where it is of this machine', async (address) => {
  // As another would spell it.
  const own = { ...options, ownAddresses: () => ['93.184.215.14', '2606:4700:4700:0:0:0:0:1111', 'fe80::2%eth0'] };
  const host = address.includes(':') ? `[${address}]` : address;
  for (const url of [`https://${host}:${port}/`, 'https://ehr.example/']) {
    const outcome = fetchGuarded(url, { ...own, resolve: async () => [address] });
    await expect(outcome).rejects.toMatchObject({ reason: 'not-allowed' });
  }
  expect({ attempts, accepted }).toEqual({ attempts: 0, accepted: 0 });
});
