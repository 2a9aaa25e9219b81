import { hash, timingSafeEqual } from 'node:crypto';
import type { ServerRoute } from '@hapi/hapi';
import { Fault, fault } from '../../base/index.ts';
import { headerOf } from '../request.ts';

/** What is measured, and by which token it may be read. */
export interface Metrics {
  readonly token: string;
  readonly read: () => Promise<string>;
}

/**
 * GET /metrics: what is measured, for who runs the server and has the token of METRICS_TOKEN. Without one there is nothing
 * here: behind a proxy on the same machine, everybody seems to be of this machine.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function metricsRoute(metrics: Metrics | undefined): ServerRoute {
  return {
    method: 'GET',
    path: '/metrics',
    options: { auth: false },
    async handler(request, h) {
      if (metrics === undefined) throw fault(404, 'not-found', 'unknown-address', 'There is nothing at this address.');
      const [, given = ''] = /^Bearer +(\S+)$/i.exec(headerOf(request, 'authorization') ?? '') ?? [];
      if (!isSame(given, metrics.token)) {
        const text = 'Send the token of METRICS_TOKEN: Authorization: Bearer, and the token.';
        const { issues } = fault(401, 'login', 'token-missing', text);
        throw new Fault(401, issues, { 'www-authenticate': 'Bearer realm="metrics"' });
      }
      return h
        .response(await metrics.read())
        .type('text/plain; version=0.0.4; charset=utf-8')
        .header('cache-control', 'no-store');
    },
  };
}

function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', wanted, 'buffer'));
}
