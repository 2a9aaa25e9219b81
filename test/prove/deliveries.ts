import { proveKilled } from './deliveries-kill.ts';
import { provePace } from './deliveries-pace.ts';
import { proveQueue } from './deliveries-queue.ts';
import { setStage } from './deliveries-stage.ts';
import type { Report } from './report.ts';

const PARTS = { pace: provePace, queue: proveQueue, kill: proveKilled } as const;

/** Each part on a server and a database of its own; all of them unless some are named. */
export async function proveDeliveries(report: Report, names: readonly string[]): Promise<void> {
  for (const [name, prove] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    report.say(`\n${name}`);
    const stage = await setStage();
    try {
      await prove(report, stage);
    } finally {
      await stage.close();
    }
  }
}
