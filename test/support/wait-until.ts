import { setTimeout as pause } from 'node:timers/promises';

/** How long tests wait for what comes by itself, in ms: longer than any machine takes, and less than Jest gives a test. */
export const PATIENCE_MS = 20_000;

/** Looks every so many ms until what is waited for is there; false when it did not come. */
export async function waitUntil(look: () => boolean | Promise<boolean>, everyMs = 20): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await look())) {
    if (performance.now() > end) return false;
    await pause(everyMs);
  }
  return true;
}
