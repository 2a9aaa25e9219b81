import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { createGuardedDispatcher } from './guarded-dispatcher.ts';
import type { GuardOptions } from './guarded-dispatcher.ts';
import { OutboundError } from './outbound-error.ts';

export interface FetchOptions extends GuardOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The answer's body at most, in bytes; 65,536 unless told. */
  readonly maxBytes?: number;
  /** For the whole exchange, in ms; 2,500 unless told. */
  readonly timeoutMs?: number;
  /**
   * A guarded dispatcher to use again, for whoever calls the same hosts often; which hosts are allowed is its affair then.
   */
  readonly dispatcher?: Dispatcher;
}

export interface FetchAnswer {
  readonly status: number;
  /** By lower-case name; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
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
  // The dispatcher sees the origin alone.
  if (target.username !== '' || target.password !== '') {
    throw new OutboundError('not-allowed', `A URL with a user name or password is not called (${target.hostname}).`);
  }
  const dispatcher = options.dispatcher ?? createGuardedDispatcher({ ...options, maxBytes, timeoutMs });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await request(target, {
      dispatcher,
      signal,
      method: options.method ?? 'GET',
      headers: { ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
    });
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
