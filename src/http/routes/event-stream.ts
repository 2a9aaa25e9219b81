import type { Request, ServerRoute } from '@hapi/hapi';
import { Fault, fault } from '../../base/index.ts';
import type { EventStreams } from '../../delivery/index.ts';
import type { House } from '../../interactions/index.ts';
import { readStream } from '../../subscriptions/index.ts';
import { createEventSource } from '../event-source.ts';
import { splitType } from '../media-type.ts';
import { contextOf, headerOf, queryOf, recheckOf } from '../request.ts';

export const EVENT_STREAM = 'text/event-stream';
const READ_AS: readonly string[] = [EVENT_STREAM, 'text/*', '*/*'];

/** When to open it again: not all at once where a server starts anew. In ms. */
const RETRY_MS = { least: 1000, spread: 2000 };
/** How long the last word may take to be read, in ms: whoever does not read would hold up the server's stop. */
const LAST_WORD_MS = 2000;

/**
 * GET /fhir/Subscription/$stream: what happens to the cases that the caller sees, as server-sent events, each a
 * notification Bundle as a Subscription is sent. The token goes in Authorization, as everywhere: an address with a token,
 * or what stands for one, would end in logs, and pages read streams by fetch.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventStreamRoute(house: House, streams: EventStreams): ServerRoute {
  return {
    method: 'GET',
    path: '/fhir/Subscription/$stream',
    async handler(request, h) {
      checkAccept(request);
      const params = queryOf(request);
      const plan = readStream(
        params.filter(([name]) => name !== 'after'),
        house,
      );
      if (Array.isArray(plan)) throw new Fault(400, plan);
      if (request.method === 'head') return h.response().type(EVENT_STREAM).header('cache-control', 'no-store');
      // A reader that reconnects by itself sends the header, and the address as it was.
      const after = headerOf(request, 'last-event-id') ?? params.find(([name]) => name === 'after')?.[1];
      const { res } = request.raw;
      const letGo = (): void => void res.destroy();
      const { readable, outlet } = createEventSource(
        Math.round(RETRY_MS.least + Math.random() * RETRY_MS.spread),
        () => {
          const timer = setTimeout(letGo, LAST_WORD_MS);
          res.once('close', () => clearTimeout(timer));
        },
        letGo,
      );
      const end = await streams.open(
        {
          context: contextOf(request),
          plan,
          after: after === '' ? undefined : after,
          authenticate: recheckOf(request),
        },
        outlet,
      );
      const leave = (): void => {
        end();
        readable.destroy();
      };
      if (res.closed) leave();
      else res.once('close', leave);
      return h
        .response(readable)
        .type(EVENT_STREAM)
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no');
    },
  };
}

function checkAccept(request: Request): void {
  const accept = headerOf(request, 'accept');
  if (accept === undefined || accept.split(',').some((range) => READ_AS.includes(splitType(range)[0]))) return;
  throw fault(406, 'not-supported', 'not-acceptable', `A stream is given as ${EVENT_STREAM}: ask for that in Accept.`);
}
