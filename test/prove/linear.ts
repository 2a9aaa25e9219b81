import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { ownerOf } from '../../src/store/embedded/account.ts';
import { findPackage, prepareBinaries } from '../../src/store/embedded/binaries.ts';
import { clusterAt } from '../../src/store/embedded/cluster.ts';
import { findPlace, startEmbedded } from '../../src/store/embedded/index.ts';
import { run } from '../../src/store/embedded/run.ts';
import { findFreePort } from '../support/house.ts';
import { configOf, getToken, register, startProcess } from './process.ts';
import type { ServerProcess } from './process.ts';
import { checkRegister } from './register.ts';
import type { Step } from './register.ts';
import type { Report } from './report.ts';

const CLIENTS = 6;
/** What goes wrong in each round, about a second after it has begun. */
const FAULTS = [
  'none',
  'server 1',
  'PostgreSQL',
  'server 2',
  'PostgreSQL',
  'both servers',
  'server 1 and PostgreSQL',
  'PostgreSQL',
];
const QUIET_MS = 1000;
/** How long all of it may take to answer again once PostgreSQL is up, ms. */
const RECOVERY_MS = 10_000;
const RECORD = 'Patient/register';
const TWIN = 'Patient/register-twin';

/** Reads, PUTs and transactions on one record through two servers, while servers and PostgreSQL are killed. */
export async function proveLinear(report: Report): Promise<void> {
  proveChecker(report);
  const dataDir = await mkdtemp(join(tmpdir(), 'consilium-linear-'));
  const embedded = await startEmbedded({ dataDir, logger: silentLogger });
  const ports = [await findFreePort(), await findFreePort()] as const;
  const more = { DATABASE_URL: embedded.url, PUBLIC_URL: `http://127.0.0.1:${ports[0]}` };
  const settings = ports.map((port) => ({ dataDir, port, more }));
  const servers: ServerProcess[] = [];
  try {
    for (const each of settings) servers.push(await startProcess(each));
    const config = configOf(settings[0]!);
    const key = (await register(config, { home: 'placer' })).get('home')!;
    const run = new Run(ports.map((port) => `http://127.0.0.1:${port}/fhir`));
    report.say('  what is killed             steps   told  refused  unknown   first success after');
    for (const fault of FAULTS) {
      run.token = await getToken(config, 'home', key);
      const before = run.steps.length;
      const going = run.start();
      await sleep(QUIET_MS);
      let up = performance.now();
      const hit = [0, 1].filter((n) => fault.startsWith('both') || fault.includes(`server ${n + 1}`));
      await Promise.all(hit.map((n) => servers[n]!.kill()));
      if (fault.includes('PostgreSQL')) {
        await restartPostgres(dataDir);
        up = performance.now();
      }
      for (const n of hit) servers[n] = await startProcess(settings[n]!);
      const recovered = await run.untilAllAnswer();
      await sleep(QUIET_MS);
      await going.stop();
      const steps = run.steps.slice(before);
      const took = Math.max(0, recovered - up);
      report.say(
        `  ${[fault.padEnd(24), ...countSteps(steps)].join('')}   ${fault === 'none' ? '' : `${Math.round(took)} ms`}`,
      );
      // A server that was killed has to start first, which is no matter of PostgreSQL's.
      if (fault === 'PostgreSQL')
        report.check(`all answer within ${RECOVERY_MS / 1000} s`, took < RECOVERY_MS, `${took} ms`);
    }
    const { record, twin } = await readVersions(embedded.url);
    const complaints = checkRegister(run.steps, record);
    const told = run.steps.filter(({ version }) => version !== undefined).length;
    report.check(
      `${run.steps.length} steps, ${told} of them told, ${record.length} versions: linearizable`,
      complaints.length === 0,
      complaints.slice(0, 5).join('; '),
    );
    const halves = halfWritten(record, twin);
    report.check(
      `${twin.length} transactions: whole or absent`,
      halves.length === 0 && twin.length > 0,
      halves.slice(0, 5).join('; '),
    );
    const unknown = run.steps.filter(
      ({ kind, version, refused }) => kind === 'write' && version === undefined && !refused,
    );
    report.say(
      `     of ${unknown.length} writes without an answer ${unknown.filter(({ value }) => record.includes(value)).length} happened`,
    );
    report.check('something was cut', unknown.length > 0);
  } finally {
    for (const server of servers) await server.stop();
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** A checker that finds no fault in anything proves nothing. */
function proveChecker(report: Report): void {
  const step = (kind: Step['kind'], began: number, ended: number, value: string, version?: number): Step => ({
    kind,
    began,
    ended,
    value,
    ...(version === undefined ? {} : { version }),
  });
  const a = step('write', 0, 1, 'a', 1);
  const b = step('write', 2, 3, 'b', 2);
  const wrong: readonly (readonly [string, readonly Step[], readonly string[]])[] = [
    ['a lost write', [a, b], ['a']],
    ['a read that goes back', [a, b, step('read', 4, 5, 'a', 1)], ['a', 'b']],
    ['a write done twice', [a, step('write', 2, Infinity, 'b')], ['a', 'b', 'b']],
    ['a refused write that stands', [a, { ...step('write', 2, 3, 'b'), refused: true }], ['a', 'b']],
    ['a version that changes', [a, b, step('read', 4, 5, 'c', 2)], ['a', 'b']],
    ['a write put before a finished one', [step('write', 0, 1, 'b', 2), step('write', 2, 3, 'a', 1)], ['a', 'b']],
    ['a read before the write', [step('read', 0, 1, 'a', 1), step('write', 2, 3, 'a', 1)], ['a']],
  ];
  for (const [what, steps, stored] of wrong)
    report.check(`the checker finds ${what}`, checkRegister(steps, stored).length > 0);
  const right = [a, step('write', 2, Infinity, 'b'), step('read', 2, 4, 'b', 2), step('write', 3, Infinity, 'c')];
  report.check('the checker lets pass what is right', checkRegister(right, ['a', 'b']).length === 0);
}

/** Clients that go on one after the other step until they are stopped, in turn at each server. */
class Run {
  readonly steps: Step[] = [];
  token = '';
  readonly #urls: readonly string[];
  #count = 0;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  start(): { stop(): Promise<void> } {
    let going = true;
    const clients = Array.from({ length: CLIENTS }, async (_, client) => {
      for (let n = client; going; n++) {
        await this.#step(this.#urls[n % this.#urls.length]!, n % 4);
        await sleep(2);
      }
    });
    return {
      async stop() {
        going = false;
        await Promise.all(clients);
      },
    };
  }

  /** When each server has answered a read and a write, each begun after now. */
  async untilAllAnswer(): Promise<number> {
    for (const url of this.#urls) {
      while (!((await this.#step(url, 0)) && (await this.#step(url, 2)))) await sleep(20);
    }
    return performance.now();
  }

  async #step(url: string, kind: number): Promise<boolean> {
    const value = `v${++this.#count}`;
    const isRead = kind < 2;
    const began = performance.now();
    const answer = await (isRead
      ? this.#send(url, 'GET', `/${RECORD}`)
      : kind === 2
        ? this.#put(url, value)
        : this.#transact(url, value));
    const ended = performance.now();
    if (answer === undefined || answer.status >= 500) {
      if (!isRead) this.steps.push({ kind: 'write', began, ended: Infinity, value });
      await sleep(10);
      return false;
    }
    const { status, body } = answer;
    // Before the first write there is nothing.
    if (isRead && status === 404) return true;
    if (status >= 400) {
      if (!isRead) this.steps.push({ kind: 'write', began, ended, value, refused: true });
      return false;
    }
    const shown = kind === 3 ? body.entry![0]!.resource : body;
    const version = Number(shown.meta!.versionId);
    this.steps.push({ kind: isRead ? 'read' : 'write', began, ended, value: isRead ? valueOf(body) : value, version });
    return true;
  }

  #put(url: string, value: string): Promise<Answer | undefined> {
    return this.#send(url, 'PUT', `/${RECORD}`, patient(RECORD, value));
  }

  #transact(url: string, value: string): Promise<Answer | undefined> {
    const entry = [RECORD, TWIN].map((ref) => ({
      resource: patient(ref, value),
      request: { method: 'PUT', url: ref },
    }));
    return this.#send(url, 'POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  }

  /** Undefined where the connection broke. */
  async #send(url: string, method: string, path: string, body?: object): Promise<Answer | undefined> {
    try {
      const answer = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.token}`,
          'content-type': 'application/fhir+json',
          prefer: 'return=representation',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      });
      return { status: answer.status, body: (await answer.json()) as Shown };
    } catch {
      return undefined;
    }
  }
}

interface Shown {
  readonly meta?: { readonly versionId: string };
  readonly identifier?: readonly { readonly value: string }[];
  readonly entry?: readonly { readonly resource: Shown }[];
}

interface Answer {
  readonly status: number;
  readonly body: Shown;
}

function patient(ref: string, value: string): object {
  return { resourceType: 'Patient', id: ref.split('/')[1], identifier: [{ system: 'urn:linear', value }] };
}

function valueOf({ identifier }: Shown): string {
  return identifier![0]!.value;
}

function countSteps(steps: readonly Step[]): string[] {
  const refused = steps.filter((step) => step.refused).length;
  const told = steps.filter(({ version }) => version !== undefined).length;
  return [steps.length, told, refused, steps.length - told - refused].map((count) => String(count).padStart(8));
}

/** As after a crash: what was not written through is gone, and recovered from the log. */
async function restartPostgres(dataDir: string): Promise<void> {
  const place = findPlace(dataDir)!;
  const account = ownerOf(place);
  const { control } = await prepareBinaries(findPackage(), () => dataDir, account);
  const cluster = clusterAt(place);
  const args = [
    'restart',
    `--pgdata=${cluster.data}`,
    `--log=${cluster.log}`,
    '--mode=immediate',
    '--wait',
    '--silent',
  ];
  await run(control, args, account);
}

/** The values of both records by version, as they stand in the store. */
async function readVersions(url: string): Promise<{ record: string[]; twin: string[] }> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  const read = async (ref: string): Promise<string[]> => {
    const { rows } = await owner.query<{ body: string }>(
      `select body from (select version, body from record where ref = $1
         union all select version, body from record_version where ref = $1) v order by version`,
      [ref],
    );
    return rows.map(({ body }) => valueOf(JSON.parse(body) as Shown));
  };
  try {
    return { record: await read(RECORD), twin: await read(TWIN) };
  } finally {
    await owner.end();
  }
}

/** A transaction writes both records: what stands in the one of them stands in the other, in the same order. */
function halfWritten(record: readonly string[], twin: readonly string[]): string[] {
  const places = twin.map((value) => record.indexOf(value));
  return twin.filter((_, n) => places[n]! < 0 || (n > 0 && places[n]! <= places[n - 1]!));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
