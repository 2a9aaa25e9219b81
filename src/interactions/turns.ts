import { setImmediate as giveWay, setTimeout as pause } from 'node:timers/promises';

/** How long work over many entries goes on before others get their turn, in ms: a read of theirs takes several turns. */
const TURN_MS = 1;
/** What takes longer than this altogether, in ms, is the work of a large Bundle: its sender expects to wait a little. */
const SHORT_MS = 200;
/** The store has others to serve, too, while it was waited for: but not as long again. */
const LONGEST_PAUSE_MS = 4;

/**
 * For long work in one go, over the entries of a Bundle say: what is returned is awaited after each step, and lets the
 * requests of others go on once this one has had its turn. In the long run they have half of the time.
 * @param check throws where the work is to go on no longer: asked after each turn
 */
export function takeTurns(check?: () => void): () => Promise<void> {
  let began = performance.now();
  let worked = 0;
  return async () => {
    const turn = performance.now() - began;
    if (turn < TURN_MS) return;
    worked += turn;
    if (worked < SHORT_MS) await giveWay();
    else await pause(Math.min(turn, LONGEST_PAUSE_MS));
    check?.();
    began = performance.now();
  };
}
