import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { takeTurns } from '../../src/interactions/turns.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { largeBundle } from '../support/large-bundle.ts';

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

/** Below this, in ms, nothing was computed but the watching itself. */
const IDLE = 0.2;

/** Notes how long others computed in one go, in ms of CPU time. */
function watchStretches(): { stop(): readonly number[] } {
  const stretches: number[] = [];
  let last = cpuTime();
  let watching = true;
  const look = (): void => {
    const now = cpuTime();
    if (now - last > IDLE) stretches.push(now - last);
    last = now;
    if (watching) setImmediate(look);
  };
  look();
  return {
    stop() {
      watching = false;
      return stretches;
    },
  };
}

test('work in many steps lets others go on between them', async () => {
  const turn = takeTurns();
  const watch = watchStretches();
  // Counted, for the watching computes, too.
  for (let n = 0; n < 100; n++) {
    const step = cpuTime() + 0.5;
    while (cpuTime() < step);
    await turn();
  }
  expect(watch.stop().length).toBeGreaterThan(10);
});

test('work goes on only as long as it may', async () => {
  let turns = 0;
  const turn = takeTurns(() => {
    turns += 1;
    if (turns === 3) throw new Error('no longer');
  });
  const work = async (): Promise<void> => {
    for (;;) {
      const step = cpuTime() + 0.5;
      while (cpuTime() < step);
      await turn();
    }
  };
  await expect(work()).rejects.toThrow('no longer');
});

/** The longest stretch in which nobody else had a turn, as a part of all that a Bundle took. */
async function longestShare(body: Buffer, count: number): Promise<number> {
  const watch = watchStretches();
  const answer = await home.fetch('POST', '', body);
  const stretches = watch.stop();
  expect([answer.status, answer.body.entry.length]).toEqual([200, count]);
  return Math.max(...stretches) / stretches.reduce((sum, one) => sum + one, 0);
}

test('a large Bundle is worked off in many small turns, so that requests of others go on', async () => {
  const { json, count } = largeBundle(2000, 6_000_000);
  const body = Buffer.from(json);
  const shares: number[] = [];
  // Some stretches are made longer by the collection of garbage, which comes when it will.
  for (let n = 0; n < 4; n++) shares.push(await longestShare(body, count));
  // What remains is the reading of the JSON, which cannot be interrupted.
  expect(Math.min(...shares)).toBeLessThan(1 / 9);
}, 60_000);

test('more entries than a Bundle may hold are refused before any is looked at', async () => {
  const { json } = largeBundle(5001, 0);
  const answer = await home.fetch('POST', '', Buffer.from(json));
  expect([answer.status, answer.body.issue[0].details.coding[0].code]).toEqual([413, 'too-many-entries']);
});
