import type { ServerRoute } from '@hapi/hapi';

/** Public keys as JSON Web Key Set; each also as `whpk`. */
export interface PublishedKeys {
  readonly keys: readonly object[];
}

/**
 * GET /.well-known/webhook-keys: the public keys with which notifications are signed, beside the secrets of their
 * subscriptions. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookKeysRoute(read: () => Promise<PublishedKeys>): ServerRoute {
  return {
    method: 'GET',
    path: '/.well-known/webhook-keys',
    options: { auth: false },
    async handler(_request, h) {
      return h
        .response(await read())
        .type('application/jwk-set+json')
        .header('cache-control', 'public, max-age=3600')
        .header('access-control-allow-origin', '*');
    },
  };
}
