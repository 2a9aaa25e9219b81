import type { Request } from '@hapi/hapi';
import { fault } from '../base/index.ts';
import type { Caller, Fault } from '../base/index.ts';
import { parseQuery } from '../fhir/index.ts';
import { unknownOperation } from '../interactions/index.ts';
import type { Context } from '../interactions/index.ts';
import { formatOfType, splitType } from './media-type.ts';
import type { Format } from './media-type.ts';
import { chooseFormat, chooseLeniently } from './negotiate.ts';
import { parsePrefer } from './prefer.ts';
import type { Preferences } from './prefer.ts';

declare module '@hapi/hapi' {
  interface UserCredentials {
    readonly caller?: Caller;
    /** Asks once more who sends the token, for answers that go on. @throws Fault 401 where it is good no more */
    readonly recheck?: () => Promise<Caller>;
  }
  interface RequestApplicationState {
    /** What the answer will be written in; JSON until it is chosen. */
    format?: Format;
  }
}

/** Characters of an address at most; longer searches go by POST. */
const MAX_ADDRESS = 16_384;

/** Refuses addresses that cannot be read, before they are routed: hapi would first read the whole body. */
export function checkAddress(request: Request): void {
  const { url = '', headers, httpVersionMinor } = request.raw.req;
  if (url.length > MAX_ADDRESS) {
    const text = `The address is longer than ${MAX_ADDRESS} characters. Send long searches by POST to [type]/_search.`;
    throw fault(414, 'too-long', 'address-too-long', text);
  }
  // https://www.rfc-editor.org/rfc/rfc9112#name-request-target
  if (headers.host === undefined && httpVersionMinor > 0) {
    throw fault(400, 'required', 'host-missing', 'A request of HTTP/1.1 has a Host header.');
  }
  try {
    decodeURIComponent(url.split('?', 1)[0]!);
  } catch {
    const text =
      'The address is not percent-encoded UTF-8. Write a percent sign as %25, other characters by their UTF-8 bytes.';
    throw fault(400, 'value', 'bad-encoding', text);
  }
}

/** Who asks, for the interactions. Only routes behind the bearer scheme may call it. */
export function contextOf(request: Request): Context {
  const caller = request.auth.credentials.user?.caller;
  if (caller === undefined) throw new Error('a route without authentication asked for its caller');
  return { caller, request: request.info.id };
}

/** Who asks, as of the moment that it is called. */
export function recheckOf(request: Request): () => Promise<Caller> {
  const recheck = request.auth.credentials.user?.recheck;
  if (recheck === undefined) throw new Error('a route without authentication asked for its caller');
  return recheck;
}

/**
 * The parameters of the query in their order, repeats kept, and those of a form behind them. Chooses the format of the
 * answer, too, so that what cannot be answered is refused before anything is done.
 */
export function paramsOf(request: Request, form: readonly [string, string][] = []): [string, string][] {
  const params = [...queryOf(request), ...form];
  request.app.format = chooseFormat(headerOf(request, 'accept'), formatIn(params), formatSent(request));
  return params;
}

/** The format for a refusal: the chosen one, or, of a request that did not get that far, what can be told of it. */
export function formatOfRefusal(request: Request): Format {
  if (request.app.format !== undefined) return request.app.format;
  const accept = headerOf(request, 'accept');
  try {
    return chooseLeniently(accept, formatOf(request), formatSent(request));
  } catch {
    // The query cannot be read, which may be what is refused.
    return chooseLeniently(accept, undefined, formatSent(request));
  }
}

/** `_format`, which stands above Accept. https://hl7.org/fhir/R4/http.html#parameters */
export function formatOf(request: Request): string | undefined {
  return formatIn(queryOf(request));
}

function formatIn(params: readonly (readonly [string, string])[]): string | undefined {
  return params.find(([name]) => name === '_format')?.[1];
}

/** The parameters of the query in their order, repeats kept. */
export function queryOf(request: Request): [string, string][] {
  const { url = '' } = request.raw.req;
  const mark = url.indexOf('?');
  return mark < 0 ? [] : parseQuery(url.slice(mark + 1));
}

/** The format of the body, as far as Content-Type tells; whether it is to be taken is for others to judge. */
function formatSent(request: Request): Format | undefined {
  const contentType = headerOf(request, 'content-type');
  return contentType === undefined ? undefined : formatOfType(splitType(contentType)[0], typeOf(request));
}

export function typeOf(request: Request): string {
  return pathParam(request, 'type');
}

/** The id in the address; `_history` and `$everything` in its place are interactions that are not offered. */
export function idOf(request: Request): string {
  const id = pathParam(request, 'id');
  if (/^[_$]/.test(id)) throw notOffered(id);
  return id;
}

/** `segment`: the part of the address that begins with `_` or `$`. */
export function notOffered(segment: string): Fault {
  if (segment.startsWith('$')) return unknownOperation(segment);
  const text = 'This interaction is not offered. What is stands in /fhir/metadata.';
  return fault(404, 'not-supported', 'unknown-operation', text);
}

export function pathParam(request: Request, name: string): string {
  // Before it is routed, a request has none.
  const value: unknown = (request.params as Readonly<Record<string, unknown>> | null)?.[name];
  return typeof value === 'string' ? value : '';
}

export function headerOf(request: Request, name: string): string | undefined {
  const value: unknown = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

export function preferencesOf(request: Request): Preferences {
  return parsePrefer(headerOf(request, 'prefer'));
}
