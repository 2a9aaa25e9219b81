import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { claimDeliveries, openDatabase } from '../../src/store/index.ts';
import type { Database } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

const NOW = '2026-03-04T09:00:00Z';
const EARLIER = '2026-03-04T08:00:00Z';

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let worker: Database;
let owner: Client;

beforeAll(async () => {
  own = await createTestDatabase();
  worker = openDatabase({ url: own.url, role: 'consilium_worker', size: 1, logger: silentLogger });
  owner = new Client({ connectionString: own.url });
  await owner.connect();
});
afterAll(async () => {
  await Promise.all([worker.close(), owner.end()]);
  await own.drop();
});

/** Active subscriptions, each of an origin of its own, with one event that is due. */
async function subscribe(organization: string, count: number, dueAt: string): Promise<void> {
  await owner.query(`insert into organization (id, name, role) values ($1, $1, 'placer')`, [organization]);
  await owner.query(
    `insert into subscription (id, organization, client, scopes, channel, asks, origin, plan, status, shown, max_count, since,
       events, due_at, created_at)
     select 'Subscription/' || $1::text || n, $1, 'ehr', '', 'rest-hook', 'case-progress', 'https://h' || n || '.' || $1 || '.example',
       '{}', 'active', 'active', 20, '1:1:', 1, $3::timestamptz, now() from generate_series(1, $2::int) n`,
    [organization, count, dueAt],
  );
}

async function claim(limit: number): Promise<Map<string, number>> {
  const most = { limit, perOrigin: 4, perOrganization: 64, trouble: 5, leaseSeconds: 30 };
  const claims = await claimDeliveries(worker, { ...most, lease: randomUUID(), now: NOW });
  const counts = new Map<string, number>();
  for (const { organization } of claims) counts.set(organization, (counts.get(organization) ?? 0) + 1);
  return counts;
}

test('who sends to ten thousand origins leaves room for who sends to one', async () => {
  await subscribe('many', 10_000, EARLIER);
  await subscribe('few', 3, NOW);
  // Even the smallest claim has something of both, though all of the one have waited for longer.
  expect(await claim(2)).toEqual(
    new Map([
      ['many', 1],
      ['few', 1],
    ]),
  );
  expect(await claim(128)).toEqual(
    new Map([
      ['many', 63],
      ['few', 2],
    ]),
  );
  // Its receivers keep it waiting: what it has under way is all that it gets.
  expect(await claim(128)).toEqual(new Map());
});
