import { availableParallelism, loadavg } from 'node:os';
import { Client } from 'pg';
import { caseTransaction } from '../../bench/records.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { createGrownStore } from './grow.ts';
import type { GrownStore } from './grow.ts';
import { commonQuestions } from './questions.ts';
import type { Report } from './report.ts';

const SIZES = [10_000, 100_000, 1_000_000];
const ROUNDS = 3;
const SAMPLES = 100;
const WARM_UP = 30;
/** What a question may take in the largest store, against the smallest. */
const MOST = 1.5;
/** Milliseconds by which the slowest answers differ from run to run. */
const NOISE = 1;

/** Milliseconds. */
interface Times {
  readonly p50: number;
  readonly p95: number;
}

/** A server of its own with a store of one size. */
interface Contender {
  readonly size: number;
  readonly house: TestHouse;
  readonly store: GrownStore;
  partner: Partner;
}

type Ask = () => Promise<number>;

/**
 * How long the commonest questions take in stores of 10,000 to 1,000,000 requests. All stores are there at once and asked
 * in turn, so that whatever else goes on weighs on all of them.
 * @param args other sizes, such as `10000 100000`.
 */
export async function proveScale(report: Report, args: readonly string[] = []): Promise<void> {
  const sizes = args.length === 0 ? SIZES : args.map(Number).sort((a, b) => a - b);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1000))
    throw new Error('Sizes are whole numbers from 1000.');
  const contenders: Contender[] = [];
  try {
    for (const size of sizes) contenders.push(await growContender(report, size));
    const table = new Map<string, Times[]>();
    for (const name of [...commonQuestions(contenders[0]!.store).map((question) => question.name), CASE]) {
      for (const contender of contenders) contender.partner = await contender.partner.renew();
      table.set(name, await measure(contenders.map((contender) => askerOf(contender, name))));
    }
    tell(report, sizes, table);
    if (loadavg()[0]! > availableParallelism())
      report.say('Other programs keep this machine busy: run it again when it is idle.\n');
    const questions = commonQuestions(contenders[0]!.store);
    for (const [name, times] of table) {
      if (questions.some((question) => question.name === name && question.grows === true)) continue;
      const [first, last] = [times[0]!.p95, times.at(-1)!.p95];
      const told = `${first.toFixed(1)} → ${last.toFixed(1)} ms`;
      report.check(`${name}: p95 grows by ${MOST} at most`, last <= Math.max(MOST * first, first + NOISE), told);
    }
  } finally {
    for (const { store, house } of contenders) {
      await store.close();
      await house.stop();
    }
  }
}

async function growContender(report: Report, size: number): Promise<Contender> {
  const house = await startHouse();
  const partner = await house.register('home', 'placer');
  const other = await house.register('other', 'placer');
  await house.register('programme', 'programme');
  const store = await createGrownStore(house.database, [partner, other], 'programme');
  const began = performance.now();
  await store.growTo(size);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  report.say(`     ${size} requests of two organisations: ${await sizeOf(house.database)}, grown in ${seconds} s`);
  return { size, house, store, partner };
}

const CASE = 'case transaction';
let cases = 0;

/** Asks one question once and gives the milliseconds that it took; each time about other records. */
function askerOf({ size, store, partner }: Contender, name: string): Ask {
  if (name === CASE) {
    return () => {
      const number = `case-${size}-${cases++}`;
      const details = { number, patient: number, conditional: false, programme: 'programme' };
      return timed(partner, 'POST', '', JSON.stringify(caseTransaction(details)), 10, '"status":"201');
    };
  }
  const { path, entries } = commonQuestions(store).find((question) => question.name === name)!;
  const numbers = spread(size / 2 - 200);
  return () => timed(partner, 'GET', path(partner, numbers()), undefined, entries, '"fullUrl"');
}

async function timed(
  partner: Partner,
  method: string,
  path: string,
  body: string | undefined,
  least: number,
  mark: string,
): Promise<number> {
  const began = performance.now();
  const { status, text } = await partner.fetch(method, path, body);
  const took = performance.now() - began;
  const found = text.split(mark).length - 1;
  if (status !== 200 || found < least) throw new Error(`${method} ${path}: status ${status}, ${found} entries`);
  return took;
}

/** The best of a few rounds: other programs on the machine only ever add to what a question takes. */
async function measure(asks: readonly Ask[]): Promise<Times[]> {
  for (let n = 0; n < WARM_UP; n++) for (const ask of asks) await ask();
  const best = asks.map((): Times => ({ p50: Infinity, p95: Infinity }));
  for (let round = 0; round < ROUNDS; round++) {
    const took = asks.map((): number[] => []);
    for (let n = 0; n < SAMPLES; n++) for (const [at, ask] of asks.entries()) took[at]!.push(await ask());
    for (const [at, some] of took.entries()) {
      some.sort((a, b) => a - b);
      const [p50, p95] = [some[Math.floor(SAMPLES * 0.5)]!, some[Math.floor(SAMPLES * 0.95)]!];
      best[at] = { p50: Math.min(best[at]!.p50, p50), p95: Math.min(best[at]!.p95, p95) };
    }
  }
  return best;
}

/** Numbers all over `[100, 100 + length)`, none twice in a row. */
function spread(length: number): () => number {
  let n = 0;
  return () => 100 + ((n += Math.floor(length * 0.618)) % length);
}

async function sizeOf(database: string): Promise<string> {
  const client = new Client({ connectionString: database });
  await client.connect();
  const { rows } = await client.query<{ size: string }>(
    'select pg_size_pretty(pg_database_size(current_database())) as size',
  );
  await client.end();
  return rows[0]!.size;
}

function tell(report: Report, sizes: readonly number[], table: ReadonlyMap<string, readonly Times[]>): void {
  const heads = sizes.map((size) => String(size).padStart(16)).join('');
  report.say(`\n${'p50 / p95 in ms'.padEnd(50)}${heads}${'p95 ×'.padStart(9)}`);
  for (const [name, times] of table) {
    const cells = times.map(({ p50, p95 }) => `${p50.toFixed(1)} / ${p95.toFixed(1)}`.padStart(16)).join('');
    report.say(`${name.padEnd(50)}${cells}${(times.at(-1)!.p95 / times[0]!.p95).toFixed(2).padStart(9)}`);
  }
  report.say('');
}
