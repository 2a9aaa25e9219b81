const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Between a try that failed and the next one, in ms: after the first, the second, … The last has none. */
const DELAYS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];
/** A handshake has somebody waiting for it who can ask again. */
const HANDSHAKE_DELAYS = DELAYS.slice(0, 4);
/** Of a delay, by which it is shorter or longer: those who failed together are not tried together. */
const JITTER = 0.1;
/** What a receiver may ask for at most. */
const RETRY_AFTER_MOST = 24 * HOUR;

/**
 * How long to wait after try number `attempt` (from 1 on) has failed, in ms; undefined: it was the last.
 * @param random 0 to 1
 * @param retryAfter ms that the receiver asked for: never sooner
 */
export function delayAfter(
  attempt: number,
  random: number,
  retryAfter = 0,
  kind: 'handshake' | 'other' = 'other',
): number | undefined {
  const delay = (kind === 'handshake' ? HANDSHAKE_DELAYS : DELAYS)[attempt - 1];
  if (delay === undefined) return undefined;
  const spread = delay * (1 + JITTER * (2 * random - 1));
  return Math.round(Math.max(spread, Math.min(retryAfter, RETRY_AFTER_MOST)));
}

/** Retry-After in ms, a day at most: seconds or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function parseRetryAfter(value: string | undefined, now: Date): number | undefined {
  if (value === undefined) return undefined;
  const asked = /^\d+$/.test(value.trim()) ? Number(value) * SECOND : Date.parse(value) - now.getTime();
  return Number.isNaN(asked) ? undefined : Math.min(Math.max(0, asked), RETRY_AFTER_MOST);
}
