import { hasScope, scopeFault } from '../access/index.ts';
import { Fault, fault, uuidv7 } from '../base/index.ts';
import type { Caller } from '../base/index.ts';
import type { Context } from '../interactions/index.ts';
import { findStreamStart } from '../store/index.ts';
import { topicOf } from '../subscriptions/index.ts';
import type { StreamPlan } from '../subscriptions/index.ts';
import { cursorGone, openProgress } from './stream-cursor.ts';
import type { StreamProgress } from './stream-cursor.ts';
import { startSession } from './stream-session.ts';
import type { StreamOutlet, StreamSession, StreamTerms } from './stream-session.ts';
import { createStreamSource } from './stream-source.ts';
import type { SourceOptions } from './stream-source.ts';

export interface EventStreamsOptions extends SourceOptions {
  readonly terms?: Partial<StreamTerms>;
  /** Streams at the same time, in this process. */
  readonly most?: { readonly ofOrganization: number; readonly ofAll: number };
}

/** What somebody asks to be told as long as they listen. */
export interface StreamRequest {
  readonly context: Context;
  readonly plan: StreamPlan;
  /** The cursor behind which to go on; undefined: from now on. */
  readonly after?: string | undefined;
  /** Who listens, as of now. @throws Fault 401 where they are let in no more */
  readonly authenticate: () => Promise<Caller>;
}

/** Streams of events for screens. */
export interface EventStreams {
  /**
   * Begins to tell. Returns what ends it when the reader is gone.
   * @throws Fault 400 and 410 for a cursor, 403 for who may not read what it asks for, 429 and 503 where there are too many
   */
  open(request: StreamRequest, outlet: StreamOutlet): Promise<() => void>;
  /** Something was committed. */
  wake(): void;
  /** Ends all streams, each with a word; none can be opened any more. */
  stop(): Promise<void>;
}

const TERMS: StreamTerms = {
  heartbeatMs: 15_000,
  checkMs: 3000,
  unansweredMs: 10_000,
  stallMs: 30_000,
  mostWaiting: 2000,
};
/** A stream holds a connection and some ten kB; each may cost a query for each event. */
const MOST = { ofOrganization: 200, ofAll: 1000 };

/** Starts what tells screens of events, by one reading of the outbox for all of this process. */
export function startEventStreams(options: EventStreamsOptions): EventStreams {
  const { house, worker } = options;
  const terms = { ...TERMS, ...options.terms };
  const most = options.most ?? MOST;
  const source = createStreamSource(options);
  const sessions = new Set<StreamSession>();
  const counts = new Map<string, number>();
  let total = 0;
  let isStopping = false;

  /** Takes a place; what is returned gives it back, once. */
  function take(organization: string): () => void {
    const count = counts.get(organization) ?? 0;
    if (isStopping) throw stopping();
    if (total >= most.ofAll) throw refuse(503, 'streams-full', FULL);
    if (count >= most.ofOrganization) throw refuse(429, 'streams-of-organization', OF_ORGANIZATION);
    counts.set(organization, count + 1);
    total += 1;
    return () => {
      const left = counts.get(organization)! - 1;
      if (left === 0) counts.delete(organization);
      else counts.set(organization, left);
      total -= 1;
    };
  }

  async function findProgress(organization: string, after: string | undefined): Promise<StreamProgress> {
    const progress = after === undefined ? undefined : openProgress(house, organization, after);
    const now = await findStreamStart(worker);
    if (progress === undefined) return { stream: uuidv7(), told: 0, ...now };
    // A database that was brought back from a copy counts its transactions from there.
    if (BigInt(progress.place.horizon) > BigInt(now.place.horizon)) throw cursorGone();
    return progress;
  }

  return {
    async open({ context, plan, after, authenticate }, outlet) {
      const { caller, request } = context;
      const { organization } = caller;
      const types = plan.asks.flatMap(({ topic }) => topicOf(topic)?.focus ?? []);
      const hidden = types.find((type) => !hasScope(house, caller, type, 'r'));
      if (hidden !== undefined) throw scopeFault(caller, hidden, 'r');
      const giveBack = take(organization);
      let session: StreamSession;
      try {
        const progress = await findProgress(organization, after);
        if (isStopping) throw stopping();
        const onEnd = giveBack;
        session = startSession({
          house,
          source,
          terms,
          plan,
          request,
          progress,
          authenticate,
          organization,
          outlet,
          onEnd,
        });
      } catch (error) {
        giveBack();
        throw error;
      }
      sessions.add(session);
      void session.ended.then(() => sessions.delete(session));
      return () => session.end();
    },
    wake: () => source.wake(),
    async stop() {
      isStopping = true;
      const all = [...sessions];
      for (const session of all) session.end(stopping());
      await Promise.all(all.map(({ ended }) => ended));
      await source.stop();
    },
  };
}

const FULL = 'This server has as many streams open as it can. Try again soon, or read by searches meanwhile.';
const OF_ORGANIZATION =
  'Your organisation has as many streams open as one may. Close some: a screen needs one for all of its topics and cases.';
/** Seconds. */
const RETRY_AFTER = '10';

function refuse(status: number, key: string, text: string): Fault {
  return new Fault(status, { severity: 'error', code: 'throttled', key, text }, { 'retry-after': RETRY_AFTER });
}

function stopping(): Fault {
  const text = 'The server stops, or starts anew. Open the stream again with the last id that came.';
  return fault(503, 'transient', 'stream-stopping', text);
}
