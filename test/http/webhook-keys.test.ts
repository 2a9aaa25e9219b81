import { expect, test } from '@jest/globals';
import type { Administration } from '../../src/auth/index.ts';
import { silentLogger } from '../../src/base/index.ts';
import { createXmlCodec } from '../../src/fhir/index.ts';
import type { DeliveryDesk, EventStreams } from '../../src/delivery/index.ts';
import { createServer } from '../../src/http/index.ts';
import type { House } from '../../src/interactions/index.ts';
import { makeWebhookKey, showWebhookKey, toWebhookPublicJwk } from '../../src/keys/index.ts';
import { definitions } from '../definitions/r4.ts';
import { unaskedAuth } from './unasked-auth.ts';

test('anybody may read the keys of notifications, and keep them for an hour', async () => {
  const jwk = toWebhookPublicJwk(makeWebhookKey());
  const published = { keys: [{ ...jwk, whpk: showWebhookKey(jwk) }] };
  const server = createServer({
    host: '127.0.0.1',
    port: 0,
    house: { base: 'https://opinions.example/fhir' } as House,
    metadata: () => '{"resourceType":"CapabilityStatement"}',
    xml: createXmlCodec(definitions),
    auth: unaskedAuth(),
    administration: {} as Administration,
    streams: {} as EventStreams,
    deliveries: {} as DeliveryDesk,
    reportRoot: () => Promise.reject(new Error('nobody asks for it here')),
    webhookKeys: () => Promise.resolve(published),
    ready: () => Promise.resolve(true),
    logger: silentLogger,
  });
  const { statusCode, headers, payload } = await server.inject('/.well-known/webhook-keys');
  expect(statusCode).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'application/jwk-set+json',
    'cache-control': 'public, max-age=3600',
    'access-control-allow-origin': '*',
  });
  expect(JSON.parse(payload)).toEqual(published);
});
