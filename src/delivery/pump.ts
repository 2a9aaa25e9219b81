import { Fault, framesOf, uuidv7 } from '../base/index.ts';
import type { Logger } from '../base/index.ts';
import { claimDeliveries, noteDelivered, noteFailed, releaseClaim } from '../store/index.ts';
import type { Claim, Outcome, Try } from '../store/index.ts';
import { messageId, tryRestHook } from './attempt.ts';
import type { AttemptTools, Tried } from './attempt.ts';
import { tryPush } from './push.ts';
import type { Push } from './push.ts';
import { delayAfter } from './retry.ts';

export interface PumpOptions extends AttemptTools {
  readonly ehr: Push;
  readonly logger: Logger;
  /** 0 to 1, for the jitter of retries. */
  readonly random?: () => number;
  /** Called after each try, with where it went. */
  readonly onTried?: (origin: string, outcome: Outcome) => void;
  /** Called after a try whose outcome changed what becomes of a subscription. */
  readonly onChange: () => void;
  /** Called after each try. */
  readonly onDone: () => void;
}

export interface Pump {
  /** Begins what is due. Returns how much there was. */
  claim(): Promise<number>;
  /** Ends once nothing is under way. */
  drain(): Promise<void>;
}

/** Begun in this process at the same time at most. */
const MOST_AT_ONCE = 128;
/** Who has not answered by then, in ms, is waited for beside the others, and not before them. */
const SLOW_MS = 1000;
/** Under way in this process at most: each costs memory while its receiver keeps it waiting. */
const MOST_UNDER_WAY = 1024;
/** To one origin at the same time, of all processes together: a slow one is not made slower. */
const PER_ORIGIN = 4;
/** For one organisation at the same time, of all processes together: it leaves room for the others. */
const PER_ORGANIZATION = 64;
/** After so many failures in a row an origin is tried by one at a time, and rests in between. */
const TROUBLE = 5;
/** Longer than any try takes: a lease that is over belongs to a process that died. */
const LEASE_SECONDS = 30;
/** What is not there yet is looked for again, in ms. */
const WAIT_MS = 2000;

/** Sends what is due: each subscription has one message under way at most, so its events arrive in order. */
export function createPump(options: PumpOptions): Pump {
  const { house, worker, logger, random = Math.random, onTried, onChange, onDone } = options;
  const underWay = new Set<Promise<void>>();
  let quick = 0;

  async function claim(): Promise<number> {
    const limit = Math.min(MOST_AT_ONCE - quick, MOST_UNDER_WAY - underWay.size);
    if (limit <= 0) return 0;
    const lease = uuidv7();
    const now = house.clock().toISOString();
    const most = { limit, perOrigin: PER_ORIGIN, perOrganization: PER_ORGANIZATION };
    const terms = { ...most, lease, now, trouble: TROUBLE, leaseSeconds: LEASE_SECONDS };
    const claims = await claimDeliveries(worker, terms);
    for (const one of claims) {
      const giveWay = takePlace();
      const work = deliver(one, lease).finally(() => {
        underWay.delete(work);
        giveWay();
      });
      underWay.add(work);
    }
    return claims.length;
  }

  /** Among those that are begun at once, until it is given up or has been held for too long. */
  function takePlace(): () => void {
    let isHeld = true;
    quick += 1;
    const leave = (): void => {
      if (isHeld) quick -= 1;
      isHeld = false;
      clearTimeout(timer);
      onDone();
    };
    const timer = setTimeout(leave, SLOW_MS);
    return leave;
  }

  async function deliver(one: Claim, lease: string): Promise<void> {
    const began = performance.now();
    try {
      const tried = one.channel === 'push' ? await tryPush(options, one) : await tryRestHook(options, one, lease);
      await note(one, lease, tried, performance.now() - began);
    } catch (error) {
      const { name } = error as Error;
      logger.error({ subscription: one.id, reason: name, at: framesOf(error as Error) }, 'a delivery failed');
      // Where the store is away the lease runs out, and it is tried again. All else would be the same the next time.
      if (error instanceof Fault) return;
      const { last } = one;
      const failed: Tried = {
        message: messageId(one, last),
        last,
        result: 'later',
        reason: 'internal',
        isOrigins: false,
      };
      await note(one, lease, failed, performance.now() - began).catch(() => undefined);
    }
  }

  async function note(one: Claim, lease: string, tried: Tried, ms: number): Promise<void> {
    const now = house.clock();
    const { message, last, result, status, reason, isOrigins } = tried;
    if (result === 'wait') {
      await releaseClaim(worker, one, lease, new Date(now.getTime() + WAIT_MS).toISOString());
      return;
    }
    const what: Try = { claim: one, lease, at: now.toISOString(), message, last };
    const told = { ms, ...(status === undefined ? {} : { status }), ...(reason === undefined ? {} : { reason }) };
    if (result === 'delivered' || result === 'skip') {
      const outcome: Outcome = { result: result === 'skip' ? 'dead' : 'delivered', ...told };
      onTried?.(one.origin, outcome);
      if (result === 'skip') warn(one, reason, 'a delivery was given up');
      await noteDelivered(worker, what, outcome, TROUBLE);
      if (one.kind === 'handshake' || result === 'skip') onChange();
      return;
    }
    const kind = one.kind === 'handshake' ? 'handshake' : 'other';
    const delay = result === 'later' ? delayAfter(one.attempt + 1, random(), tried.retryAfter, kind) : undefined;
    const terms = { isOrigins, trouble: TROUBLE, isAsked: tried.retryAfter !== undefined };
    if (delay === undefined) {
      const becomes = result === 'off' ? 'off' : 'error';
      const outcome: Outcome = { result: 'dead', ...told };
      onTried?.(one.origin, outcome);
      warn(
        one,
        reason,
        becomes === 'off' ? 'a subscription is switched off' : 'sending to a subscription was given up',
      );
      await noteFailed(worker, what, outcome, { ...terms, status: becomes });
      onChange();
    } else {
      const nextAt = new Date(now.getTime() + delay).toISOString();
      const outcome: Outcome = { result: 'later', nextAt, ...told };
      onTried?.(one.origin, outcome);
      await noteFailed(worker, what, outcome, terms);
    }
  }

  function warn({ id, organization, origin }: Claim, reason: string | undefined, text: string): void {
    logger.warn({ subscription: id, organization, origin, reason }, text);
  }

  return {
    claim,
    async drain() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
