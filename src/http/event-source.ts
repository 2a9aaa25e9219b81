import { Readable } from 'node:stream';
import type { StreamMessage, StreamOutlet } from '../delivery/index.ts';

/** Bytes that wait for a reader; what is beyond waits where it comes from. */
const BUFFER = 64 * 1024;

/** Text in the form that browsers read as events. */
export interface EventSource {
  readonly readable: Readable;
  readonly outlet: StreamOutlet;
}

/**
 * The way of a stream's messages into the body of an answer.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 * @param retryMs how long a reader is to wait before it opens the stream again
 * @param onEnd called once the last word is said
 * @param onCut called where the reader is to be let go at once
 */
export function createEventSource(retryMs: number, onEnd: () => void, onCut: () => void): EventSource {
  let waiting: (() => void)[] = [];
  let isOver = false;
  const go = (): void => {
    const all = waiting;
    waiting = [];
    for (const resume of all) resume();
  };
  const readable = new Readable({
    highWaterMark: BUFFER,
    read: go,
    destroy(error, done) {
      isOver = true;
      go();
      done(error);
    },
  });
  readable.push(`retry: ${retryMs}\n\n`);
  return {
    readable,
    outlet: {
      async write(message) {
        if (isOver || readable.push(printMessage(message))) return;
        await new Promise<void>((resolve) => waiting.push(resolve));
      },
      end(message) {
        if (isOver) return;
        isOver = true;
        readable.push(printMessage(message));
        readable.push(null);
        go();
        onEnd();
      },
      cut() {
        readable.destroy();
        onCut();
      },
    },
  };
}

/** A heartbeat is a comment; with an id it still moves the place from which the reader would go on. */
export function printMessage({ type, cursor, body }: StreamMessage): string {
  const lines = [
    ...(type === 'heartbeat' ? [': heartbeat'] : [`event: ${type}`]),
    ...(cursor === undefined ? [] : [`id: ${cursor}`]),
    ...(body === undefined ? [] : body.split(/\r\n|\r|\n/).map((line) => `data: ${line}`)),
  ];
  return `${lines.join('\n')}\n\n`;
}
