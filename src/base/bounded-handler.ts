import { DecoratorHandler } from 'undici';
import type { Dispatcher } from 'undici';
import { OutboundError } from './outbound-error.ts';

/** What one answer may take. */
export interface Bounds {
  /** Of its body, in bytes. */
  readonly maxBytes: number;
  /** From the call to the end of the body, waiting for a connection included, in ms. */
  readonly timeoutMs: number;
}

type Controller = Dispatcher.DispatchController;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Answers before the answer (103 and the like) that are waited through. */
const INFORMATIONAL_MOST = 16;

/**
 * Stands between the connection and whoever asked: no redirect gets through, nothing compressed (it may be a thousand times
 * as long as it says), and no more bytes and time than are allowed, however slowly they come.
 */
export function boundHandler(
  handler: Dispatcher.DispatchHandler,
  host: string,
  { maxBytes, timeoutMs }: Bounds,
): Dispatcher.DispatchHandler {
  // It speaks to handlers of the older shape, too, which is that of the `fetch` of Node.
  const inner: Dispatcher.DispatchHandler = new DecoratorHandler(handler);
  let connected: Controller | undefined;
  let isOver = false;
  let size = 0;
  let informational = 0;
  const slow = new OutboundError('too-slow', `${host} took too long to answer.`);
  const large = new OutboundError('too-large', `${host} answered with more than ${maxBytes} bytes.`);
  const timer = setTimeout(() => {
    if (connected === undefined) fail(idleController(slow), slow);
    else connected.abort(slow);
  }, timeoutMs).unref();

  function fail(controller: Controller, error: Error): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    inner.onResponseError?.(controller, error);
  }

  return {
    onRequestStart(controller, context: unknown) {
      connected = controller;
      if (isOver) controller.abort(slow);
      else inner.onRequestStart?.(controller, context);
    },
    onResponseStart(controller, status, headers, text) {
      if (status < 200) {
        if (++informational > INFORMATIONAL_MOST) controller.abort(large);
        return;
      }
      const refusal = refuseAnswer(status, headers, host) ?? (lengthOf(headers) > maxBytes ? large : undefined);
      if (refusal === undefined) inner.onResponseStart?.(controller, status, headers, text);
      else controller.abort(refusal);
    },
    onResponseData(controller, chunk) {
      size += chunk.length;
      if (size > maxBytes) controller.abort(large);
      else inner.onResponseData?.(controller, chunk);
    },
    onResponseEnd(controller, trailers) {
      isOver = true;
      clearTimeout(timer);
      inner.onResponseEnd?.(controller, trailers);
    },
    onResponseError: fail,
  };
}

type AnswerHeaders = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

function refuseAnswer(status: number, headers: AnswerHeaders, host: string): OutboundError | undefined {
  if (REDIRECTS.has(status)) {
    return new OutboundError('redirect', `${host} answered with a redirect, which is not followed.`);
  }
  if (!/^(identity)?$/i.test(String(headers['content-encoding'] ?? ''))) {
    return new OutboundError('encoded', `${host} compressed its answer though it was asked not to.`);
  }
  return undefined;
}

function lengthOf(headers: AnswerHeaders): number {
  return Number(headers['content-length'] ?? 0);
}

/** Of a request that waits for a connection still: there is nothing yet to be stopped. */
function idleController(reason: Error): Controller {
  return { aborted: true, paused: false, reason, abort() {}, pause() {}, resume() {} };
}
