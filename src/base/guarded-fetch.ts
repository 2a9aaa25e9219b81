import type { GuardOptions } from './guarded-dispatcher.ts';
import { fetchGuarded } from './outbound.ts';
import type { FetchOptions } from './outbound.ts';
import { OutboundError } from './outbound-error.ts';

/** What of a request the libraries set. Redirects are never followed, whatever they ask for. */
export interface GuardedRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** In the shape of `fetch`. @throws OutboundError when a request was refused or failed */
export type GuardedFetch = (url: string, request?: GuardedRequest) => Promise<Response>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** To be made with null for a body. https://fetch.spec.whatwg.org/#null-body-status */
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * `fetchGuarded` for libraries that call `fetch` themselves: the same hosts, no redirects, the same bounds on body and
 * time, which are the caller's of this and not the library's.
 */
export function createGuardedFetch(
  options: GuardOptions & Pick<FetchOptions, 'maxBytes' | 'timeoutMs' | 'dispatcher'> = {},
): GuardedFetch {
  return async (url, { method: asked = 'GET', headers = {}, body } = {}) => {
    const method = METHODS.find((known) => known === asked.toUpperCase());
    if (method === undefined) throw new OutboundError('not-allowed', `The method ${asked} is not called.`);
    const content = toContent(body);
    const answer = await fetchGuarded(url, {
      ...options,
      method,
      headers,
      ...(content === undefined ? {} : { body: content }),
    });
    const { status } = answer;
    return new Response(WITHOUT_BODY.has(status) ? null : Buffer.from(answer.body), {
      status,
      headers: { ...answer.headers },
    });
  };
}

function toContent(body: unknown): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('A body is sent as text, bytes or a form.');
}
