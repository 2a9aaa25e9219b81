import { Exhausted } from './database-fault.ts';

/** How many of the connections each of those who share them may hold at once, so that none shuts out all others. */
export interface Shares {
  /**
   * Waits, in the order of coming, until `who` may hold one more, which is to be given back.
   * @param patience in ms
   * @throws Exhausted where it has taken longer than that
   */
  take(who: string, patience: number): Promise<void>;
  giveBack(who: string): void;
}

interface Share {
  held: number;
  readonly waiting: Set<() => void>;
}

/** `most`: of each. */
export function openShares(most: number): Shares {
  const shares = new Map<string, Share>();
  return {
    async take(who, patience) {
      const share = shares.get(who) ?? { held: 0, waiting: new Set() };
      shares.set(who, share);
      if (share.held < most) {
        share.held += 1;
        return;
      }
      await new Promise<void>((resolve, reject) => {
        const goOn = (): void => {
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(() => {
          share.waiting.delete(goOn);
          reject(new Exhausted());
        }, patience);
        share.waiting.add(goOn);
      });
    },
    giveBack(who) {
      const share = shares.get(who)!;
      const [next] = share.waiting;
      if (next !== undefined) {
        // It is handed on as it is.
        share.waiting.delete(next);
        next();
        return;
      }
      share.held -= 1;
      if (share.held === 0) shares.delete(who);
    },
  };
}
