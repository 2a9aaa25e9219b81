import type { ServerRoute } from '@hapi/hapi';

/** GET /health/live: the process answers. GET /health/ready: it can serve (database there, not shutting down). */
export function healthRoutes(ready: () => Promise<boolean>): ServerRoute[] {
  return [
    { method: 'GET', path: '/health/live', options: { auth: false }, handler: () => ({ status: 'live' }) },
    {
      method: 'GET',
      path: '/health/ready',
      options: { auth: false },
      async handler(_request, h) {
        const isReady = await ready().catch(() => false);
        return h.response({ status: isReady ? 'ready' : 'unavailable' }).code(isReady ? 200 : 503);
      },
    },
  ];
}
