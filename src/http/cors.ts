import type { Lifecycle, Request, ResponseObject, ResponseToolkit, Server } from '@hapi/hapi';
import { headerOf } from './request.ts';

/** Any origin; without one of these nobody's pages may call. */
const ANY = '*';
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** What clients of FHIR send beside what every page may send. */
const ASKED =
  'Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Last-Event-ID, Prefer, X-Requested-With';
/** What a page may read of an answer beside its body. */
const TOLD =
  'Accept-Patch, Allow, Content-Disposition, Content-Location, ETag, Last-Modified, Link, Location, Preference-Applied, Retry-After, WWW-Authenticate';
/** Seconds that a browser need not ask again. */
const MAX_AGE = '600';

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** Whether the page that calls may read the answer; undefined: no page calls, or not below /fhir. */
    readable?: boolean;
  }
}

/**
 * Lets pages call all below /fhir: those of `origins`, and those that a registered app returns to; with their tokens in
 * Authorization and never with cookies. Refusals are readable, too. What needs no token (/fhir/metadata, discovery) is
 * open to all origins anyhow, and says so itself. https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowOrigins(
  server: Server,
  origins: readonly string[],
  isAppOrigin: (origin: string) => Promise<boolean>,
): void {
  const judge: Lifecycle.Method = async (request: Request, h: ResponseToolkit) => {
    const origin = headerOf(request, 'origin');
    if (origin === undefined || !isOurs(request)) return h.continue;
    const isAllowed = origins.includes(ANY) || origins.includes(origin) || (await isAppOrigin(origin));
    request.app.readable = isAllowed;
    const isPreflight = headerOf(request, 'access-control-request-method') !== undefined;
    if (request.method !== 'options' || !isPreflight || !isAllowed) return h.continue;
    // Answered before anybody is asked who they are: browsers send no token along.
    return h
      .response()
      .code(204)
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', ASKED)
      .header('access-control-max-age', MAX_AGE)
      .takeover();
  };

  function allow(request: Request, response: ResponseObject): void {
    if (!origins.includes(ANY)) response.vary('origin');
    if (request.app.readable !== true) return;
    if (response.headers['access-control-allow-origin'] === undefined) {
      response.header('access-control-allow-origin', origins.includes(ANY) ? ANY : headerOf(request, 'origin')!);
    }
    response.header('access-control-expose-headers', TOLD);
  }

  server.ext('onRequest', judge);
  server.ext('onPreResponse', (request, h) => {
    const { response } = request;
    if (!(response instanceof Error) && isOurs(request)) allow(request, response);
    return h.continue;
  });
}

function isOurs({ path }: Request): boolean {
  return path === '/fhir' || path.startsWith('/fhir/');
}
