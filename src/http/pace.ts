import type { IncomingMessage } from 'node:http';

/** How fast the body of a request has to come, so that slow senders cannot hold the server's connections. */
export interface Pace {
  /** Looked at every so many ms; whoever sent too little since the last time is cut off. */
  readonly windowMs: number;
  /** Bytes a second, on average over one window. */
  readonly bytesPerSecond: number;
}

export const PACE: Pace = { windowMs: 10_000, bytesPerSecond: 4 * 1024 };

/**
 * Calls `onSlow` once if the body falls behind; hapi's own time limit does not cut. `isHeld`: whether it is us who do
 * not take more just now. Returns what ends the watch.
 */
export function watchPace(request: IncomingMessage, pace: Pace, onSlow: () => void, isHeld = () => false): () => void {
  let received = 0;
  const least = (pace.bytesPerSecond * pace.windowMs) / 1000;
  const timer = setInterval(() => {
    if (received < least && !isHeld()) {
      stop();
      onSlow();
    }
    received = 0;
  }, pace.windowMs);
  function count(chunk: Buffer): void {
    received += chunk.length;
  }
  function stop(): void {
    clearInterval(timer);
    request.removeListener('data', count);
  }
  request.on('data', count);
  request.once('close', stop);
  return stop;
}
