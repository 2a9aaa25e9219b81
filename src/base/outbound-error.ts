/** Why a request was not made, or its answer not taken. */
export type OutboundReason = 'not-allowed' | 'unreachable' | 'too-slow' | 'too-large' | 'redirect' | 'encoded';

/** A request that the guard refused or that failed on its way. The text names the host at most, never the whole URL. */
export class OutboundError extends Error {
  readonly reason: OutboundReason;

  constructor(reason: OutboundReason, text: string, cause?: unknown) {
    super(text, { cause });
    this.name = 'OutboundError';
    this.reason = reason;
  }
}
