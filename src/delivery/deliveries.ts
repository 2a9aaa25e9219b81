import { framesOf } from '../base/index.ts';
import { beginNumbering, listAsked, peekNumbering } from '../store/index.ts';
import { showOutcomes } from './mirror.ts';
import { kindsFor, numberEvents } from './number.ts';
import { createPump } from './pump.ts';
import type { PumpOptions } from './pump.ts';

export type DeliveryOptions = Omit<PumpOptions, 'onChange' | 'onDone'>;

export interface Deliveries {
  /** Something was committed: events are sent on within 10 ms, however often it is called. */
  wake(): void;
  /** Ends once what is under way has ended. */
  stop(): Promise<void>;
}

const WAKE_MS = 10;
/** What has arrived may have more behind it. */
const NEXT_MS = 1;
/** Other processes commit, too, and what is due later falls due without a word. */
const POLL_MS = 1000;
/** What another process has in hand, or an open transaction holds back, is looked for again soon. */
const SOON_MS = 20;
/** What is asked for at all changes rarely; a subscription that is new is told what happens from its handshake on. */
const ASKED_MS = 1000;
/** Few commits are events. That the others were looked at is written down this often. */
const REMEMBER_MS = 60_000;

/** Follows the outbox and sends what happened to all who are to be told, as long as it is not stopped. */
export async function startDeliveries(options: DeliveryOptions): Promise<Deliveries> {
  const { house, worker, logger } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let startsAt = Infinity;
  let working: Promise<void> | undefined;
  let again = false;
  let showing: Promise<void> | undefined;
  let unshown = true;
  let seen = '0';
  let kinds: readonly string[] = [];
  let askedAt = -Infinity;
  let remembered = -Infinity;
  const pump = createPump({
    ...options,
    onChange() {
      unshown = true;
      askedAt = -Infinity;
      wake();
    },
    onDone: () => wake(NEXT_MS),
  });
  await beginNumbering(worker);

  async function readKinds(): Promise<void> {
    if (performance.now() - askedAt < ASKED_MS) return;
    const next = kindsFor(await listAsked(worker));
    // What was passed over as nobody's business may be somebody's now.
    if (next.join() !== kinds.join()) seen = '0';
    kinds = next;
    askedAt = performance.now();
  }

  /** Numbers what there is, and begins to send it; says whether there will be something soon. */
  async function number(): Promise<boolean> {
    await readKinds();
    for (;;) {
      const peek = await peekNumbering(worker, kinds, seen, house.clock().toISOString());
      const isTime = performance.now() - remembered > REMEMBER_MS;
      const taken = peek.waiting || isTime ? await numberEvents(house, worker) : { count: 0, more: false };
      if (taken !== 'busy' && (peek.waiting || isTime)) remembered = performance.now();
      if (peek.due || (taken !== 'busy' && taken.count > 0)) await pump.claim();
      if (taken === 'busy') return true;
      if (taken.more && !stopped) continue;
      if (!peek.waiting) seen = peek.seen;
      return peek.coming;
    }
  }

  async function work(): Promise<void> {
    const soon = await number().catch(async (error: Error) => {
      complain(error);
      // What has its number is sent all the same.
      await pump.claim().catch(complain);
      return false;
    });
    show();
    if (soon) wake(SOON_MS);
  }

  /** Beside the rest: records take their time, and nobody is to wait for those of others. */
  function show(): void {
    if (!unshown || showing !== undefined) return;
    unshown = false;
    showing = showOutcomes(house, worker, complain)
      .catch(complain)
      .finally(() => {
        showing = undefined;
        if (unshown) wake();
      });
  }

  function complain(error: Error): void {
    logger.warn({ reason: error.name, at: framesOf(error) }, 'deliveries stood still; they are tried again');
  }

  function start(): void {
    timer = undefined;
    if (working !== undefined) {
      again = true;
      return;
    }
    working = work().finally(() => {
      working = undefined;
      if (!again) return;
      again = false;
      wake();
    });
  }

  /** Sooner than it was to be woken already, where that is asked for. */
  function wake(after = WAKE_MS): void {
    const at = performance.now() + after;
    if (stopped || (timer !== undefined && startsAt <= at)) return;
    clearTimeout(timer);
    timer = setTimeout(start, after);
    startsAt = at;
  }

  const poll = setInterval(() => {
    unshown = true;
    wake();
  }, POLL_MS);
  wake();
  return {
    wake: () => wake(),
    async stop() {
      stopped = true;
      clearInterval(poll);
      clearTimeout(timer);
      await working;
      await pump.drain();
      await showing;
    },
  };
}
