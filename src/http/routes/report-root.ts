import type { ServerRoute } from '@hapi/hapi';

/**
 * GET /.well-known/consilium-report-root.pem: the certificate behind the signatures of this gateway's reports, for those
 * who pin it. It is public; its fingerprint is to be compared by another way.
 */
export function reportRootRoute(read: () => Promise<string>): ServerRoute {
  return {
    method: 'GET',
    path: '/.well-known/consilium-report-root.pem',
    options: { auth: false },
    async handler(_request, h) {
      const pem = await read();
      return h.response(`${pem.trimEnd()}\n`).type('application/x-pem-file').header('access-control-allow-origin', '*');
    },
  };
}
