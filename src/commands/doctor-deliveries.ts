import type { Store } from '../app.ts';
import { systemClock } from '../base/index.ts';
import type { Logger } from '../base/index.ts';
import { openDatabase, readOriginLoads } from '../store/index.ts';
import type { Finding } from './finding.ts';
import { PROGRAM } from './help.ts';
import { describeSpan } from './times.ts';

/** Is all that subscribers are sent on its way, or was something given up? That is deleted 30 days after it happened. */
export async function checkDeliveries({ url }: Store, logger: Logger): Promise<Finding> {
  const check = 'deliveries';
  const database = openDatabase({ url, size: 1, logger });
  try {
    const loads = await readOriginLoads(database, systemClock().toISOString());
    const wanted = loads.filter(({ status }) => status !== 'off');
    if (wanted.length === 0) return { check, text: 'nobody has subscribed' };
    const given = wanted.filter(({ status }) => status === 'error');
    const text = `${count(wanted, 'subscriptions')} subscribed, ${describeWaiting(wanted)}`;
    if (given.length === 0) return { check, text };
    return {
      check,
      text: `${count(given, 'subscriptions')} of ${count(wanted, 'subscriptions')} given up, ${describeWaiting(given)}`,
      mend: `See why, and once it is mended send again: ${PROGRAM} deliveries --failed`,
    };
  } finally {
    await database.close();
  }
}

type Loads = Awaited<ReturnType<typeof readOriginLoads>>;

function count(loads: Loads, what: 'subscriptions' | 'waiting'): number {
  return loads.reduce((sum, load) => sum + load[what], 0);
}

function describeWaiting(loads: Loads): string {
  const waiting = count(loads, 'waiting');
  if (waiting === 0) return 'nothing waits';
  return `${waiting} events not delivered, the oldest for ${describeSpan(Math.max(...loads.map(({ lag }) => lag)))}`;
}
