import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerRoute } from '@hapi/hapi';
import type { Pace } from '../pace.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Bytes of a token request at most; real ones have two thousand or so. */
const MAX_BODY = 64 * 1024;

/** What hapi says with its own answers, which these are not. */
const SAFE = {
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

/** Everything below /auth is the authorization server's, which speaks to the socket itself. */
export function authRoute(handler: Handler, pace: Pace): ServerRoute {
  return {
    method: '*',
    path: '/auth/{path*}',
    options: { auth: false },
    async handler(request, h) {
      const { req, res } = request.raw;
      for (const [name, value] of Object.entries(SAFE)) res.setHeader(name, value);
      if (Number(req.headers['content-length'] ?? 0) > MAX_BODY) {
        refuse(res, 413, `the body is larger than the limit of ${MAX_BODY} bytes`);
      } else {
        limitTime(req, res, pace);
        handler(req, res);
      }
      // hapi counts a request as answered, and logs its status, once this returns.
      await ended(res);
      return h.abandon;
    },
  };
}

/** Settles when the answer is out, or the client gone. */
async function ended(res: ServerResponse): Promise<void> {
  if (!res.closed) await new Promise<void>((resolve) => void res.once('close', resolve));
}

/** Nobody has shown a token here, and what is sent is small: all of it has to be there within one window. */
function limitTime(req: IncomingMessage, res: ServerResponse, { windowMs }: Pace): void {
  const timer = setTimeout(() => {
    if (req.complete) return;
    if (res.headersSent) req.destroy();
    else refuse(res, 408, 'the body came too slowly');
  }, windowMs);
  const stop = (): void => clearTimeout(timer);
  req.once('end', stop);
  res.once('close', stop);
}

/** As OAuth answers (RFC 6749, section 5.2); what is left of the body will not be read. */
function refuse(res: ServerResponse, status: number, description: string): void {
  const body = JSON.stringify({ error: 'invalid_request', error_description: description });
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
  });
  res.end(body);
}
