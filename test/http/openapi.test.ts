import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { silentLogger } from '../../src/base/index.ts';
import { createXmlCodec } from '../../src/fhir/index.ts';
import type { Administration } from '../../src/auth/index.ts';
import type { DeliveryDesk, EventStreams } from '../../src/delivery/index.ts';
import { createServer } from '../../src/http/index.ts';
import { REFUSED } from '../../src/http/routes/fallback.ts';
import { buildCapabilityStatement } from '../../src/interactions/index.ts';
import type { House } from '../../src/interactions/index.ts';
import { definitions } from '../definitions/r4.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { unaskedAuth } from './unasked-auth.ts';

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
}
const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

const text = readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8');
const document = parse(text) as {
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([method]) => METHODS.includes(method))
    .map(([method, operation]) => ({ path, method, operation })),
);

describe('openapi.yaml', () => {
  test('is OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(text);
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1\./);
  });
  test('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
  test('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(document.info.version).toBe(version);
  });
  test('refers to nothing that is not there, and holds nothing that is not referred to', () => {
    const used = new Set([...text.matchAll(/\$ref: '#\/components\/([^']+)'/g)].map(([, name]) => name));
    const { components } = parse(text) as { components: Record<string, Record<string, unknown>> };
    const there = Object.entries(components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, names]) => Object.keys(names).map((name) => `${kind}/${name}`));
    expect([...used].sort()).toEqual(there.sort());
  });
});

describe('the routes', () => {
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
  // OPTIONS, `*` and what is refused are the fallbacks of what the others leave open.
  const routes = server
    .table()
    .filter(({ method }) => method !== '*' && method !== ('options' as string))
    .filter(({ settings }) => settings.tags?.includes(REFUSED) !== true)
    .map(({ method, path }) => `${method} ${path}`);
  const documented = operations.map(({ method, path }) => `${method} ${path}`);

  test('are all documented', () => {
    expect(routes.filter((route) => !documented.includes(route))).toEqual([]);
    expect(routes.length).toBeGreaterThan(10);
  });
  test('are all that is documented, but for those of the authorization server', () => {
    const others = documented.filter((operation) => !routes.includes(operation));
    expect(others).toEqual([
      'post /auth/token',
      'get /auth/jwks',
      'get /auth/authorize',
      'post /auth/authorize',
      'post /auth/revoke',
      'post /auth/introspect',
      'post /auth/launches',
      'get /auth/smart-style.json',
      'get /auth/.well-known/openid-configuration',
    ]);
    expect(server.table().map(({ path }) => path)).toContain('/auth/{path*}');
  });
});

/** How each interaction is asked for. https://hl7.org/fhir/R4/http.html#summary */
const INTERACTIONS: Readonly<Record<string, readonly string[]>> = {
  read: ['get /fhir/{type}/{id}'],
  vread: ['get /fhir/{type}/{id}/_history/{vid}'],
  update: ['put /fhir/{type}/{id}', 'put /fhir/{type}'],
  patch: ['patch /fhir/{type}/{id}', 'patch /fhir/{type}'],
  delete: ['delete /fhir/{type}/{id}', 'delete /fhir/{type}'],
  'history-instance': ['get /fhir/{type}/{id}/_history'],
  'history-type': ['get /fhir/{type}/_history'],
  'history-system': ['get /fhir/_history'],
  create: ['post /fhir/{type}'],
  'search-type': [
    'get /fhir/{type}',
    'post /fhir/{type}/_search',
    'get /fhir/{type}/{id}/{member}',
    'post /fhir/{type}/{id}/{member}/_search',
  ],
  'search-system': ['get /fhir', 'post /fhir/_search'],
  transaction: ['post /fhir'],
  batch: ['post /fhir'],
};
/** What a CapabilityStatement has no word for: an operation answers once. */
const UNSAID = ['get /fhir/metadata', 'get /fhir/.well-known/smart-configuration', 'get /fhir/Subscription/$stream'];

test('what is documented below /fhir is what the CapabilityStatement says, and the other way round', () => {
  const options = {
    base: 'https://opinions.example/fhir',
    version: '1',
    date: '2026-01-01T00:00:00Z',
    oauth: {},
    guide: new Map(),
  };
  const [rest] = buildCapabilityStatement(definitions, options).rest as [Rest];
  const interactions = [...rest.interaction, ...rest.resource.flatMap(({ interaction }) => interaction)];
  const said = new Set(interactions.flatMap(({ code }) => INTERACTIONS[code] ?? [`no address known: ${code}`]));
  const asked = documentedBelow('/fhir');
  for (const { type, operation: named } of rest.resource) {
    for (const { name } of named) {
      const addresses = asked.filter((address) => isOperation(address, type, name));
      if (addresses.length === 0) said.add(`not documented: ${type} $${name}`);
      for (const address of addresses) said.add(address);
    }
  }
  expect([...said, ...UNSAID].sort()).toEqual([...asked].sort());
});

interface Rest {
  readonly interaction: readonly { readonly code: string }[];
  readonly resource: readonly {
    readonly type: string;
    readonly interaction: readonly { readonly code: string }[];
    readonly operation: readonly { readonly name: string }[];
  }[];
}

function documentedBelow(base: string): string[] {
  return operations.filter(({ path }) => path.startsWith(base)).map(({ method, path }) => `${method} ${path}`);
}

function isOperation(address: string, type: string, name: string): boolean {
  const [, first, last] = /^\w+ \/fhir\/([^/]+)(?:\/\{id\})?\/\$([\w-]+)$/.exec(address) ?? [];
  return last === name && (first === type || first === '{type}');
}

describe('an operation', () => {
  let house: TestHouse;
  let home: Partner;
  beforeAll(async () => {
    house = await startHouse();
    home = await house.register('home', 'placer');
    await home.fetch('PUT', '/Patient/example', { resourceType: 'Patient', id: 'example' });
  });
  afterAll(() => house.stop());

  test.each(operations)('$method $path answers what it says', async ({ path, method, operation }) => {
    const address = house.url + path.replace('{type}', 'Patient').replace('{id}', 'example').replace('{vid}', '1');
    const without = await fetch(address, { method: method.toUpperCase() });
    await without.text();
    const isOpen = operation.security?.length === 0;
    if (!isOpen) expect(without.status).toBe(401);
    const body = method === 'get' || method === 'delete' ? undefined : {};
    for (const query of ['', '?_format=xml', '?_format=ttl', '?_count=x']) {
      const { status } = await home.fetch(method.toUpperCase(), address + query, body);
      expect(Object.keys(operation.responses)).toContain(String(status));
    }
  });
});
