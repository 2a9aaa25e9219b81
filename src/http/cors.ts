import type { Lifecycle, Request, ResponseObject, ResponseToolkit, Server } from '@hapi/hapi';
import { headerOf } from './request.ts';

/** Any origin; without one of these nobody's pages may call. */
const ANY = '*';
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** What clients of FHIR send beside what every page may send. */
const ASKED =
  'Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer, X-Requested-With';
/** What a page may read of an answer beside its body. */
const TOLD =
  'Accept-Patch, Allow, Content-Disposition, Content-Location, ETag, Last-Modified, Link, Location, Preference-Applied, Retry-After, WWW-Authenticate';
/** Seconds that a browser need not ask again. */
const MAX_AGE = '600';

/**
 * Lets pages of these origins call all below /fhir, with their tokens in Authorization and never with cookies; refusals
 * are readable, too. What needs no token (/fhir/metadata, discovery) is open to all origins anyhow, and says so itself.
 * The authorization server takes no calls from pages. https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowOrigins(server: Server, origins: readonly string[]): void {
  if (origins.length === 0) return;

  function isAllowed(request: Request): boolean {
    const origin = headerOf(request, 'origin');
    return origin !== undefined && isOurs(request) && (origins.includes(ANY) || origins.includes(origin));
  }

  function allow(request: Request, response: ResponseObject): ResponseObject {
    const origin = headerOf(request, 'origin');
    if (!origins.includes(ANY)) response.vary('origin');
    if (!isAllowed(request)) return response;
    const { headers } = response;
    if (headers['access-control-allow-origin'] === undefined) {
      response.header('access-control-allow-origin', origins.includes(ANY) ? ANY : origin!);
    }
    return response.header('access-control-expose-headers', TOLD);
  }

  /** Answered before anybody is asked who they are: browsers send no token along. */
  const answerPreflight: Lifecycle.Method = (request: Request, h: ResponseToolkit) => {
    const isPreflight = headerOf(request, 'access-control-request-method') !== undefined;
    if (request.method !== 'options' || !isPreflight || !isAllowed(request)) return h.continue;
    return h
      .response()
      .code(204)
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', ASKED)
      .header('access-control-max-age', MAX_AGE)
      .takeover();
  };

  server.ext('onRequest', answerPreflight);
  server.ext('onPreResponse', (request, h) => {
    const { response } = request;
    if (!(response instanceof Error) && isOurs(request)) allow(request, response);
    return h.continue;
  });
}

function isOurs({ path }: Request): boolean {
  return path === '/fhir' || path.startsWith('/fhir/');
}
