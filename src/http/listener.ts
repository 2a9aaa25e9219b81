import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { fault } from '../base/index.ts';
import type { Fault, Logger } from '../base/index.ts';
import { issuesToOutcome } from '../fhir/index.ts';
import { FHIR_JSON } from './reply.ts';

/** Bytes of the request line and all headers at most. */
const MAX_HEADERS = 32 * 1024;

/** The listening side below hapi: limits on headers, slow senders, and requests that are no HTTP. */
export function createListener(): Server {
  return createServer({
    maxHeaderSize: MAX_HEADERS,
    headersTimeout: 10_000,
    // Large uploads may take long as long as they move on; `pace.ts` watches that.
    requestTimeout: 3_600_000,
    connectionsCheckingInterval: 2_000,
    // The refusal is ours, so that it is an OperationOutcome (`checkAddress`).
    requireHostHeader: false,
  });
}

/**
 * Answers what node's parser refused. To be called when hapi has set up its own listener, whose answer has no body.
 */
export function answerBrokenRequests(listener: Server, logger: Logger): void {
  listener.removeAllListeners('clientError');
  listener.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    logger.info({ state: error.code }, 'a connection sent what is no request');
    if (error.code === 'ECONNRESET' || !stream.writable) {
      stream.destroy();
      return;
    }
    stream.end(faultToHttp(REFUSALS[error.code ?? ''] ?? BROKEN));
  });
}

const BROKEN = fault(400, 'structure', 'not-http', 'The request is not well-formed HTTP/1.1.');
const REFUSALS: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: fault(
    431,
    'too-long',
    'headers-too-large',
    `Address and headers together are larger than ${MAX_HEADERS} bytes. Send long searches by POST to [type]/_search.`,
  ),
  ERR_HTTP_REQUEST_TIMEOUT: fault(408, 'timeout', 'request-too-slow', 'The request came too slowly. Send it again.'),
};

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function faultToHttp({ status, issues }: Fault): string {
  const body = JSON.stringify(issuesToOutcome(issues));
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ''}`,
    `content-type: ${FHIR_JSON}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
