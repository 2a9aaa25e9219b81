import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { silentLogger, uuidv7 } from '../../src/base/index.ts';
import { paramKey } from '../../src/search/index.ts';
import { openDatabase, writeRecords } from '../../src/store/index.ts';
import type { Database, RecordWrite } from '../../src/store/index.ts';
import { Poller } from '../prove/poller.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';

let house: TestHouse;
let home: Partner;
let store: Database;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  store = openDatabase({ url: house.database, role: 'consilium_app', size: 6, logger: silentLogger });
});

afterAll(async () => {
  await store.close();
  await house.stop();
});

const ACT = { request: 'test', organization: 'home', client: 'test', interaction: 'create' };

function basic(id: string): RecordWrite {
  return {
    ref: `Basic/${id}`,
    type: 'Basic',
    version: 1,
    owner: 'home',
    readers: ['home'],
    method: 'POST',
    body: {
      head: `{"resourceType":"Basic","id":"${id}","meta":{"versionId":"1","lastUpdated":"`,
      tail: '"},"code":{"text":"x"}}',
    },
    index: { text: [], range: [] },
    keys: { id: paramKey('Basic', '_id'), lastUpdated: paramKey('Basic', '_lastUpdated') },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a write that is stamped early and committed late comes up at the next poll', async () => {
  const poller = new Poller(home, 'Basic');
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  let committed: Promise<void> | undefined;
  const stamped = new Promise<number>((resolve) => {
    committed = store.transact(async (on) => {
      const [written] = await writeRecords(on, ACT, [basic('late')]);
      resolve(written!.at);
      await gate;
    });
  });
  const lateAt = await stamped;
  await pause(30);
  const [quick] = await writeRecords(store, ACT, [basic('quick')]);
  expect(quick!.at).toBeGreaterThan(lateAt);
  await pause(30);
  await poller.poll();
  expect([...poller.seen]).toEqual(['Basic/quick@1']);
  // Who follows the newest version seen instead would pass the late one over.
  expect(Date.parse(poller.newest!)).toBeGreaterThan(lateAt);
  // The page says from when on to ask: not later than the one that is still open.
  expect(Date.parse(poller.since!)).toBeLessThanOrEqual(lateAt);
  letGo();
  await committed;
  await poller.poll();
  expect([...poller.seen].sort()).toEqual(['Basic/late@1', 'Basic/quick@1']);
});

test('150 writes, some of them held open: a poller that follows Bundle.meta.lastUpdated misses none', async () => {
  const poller = new Poller(home, 'Basic');
  const done = new AbortController();
  const polling = (async () => {
    while (!done.signal.aborted) {
      await poller.poll();
      await pause(5);
    }
  })();
  const ids = Array.from({ length: 150 }, () => uuidv7());
  const queue = [...ids.entries()];
  const write = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [n, id] = next;
      if (n % 3 === 0) {
        await store.transact(async (on) => {
          await writeRecords(on, ACT, [basic(id)]);
          await pause(Math.random() * 60);
        });
      } else if (n % 3 === 1) {
        await writeRecords(store, ACT, [basic(id)]);
        await pause(Math.random() * 10);
      } else {
        const answer = await home.fetch('PUT', `/Basic/${id}`, { resourceType: 'Basic', id, code: { text: 'x' } });
        expect(answer.status).toBe(201);
      }
    }
  };
  await Promise.all([write(), write(), write(), write(), write()]);
  done.abort();
  await polling;
  await poller.poll();
  expect(ids.filter((id) => !poller.seen.has(`Basic/${id}@1`))).toEqual([]);
});

test('a history states the same', async () => {
  const answer = await home.fetch('GET', '/Basic/quick/_history');
  const { lastUpdated } = answer.body.meta;
  expect(Math.abs(Date.parse(lastUpdated) - Date.now())).toBeLessThan(60_000);
  expect(Date.parse(lastUpdated)).toBeGreaterThan(Date.parse(answer.body.entry[0].resource.meta.lastUpdated));
});
