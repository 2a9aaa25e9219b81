import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { Agent, Pool, request } from 'undici';
import type { Dispatcher } from 'undici';
import { isPublicAddress } from './public-address.ts';

/** Why a request was not made, or its answer not taken. */
export type OutboundReason = 'not-allowed' | 'unreachable' | 'too-slow' | 'too-large' | 'redirect';

/** A request that the guard refused or that failed on its way. The text names the host at most, never the whole URL. */
export class OutboundError extends Error {
  readonly reason: OutboundReason;

  constructor(reason: OutboundReason, text: string, cause?: unknown) {
    super(text, { cause });
    this.name = 'OutboundError';
    this.reason = reason;
  }
}

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export interface GuardOptions {
  /**
   * Hosts (`name` or `name:port`) that may also be reached by plain http and at private addresses. Empty: https and
   * public addresses only.
   */
  readonly allowedHosts?: readonly string[];
  /** Stands in for the system's resolver. */
  readonly resolve?: Resolve;
}

export interface FetchOptions extends GuardOptions {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The answer's body at most, in bytes; 65,536 unless told. */
  readonly maxBytes?: number;
  /** For the whole exchange, in ms; 2,500 unless told. */
  readonly timeoutMs?: number;
  /** A guarded dispatcher to use again, for whoever calls the same hosts often. */
  readonly dispatcher?: Dispatcher;
}

export interface FetchAnswer {
  readonly status: number;
  /** By lower-case name; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

async function resolveBySystem(hostname: string): Promise<readonly string[]> {
  return (await systemLookup(hostname, { all: true })).map((found) => found.address);
}

function checkUrl(url: URL, allowed: ReadonlySet<string>): void {
  const hostname = bareHost(url);
  if (isAllowed(url, allowed)) return;
  if (url.protocol !== 'https:') {
    throw new OutboundError('not-allowed', `Only https is called (${hostname}).`);
  }
  if (isIP(hostname) !== 0 && !isPublicAddress(hostname)) throw notPublic(hostname);
}

function isAllowed(url: URL, allowed: ReadonlySet<string>): boolean {
  const hostname = bareHost(url);
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return allowed.has(hostname) || allowed.has(`${hostname}:${port}`);
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function notPublic(hostname: string): OutboundError {
  return new OutboundError('not-allowed', `${hostname} does not lie on a public address.`);
}

/**
 * An undici dispatcher that reaches https hosts on public addresses only. The addresses are looked up once, checked,
 * and handed to the socket: what was checked is what is connected to, so a name that changes its answer gains nothing.
 * For libraries that call `fetch` themselves; they must be told `redirect: 'error'`.
 */
export function createGuardedDispatcher(options: GuardOptions = {}): Dispatcher {
  const allowed = new Set((options.allowedHosts ?? []).map((host) => host.toLowerCase()));
  const resolve = options.resolve ?? resolveBySystem;
  const agent = new Agent({
    factory: (origin) => new Pool(origin, { connect: { lookup: lookupFor(new URL(origin)), timeout: 5_000 } }),
  });
  return agent.compose((dispatch) => (target, handler) => {
    checkUrl(new URL(String(target.origin)), allowed);
    return dispatch(target, handler);
  });

  function lookupFor(origin: URL): LookupFunction {
    const exempt = isAllowed(origin, allowed);
    return (hostname, lookupOptions, done) => {
      const taken = resolve(hostname).then((addresses) => {
        if (addresses.length === 0) throw new OutboundError('unreachable', `${hostname} has no address.`);
        // One private address among public ones is refused too: nobody has a good reason for it.
        if (!exempt && !addresses.every(isPublicAddress)) throw notPublic(hostname);
        return addresses.map((address) => ({ address, family: isIP(address) }));
      });
      taken.then(
        (found) => (lookupOptions.all === true ? done(null, found) : done(null, found[0]!.address, found[0]!.family)),
        (error: Error) => done(error, []),
      );
    };
  }
}

/**
 * One request through the guard: no redirects, a bounded body, a bounded time.
 * @throws OutboundError when it was refused or failed; any status but a redirect is an answer.
 */
export async function fetchGuarded(url: string, options: FetchOptions = {}): Promise<FetchAnswer> {
  const { maxBytes = 65_536, timeoutMs = 2_500 } = options;
  const target = URL.parse(url);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    throw new OutboundError('not-allowed', 'Only absolute https URLs are called.');
  }
  if (target.username !== '' || target.password !== '') {
    throw new OutboundError('not-allowed', `A URL with a user name or password is not called (${target.hostname}).`);
  }
  const dispatcher = options.dispatcher ?? createGuardedDispatcher(options);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(target, {
      dispatcher,
      signal,
      method: options.method ?? 'GET',
      headers: { ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    if ([301, 302, 303, 307, 308].includes(answer.statusCode)) {
      await answer.body.dump({ limit: 0 });
      throw new OutboundError('redirect', `${target.hostname} answered with a redirect, which is not followed.`);
    }
    const body = await readBounded(answer.body, maxBytes, target.hostname);
    return { status: answer.statusCode, headers: joinHeaders(answer.headers), body };
  } catch (error) {
    throw asOutboundError(error, signal, target.hostname);
  } finally {
    if (options.dispatcher === undefined) await dispatcher.destroy();
  }
}

async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number, host: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > maxBytes) throw new OutboundError('too-large', `${host} answered with more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function joinHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return joined;
}

function asOutboundError(error: unknown, signal: AbortSignal, host: string): OutboundError {
  if (error instanceof OutboundError) return error;
  if (signal.aborted) return new OutboundError('too-slow', `${host} took too long to answer.`, error);
  return new OutboundError('unreachable', `${host} was not to be reached.`, error);
}
