import { Worker } from 'node:worker_threads';
import { fault } from '../base/index.ts';
import type { Fonts, ReportInput } from '../reports/index.ts';

/** What the thread is given. */
export interface RenderOrder {
  readonly input: ReportInput;
  readonly fonts: Fonts;
}

export interface RenderLimits {
  readonly milliseconds: number;
  /** Heap of the thread, in mebibytes. */
  readonly heap: number;
}

const LIMITS: RenderLimits = { milliseconds: 30_000, heap: 512 };

/**
 * Renders the letter in a thread of its own, so that requests are served meanwhile. The thread has ended when this does.
 * @throws Fault if the letter takes more time or memory than the limits allow; else what the rendering throws
 */
export async function renderAside(
  input: ReportInput,
  fonts: Fonts,
  { milliseconds, heap }: RenderLimits = LIMITS,
): Promise<Uint8Array> {
  const order: RenderOrder = { input, fonts };
  const thread = new Worker(new URL('./render-thread.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: heap },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      timer = setTimeout(() => reject(tooSlow(milliseconds)), milliseconds);
      thread.once('message', resolve);
      thread.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(heap) : error),
      );
      thread.once('exit', () => reject(new Error('the thread that makes letters ended without one')));
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

function tooSlow(milliseconds: number): Error {
  return fault(500, 'timeout', 'letter-timeout', `The letter was not made within ${milliseconds} ms.`);
}

function tooLarge(heap: number): Error {
  return fault(500, 'too-costly', 'letter-too-large', `The letter does not fit into ${heap} MiB of memory.`);
}
