import { fetchGuarded, OutboundError } from '../base/index.ts';
import type { Clock, FetchAnswer, Logger } from '../base/index.ts';
import { checkPublicJwks } from '../keys/index.ts';
import type { Jwks } from '../keys/index.ts';

/** How long a set is kept when its server does not say, and at most, in ms. */
const FRESH_MS = 300_000;
const FRESH_MS_MOST = 3_600_000;
/** A set that must not be kept still serves the requests of the same moment. */
const FRESH_MS_LEAST = 1_000;
/** How much longer a set is good when its server is down, in ms. */
const STALE_MS = 3_600_000;
/** Between two attempts that unknown keys or a server that is down give rise to, in ms. */
const RETRY_MS = 10_000;
const BYTES_MOST = 65_536;
const TIMEOUT_MS = 2_500;
const URIS_MOST = 5_000;

export interface ClientKeyOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Hosts that may be reached by plain http and at private addresses. */
  readonly allowedHosts: readonly string[];
}

/** What is known of one `jwks_uri`. Times in epoch ms. */
interface Remembered {
  jwks?: Jwks;
  freshUntil: number;
  /** When the last attempt began, and whether its server answered. */
  triedAt: number;
  answered: boolean;
  underway?: Promise<void>;
}

/**
 * Makes the function that gives the keys behind a `jwks_uri`: https on public addresses only, no redirects, 64 KB,
 * 2.5 s; kept as long as Cache-Control says (an hour at most) and one hour more while their server is down. An unknown
 * `kid` has them fetched again, at most every ten seconds, one fetch at a time.
 */
export function createClientKeys(options: ClientKeyOptions): (uri: string, kid: string) => Promise<Jwks | undefined> {
  const { clock, logger, allowedHosts } = options;
  const remembered = new Map<string, Remembered>();

  return async function keysOf(uri, kid) {
    const entry = remembered.get(uri) ?? remember(uri);
    if (mustFetch(entry, kid)) {
      entry.underway ??= refresh(uri, entry).finally(() => delete entry.underway);
      await entry.underway;
    }
    return clock().getTime() < entry.freshUntil + STALE_MS ? entry.jwks : undefined;
  };

  function remember(uri: string): Remembered {
    if (remembered.size >= URIS_MOST) remembered.clear();
    const entry = { freshUntil: -Infinity, triedAt: -Infinity, answered: false };
    remembered.set(uri, entry);
    return entry;
  }

  function mustFetch(entry: Remembered, kid: string): boolean {
    const now = clock().getTime();
    const fresh = now < entry.freshUntil;
    // Who is known need not wait for a fetch that somebody's unknown key began.
    if (fresh && entry.jwks?.keys.some((key) => key.kid === kid) === true) return false;
    if (entry.underway !== undefined) return true;
    return (!fresh && entry.answered) || now >= entry.triedAt + RETRY_MS;
  }

  async function refresh(uri: string, entry: Remembered): Promise<void> {
    const now = clock().getTime();
    entry.triedAt = now;
    const answer = await fetchGuarded(uri, {
      allowedHosts,
      maxBytes: BYTES_MOST,
      timeoutMs: TIMEOUT_MS,
      headers: { accept: 'application/jwk-set+json, application/json' },
    }).catch((error: unknown) => error);
    entry.answered = !isDown(answer);
    const jwks = readJwks(answer);
    if (jwks === undefined) {
      logger.warn({ host: new URL(uri).host, reason: describe(answer) }, 'the keys of a client were not to be had');
      // Only a server that is down leaves the former keys standing: one that answers otherwise has taken them back.
      if (entry.answered) Object.assign(entry, { jwks: undefined, freshUntil: now + RETRY_MS });
    } else {
      Object.assign(entry, { jwks, freshUntil: now + freshFor(answer as FetchAnswer) });
    }
  }
}

function isDown(answer: unknown): boolean {
  if (answer instanceof OutboundError) return answer.reason === 'unreachable' || answer.reason === 'too-slow';
  return !isAnswer(answer) || answer.status >= 500;
}

function isAnswer(answer: unknown): answer is FetchAnswer {
  return typeof answer === 'object' && answer !== null && 'status' in answer;
}

function describe(answer: unknown): string {
  if (isAnswer(answer)) return `status ${answer.status}`;
  return answer instanceof Error ? answer.message : 'unknown';
}

function readJwks(answer: unknown): Jwks | undefined {
  if (!isAnswer(answer) || answer.status !== 200) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(answer.body).toString('utf8'));
    return checkPublicJwks(value).length === 0 ? (value as Jwks) : undefined;
  } catch {
    return undefined;
  }
}

/** How long an answer may be kept, in ms. https://www.rfc-editor.org/rfc/rfc9111#section-4.2 */
function freshFor({ headers }: FetchAnswer): number {
  const control = headers['cache-control']?.toLowerCase() ?? '';
  if (/\bno-(store|cache)\b/.test(control)) return FRESH_MS_LEAST;
  const maxAge = /\bmax-age\s*=\s*"?(\d{1,9})/.exec(control)?.[1];
  if (maxAge === undefined) return FRESH_MS;
  const age = Number(/^\d{1,9}$/.exec(headers['age'] ?? '')?.[0] ?? 0);
  return Math.min(Math.max((Number(maxAge) - age) * 1000, FRESH_MS_LEAST), FRESH_MS_MOST);
}
