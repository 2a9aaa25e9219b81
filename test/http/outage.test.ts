import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { Logger } from '../../src/base/index.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { execute, urlOfDatabase } from '../support/server.ts';
import { waitUntil } from '../support/wait-until.ts';

const log: string[] = [];
const write = (fields: Record<string, unknown>, message: string): void =>
  void log.push(JSON.stringify([message, fields]));
const logger: Logger = { debug: write, info: write, warn: write, error: write };

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse({ logger });
  home = await house.register('home', 'placer');
  await home.fetch('PUT', '/Patient/p', { resourceType: 'Patient', id: 'p' });
});
afterAll(() => house.stop());

async function statusOf(path: string): Promise<number> {
  const answer = await fetch(house.url + path);
  await answer.text();
  return answer.status;
}

function attempts(): Promise<Answer[]> {
  return Promise.all([
    home.fetch('GET', '/Patient/p'),
    home.fetch('GET', '/Patient?name=x'),
    home.fetch('POST', '/Patient', { resourceType: 'Patient', name: [{ text: 'Kanari' }] }),
    home.fetch('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } }],
    }),
  ]);
}

test('a fault of the server tells a number to ask for, and nothing else', async () => {
  await execute(house.database, 'alter table record rename to record_away');
  try {
    for (const answer of await attempts()) {
      expectOutcome(answer, 500, 'unexpected');
      expect(answer.text).not.toMatch(/record_away|relation|select|42P01|\/src\//i);
      const id = /Report the request (\S+) to/.exec(answer.body.issue[0].details.text)?.[1];
      expect(log.some((line) => line.includes(String(id)) && line.includes('42P01'))).toBe(true);
    }
  } finally {
    await execute(house.database, 'alter table record_away rename to record');
  }
  expect(log.join('\n')).not.toContain('Kanari');
  expect((await home.fetch('GET', '/Patient/p')).status).toBe(200);
});

test('while the database is away the server says so, lives on, and comes back by itself', async () => {
  const name = new URL(house.database).pathname.slice(1);
  const elsewhere = urlOfDatabase(house.database, 'postgres');
  await execute(elsewhere, `alter database ${name} with allow_connections false`);
  try {
    await execute(elsewhere, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    for (const answer of await attempts()) {
      expectOutcome(answer, 503, answer.body.issue[0].details.coding[0].code);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.text).not.toMatch(/postgres|ECONN|terminat|database "/i);
    }
    expect([await statusOf('/health/live'), await statusOf('/fhir/metadata'), await statusOf('/health/ready')]).toEqual(
      [200, 200, 503],
    );
  } finally {
    await execute(elsewhere, `alter database ${name} with allow_connections true`);
  }
  // A moment longer than the database, until the audit trail is written again.
  const isWell = async (): Promise<boolean> =>
    (await attempts()).every(({ status }) => status === 200 || status === 201);
  await waitUntil(isWell, 100);
  expect([await isWell(), await statusOf('/health/ready')]).toEqual([true, 200]);
});

test('it is ready while all its connections are at work', async () => {
  const blocker = new Client({ connectionString: house.database });
  await blocker.connect();
  await blocker.query('begin; lock table record in access exclusive mode');
  // As many as the pool has.
  let answered = 0;
  const searches = Array.from({ length: 8 }, () =>
    home.fetch('GET', '/Patient?_count=1').finally(() => (answered += 1)),
  );
  const isFull = async (): Promise<boolean> => {
    const text = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    // Within a transaction it would show who was connected at the first look.
    await blocker.query('select pg_stat_clear_snapshot()');
    return (await blocker.query(text)).rowCount! >= searches.length;
  };
  expect(await waitUntil(isFull)).toBe(true);
  expect(await statusOf('/health/ready')).toBe(200);
  expect(answered).toBe(0);
  await blocker.query('rollback');
  await blocker.end();
  expect((await Promise.all(searches)).map(({ status }) => status)).toEqual(Array(8).fill(200));
});
