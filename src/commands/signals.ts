import { isNpmScript } from '../config.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/**
 * npm passes on to its script the Ctrl-C that the terminal sends to both: what follows within this time (ms) is the
 * same wish come twice.
 */
const SAME_MS = 500;
const PARENT_MS = 250;

/**
 * Resolves at the first signal to stop. A second one does not wait any longer: `force` is called.
 *
 * Under npm, the shell between may die of a signal without passing it on; that it is gone counts as the signal.
 */
export function untilSignalled(force: () => void, underNpm: boolean = isNpmScript()): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        const now = performance.now();
        first ??= now;
        if (now - first > SAME_MS) force();
        resolve();
      });
    }
    if (underNpm) whenParentEnds(resolve);
  });
}

function whenParentEnds(tell: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    tell();
  }, PARENT_MS).unref();
}
