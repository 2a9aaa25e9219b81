import type { ResponseObject, ResponseToolkit, Request } from '@hapi/hapi';
import { Fault, fault, framesOf } from '../base/index.ts';
import type { Issue, Logger } from '../base/index.ts';
import { issuesToOutcome, parseStored } from '../fhir/index.ts';
import type { XmlCodec } from '../fhir/index.ts';
import type { Format } from './media-type.ts';
import type { Preferences } from './prefer.ts';

declare module '@hapi/hapi' {
  interface ServerApplicationState {
    xml: XmlCodec;
  }
}

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';
const FHIR_XML = 'application/fhir+xml; charset=utf-8';

/** A stored text with its version headers, in the format that was chosen. */
export function replyVersion(
  h: ResponseToolkit,
  body: string,
  version: number,
  at: number,
  status = 200,
): ResponseObject {
  const response = replyText(h, body, status);
  response.header('etag', `W/"${version}"`);
  response.header('last-modified', new Date(at).toUTCString());
  return response;
}

/**
 * A resource, given as JSON text, in the format that was chosen; '' stays empty. Throws (406) what XML cannot carry:
 * after a change, `replyOr` answers that otherwise.
 */
export function replyText(h: ResponseToolkit, body: string, status = 200): ResponseObject {
  if (h.request.app.format !== 'xml' || body === '') return replyAs(h, 'json', body, status);
  return replyAs(h, 'xml', printXml(h, body), status);
}

/** A reply that cannot become a refusal any more: `otherwise` is for what XML cannot carry. */
export function replyOr(reply: () => ResponseObject, otherwise: () => ResponseObject): ResponseObject {
  try {
    return reply();
  } catch (error) {
    if (error instanceof Fault) return otherwise();
    throw error;
  }
}

/** Why `replyText` would refuse a part of a text as XML; undefined where it would not. */
export function findUnfit(h: ResponseToolkit, part: string): Fault | undefined {
  try {
    printXml(h, part);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** Says which wish the answer grants, if there was one. https://www.rfc-editor.org/rfc/rfc7240#section-3 */
export function sayApplied<N extends keyof Preferences>(
  response: ResponseObject,
  name: N,
  value: Preferences[N],
): ResponseObject {
  return value === undefined
    ? response
    : response.header('preference-applied', `${name}=${value}`, { append: true, separator: ', ' });
}

/** A resource has no room for remarks. https://www.rfc-editor.org/rfc/rfc7234#section-5.5 */
export function sayIgnored(response: ResponseObject, ignored: readonly Issue[]): ResponseObject {
  for (const { text } of ignored) response.header('warning', `199 - ${JSON.stringify(text)}`, { append: true });
  return response;
}

/** What was written in all formats before. */
export function replyPrinted(h: ResponseToolkit, texts: Readonly<Record<Format, string>>): ResponseObject {
  const { format = 'json' } = h.request.app;
  return replyAs(h, format, texts[format], 200);
}

export function replyFault(h: ResponseToolkit, refused: Fault): ResponseObject {
  const body = JSON.stringify(issuesToOutcome(refused.issues));
  // An issue may name an element that was sent with characters that XML has not: better told in JSON than not at all.
  const response = replyOr(
    () => replyText(h, body, refused.status),
    () => replyAs(h, 'json', body, refused.status),
  );
  for (const [name, value] of Object.entries(refused.headers)) response.header(name, value);
  return response;
}

function printXml(h: ResponseToolkit, text: string): string {
  return h.request.server.app.xml.print(parseStored(text));
}

function replyAs(h: ResponseToolkit, format: Format, body: string, status: number): ResponseObject {
  const type = format === 'xml' ? FHIR_XML : FHIR_JSON;
  return h.response(body).code(status).type(type).vary('accept');
}

/** The one place where faults, hapi's own errors and the unforeseen become answers. Nothing of an error's text gets out. */
export function toFault(error: Error & { output?: { statusCode: number } }, request: Request, logger: Logger): Fault {
  if (error instanceof Fault) return error;
  const status = error.output?.statusCode ?? 500;
  if (status >= 500) {
    logger.error(
      { request: request.info.id, reason: error.name, state: (error as { code?: unknown }).code, at: framesOf(error) },
      'a request failed unexpectedly',
    );
    const text = `The server failed to answer; nothing was changed. Report the request ${request.info.id} to its operator.`;
    return fault(500, 'exception', 'unexpected', text);
  }
  const [code, key, text] = KNOWN[status] ?? ['invalid', 'bad-request', 'The request cannot be understood as it is.'];
  return fault(status, code, key, text);
}

const KNOWN: Readonly<Record<number, readonly [code: string, key: string, text: string]>> = {
  400: ['invalid', 'bad-request', 'The address or a header of the request is malformed.'],
  401: ['login', 'token-missing', 'Send an access token: Authorization: Bearer …'],
  404: [
    'not-found',
    'unknown-address',
    'There is nothing at this address. The FHIR base is /fhir; what it offers stands in /fhir/metadata.',
  ],
};
