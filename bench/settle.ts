import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from 'pg';

/** Full text follows writes; what was just seeded would be indexed beside the first measurements. */
const PENDING = `select exists (select 1 from outbox_consumer c join outbox o on o.xid >= c.horizon
  where c.name = 'words' and o.kind in ('record', 'shared')) as pending`;
const PATIENCE_MS = 120_000;

/** Waits until the server has done what it does behind the writes. */
export async function settle(owner: Client): Promise<void> {
  const began = performance.now();
  for (;;) {
    const { rows } = await owner.query<{ pending: boolean }>(PENDING);
    if (rows[0]?.pending !== true) break;
    if (performance.now() - began > PATIENCE_MS)
      throw new Error('The full text of what was seeded is not indexed in time.');
    await wait(200);
  }
  await owner.query('vacuum analyze');
}
