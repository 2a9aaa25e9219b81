import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { buildHouse, openStore, publishOrganization } from '../../src/app.ts';
import { addClient, addOrganization, requestToken } from '../../src/auth/index.ts';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { loadConfig } from '../../src/config.ts';
import type { Config } from '../../src/config.ts';
import { generateKey } from '../../src/keys/index.ts';
import { openDatabase } from '../../src/store/index.ts';
import { packet } from '../journeys/packet.ts';
import { findFreePort } from '../support/house.ts';
import { inspectCase, inspectStore } from './inspect.ts';
import type { Report } from './report.ts';

const ROUNDS = 50;
/** Senders at the same moment, each with one case after the other. */
const SENDERS = 4;
/** The kill comes after 0 to this many ms. */
const LONGEST_MS = 300;

interface Server {
  readonly process: ChildProcess;
  /** How long it took until it was ready, ms. */
  readonly startedIn: number;
}

/** `kill -9` of the server, fifty times, while it writes case transactions of eleven entries. */
export async function proveKill(report: Report): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'consilium-kill-'));
  const port = await findFreePort();
  const env = { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'error', POOL_SIZE: '8' };
  const config = loadConfig(env);
  let server: Server | undefined;
  try {
    server = await start(config, env);
    const key = await register(config);
    report.say(' round  kill at  sent  acknowledged  whole  absent  half  re-sent: one each  ready again in');
    let acknowledgedLost = 0;
    const totals = { sent: 0, acked: 0, whole: 0, absent: 0, half: 0, one: 0, uncertain: 0 };
    const complaints: string[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const token = await getToken(config, key);
      const after = randomInt(LONGEST_MS + 1);
      const { acked, sent } = await sendUntilKilled(config, server, token, round, after);
      server = await start(config, env);
      const token2 = await getToken(config, key);
      const found = await withDatabase(config, async (owner) => {
        const states = new Map<string, string>();
        for (const number of sent) states.set(number, await inspectCase(owner, number));
        complaints.push(...(await inspectStore(owner)));
        return states;
      });
      const count = (state: string): number => [...found.values()].filter((one) => one === state).length;
      const [whole, absent] = [count('whole'), count('absent')];
      const half = [...found].filter(([, state]) => state !== 'whole' && state !== 'absent');
      complaints.push(...half.map(([number, state]) => `${number}: ${state}`));
      acknowledgedLost += [...acked].filter((number) => found.get(number) !== 'whole').length;
      // Whose fate the sender does not know is sent again; and one of those that it knows of.
      const again = [...sent].filter((number) => !acked.has(number)).concat([...acked].slice(0, 1));
      const answers = await Promise.all(again.map((number) => send(config, token2, number)));
      complaints.push(
        ...answers.filter((status) => status !== 200).map((status) => `round ${round}: sent again, answered ${status}`),
      );
      const one = await withDatabase(config, async (owner) => {
        let entire = 0;
        for (const number of again) if ((await inspectCase(owner, number)) === 'whole') entire += 1;
        return entire;
      });
      report.say(
        [
          round,
          `${after} ms`,
          sent.size,
          acked.size,
          whole,
          absent,
          half.length,
          `${one} of ${again.length}`,
          `${Math.round(server.startedIn)} ms`,
        ]
          .map((cell, n) => String(cell).padStart([6, 9, 6, 14, 7, 8, 6, 19, 16][n]!))
          .join(''),
      );
      totals.sent += sent.size;
      totals.acked += acked.size;
      totals.whole += whole;
      totals.absent += absent;
      totals.half += half.length;
      totals.one += one;
      totals.uncertain += again.length;
    }
    report.say(`total: ${JSON.stringify(totals)}`);
    report.check(
      `${ROUNDS} kills, ${totals.sent} cases: each whole or absent`,
      totals.half === 0,
      complaints.slice(0, 5).join('; '),
    );
    report.check(`${totals.acked} acknowledged cases: all there`, acknowledgedLost === 0, `${acknowledgedLost} lost`);
    report.check(
      `${totals.uncertain} sent again: exactly one of each`,
      totals.one === totals.uncertain,
      complaints.slice(0, 5).join('; '),
    );
    report.check(
      'index, membership, versions and outbox name nothing that is not there',
      complaints.length === 0,
      complaints.slice(0, 5).join('; '),
    );
    report.check('some transactions were cut, some were not', totals.absent > 0 && totals.whole > 0);
  } finally {
    if (server !== undefined) await stop(server);
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function start(config: Config, env: NodeJS.ProcessEnv): Promise<Server> {
  const began = performance.now();
  const main = new URL('../../src/main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with status ${child.exitCode}`);
    const ready = await fetch(`${config.publicUrl}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return { process: child, startedIn: performance.now() - began };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stop(server: Server): Promise<void> {
  const ended = new Promise((resolve) => server.process.once('exit', resolve));
  if (server.process.exitCode !== null || server.process.signalCode !== null) return;
  server.process.kill('SIGTERM');
  await ended;
}

type PrivateKey = Parameters<typeof requestToken>[0]['privateJwk'];

async function register(config: Config): Promise<PrivateKey> {
  const store = await openStore(config, silentLogger);
  const database = openDatabase({ url: store.url, role: 'consilium_app', size: 2, logger: silentLogger });
  const { house, close } = await buildHouse(config, database, silentLogger);
  const registry = { database, clock: systemClock };
  for (const [id, role] of [
    ['home', 'placer'],
    ['programme', 'programme'],
  ] as const) {
    await addOrganization(registry, { id, name: id, role });
    await publishOrganization(house, { id, name: id, role });
  }
  const { privateJwk, publicJwk } = await generateKey('ES384');
  await addClient(registry, {
    id: 'home-client',
    organization: 'home',
    name: 'home',
    scope: 'system/*.cruds',
    jwks: { keys: [publicJwk] },
  });
  await close();
  await database.close();
  await store.stop();
  return privateJwk;
}

async function getToken(config: Config, privateJwk: PrivateKey): Promise<string> {
  const { status, body } = await requestToken({
    clientId: 'home-client',
    privateJwk,
    scope: 'system/*.cruds',
    tokenUrl: `${config.publicUrl}/auth/token`,
    now: new Date(),
  });
  if (status !== 200) throw new Error(`no token: ${status}`);
  return String(body['access_token']);
}

/** The status; 0 when the connection broke. */
async function send(config: Config, token: string, number: string): Promise<number> {
  try {
    const answer = await fetch(`${config.publicUrl}/fhir`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
      body: JSON.stringify(packet({ number, programme: 'programme' })),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

async function sendUntilKilled(
  config: Config,
  server: Server,
  token: string,
  round: number,
  after: number,
): Promise<{ acked: ReadonlySet<string>; sent: ReadonlySet<string> }> {
  const acked = new Set<string>();
  const sent = new Set<string>();
  let killed = false;
  const dead = new Promise((resolve) => server.process.once('exit', resolve));
  const senders = Array.from({ length: SENDERS }, async (_, lane) => {
    for (let n = 0; !killed; n++) {
      const number = `r${round}l${lane}n${n}`;
      sent.add(number);
      if ((await send(config, token, number)) === 200) acked.add(number);
      else return;
    }
  });
  await new Promise((resolve) => setTimeout(resolve, after));
  server.process.kill('SIGKILL');
  await dead;
  killed = true;
  await Promise.all(senders);
  return { acked, sent };
}

/** As the role that owns the tables, whom no policy binds; lets go of the database before the next kill. */
async function withDatabase<T>(config: Config, work: (owner: Client) => Promise<T>): Promise<T> {
  const store = await openStore(config, silentLogger);
  const owner = new Client({ connectionString: store.url });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
    await store.stop();
  }
}
