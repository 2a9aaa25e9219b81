import { setTimeout as pause } from 'node:timers/promises';
import { sweepDeliveries } from '../store/index.ts';
import type { SweepOptions } from './sweep-outbox.ts';

/** How long what happened can be told once more, and what was tried be read. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** Rows of each kind that go at once: a few ms of work. */
const BATCH = 1000;
/** After each batch others have their turn, this many times as long as it took. */
const REST = 3;

/** Deletes events that are older than 30 days and not about to be sent, and what was tried before then. */
export async function sweepOldDeliveries({ database, house, signal }: SweepOptions): Promise<void> {
  const before = new Date(house.clock().getTime() - KEPT_MS).toISOString();
  const swept = { events: 0, attempts: 0 };
  while (!signal.aborted) {
    const begun = performance.now();
    const { events, attempts } = await sweepDeliveries(database, before, BATCH);
    swept.events += events;
    swept.attempts += attempts;
    if (events + attempts === 0) break;
    await pause((performance.now() - begun) * REST, undefined, { signal }).catch(() => undefined);
  }
  if (swept.events + swept.attempts > 0) house.logger.info(swept, 'old deliveries are swept');
}
