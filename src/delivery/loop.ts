/** Work that is done again whenever somebody has something for it, once at a time. */
export interface Loop {
  /** It is begun within so many ms, however often this is called; sooner than it was to be already, where that is asked for. */
  wake(after?: number): void;
  readonly isStopped: () => boolean;
  /** Ends once what is under way has ended. */
  stop(): Promise<void>;
}

/**
 * @param work must not throw; answers after how many ms it is to be done again, if it knows
 * @param wakeMs ms
 */
export function createLoop(work: () => Promise<number | undefined>, wakeMs: number): Loop {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let startsAt = Infinity;
  let working: Promise<void> | undefined;
  let again = false;

  function start(): void {
    timer = undefined;
    if (working !== undefined) {
      again = true;
      return;
    }
    working = work()
      .then((soon) => {
        if (soon !== undefined) wake(soon);
      })
      .finally(() => {
        working = undefined;
        if (!again) return;
        again = false;
        wake();
      });
  }

  function wake(after = wakeMs): void {
    const at = performance.now() + after;
    if (stopped || (timer !== undefined && startsAt <= at)) return;
    clearTimeout(timer);
    timer = setTimeout(start, after);
    startsAt = at;
  }

  return {
    wake,
    isStopped: () => stopped,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await working;
    },
  };
}
