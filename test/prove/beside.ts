import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../support/house.ts';
import { largeBundle } from '../support/large-bundle.ts';
import { configOf, getToken, register, startProcess } from './process.ts';
import type { Report } from './report.ts';

/** What the issue says of a large Bundle, and how often it is sent. */
const ENTRIES = 3500;
const BYTES = 11_000_000;
const LONGEST_S = 30;
const ROUNDS = 5;
/** Others may wait so many times as long beside it as without it. */
const FACTOR = 3;
/** Below this nobody tells the difference, and a shared machine makes it by itself: ms. */
const UNNOTICED_MS = 10;
/** How long is measured without it, ms, and how long each of the others waits between two requests. */
const ALONE_MS = 5000;
const PAUSE_MS = 10;

type Kind = 'read' | 'search' | 'create';
type Times = Readonly<Record<Kind, number[]>>;

/** A Bundle of 3,500 entries and 11 MB comes in while others read, search and create. */
export async function proveBeside(report: Report): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'consilium-beside-'));
  const settings = { dataDir, port: await findFreePort() };
  const config = configOf(settings);
  const server = await startProcess(settings);
  try {
    const keys = await register(config, { home: 'placer', other: 'placer' });
    const home = createCaller(server.url, await getToken(config, 'home', keys.get('home')!));
    const other = createCaller(server.url, await getToken(config, 'other', keys.get('other')!));
    for (let n = 0; n < 50; n++) await other('POST', '/Patient', JSON.stringify(patientNumber(n)));
    await measure(other, 1000);
    const alone = await measure(other, ALONE_MS);

    const { json, count } = largeBundle(ENTRIES, BYTES);
    const sent = Buffer.from(json);
    const took: number[] = [];
    const statuses: number[] = [];
    let sending = true;
    const beside = measure(other, () => sending);
    for (let round = 0; round < ROUNDS; round++) {
      const began = performance.now();
      const answer = await home('POST', '', sent);
      took.push((performance.now() - began) / 1000);
      statuses.push(answer.status);
    }
    sending = false;
    const { times, failed } = await beside;

    report.say(
      `     ${ROUNDS} Bundles of ${count} entries, ${(sent.length / 1e6).toFixed(1)} MB: ${took.map((s) => s.toFixed(2)).join(', ')} s`,
    );
    report.say(
      '              alone: n     p50     p95     p99     max   beside: n     p50     p95     p99     max  (ms)',
    );
    for (const kind of ['read', 'search', 'create'] as const) {
      report.say(`     ${kind.padEnd(8)} ${row(alone.times[kind])} ${row(times[kind])}`);
    }
    report.check(
      `each is taken within ${LONGEST_S} s`,
      statuses.every((status) => status === 200) && Math.max(...took) < LONGEST_S,
      statuses.join(' '),
    );
    report.check('no request of others fails', alone.failed + failed === 0, `${alone.failed + failed} failed`);
    for (const kind of ['read', 'search', 'create'] as const) {
      const [before, during] = [percentile(alone.times[kind], 95), percentile(times[kind], 95)];
      const most = Math.max(FACTOR * before, UNNOTICED_MS);
      report.check(
        `${kind}: p95 stays under ${FACTOR} × (or ${UNNOTICED_MS} ms)`,
        during < most,
        `${during.toFixed(1)} ms, ${before.toFixed(1)} alone`,
      );
    }

    const tooMany = largeBundle(5001, 0);
    const began = performance.now();
    const { status } = await home('POST', '', Buffer.from(tooMany.json));
    const ms = performance.now() - began;
    report.check(
      `5,001 entries are refused at once (${Math.round(ms)} ms)`,
      status === 413 && ms < 1000,
      String(status),
    );
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

type Call = (method: string, path: string, body?: string | Buffer) => Promise<{ readonly status: number }>;

function createCaller(url: string, token: string): Call {
  return async (method, path, body) => {
    const answer = await fetch(`${url}/fhir${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
      ...(body === undefined ? {} : { body }),
    });
    await answer.arrayBuffer();
    return { status: answer.status };
  };
}

function patientNumber(n: number): object {
  return {
    resourceType: 'Patient',
    identifier: [{ system: 'urn:beside', value: `n${n}` }],
    name: [{ family: 'Muster' }],
  };
}

/** Three of each kind at a time, each with a pause after each request. `until`: ms, or what tells to go on. */
async function measure(call: Call, until: number | (() => boolean)): Promise<{ times: Times; failed: number }> {
  const times: Times = { read: [], search: [], create: [] };
  let failed = 0;
  const ends = performance.now() + (typeof until === 'number' ? until : Infinity);
  const goesOn = (): boolean => (typeof until === 'number' ? performance.now() < ends : until());
  const requests: Readonly<Record<Kind, (n: number) => [string, string, string?]>> = {
    read: () => ['GET', '/Organization/other'],
    search: (n) => ['GET', `/Patient?identifier=urn:beside|n${n % 50}`],
    create: (n) => ['POST', '/Patient', JSON.stringify(patientNumber(50 + n))],
  };
  const lanes = Object.entries(requests).flatMap(([kind, request]) =>
    [0, 1, 2].map(async (lane) => {
      for (let n = lane; goesOn(); n += 3) {
        const began = performance.now();
        const { status } = await call(...request(n));
        times[kind as Kind].push(performance.now() - began);
        if (status >= 300) failed += 1;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }),
  );
  await Promise.all(lanes);
  return { times, failed };
}

function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}

function row(times: readonly number[]): string {
  const cells = [50, 95, 99, 100].map((percent) => percentile(times, percent).toFixed(1).padStart(7));
  return `${String(times.length).padStart(8)} ${cells.join(' ')}`;
}
