import { setTimeout as pause } from 'node:timers/promises';
import type { House } from '../interactions/index.ts';
import { sweepOutbox } from '../store/index.ts';
import type { Queryable } from '../store/index.ts';

export interface SweepOptions {
  /** Under a role that may delete announcements. */
  readonly database: Queryable;
  readonly house: Pick<House, 'clock' | 'logger'>;
  /** Ends it after the batch under way; the next time goes on where it stopped. */
  readonly signal: AbortSignal;
}

/** How long what happened can be told once more to who missed it. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** Rows that go at once: a few ms of work. */
const BATCH = 1000;
/** After each batch others have their turn, this many times as long as it took. */
const REST = 3;

/** Deletes announcements that are older than 30 days, if all who follow the outbox have had them. */
export async function sweepOldAnnouncements({ database, house, signal }: SweepOptions): Promise<void> {
  const before = new Date(house.clock().getTime() - KEPT_MS);
  let swept = 0;
  while (!signal.aborted) {
    const begun = performance.now();
    const count = await sweepOutbox(database, before, BATCH);
    swept += count;
    if (count < BATCH) break;
    await pause((performance.now() - begun) * REST, undefined, { signal }).catch(() => undefined);
  }
  if (swept > 0) house.logger.info({ rows: swept }, 'old announcements are swept');
}
