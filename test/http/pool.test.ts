import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { startHouse } from '../support/house.ts';
import type { Answer, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** What happens when far more is asked than the database connections can take. */

const POOL = 5;
const IN_FLIGHT = 200;

let house: TestHouse;
let home: Partner;
let blocker: Client;
beforeAll(async () => {
  house = await startHouse({}, { POOL_SIZE: String(POOL) });
  home = await house.register('home', 'placer');
  blocker = new Client({ connectionString: house.database });
  await blocker.connect();
});
afterAll(async () => {
  await blocker.end();
  await house.stop();
});

const REQUESTS: readonly (() => Promise<Answer>)[] = [
  () => home.fetch('GET', '/Patient?name=x'),
  () => home.fetch('POST', '/Patient', { resourceType: 'Patient' }),
  () =>
    home.fetch('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } }],
    }),
];

test('200 requests over 5 connections that are all held: the others are told to come again, and health answers', async () => {
  await blocker.query('begin; lock table record in access exclusive mode');
  const [began, loop] = [performance.now(), performance.eventLoopUtilization()];
  const refused: { answer: Answer; after: number }[] = [];
  const requests = Array.from({ length: IN_FLIGHT }, async (_, n) => {
    const answer = await REQUESTS[n % REQUESTS.length]!();
    if (answer.status === 503) refused.push({ answer, after: performance.now() - began });
    return answer;
  });
  for (const path of ['/health/live', '/health/ready']) {
    const answer = await fetch(house.url + path);
    expect([path, answer.status]).toEqual([path, 200]);
  }
  while (refused.length < IN_FLIGHT - POOL && performance.now() - began < 12_000) {
    await new Promise((done) => setTimeout(done, 50));
  }
  await blocker.query('rollback');
  const statuses = (await Promise.all(requests)).map(({ status }) => status);

  expect(refused.length).toBe(IN_FLIGHT - POOL);
  for (const { answer } of refused) {
    expectOutcome(answer, 503, 'database-busy');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  // While this thread is busy with 200 clients and their server, nobody waits for a connection.
  const busy = performance.eventLoopUtilization(loop).active;
  expect(Math.max(...refused.map(({ after }) => after))).toBeLessThan(5_000 + busy);
  // Who held a connection was answered when it went on.
  expect(statuses.filter((status) => status < 300)).toHaveLength(POOL);

  for (const request of REQUESTS) expect((await request()).status).toBeLessThan(300);
}, 30_000);
