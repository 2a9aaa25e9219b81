import { setTimeout as pause } from 'node:timers/promises';
import { readNotified } from '../support/notified.ts';
import { startReceiver } from '../support/receiver.ts';
import { openTraffic, sizeOf } from './deliveries-stage.ts';
import type { Stage } from './deliveries-stage.ts';
import type { Report } from './report.ts';

const EVENTS = 100_000;
/** Events in a message at most. */
const MOST = 100;
/** How much larger the server may be at the end than after a tenth. */
const GROWTH = 1.15;
/** Subscriptions that are told the same. */
const FOLLOWERS = 2;

/** A hundred thousand events that were committed while nobody sent: how fast they go, and what they take of memory. */
export async function proveQueue(report: Report, stage: Stage): Promise<void> {
  const server = await stage.start();
  const last = new Map<string, number>();
  let gaps = 0;
  let arrived = 0;
  const receiver = await startReceiver((received, response) => {
    response.writeHead(200).end();
    const id = String(received.headers['webhook-id']).slice(0, 36);
    for (const { number } of readNotified(JSON.parse(received.body)).events) {
      if (number !== (last.get(id) ?? 0) + 1) gaps += 1;
      last.set(id, number);
      arrived += 1;
    }
    // Only how many there were is of interest.
    (receiver.received as unknown[]).length = 0;
  });
  try {
    const traffic = await openTraffic(stage, 1);
    for (let n = 0; n < FOLLOWERS; n++)
      await stage.untilStatus(await stage.subscribe(receiver, { maxCount: MOST }), 'active');
    await traffic.move();
    while (arrived < FOLLOWERS) await pause(20);
    const before = arrived;
    // Of one case, as it would have moved to and fro: written by the database, because it is the sending that is measured.
    await stage.owner.query(
      `insert into outbox (at, readers, organization, kind, ref, version, event)
       select clock_timestamp(), o.readers, o.organization, o.kind, o.ref, 0, o.event
       from (select * from outbox where kind = 'case-moved' order by position desc limit 1) o, generate_series(1, $1)`,
      [EVENTS],
    );
    const began = performance.now();
    const total = before + FOLLOWERS * EVENTS;
    const sizes: number[] = [];
    for (
      let moved = performance.now(), seen = 0;
      arrived < total && performance.now() - moved < 60_000;
      await pause(250)
    ) {
      if (arrived > seen) moved = performance.now();
      seen = arrived;
      if (arrived - before > (total - before) * 0.1 * (sizes.length + 1)) sizes.push(await sizeOf(server.pid));
    }
    sizes.push(await sizeOf(server.pid));
    const seconds = (performance.now() - began) / 1000;
    const rate = (arrived - before) / seconds;
    report.say(
      `${arrived - before} events in ${seconds.toFixed(1)} s: ${rate.toFixed(0)} a second; MiB at each tenth ${sizes.join(' ')}`,
    );
    report.check(
      `${EVENTS} events for each of ${FOLLOWERS}: all have arrived`,
      arrived === total,
      `${total - arrived} have not`,
    );
    report.check('in order, without a gap', gaps === 0, `${gaps} gaps`);
    report.check('memory is flat', Math.max(...sizes.slice(1)) <= sizes[0]! * GROWTH, sizes.join(' '));
  } finally {
    await receiver.stop();
  }
}
