import type { DeliveryResult } from './delivery.ts';
import type { Measured } from './drive.ts';
import type { MicroRow } from './micro.ts';
import type { Cost, ProfileSummary } from './profile.ts';
import type { Workload } from './workloads.ts';

export interface Result {
  readonly workload: string;
  readonly title: string;
  readonly connections: number;
  /** Answers a second: of each round, and their median. */
  readonly floor: { readonly rounds: readonly number[]; readonly median: number };
  readonly server: { readonly rounds: readonly number[]; readonly median: number };
  /** Of the medians. */
  readonly ratio: number;
  readonly goal: number;
  readonly reached: boolean;
  /** Of the server, over all rounds, in ms. */
  readonly latency: { readonly p50: number; readonly p99: number };
  /** Requests without a good answer, by reason, warm-up included. */
  readonly failures: Readonly<Record<string, number>>;
  readonly floorFailures: Readonly<Record<string, number>>;
  /** What the database shows that should not be, after the workload. */
  readonly faults: readonly string[];
}

export function toResult(
  workload: Workload,
  floor: readonly Measured[],
  server: readonly Measured[],
  faults: readonly string[],
): Result {
  const { name, title, connections, goal } = workload;
  const [floorRates, serverRates] = [floor, server].map((side) => side.map(({ rate }) => rate)) as [number[], number[]];
  const ratio = median(serverRates) / median(floorRates);
  const failures = addUp(server);
  const latencies = server.flatMap((round) => round.latencies).sort((a, b) => a - b);
  return {
    workload: name,
    title,
    connections,
    floor: { rounds: floorRates, median: median(floorRates) },
    server: { rounds: serverRates, median: median(serverRates) },
    ratio,
    goal,
    reached: ratio >= goal && Object.keys(failures).length === 0 && faults.length === 0,
    latency: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
    failures,
    floorFailures: addUp(floor),
    faults,
  };
}

function addUp(rounds: readonly Measured[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { failures } of rounds) {
    for (const [name, times] of Object.entries(failures)) sums[name] = (sums[name] ?? 0) + times;
  }
  return sums;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const HEAD = ['workload', 'floor/s', 'server/s', 'ratio', 'goal', '', 'p50 ms', 'p99 ms', 'failures'];

export function printResults(results: readonly Result[], micro: readonly MicroRow[]): void {
  const rows = results.map((result) => [
    result.title,
    result.floor.median.toFixed(0),
    result.server.median.toFixed(0),
    result.ratio.toFixed(2),
    result.goal.toFixed(2),
    result.reached ? 'ok' : 'below',
    result.latency.p50.toFixed(1),
    result.latency.p99.toFixed(1),
    failuresOf(result),
  ]);
  console.log(`\n${table([HEAD, ...rows])}`);
  for (const { title, faults } of results) for (const fault of faults) console.log(`${title}: ${fault}`);
  if (micro.length === 0) return;
  const steps = micro.map(({ title, microseconds, timesParse, goal }) => [
    title,
    microseconds.toFixed(2),
    timesParse === undefined ? '' : timesParse.toFixed(1),
    goal === undefined ? '' : `≤ ${goal}`,
    goal === undefined ? '' : microseconds <= goal ? 'ok' : 'above',
  ]);
  console.log(`\n${table([['step, in the process', 'µs', '× JSON.parse', 'goal', ''], ...steps])}`);
}

export function printDelivery(measured: DeliveryResult): void {
  const { rate, p50, p95, p99, goal, queued, queuedPerSecond, faults } = measured;
  const [median, slow, slowest] = [p50, p95, p99].map((ms) => ms.toFixed(0));
  const goals = `goal < ${goal}, ${p50 < goal && faults.length === 0 ? 'ok' : 'missed'}`;
  console.log(
    `\nnotifications, ${rate} a second: from commit to arrival p50 ${median} ms (${goals}), p95 ${slow} ms, p99 ${slowest} ms; ` +
      `of ${queued} that wait ${queuedPerSecond.toFixed(0)} a second`,
  );
  for (const fault of faults.slice(0, 5)) console.log(`notifications: ${fault}`);
}

function failuresOf({ failures, floorFailures }: Result): string {
  const tell = (what: Readonly<Record<string, number>>): string =>
    Object.entries(what)
      .map(([name, times]) => `${times} × ${name}`)
      .join(', ');
  const ofFloor = tell(floorFailures);
  return (tell(failures) || '0') + (ofFloor === '' ? '' : ` (floor: ${ofFloor})`);
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function printProfile(
  workload: string,
  rate: number,
  { busy, groups, functions }: ProfileSummary,
  database: readonly Cost[],
): void {
  console.log(`\n${workload}: ${rate.toFixed(0)}/s under the profiler; the server's thread was busy ${percent(busy)}.`);
  printCosts('Self time by room, package and part of Node', groups.slice(0, 25));
  printCosts('Self time by function', functions.slice(0, 40));
  printCosts("What the server's database connections were seen at", database.slice(0, 20));
}

function printCosts(title: string, costs: readonly Cost[]): void {
  console.log(`\n${title}:`);
  for (const { name, share } of costs) console.log(`${percent(share).padStart(7)}  ${name}`);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
