/** How fast the body of a request has to come, so that slow senders cannot hold the server's connections. */
export interface Pace {
  /** A sender gets this long to begin, in ms. */
  readonly graceMs: number;
  /** From then on it has to keep up this many bytes a second on average. */
  readonly bytesPerSecond: number;
}

export const PACE: Pace = { graceMs: 10_000, bytesPerSecond: 16 * 1024 };
