import { OutOfTime } from './database-fault.ts';

/** How long a transaction may go on, and for whom. */
export interface TimeLimit {
  /**
   * Milliseconds that are left; Infinity where there is no limit.
   * @throws OutOfTime where none are, the reason of the abort where nobody waits for the outcome any more
   */
  left(): number;
}

/** Counted from now on. `signal`: aborted when nobody waits any more. */
export function startTimeLimit(milliseconds: number, signal: AbortSignal | undefined): TimeLimit {
  const end = performance.now() + milliseconds;
  return {
    left() {
      signal?.throwIfAborted();
      const left = end - performance.now();
      if (left > 0) return left;
      throw new OutOfTime();
    },
  };
}
