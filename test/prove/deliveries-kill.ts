import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { readNotified } from '../support/notified.ts';
import { startReceiver } from '../support/receiver.ts';
import type { Answering, Received } from '../support/receiver.ts';
import { openTraffic } from './deliveries-stage.ts';
import type { Stage } from './deliveries-stage.ts';
import type { Report } from './report.ts';

const ROUNDS = 50;
/** Movers at the same moment, each with cases of its own. */
const MOVERS = 4;
const CASES_EACH = 3;
/** The kill comes after 0 to this many ms. */
const LONGEST_MS = 1000;
/** Endpoints: what a dead process had in hand holds up its own for half a minute. */
const RECEIVERS = 8;
/** In each of so many rounds all connections of the database are cut as well, a moment before. */
const CUT_EACH = 5;
/** What a dead process had in hand is sent by another once its lease is over. */
const PATIENCE_MS = 90_000;

/** `kill -9` of the server, fifty times, while cases move and are announced; the receiver cuts off some of its answers. */
export async function proveKilled(report: Report, stage: Stage): Promise<void> {
  let server = await stage.start();
  let turn = 0;
  let cutsOff = true;
  const taken: Received[] = [];
  const answer: Answering = (received, response, request) => {
    taken.push(received);
    // It has it, and whoever sent it does not know.
    if (cutsOff && turn++ % 7 === 6) request.socket.resetAndDestroy();
    else response.writeHead(200).end();
  };
  const receivers = await Promise.all(Array.from({ length: RECEIVERS }, () => startReceiver(answer)));
  try {
    const traffic = [];
    for (let n = 0; n < MOVERS; n++) traffic.push(await openTraffic(stage, CASES_EACH));
    const ids: string[] = [];
    for (const [n, receiver] of receivers.entries()) {
      ids.push(await stage.subscribe(receiver, { maxCount: n % 2 === 0 ? 2 : 20 }));
    }
    for (const id of ids) await stage.untilStatus(id, 'active');
    const { rows: first } = await stage.owner.query<{ position: string }>(
      'select max(position) as position from outbox',
    );
    let moves = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      let killed = false;
      const movers = traffic.map(async (cases) => {
        while (!killed)
          await cases.move().then(
            () => (moves += 1),
            () => pause(1),
          );
      });
      const after = randomInt(LONGEST_MS + 1);
      await pause(after);
      if (round % CUT_EACH === 0) {
        await stage.owner.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
          'consilium',
        ]);
        await pause(randomInt(50));
      }
      await server.kill();
      killed = true;
      await Promise.all(movers);
      server = await stage.start();
    }
    cutsOff = false;
    report.say(`${ROUNDS} kills, ${moves} moves acknowledged, ${taken.length} messages`);

    const announced = await readAnnounced(stage, first[0]!.position);
    report.check(
      'every move that was acknowledged is committed',
      announced.length >= moves,
      `${announced.length} of ${moves}`,
    );
    for (const id of ids) {
      const mine = (): Received[] => taken.filter(({ headers }) => String(headers['webhook-id']).startsWith(id));
      const end = performance.now() + PATIENCE_MS;
      let told = eventsOf(mine());
      while (told.events.size < announced.length && performance.now() < end) {
        await pause(500);
        told = eventsOf(mine());
      }
      const numbers = [...told.events.keys()].sort((a, b) => a - b);
      report.say(`${id}: ${mine().length} messages, ${told.repeated} of them again, ${numbers.length} events`);
      report.check(
        'all that was committed was told, and nothing else',
        numbers.length === announced.length,
        `${numbers.length} of ${announced.length}`,
      );
      report.check(
        'numbers without a gap',
        numbers.every((number, n) => number === n + 1),
      );
      report.check('the same events under the same name', told.faults.length === 0, told.faults.slice(0, 5).join('; '));
      const given = numbers.map((number) => told.events.get(number)!);
      report.check('in the order of each case', isSame(given, announced), 'it is another');
      report.check('each for the first time in the order of its number', told.isInOrder);
    }
  } finally {
    await Promise.all(receivers.map((receiver) => receiver.stop()));
  }
}

/** Which case, and when it moved. */
interface Move {
  readonly task: string;
  readonly at: number;
}

async function readAnnounced({ owner }: Stage, position: string): Promise<Move[]> {
  const { rows } = await owner.query<{ ref: string; at: string }>(
    `select ref, event::json ->> 'at' as at from outbox where position > $1 and kind = 'case-moved' order by position`,
    [position],
  );
  return rows.map(({ ref, at }) => ({ task: ref, at: Date.parse(at) }));
}

interface Told {
  readonly events: ReadonlyMap<number, Move>;
  readonly repeated: number;
  readonly faults: readonly string[];
  readonly isInOrder: boolean;
}

function eventsOf(received: readonly Received[]): Told {
  const events = new Map<number, Move>();
  const messages = new Map<string, string>();
  const faults: string[] = [];
  let repeated = 0;
  let isInOrder = true;
  for (const { headers, body } of received) {
    const name = String(headers['webhook-id']);
    const told = readNotified(JSON.parse(body));
    if (told.type !== 'event-notification') continue;
    const text = JSON.stringify(told.events);
    if (messages.has(name)) repeated += 1;
    if ((messages.get(name) ?? text) !== text) faults.push(`${name} holds other events than before`);
    messages.set(name, text);
    for (const { number, focus = '', at } of told.events) {
      if (!events.has(number) && number !== events.size + 1) isInOrder = false;
      events.set(number, { task: focus, at: Date.parse(at) });
    }
  }
  return { events, repeated, faults, isInOrder };
}

/** Whether all cases moved as they were announced to have, one by one. */
function isSame(told: readonly Move[], announced: readonly Move[]): boolean {
  const byTask = (moves: readonly Move[]): Map<string, Move[]> => Map.groupBy(moves, ({ task }) => task);
  const [one, other] = [byTask(told), byTask(announced)];
  return isDeepStrictEqual(one, other);
}
