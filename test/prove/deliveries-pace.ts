import { setTimeout as pause } from 'node:timers/promises';
import { makeIdentity, misbehaviours } from '../support/misbehaviours.ts';
import { readNotified } from '../support/notified.ts';
import { startReceiver } from '../support/receiver.ts';
import type { Receiver } from '../support/receiver.ts';
import { openTraffic, quantile } from './deliveries-stage.ts';
import type { Stage, Traffic } from './deliveries-stage.ts';
import type { Report } from './report.ts';

/** Events a second: what is promised, and what 200 subscriptions that are all told of them leave room for. */
const FAST = 100;
const CALM = 20;
const SECONDS = 20;
const CASES = 40;
/** The subscriptions of a dead endpoint. */
const DEAD = 200;
const MEDIAN_MS = 50;

/** How long it takes until a subscriber has what was committed: alone, and beside others that misbehave in every way. */
export async function provePace(report: Report, stage: Stage): Promise<void> {
  await stage.start();
  const arrivals: number[] = [];
  const receiver = await startReceiver((received, response) => {
    response.writeHead(200).end();
    const now = Date.now();
    for (const { at } of readNotified(JSON.parse(received.body)).events) arrivals.push(now - Date.parse(at));
  });
  const others: Receiver[] = [];
  try {
    const traffic = await openTraffic(stage, CASES);
    await stage.untilStatus(await stage.subscribe(receiver), 'active');
    await run(traffic, arrivals, CALM);
    const fast = await run(traffic, arrivals, FAST);
    tell(report, `alone, ${FAST} a second`, fast);
    report.check(`${FAST * SECONDS} events, all have arrived`, fast.length === FAST * SECONDS, `${fast.length} have`);
    report.check(`median below ${MEDIAN_MS} ms`, quantile(fast, 0.5) < MEDIAN_MS, `${quantile(fast, 0.5)} ms`);
    const alone = await run(traffic, arrivals, CALM);
    tell(report, `alone, ${CALM} a second`, alone);

    const elsewhere = await startReceiver();
    others.push(elsewhere, await startReceiver(undefined, await makeIdentity()));
    const ways = misbehaviours(elsewhere.url);
    for (const way of Object.values(ways)) {
      const bad = await startReceiver();
      others.push(bad);
      await stage.untilStatus(await stage.subscribe(bad), 'active');
      await way.begin(bad, new Date());
    }
    await stage.subscribe(others[1]!);
    const misbehaving = `beside ${Object.keys(ways).length} that misbehave`;
    const fastBeside = await run(traffic, arrivals, FAST);
    tell(report, `${FAST} a second ${misbehaving}`, fastBeside);
    compare(report, FAST, fastBeside, fast);
    const dead = await startReceiver();
    for (let n = 0; n < DEAD; n++) await stage.subscribe(dead);
    await dead.stop();
    const beside = await run(traffic, arrivals, CALM);
    tell(report, `${CALM} a second ${misbehaving} and ${DEAD} of a dead endpoint`, beside);
    compare(report, CALM, beside, alone);
    report.check('nobody was redirected', elsewhere.received.length === 0);
    tell(report, `${FAST} a second beside them`, await run(traffic, arrivals, FAST));
  } finally {
    await Promise.all([receiver, ...others].map((one) => one.stop().catch(() => undefined)));
  }
}

function compare(report: Report, rate: number, beside: readonly number[], alone: readonly number[]): void {
  report.check('all have arrived', beside.length === rate * SECONDS, `${beside.length} have`);
  const [p95, p95Alone] = [quantile(beside, 0.95), quantile(alone, 0.95)];
  report.check('p95 is less than twice what it is alone', p95 < 2 * p95Alone, `${p95} ms, alone ${p95Alone} ms`);
}

/** From the instant of each event until its arrival, in ms. */
async function run(traffic: Traffic, arrivals: number[], rate: number): Promise<number[]> {
  arrivals.length = 0;
  const under = new Set<Promise<void>>();
  const began = performance.now();
  for (let n = 0; n < rate * SECONDS; n++) {
    await pause(Math.max(0, began + (n * 1000) / rate - performance.now()));
    const one = traffic.move().finally(() => under.delete(one));
    under.add(one);
  }
  await Promise.all(under);
  const end = performance.now() + 30_000;
  while (arrivals.length < rate * SECONDS && performance.now() < end) await pause(50);
  return [...arrivals];
}

function tell(report: Report, what: string, times: readonly number[]): void {
  const at = (share: number): string => `${quantile(times, share).toFixed(0)} ms`;
  report.say(`${what}: from commit to arrival p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, at most ${at(1)}`);
}
