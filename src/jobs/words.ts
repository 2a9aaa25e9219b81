import { setTimeout as pause } from 'node:timers/promises';
import { framesOf } from '../base/index.ts';
import type { Logger } from '../base/index.ts';
import { areWordsWaiting, indexWords } from '../store/index.ts';
import type { Database, Queryable, WordReader } from '../store/index.ts';

export interface WordsOptions {
  /** A pool of the role of the jobs: one connection is enough. */
  readonly database: Database;
  /** A pool of the role of requests: records are read as organisations that may see them. */
  readonly records: Queryable;
  readonly read: WordReader;
  readonly logger: Logger;
}

export interface WordsJob {
  /** Something was committed. */
  wake(): void;
  /** Ends once the batch under way is done. */
  stop(): Promise<void>;
}

/** What was committed together, or soon after each other, is done together. */
const GATHER_MS = 100;
/** Between the beginnings of batches: while much is written, few large ones cost those who write less than many small. */
const APART_MS = 250;
/** Other processes commit, too, and what was committed is handed out only once all that began before it has ended. */
const POLL_MS = 500;
/**
 * After each batch others have their turn, this many times as long as it took: full text may follow later while very
 * much is written, but it takes little from those who write.
 */
const REST = 3;
const MAX_REST_MS = 1000;

/** Keeps the words of full-text search up to date, batch by batch, as long as there is something to do. */
export function startWords({ database, records, read, logger }: WordsOptions): WordsJob {
  const ending = new AbortController();
  let bell = Promise.withResolvers<undefined>();

  async function work(): Promise<void> {
    while (!ending.signal.aborted) {
      bell = Promise.withResolvers();
      const begun = performance.now();
      const count = await indexOnce();
      const took = performance.now() - begun;
      if (count > 0) await rest(Math.max(APART_MS - took, Math.min(took * REST, MAX_REST_MS)));
      else if (await isRung()) await rest(GATHER_MS);
    }
  }

  /** Whether something was committed here before it was time to look by itself. */
  function isRung(): Promise<boolean> {
    return Promise.race([bell.promise.then(() => true), rest(POLL_MS).then(() => false)]);
  }

  /** One record of which no words can be made must not keep all others from being found. */
  function readOrTell(body: string): ReturnType<WordReader> {
    try {
      return read(body);
    } catch (error) {
      logger.error({ reason: (error as Error).name, at: framesOf(error as Error) }, 'a record is left without words');
      return { _text: [], _content: [] };
    }
  }

  async function indexOnce(): Promise<number> {
    try {
      if (!(await areWordsWaiting(database))) return 0;
      return await database.transact((on) => indexWords(on, records, readOrTell));
    } catch (error) {
      logger.warn({ reason: (error as Error).name }, 'words could not be indexed; it is tried again');
      return 0;
    }
  }

  async function rest(milliseconds: number): Promise<void> {
    // Aborted: the loop sees it.
    await pause(milliseconds, undefined, { signal: ending.signal }).catch(() => undefined);
  }

  const working = work();
  return {
    wake: () => bell.resolve(undefined),
    async stop() {
      ending.abort();
      await working;
    },
  };
}
