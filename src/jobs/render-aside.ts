import { Worker } from 'node:worker_threads';
import { fault } from '../base/index.ts';
import type { FontFiles, Letter } from '../reports/index.ts';

/** What the thread is asked. */
export interface RenderOrder {
  readonly letter: Letter;
}

/** What it answers. */
export type RenderAnswer = { readonly pdf: Uint8Array } | { readonly error: Error };

export interface RenderLimits {
  /** For one letter, the start of the thread with it. */
  readonly milliseconds: number;
  /** Heap of the thread, in mebibytes. */
  readonly heap: number;
  /** Milliseconds without a letter after which the thread ends. */
  readonly idle: number;
}

export interface Renderer {
  /**
   * Renders a letter, one after the other.
   * @throws Fault if the letter takes more time or memory than the limits allow; else what the rendering throws
   */
  render(letter: Letter): Promise<Uint8Array>;
  /** Ends the thread; a letter that is being made fails. */
  stop(): Promise<void>;
}

const LIMITS: RenderLimits = { milliseconds: 30_000, heap: 128, idle: 60_000 };

/**
 * Renders letters in a thread of its own, so that requests are served meanwhile. The thread is kept from letter to letter:
 * to start it and to read the fonts takes longer than to make ten pages. It ends when there is nothing to do for a while,
 * and with a letter that takes too much; the next letter has a new one.
 */
export function startRenderer(fonts: FontFiles, given: Partial<RenderLimits> = {}): Renderer {
  const limits = { ...LIMITS, ...given };
  let thread: Worker | undefined;
  let resting: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function end(): Promise<void> {
    clearTimeout(resting);
    const ending = thread;
    thread = undefined;
    await ending?.terminate();
  }

  function start(): Worker {
    const started = startThread(fonts, limits);
    return started.once('exit', () => {
      if (thread === started) thread = undefined;
    });
  }

  async function renderNow(letter: Letter): Promise<Uint8Array> {
    clearTimeout(resting);
    const own = (thread ??= start());
    try {
      const answer = await ask(own, { letter }, limits);
      if ('error' in answer) throw answer.error;
      resting = setTimeout(() => void end(), limits.idle);
      resting.unref();
      return answer.pdf;
    } catch (error) {
      await end();
      throw error;
    }
  }

  return {
    render(letter) {
      const mine = last.then(() => renderNow(letter));
      last = mine.catch(() => undefined);
      return mine;
    },
    stop: end,
  };
}

function startThread(fonts: FontFiles, { heap }: RenderLimits): Worker {
  const thread = new Worker(new URL('./render-thread.ts', import.meta.url), {
    workerData: fonts,
    // Garbage is collected early: what a letter needs at once is little.
    resourceLimits: { maxOldGenerationSizeMb: heap, maxYoungGenerationSizeMb: 4 },
  });
  // Told to who waits for a letter; between two letters to nobody.
  return thread.on('error', () => undefined);
}

function ask(thread: Worker, order: RenderOrder, { milliseconds, heap }: RenderLimits): Promise<RenderAnswer> {
  return new Promise<RenderAnswer>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void =>
      settle(() => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(heap) : error));
    const onExit = (): void => settle(() => reject(new Error('the thread that makes letters ended without one')));
    const onMessage = (answer: RenderAnswer): void => settle(() => resolve(answer));
    const timer = setTimeout(() => settle(() => reject(tooSlow(milliseconds))), milliseconds);
    function settle(tell: () => void): void {
      clearTimeout(timer);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      // A process that ends does not wait for letters that nobody asked for.
      thread.unref();
      tell();
    }
    thread.ref();
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(order);
  });
}

function tooSlow(milliseconds: number): Error {
  return fault(500, 'timeout', 'letter-timeout', `The letter was not made within ${milliseconds} ms.`);
}

function tooLarge(heap: number): Error {
  return fault(500, 'too-costly', 'letter-too-large', `The letter does not fit into ${heap} MiB of memory.`);
}
