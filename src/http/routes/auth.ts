import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerRoute } from '@hapi/hapi';

/** Everything below /auth is the authorization server's, which speaks to the socket itself. */
export function authRoute(handler: (request: IncomingMessage, response: ServerResponse) => void): ServerRoute {
  return {
    method: '*',
    path: '/auth/{path*}',
    options: { auth: false },
    handler(request, h) {
      const { req, res } = request.raw;
      handler(req, res);
      return h.abandon;
    },
  };
}
