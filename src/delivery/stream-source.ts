import { framesOf } from '../base/index.ts';
import type { Logger } from '../base/index.ts';
import type { House } from '../interactions/index.ts';
import { readStreamPart } from '../store/index.ts';
import type { Database, StreamPlace } from '../store/index.ts';
import { EVENT_KINDS, readFacts, readRow, toAnnounced } from './announced.ts';
import type { Announced } from './announced.ts';

/** A part of the outbox with all that decides who is told of it. */
export interface AnnouncedPart {
  readonly announced: readonly Announced[];
  readonly place: StreamPlace;
  readonly coming: boolean;
}

/** Somebody who listens from where they joined. Must take what it is offered at once. */
export type Listener = (part: AnnouncedPart) => void;

/** Reads the outbox once for all who listen in this process; while nobody does, not at all. */
export interface StreamSource {
  /** For who is behind: what comes next at a place. */
  read(place: StreamPlace): Promise<AnnouncedPart>;
  /**
   * From now on the listener is offered all that stands behind `horizon`, and maybe some before it. False: the source is
   * further already, and `read` leads there.
   */
  join(listener: Listener, horizon: string): boolean;
  leave(listener: Listener): void;
  /** Something was committed: it is read within 10 ms, however often this is called. */
  wake(): void;
  /** Ends once what is under way has ended. */
  stop(): Promise<void>;
}

export interface SourceOptions {
  readonly house: House;
  readonly worker: Database;
  readonly logger: Logger;
}

const WAKE_MS = 10;
/** Other processes commit, too. */
const POLL_MS = 1000;
/** What an open transaction holds back is looked for again soon. */
const SOON_MS = 20;
/** Announcements in one part. */
const PART = 500;

export function createStreamSource({ house, worker, logger }: SourceOptions): StreamSource {
  const listeners = new Set<Listener>();
  let place: StreamPlace | undefined;
  let timer: NodeJS.Timeout | undefined;
  let poll: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  let again = false;

  async function read(from: StreamPlace): Promise<AnnouncedPart> {
    const { rows, ...part } = await readStreamPart(worker, from, EVENT_KINDS, PART);
    const told = rows.map(readRow);
    const facts = await readFacts(house, told, true);
    return { ...part, announced: told.map((row) => toAnnounced(row, facts)) };
  }

  async function readOn(): Promise<void> {
    const from = place;
    if (from === undefined) return;
    try {
      const part = await read(from);
      // All have left meanwhile, and whoever came then began elsewhere.
      if (place !== from) return;
      place = part.place;
      for (const listener of listeners) listener(part);
      if (part.place.window !== undefined) again = true;
      else if (part.coming) wake(SOON_MS);
    } catch (error) {
      const { name } = error as Error;
      logger.warn({ reason: name, at: framesOf(error as Error) }, 'streams stood still; they are read on');
    }
  }

  function start(): void {
    timer = undefined;
    if (reading !== undefined) {
      again = true;
      return;
    }
    reading = readOn().finally(() => {
      reading = undefined;
      if (!again) return;
      again = false;
      wake();
    });
  }

  function wake(after = WAKE_MS): void {
    if (place !== undefined) timer ??= setTimeout(start, after);
  }

  function rest(): void {
    place = undefined;
    clearInterval(poll);
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    read,
    join(listener, horizon) {
      if (place === undefined) {
        place = { horizon };
        poll = setInterval(wake, POLL_MS);
      }
      if (BigInt(horizon) < BigInt(place.window?.end ?? place.horizon)) return false;
      listeners.add(listener);
      wake();
      return true;
    },
    leave(listener) {
      if (listeners.delete(listener) && listeners.size === 0) rest();
    },
    wake: () => wake(),
    async stop() {
      listeners.clear();
      rest();
      await reading;
    },
  };
}
