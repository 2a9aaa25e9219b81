import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';

/** Bytes of all bodies in the answer to one Bundle at most: the answer is put together in memory. */
const MAX_ANSWER = 64 * 1024 * 1024;

/** The room that is left in the answer to a Bundle. What did not fit closes it: nothing more is fetched in vain. */
export class AnswerRoom {
  #left = MAX_ANSWER;

  get isFull(): boolean {
    return this.#left === 0;
  }

  /** Whether this body still fits; then its room is taken. */
  take(body: string): boolean {
    const size = Buffer.byteLength(body);
    const fits = size < this.#left;
    this.#left = fits ? this.#left - size : 0;
    return fits;
  }
}

export function answerTooLarge(path: string): Fault {
  const text = `The answer would hold more than ${MAX_ANSWER} bytes of records. Read what is missing by requests of its own.`;
  return fault(413, 'too-costly', 'answer-too-large', text, path);
}
