import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { openStore } from '../../src/app.ts';
import { silentLogger } from '../../src/base/index.ts';
import type { Config } from '../../src/config.ts';
import { packet } from '../journeys/packet.ts';
import { findFreePort } from '../support/house.ts';
import { inspectCase, inspectStore } from './inspect.ts';
import { configOf, getToken, register, startProcess } from './process.ts';
import type { ServerProcess } from './process.ts';
import type { Report } from './report.ts';

const ROUNDS = 50;
/** Senders at the same moment, each with one case after the other. */
const SENDERS = 4;
/** The kill comes after 0 to this many ms. */
const LONGEST_MS = 300;

/** `kill -9` of the server, fifty times, while it writes case transactions of eleven entries. */
export async function proveKill(report: Report): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'consilium-kill-'));
  const settings = { dataDir, port: await findFreePort() };
  const config = configOf(settings);
  let server: ServerProcess | undefined;
  try {
    server = await startProcess(settings);
    const key = (await register(config, { home: 'placer', programme: 'programme' })).get('home')!;
    report.say(' round  kill at  sent  acknowledged  whole  absent  half  re-sent: one each  ready again in');
    let acknowledgedLost = 0;
    const totals = { sent: 0, acked: 0, whole: 0, absent: 0, half: 0, one: 0, uncertain: 0 };
    const complaints: string[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      const token = await getToken(config, 'home', key);
      const after = randomInt(LONGEST_MS + 1);
      const { acked, sent } = await sendUntilKilled(config, server, token, round, after);
      server = await startProcess(settings);
      const token2 = await getToken(config, 'home', key);
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
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
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
  server: ServerProcess,
  token: string,
  round: number,
  after: number,
): Promise<{ acked: ReadonlySet<string>; sent: ReadonlySet<string> }> {
  const acked = new Set<string>();
  const sent = new Set<string>();
  let killed = false;
  const senders = Array.from({ length: SENDERS }, async (_, lane) => {
    for (let n = 0; !killed; n++) {
      const number = `r${round}l${lane}n${n}`;
      sent.add(number);
      if ((await send(config, token, number)) === 200) acked.add(number);
      else return;
    }
  });
  await new Promise((resolve) => setTimeout(resolve, after));
  await server.kill();
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
