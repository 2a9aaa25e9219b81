import type { ResponseObject, ResponseToolkit, Request } from '@hapi/hapi';
import { Fault, fault, framesOf } from '../base/index.ts';
import type { Logger } from '../base/index.ts';
import { issuesToOutcome } from '../fhir/index.ts';

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

/** A stored text with its version headers. */
export function replyVersion(
  h: ResponseToolkit,
  body: string,
  version: number,
  at: number,
  status = 200,
): ResponseObject {
  const response = h.response(body).code(status).type(FHIR_JSON);
  response.header('etag', `W/"${version}"`);
  response.header('last-modified', new Date(at).toUTCString());
  return response;
}

export function replyText(h: ResponseToolkit, body: string, status = 200): ResponseObject {
  return h.response(body).code(status).type(FHIR_JSON);
}

export function replyFault(h: ResponseToolkit, refused: Fault): ResponseObject {
  const response = h
    .response(JSON.stringify(issuesToOutcome(refused.issues)))
    .code(refused.status)
    .type(FHIR_JSON);
  for (const [name, value] of Object.entries(refused.headers)) response.header(name, value);
  return response;
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
