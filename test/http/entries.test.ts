import { expect, test } from '@jest/globals';
import { silentLogger } from '../../src/base/index.ts';
import { createXmlCodec } from '../../src/fhir/index.ts';
import type { Administration } from '../../src/auth/index.ts';
import type { DeliveryDesk, EventStreams } from '../../src/delivery/index.ts';
import { createServer } from '../../src/http/index.ts';
import { REFUSED } from '../../src/http/routes/fallback.ts';
import { FORMS, NO_FORMS } from '../../src/interactions/dispatch.ts';
import type { House } from '../../src/interactions/index.ts';
import { definitions } from '../definitions/r4.ts';
import { unaskedAuth } from './unasked-auth.ts';

/** What can be asked below the base by a request can be asked by an entry of a Bundle, too, or it is said why not. */

// The table is made without a house: no route is called here.
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
  webhookKeys: () => Promise.reject(new Error('nobody asks for them here')),
  ready: () => Promise.resolve(true),
  logger: silentLogger,
});
const routes = server
  .table()
  .filter(({ settings }) => settings.tags?.includes(REFUSED) !== true)
  .filter(({ method, path }) => /^\/fhir(\/|$)/.test(path) && !['*', 'options'].includes(method))
  .map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/^\/fhir\/?/, '')}`);
const forms = FORMS.map(({ method, path }) => `${method} ${path}`);

/** SMART's discovery is no interaction of FHIR. */
const NO_INTERACTION = ['GET .well-known/smart-configuration'];

test('every route has an entry form or a reason', () => {
  const known = new Set([...forms, ...Object.keys(NO_FORMS), ...NO_INTERACTION]);
  expect(routes.filter((route) => !known.has(route))).toEqual([]);
  expect(routes.length).toBeGreaterThan(40);
});

test('every entry form has a route', () => {
  expect(forms.filter((form) => !routes.includes(form))).toEqual([]);
});
