import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { silentLogger } from '../../src/base/index.ts';
import { createXmlCodec } from '../../src/fhir/index.ts';
import { createServer } from '../../src/http/index.ts';
import type { House } from '../../src/interactions/index.ts';
import { definitions } from '../definitions/r4.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';

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
    house: {} as House,
    metadata: '{"resourceType":"CapabilityStatement"}',
    xml: createXmlCodec(definitions),
    auth: {
      authenticate: () => Promise.reject(new Error('not called')),
      handler: () => undefined,
      smartConfiguration: () => ({}),
    },
    ready: () => Promise.resolve(true),
    logger: silentLogger,
  });
  // OPTIONS and `*` are the fallbacks of what the others leave open.
  const routes = server
    .table()
    .filter(({ method }) => method !== '*' && method !== ('options' as string))
    .map(({ method, path }) => `${method} ${path}`);
  const documented = operations.map(({ method, path }) => `${method} ${path}`);

  test('are all documented', () => {
    expect(routes.filter((route) => !documented.includes(route))).toEqual([]);
    expect(routes.length).toBeGreaterThan(10);
  });
  test('are all that is documented, but for those of the authorization server', () => {
    const others = documented.filter((operation) => !routes.includes(operation));
    expect(others).toEqual(['post /auth/token', 'get /auth/jwks']);
    expect(server.table().map(({ path }) => path)).toContain('/auth/{path*}');
  });
});

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
