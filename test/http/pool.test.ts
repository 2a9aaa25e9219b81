import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { startHouse } from '../support/house.ts';
import type { Answer, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { waitUntil } from '../support/wait-until.ts';

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
  const answers: Answer[] = [];
  const requests = Array.from({ length: IN_FLIGHT }, async (_, n) => {
    const answer = await REQUESTS[n % REQUESTS.length]!();
    answers.push(answer);
    return answer;
  });
  for (const path of ['/health/live', '/health/ready']) {
    const answer = await fetch(house.url + path);
    expect([path, answer.status]).toEqual([path, 200]);
  }
  // Before it goes on for those who hold a connection.
  expect(await waitUntil(() => answers.length >= IN_FLIGHT - POOL, 50)).toBe(true);
  await blocker.query('rollback');
  await Promise.all(requests);

  const served = answers.filter(({ status }) => status < 300);
  // Where all this takes 10 s, they are refused what they wait for, and others have their connections.
  const tired = answers.filter(({ status, text }) => status === 503 && text.includes('records-held'));
  for (const answer of answers.filter((one) => !served.includes(one) && !tired.includes(one))) {
    expectOutcome(answer, 503, 'database-busy');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  // Who held a connection was answered when it went on; the server's own job may have held one of them.
  expect(served.length).toBeLessThanOrEqual(POOL);
  expect(served.length + tired.length).toBeGreaterThanOrEqual(POOL - 1);

  for (const request of REQUESTS) expect((await request()).status).toBeLessThan(300);
}, 30_000);

test('many transactions of one organisation that go on for long leave connections to others', async () => {
  const other = await house.register('other', 'placer');
  await home.fetch('PUT', '/Patient/held', { resourceType: 'Patient', id: 'held' });
  await blocker.query(`begin; select from record where ref = 'Patient/held' for update`);
  const waiting = Array.from({ length: 4 * POOL }, () => home.fetch('POST', '', putOf('held', true)));
  // Until those that may are at work.
  while ((await countWaiting()) < Math.floor(POOL / 2)) await pause(20);
  for (let n = 0; n < 3; n++) {
    const transaction = await other.fetch('POST', '', putOf(`free-${n}`, true));
    expect([transaction.status, (await other.fetch('GET', '/Patient?active=true')).status]).toEqual([200, 200]);
  }
  expect(await countWaiting()).toBe(Math.floor(POOL / 2));
  await blocker.query('rollback');
  const statuses = (await Promise.all(waiting)).map(({ status }) => status);
  // Those that waited too long, and those whose turn came.
  expect(statuses.filter((status) => ![200, 409, 503].includes(status))).toEqual([]);
  expect(statuses).toContain(200);
}, 30_000);

test('a transaction whose client has gone is taken back', async () => {
  await home.fetch('PUT', '/Patient/left', { resourceType: 'Patient', id: 'left' });
  await blocker.query(`begin; select from record where ref = 'Patient/left' for update`);
  const leave = new AbortController();
  const left = fetch(`${house.url}/fhir`, {
    method: 'POST',
    headers: { authorization: `Bearer ${home.token}`, 'content-type': 'application/fhir+json' },
    body: JSON.stringify(putOf('left', true)),
    signal: leave.signal,
  });
  while ((await countWaiting()) === 0) await pause(20);
  leave.abort();
  await expect(left).rejects.toThrow();
  // The server hears of it.
  await home.fetch('GET', '/Patient/left');
  await blocker.query('rollback');
  while ((await countOpen()) > 0) await pause(20);
  const { body } = await home.fetch('GET', '/Patient/left');
  expect([body.meta.versionId, body.active]).toEqual(['1', undefined]);
}, 30_000);

function putOf(id: string, active: boolean): unknown {
  const entry = { resource: { resourceType: 'Patient', id, active }, request: { method: 'PUT', url: `Patient/${id}` } };
  return { resourceType: 'Bundle', type: 'transaction', entry: [entry] };
}

function countWaiting(): Promise<number> {
  return countBackends(`wait_event_type = 'Lock'`);
}

/** Those of requests that are in a transaction. */
function countOpen(): Promise<number> {
  return countBackends(`xact_start is not null and pid <> pg_backend_pid() and backend_xid is not null`);
}

async function countBackends(which: string): Promise<number> {
  const text = `select count(*)::int as count from pg_stat_activity where datname = current_database() and ${which}`;
  return (await blocker.query<{ count: number }>(text)).rows[0]!.count;
}
