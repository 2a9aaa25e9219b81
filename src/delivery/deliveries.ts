import { framesOf } from '../base/index.ts';
import { beginNumbering, listAsked, peekNumbering } from '../store/index.ts';
import { showOutcomes } from './mirror.ts';
import { LANES } from './lanes.ts';
import type { Lane } from './lanes.ts';
import { createLoop } from './loop.ts';
import { createNumberer } from './number.ts';
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
  let showing: Promise<void> | undefined;
  let unshown = true;
  const pump = createPump({
    ...options,
    onChange() {
      unshown = true;
      cases.forget();
      records.forget();
      wake();
    },
    onDone: () => sending.wake(NEXT_MS),
  });
  const onGivenUp = (): void => {
    unshown = true;
    sending.wake();
  };
  const [cases, records] = LANES.map((lane) => followLane(options, lane, onGivenUp)) as [LaneReader, LaneReader];
  await beginNumbering(worker);

  async function claim(): Promise<void> {
    await pump.claim();
  }

  /** Numbers what there is of cases, and begins to send what is due. */
  async function workOnCases(): Promise<number | undefined> {
    const soon = await cases.read(claim, sending.isStopped).catch(async (error: Error) => {
      complain(error);
      // What has its number is sent all the same.
      await pump.claim().catch(complain);
      return false;
    });
    show();
    return soon ? SOON_MS : undefined;
  }

  /** Beside that, as it may take its time: numbers what there is of records. */
  async function workOnRecords(): Promise<number | undefined> {
    const soon = await records
      .read(() => Promise.resolve(sending.wake()), matching.isStopped)
      .catch((error: Error) => complain(error));
    return soon === true ? SOON_MS : undefined;
  }

  /** Beside the rest: records take their time, and nobody is to wait for those of others. */
  function show(): void {
    if (!unshown || showing !== undefined) return;
    unshown = false;
    showing = showOutcomes(house, worker, complain)
      .catch(complain)
      .finally(() => {
        showing = undefined;
        if (unshown) sending.wake();
      });
  }

  function complain(error: Error): void {
    logger.warn({ reason: error.name, at: framesOf(error) }, 'deliveries stood still; they are tried again');
  }

  const sending = createLoop(workOnCases, WAKE_MS);
  const matching = createLoop(workOnRecords, WAKE_MS);
  function wake(): void {
    sending.wake();
    matching.wake();
  }

  const poll = setInterval(() => {
    unshown = true;
    wake();
  }, POLL_MS);
  wake();
  return {
    wake,
    async stop() {
      clearInterval(poll);
      await Promise.all([sending.stop(), matching.stop()]);
      await pump.drain();
      await showing;
    },
  };
}

interface LaneReader {
  /**
   * Numbers what there is; `onDue` where something is to be sent. Says whether there will be something soon.
   */
  read(onDue: () => Promise<void>, isStopped: () => boolean): Promise<boolean>;
  /** What is asked for may have changed. */
  forget(): void;
}

function followLane({ house, worker }: DeliveryOptions, lane: Lane, onGivenUp: () => void): LaneReader {
  const number = createNumberer({ house, worker, onGivenUp }, lane);
  let seen = '0';
  let kinds: readonly string[] = [];
  let askedAt = -Infinity;
  let remembered = -Infinity;

  async function readKinds(): Promise<void> {
    if (performance.now() - askedAt < ASKED_MS) return;
    const next = lane.kindsFor(await listAsked(worker));
    // What was passed over as nobody's business may be somebody's now.
    if (next.join() !== kinds.join()) seen = '0';
    kinds = next;
    askedAt = performance.now();
  }

  return {
    forget: () => void (askedAt = -Infinity),
    async read(onDue, isStopped) {
      await readKinds();
      for (;;) {
        const isTime = performance.now() - remembered > REMEMBER_MS;
        // Whether something is due is looked for with the lane that looks all the time.
        if (kinds.length === 0 && !isTime && lane !== LANES[0]) return false;
        const peek = await peekNumbering(worker, lane.consumer, kinds, seen, house.clock().toISOString());
        const taken = peek.waiting || isTime ? await number() : { count: 0, more: false };
        if (taken !== 'busy' && (peek.waiting || isTime)) remembered = performance.now();
        if (peek.due || (taken !== 'busy' && taken.count > 0)) await onDue();
        if (taken === 'busy') return true;
        if (taken.more && !isStopped()) continue;
        if (!peek.waiting) seen = peek.seen;
        return peek.coming;
      }
    },
  };
}
