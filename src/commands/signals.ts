const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/**
 * npm passes on to its script the Ctrl-C that the terminal sends to both: what follows within this time (ms) is the
 * same wish come twice.
 */
const SAME_MS = 500;

/** Resolves at the first signal to stop. A second one does not wait any longer: `force` is called. */
export function untilSignalled(force: () => void): Promise<void> {
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
  });
}
