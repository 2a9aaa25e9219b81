/**
 * `npm run bench`: starts the server as production does, drives it over loopback, and sets each figure against the
 * floor (`floor.ts`) measured in the same run. Prints a table and writes bench/results/latest.json.
 * Ends with status 1 when a request failed or an answer was wrong; being below a goal is a result, not a failure.
 */
import { fork } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { caseCheck } from './case-check.ts';
import { DELIVERY, measureDelivery } from './delivery.ts';
import { drive } from './drive.ts';
import type { Measured } from './drive.ts';
import { makeFloor, writeToFloor } from './floor-tables.ts';
import { measureMicro } from './micro.ts';
import { readOptions } from './options.ts';
import type { Options } from './options.ts';
import { attachProfiler, summarise } from './profile.ts';
import type { Cost, CpuProfile } from './profile.ts';
import { printDelivery, printProfile, printResults, toResult } from './report.ts';
import type { Result } from './report.ts';
import { seed, writeByTransactions } from './seed.ts';
import { endProcess, startServerProcess } from './server-process.ts';
import { settle } from './settle.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { watchDatabase } from './watch-database.ts';
import { WORKLOADS, makeWorkloads } from './workloads.ts';
import type { Side, Workload } from './workloads.ts';

const RESULTS = new URL('results/', import.meta.url);

/** One of the two that are compared. */
interface Contender {
  readonly origin: string;
  headers(): Promise<Record<string, string>>;
}

/** What has to be closed in the end, the last one first. */
const undo: (() => Promise<void>)[] = [];

async function cleanUp(): Promise<void> {
  for (const close of undo.splice(0).reverse()) await close();
}

async function main(options: Options): Promise<void> {
  const load = loadavg()[0]!;
  say('starting the server');
  const server = await startServerProcess({ inspect: options.profile !== undefined });
  undo.push(() => server.stop());
  const stage = await setStage(server);
  undo.push(() => stage.close());
  say('writing 27,250 records');
  const { owner } = stage;
  const onServer = await seed(writeByTransactions(server.origin, stage), owner);
  await settle(owner);
  await makeFloor(owner);
  const workloads = makeWorkloads(onServer, await seed(writeToFloor(owner), owner), stage.supplies);
  const house: Contender = {
    origin: server.origin,
    headers: async () => ({ authorization: `Bearer ${await stage.token()}` }),
  };
  if (options.profile !== undefined) {
    await profile(
      options,
      workloads.find(({ name }) => name === options.profile)!,
      house,
      server.inspector!,
      owner,
    );
    return;
  }
  const floor = await startFloor(stage);
  undo.push(() => floor.stop());
  const results: Result[] = [];
  for (const workload of workloads) {
    if (options.only?.includes(workload.name) === false) continue;
    results.push(await compare(options, workload, { origin: floor.origin, headers: async () => ({}) }, house, stage));
  }
  const isAsked = options.only === undefined || options.only.includes(DELIVERY);
  const delivery = isAsked ? await measureDelivery(server.origin, stage, options.seconds) : undefined;
  const micro = options.only === undefined ? measureMicro(stage.house) : [];
  printResults(results, micro);
  if (delivery !== undefined) printDelivery(delivery);
  if (load > 0.5)
    console.log(
      `\nOther programs kept this machine busy (load ${load.toFixed(1)} at the start): run it again when it is idle.`,
    );
  await save('latest.json', { at: new Date(), options, machine: machine(load), results, micro, delivery });
  if (results.some(hasFailed) || (delivery?.faults.length ?? 0) > 0) process.exitCode = 1;
}

/** The rounds of one workload: floor, server, floor, server … */
async function compare(
  options: Options,
  workload: Workload,
  floor: Contender,
  server: Contender,
  stage: Stage,
): Promise<Result> {
  const measured: { floor: Measured[]; server: Measured[] } = { floor: [], server: [] };
  const findFaults = await caseCheck(workload, stage.owner);
  let answered = 0;
  for (let round = 1; round <= options.rounds; round++) {
    for (const [name, contender] of [
      ['floor', floor],
      ['server', server],
    ] as const) {
      await workload[name].prepare?.(options.warmUp + options.seconds);
      await tryOnce(contender, workload[name], workload);
      const load = {
        ...workload[name],
        connections: workload.connections,
        warmUp: options.warmUp,
        seconds: options.seconds,
      };
      const result = await drive({
        ...load,
        origin: contender.origin,
        headers: await headersOf(contender, workload[name]),
      });
      measured[name].push(result);
      say(`${workload.name} ${round}/${options.rounds} ${name} ${result.rate.toFixed(0)}/s`);
      if (name === 'server') answered += result.good + 1;
    }
  }
  return toResult(workload, measured.floor, measured.server, await findFaults(answered));
}

async function headersOf(contender: Contender, { isAnonymous }: Side): Promise<Record<string, string>> {
  return isAnonymous === true ? {} : await contender.headers();
}

/** Sends one request and looks at the answer, so that what is measured afterwards is the right work. */
async function tryOnce(contender: Contender, side: Side, { name }: Workload): Promise<void> {
  const script = side.script(0, 1);
  const { method, path, body, headers: own } = typeof script === 'function' ? script() : script[0]!;
  const headers = { ...(await headersOf(contender, side)), 'content-type': 'application/fhir+json', ...own };
  const answer = await fetch(contender.origin + path, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await answer.text();
  const wrong = answer.ok ? side.check(text) : `status ${answer.status}`;
  if (wrong !== undefined) throw new Error(`${name} at ${contender.origin}: ${wrong}\n${text.slice(0, 2000)}`);
}

async function profile(
  options: Options,
  workload: Workload,
  server: Contender,
  inspector: string,
  owner: Client,
): Promise<void> {
  await workload.server.prepare?.(options.warmUp + options.seconds);
  await tryOnce(server, workload.server, workload);
  const profiler = await attachProfiler(inspector);
  let taken: CpuProfile | undefined;
  let stopWatching = (): Promise<Cost[]> => Promise.resolve([]);
  let database: Cost[] = [];
  const { rate, failures } = await drive({
    ...workload.server,
    origin: server.origin,
    headers: await headersOf(server, workload.server),
    connections: workload.connections,
    warmUp: options.warmUp,
    seconds: options.seconds,
    async onCounting(counting) {
      if (counting) {
        await profiler.start();
        stopWatching = watchDatabase(owner);
      } else {
        taken = await profiler.stop();
        database = await stopWatching();
      }
    },
  });
  profiler.close();
  printProfile(workload.name, rate, summarise(taken!), database);
  if (Object.keys(failures).length > 0) console.log('\nFailures:', failures);
  await save(`${workload.name}.cpuprofile`, taken);
}

/** The floor as a process of its own, with as many connections to the database as the server has. */
async function startFloor(stage: Stage): Promise<{ origin: string; stop(): Promise<void> }> {
  const file = fileURLToPath(new URL('floor.ts', import.meta.url));
  const child = fork(file, [stage.databaseUrl, String(stage.poolSize), JSON.stringify(stage.publicJwks)], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const port = await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (status) => reject(new Error(`The floor ended with status ${status} while starting.`)));
  });
  return { origin: `http://127.0.0.1:${String(port)}`, stop: () => endProcess(child) };
}

function hasFailed({ failures, floorFailures, faults }: Result): boolean {
  return Object.keys(failures).length + Object.keys(floorFailures).length + faults.length > 0;
}

function machine(load: number) {
  return { node: process.version, cpu: cpus()[0]?.model, cores: availableParallelism(), load };
}

async function save(name: string, content: unknown): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const file = new URL(name, RESULTS);
  await writeFile(file, JSON.stringify(content, null, name.endsWith('.json') ? 2 : undefined));
  console.log(`\nWritten: bench/results/${name}`);
}

function say(text: string): void {
  console.error(text);
}

const interrupted = new Promise<never>((_, reject) => {
  process.once('SIGINT', () => reject(new Error('Interrupted.')));
});
try {
  await Promise.race([main(readOptions(process.argv.slice(2), WORKLOADS, [DELIVERY])), interrupted]);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
await cleanUp();
process.exit();
