/** So many requests in a window of time, for each sender and for all whom nobody can tell apart. */
export interface Allowance {
  /** Takes one; false where there is none left. */
  take(sender: string | undefined): boolean;
}

interface Limits {
  readonly windowMs: number;
  readonly ofSender: number;
  /** Of all whose address is not known, together. */
  readonly ofUnknown: number;
  readonly clock: () => Date;
}

/** Senders of whom count is kept at most: with more, all are counted as one, until the window ends. */
const MOST_SENDERS = 10_000;
const UNKNOWN = '';

/** Counts in this process alone: it protects a machine, and is no rule that anybody could be judged by. */
export function createAllowance({ windowMs, ofSender, ofUnknown, clock }: Limits): Allowance {
  const counts = new Map<string, number>();
  let endsAt = 0;
  return {
    take(sender) {
      const now = clock().getTime();
      if (now >= endsAt) {
        counts.clear();
        endsAt = now + windowMs;
      }
      const isCounted = sender !== undefined && (counts.has(sender) || counts.size < MOST_SENDERS);
      const key = isCounted ? sender : UNKNOWN;
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return count <= (isCounted ? ofSender : ofUnknown);
    },
  };
}
