import { setTimeout as pause } from 'node:timers/promises';
import { readNotified, topicSubscription } from '../test/support/notified.ts';
import { startReceiver } from '../test/support/receiver.ts';
import type { Receiver } from '../test/support/receiver.ts';
import { patient, serviceRequest } from './records.ts';
import type { Json } from './records.ts';
import { PROGRAMME } from './stage.ts';
import type { Stage } from './stage.ts';

/** How `--only` calls it. */
export const DELIVERY = 'delivery';
/** Events a second, whose way is timed. */
const RATE = 100;
/** Numbers of cases that no workload uses. */
const FIRST_NUMBER = 7_000_000;
/** What waits when the sending is timed, and how much of it goes into one message. */
const QUEUED = 50_000;
const MOST = 100;
const PATIENCE_MS = 120_000;
const GOAL_MS = 50;

/** From commit to arrival in ms, and how many events a second are sent of what waits. */
export interface DeliveryResult {
  readonly rate: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly goal: number;
  readonly queued: number;
  readonly queuedPerSecond: number;
  readonly faults: readonly string[];
}

/** Notifications to one subscriber on this machine: each new case is an event. */
export async function measureDelivery(origin: string, stage: Stage, seconds: number): Promise<DeliveryResult> {
  const faults: string[] = [];
  const delays: number[] = [];
  let last = 0;
  const receiver: Receiver = await startReceiver((received, response) => {
    response.writeHead(200).end();
    const now = Date.now();
    for (const { number, at } of readNotified(JSON.parse(received.body) as Json).events) {
      if (number !== last + 1) faults.push(`event ${number} came after ${last}`);
      last = number;
      delays.push(now - Date.parse(at));
    }
  });
  async function send(method: string, path: string, body?: Json): Promise<Json> {
    const answer = await fetch(`${origin}/fhir${path}`, {
      method,
      headers: { authorization: `Bearer ${await stage.token()}`, 'content-type': 'application/fhir+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 1000)}`);
    return JSON.parse(text) as Json;
  }
  async function until(count: number): Promise<void> {
    for (const began = performance.now(); last < count && performance.now() - began < PATIENCE_MS;) await pause(5);
    if (last < count) faults.push(`${count - last} events did not arrive`);
  }
  try {
    const asked = topicSubscription('case-progress', { endpoint: receiver.url, maxCount: MOST });
    const { id } = await send('POST', '/Subscription', asked);
    while ((await send('GET', `/Subscription/${String(id)}`))['status'] !== 'active') await pause(20);
    const under = new Set<Promise<unknown>>();
    const began = performance.now();
    for (let n = 0; n < RATE * seconds; n++) {
      await pause(Math.max(0, began + (n * 1000) / RATE - performance.now()));
      const one = send('POST', '', newCase(FIRST_NUMBER + n)).finally(() => under.delete(one));
      under.add(one);
    }
    await Promise.all(under);
    await until(RATE * seconds);
    const times = delays.splice(0).sort((a, b) => a - b);
    const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
    // The same event over and over, as if it had been committed while nobody sent.
    await stage.owner.query(
      `insert into outbox (at, readers, organization, kind, ref, version, event)
       select clock_timestamp(), o.readers, o.organization, o.kind, o.ref, 0, o.event
       from (select * from outbox where kind = 'case-submitted' order by position desc limit 1) o, generate_series(1, $1)`,
      [QUEUED],
    );
    const queuedAt = performance.now();
    await until(RATE * seconds + QUEUED);
    const queuedPerSecond = (QUEUED * 1000) / (performance.now() - queuedAt);
    return {
      rate: RATE,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      goal: GOAL_MS,
      queued: QUEUED,
      queuedPerSecond,
      faults,
    };
  } finally {
    await receiver.stop();
  }
}

/** A patient and the request that opens a case. */
function newCase(number: number): Json {
  const subject = 'urn:uuid:0198c5f2-0000-7000-8000-000000000001';
  const request = serviceRequest({ subject, number, programme: PROGRAMME, status: 'active' });
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { fullUrl: subject, resource: patient(number), request: { method: 'POST', url: 'Patient' } },
      {
        fullUrl: 'urn:uuid:0198c5f2-0000-7000-8000-000000000002',
        resource: request,
        request: { method: 'POST', url: 'ServiceRequest' },
      },
    ],
  };
}
