import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { startEmbedded } from '../../src/store/embedded/index.ts';
import { findFreePort } from '../support/house.ts';
import { giveRules, openCases, retime } from './case-seed.ts';
import { configOf, getToken, register, startProcess } from './process.ts';
import type { ServerProcess } from './process.ts';
import type { Report } from './report.ts';

const CASES = 10_000;
/** The timers of a round fall due evenly within this time, from this long after they are set: meanwhile a server starts. */
const SPREAD_MS = 100_000;
const AHEAD_MS = 8000;
/** What lateness is made of: workers look every two seconds, others are done first, and the machine may be busy otherwise. */
const LATE_MS = 30_000;
/** All at once, as where many fall due at midnight: it takes as long as the work takes. */
const BURST_MS = 5000;
const LATE_IN_BURST_MS = 90_000;
/** After a kill: timers that are a minute late, and whose job has been in hands for a minute, are looked for every minute. */
const LOST_MS = 150_000;
/** How much larger the server may be after twenty thousand timers than after ten thousand. */
const GROWTH = 1.05;

interface Round {
  /** Milliseconds, in order; of those that were done. */
  readonly late: readonly number[];
  /** Cases of which it was told more than once. */
  readonly twice: number;
  /** Of the server, in MiB, at each thousand. */
  readonly sizes: readonly number[];
}

/** 10,000 cases whose reports are overdue within a short time: each is told so, soon and once, also where the server is killed. */
export async function proveCases(report: Report): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'consilium-cases-'));
  const embedded = await startEmbedded({ dataDir, logger: silentLogger });
  const settings = { dataDir, port: await findFreePort(), more: { DATABASE_URL: embedded.url } };
  const config = configOf(settings);
  const owner = new Client({ connectionString: embedded.url });
  let server: ServerProcess | undefined;
  try {
    server = await startProcess(settings);
    await owner.connect();
    const key = (await register(config, { home: 'placer', programme: 'programme' })).get('home')!;
    const rules = await giveRules(config, owner, 'programme');
    const began = performance.now();
    await openCases(config, await getToken(config, 'home', key), CASES);
    report.say(`${CASES} cases opened in ${inSeconds(performance.now() - began)}`);
    await server.stop();

    const calmMark = await retime(owner, rules, Date.now() + AHEAD_MS, SPREAD_MS);
    server = await startProcess(settings);
    const calm = await watch(owner, calmMark, server.pid);
    tell(report, `within ${inSeconds(SPREAD_MS)}`, calm);
    checkDone(report, calm, LATE_MS);

    const burstMark = await retime(owner, rules, Date.now() + AHEAD_MS, BURST_MS);
    const burst = await watch(owner, burstMark, server.pid);
    tell(report, `within ${inSeconds(BURST_MS)}`, burst);
    checkDone(report, burst, LATE_IN_BURST_MS);
    const [first, last] = [calm.sizes.at(-1)!, burst.sizes.at(-1)!];
    report.check('memory is flat', last <= first * GROWTH, `${first} MiB, then ${last} MiB`);
    await server.stop();

    const killMark = await retime(owner, rules, Date.now() + AHEAD_MS, SPREAD_MS);
    server = await startProcess(settings);
    await untilDone(owner, killMark, CASES / 3);
    await server.kill();
    server = await startProcess(settings);
    report.say(`kill -9 after a third of them; ready again in ${inSeconds(server.startedIn)}`);
    const killed = await watch(owner, killMark, server.pid);
    tell(report, 'with a kill -9', killed);
    checkDone(report, killed, LOST_MS);
    const prompt = killed.late.filter((late) => late <= LATE_MS).length;
    report.check('all but those that it had in hands are as prompt', CASES - prompt <= 10, `${CASES - prompt} are not`);
  } finally {
    await server?.stop();
    await owner.end();
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function checkDone(report: Report, { late, twice }: Round, atMost: number): void {
  report.check(`${CASES} timers: none is lost`, late.length === CASES, `${CASES - late.length} are`);
  report.check('none is done twice', twice === 0, `${twice} are`);
  report.check('none is done before its time', late[0]! >= 0, `${late[0]} ms`);
  report.check(`all are done within ${inSeconds(atMost)}`, late.at(-1)! <= atMost, inSeconds(late.at(-1)!));
}

function tell(report: Report, what: string, { late, sizes }: Round): void {
  const at = (share: number): string => inSeconds(late[Math.min(Math.floor(late.length * share), late.length - 1)]!);
  report.say(
    `${what}: late by p50 ${at(0.5)}, p95 ${at(0.95)}, at most ${at(1)}; MiB at each thousand ${sizes.join(' ')}`,
  );
}

/** Waits until all is done, or nothing has been for long; weighs the server on the way. */
async function watch(owner: Client, mark: string, pid: number): Promise<Round> {
  const sizes: number[] = [];
  let moved = performance.now();
  for (let done = 0; done < CASES && performance.now() - moved < LOST_MS; await pause(250)) {
    const now = await countDone(owner, mark);
    if (Math.floor(now / 1000) > Math.floor(done / 1000)) sizes.push(await sizeOf(pid));
    if (now > done) moved = performance.now();
    done = now;
  }
  const { rows } = await owner.query<{ late: number; times: number }>(
    `select extract(epoch from min(e.at) - (c.state::json->>'dueAt')::timestamptz)::float8 * 1000 as late, count(*)::int as times
      from case_event e join cases c on c.id = e.case_id where e.kind = 'overdue' and e.position > $1 group by c.id order by 1`,
    [mark],
  );
  return { late: rows.map(({ late }) => late), twice: rows.filter(({ times }) => times > 1).length, sizes };
}

async function untilDone(owner: Client, mark: string, count: number): Promise<void> {
  while ((await countDone(owner, mark)) < count) await pause(50);
}

async function countDone(owner: Client, mark: string): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    `select count(*)::int as count from case_event where kind = 'overdue' and position > $1`,
    [mark],
  );
  return rows[0]!.count;
}

/** What of a process is in memory, in MiB. */
async function sizeOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1024);
}

function inSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
