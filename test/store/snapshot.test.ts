import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { isBehind, isWithin } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let client: Client;

beforeAll(async () => {
  own = await createTestDatabase();
  client = new Client({ connectionString: own.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await own.drop();
});

test('what a snapshot holds is what PostgreSQL says that it holds', async () => {
  // The last one is beyond what a number of JavaScript tells apart.
  const snapshots = ['1:1:', '7:7:', '5:9:5', '5:12:5,8,11', '90071992547409930:90071992547409940:90071992547409931'];
  for (const snapshot of snapshots) {
    const first = BigInt(snapshot.split(':')[0]!) - 3n;
    const ids = Array.from({ length: 20 }, (_, n) => first + BigInt(n)).filter((id) => id > 0n);
    const { rows } = await client.query<{ xid: string; within: boolean }>(
      `select xid, pg_visible_in_snapshot(xid::xid8, $1::pg_snapshot) as within from unnest($2::text[]) as xid`,
      [snapshot, ids.map(String)],
    );
    const told = rows.map(({ xid }) => [snapshot, xid, isWithin(xid, snapshot)]);
    expect(told).toEqual(rows.map(({ xid, within }) => [snapshot, xid, within]));
    for (const id of ids.filter((one) => isBehind(String(one), snapshot)))
      expect(ids.filter((later) => later >= id && isWithin(String(later), snapshot))).toEqual([]);
    expect(isBehind(snapshot.split(':')[1]!, snapshot)).toBe(true);
  }
});
