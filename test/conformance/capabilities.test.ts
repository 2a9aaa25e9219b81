import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { SearchParameterDefinition, SearchParameterType } from '../../src/definitions/index.ts';
import { expectOutcome } from '../support/outcome.ts';
import { definitions } from '../definitions/r4.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';

/** https://hl7.org/fhir/R4/http.html#capabilities */

let house: TestHouse;
let home: Partner;
const PATIENT = 'p';
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  await home.fetch('PUT', `/Patient/${PATIENT}`, { resourceType: 'Patient', id: PATIENT });
});
afterAll(() => house.stop());

test('the CapabilityStatement is there for everyone, from any origin', async () => {
  const answer = await fetch(`${house.url}/fhir/metadata`, { headers: { origin: 'https://app.example' } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(await answer.json()).toMatchObject({
    resourceType: 'CapabilityStatement',
    status: 'active',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: expect.arrayContaining(['application/fhir+json']),
    implementation: { url: `${house.url}/fhir` },
    rest: [{ mode: 'server', security: { service: [{ coding: [{ code: 'SMART-on-FHIR' }] }] } }],
  });
});

test('it is a valid resource: the server would take it itself', async () => {
  const statement = (await home.fetch('GET', '/metadata')).body;
  const answer = await home.fetch('POST', '/CapabilityStatement', statement);
  expect([answer.status, answer.body.issue ?? []]).toEqual([201, []]);
});

test('it names what the guide wants of a server, and the profiles of each type, all of them there', async () => {
  const { instantiates, rest } = (await home.fetch('GET', '/metadata')).body;
  expect(instantiates).toEqual([
    'https://consilium.example/fhir/CapabilityStatement/gateway',
    'http://hl7.org/fhir/uv/subscriptions-backport/CapabilityStatement/backport-subscription-server-r4',
  ]);
  const profilesOf = (type: string): string[] =>
    rest[0].resource.find((each: Json) => each.type === type).supportedProfile ?? [];
  expect(profilesOf('ServiceRequest')).toEqual(['https://consilium.example/fhir/StructureDefinition/case-request']);
  expect(profilesOf('Task')).toContain('https://consilium.example/fhir/StructureDefinition/case-task');
  expect(profilesOf('Slot')).toEqual([]);
  const all: string[] = rest[0].resource.flatMap(({ supportedProfile = [] }: Json) => supportedProfile);
  expect(all.length).toBeGreaterThan(20);
  // Those of other guides are published by others.
  for (const url of all.filter((one) => one.startsWith('https://consilium.example/'))) {
    expect((await home.fetch('GET', `/StructureDefinition?url=${encodeURIComponent(url)}`)).body.total).toBe(1);
  }
  const gateway = (await home.fetch('GET', '/CapabilityStatement/gateway')).body;
  for (const { type, supportedProfile } of gateway.rest[0].resource) {
    expect(profilesOf(type)).toEqual(expect.arrayContaining(supportedProfile));
  }
});

test('its summary is one; what cannot be asked of it is told, or refused', async () => {
  const whole = await home.fetch('GET', '/metadata');
  const summary = await home.fetch('GET', '/metadata?_summary=true');
  expect(summary.body).toMatchObject({ resourceType: 'CapabilityStatement', meta: { tag: [{ code: 'SUBSETTED' }] } });
  expect(summary.text.length).toBeLessThan(whole.text.length);
  expect(summary.headers.get('etag')).not.toBe(whole.headers.get('etag'));
  expect((await home.fetch('GET', '/metadata?_summary=false&mode=full')).text).toBe(whole.text);
  const strict = { prefer: 'handling=strict' };
  for (const [query, text] of [
    ['_elements=rest', /no _elements can be chosen/],
    ['colour=red', /no parameter colour/],
  ] as const) {
    const told = await home.fetch('GET', `/metadata?${query}`);
    expect([told.status, told.text]).toEqual([200, whole.text]);
    expect(told.headers.get('warning')).toMatch(text);
    expectOutcome(await home.fetch('GET', `/metadata?${query}`, undefined, strict), 400, 'unknown-parameter');
  }
  for (const mode of ['terminology', 'normative', 'nonsense']) {
    expectOutcome(await home.fetch('GET', `/metadata?mode=${mode}`), 400, 'mode-not-served');
  }
  expectOutcome(await home.fetch('GET', '/metadata?_summary=count'), 400, 'bad-summary');
});

test('it need not be sent again to who has it', async () => {
  const address = `${house.url}/fhir/metadata`;
  const first = await fetch(address);
  const etag = first.headers.get('etag')!;
  await first.text();
  const again = await fetch(address, { headers: { 'if-none-match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  const xml = await fetch(`${address}?_format=xml`, { headers: { 'if-none-match': etag } });
  expect(xml.status).toBe(200);
  await xml.text();
});

/** A resource of a type that needs no more than this, and what each interaction is asked by. */
const BASIC = { resourceType: 'Basic', id: 'b', code: { text: 'Invented' } };
const PATCH = [{ op: 'replace', path: '/code/text', value: 'Other' }];
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };

test('each interaction that it names is offered', async () => {
  const [rest] = (await home.fetch('GET', '/metadata')).body.rest;
  expect(rest.resource).toHaveLength(146);
  const asked: Record<string, () => Promise<Answer>> = {
    create: () => home.fetch('POST', '/Basic', BASIC),
    update: () => home.fetch('PUT', '/Basic/b', BASIC),
    read: () => home.fetch('GET', '/Basic/b'),
    vread: () => home.fetch('GET', '/Basic/b/_history/1'),
    patch: () => home.fetch('PATCH', '/Basic/b', PATCH, JSON_PATCH),
    'search-type': () => home.fetch('GET', '/Basic'),
    'history-instance': () => home.fetch('GET', '/Basic/b/_history'),
    'history-type': () => home.fetch('GET', '/Basic/_history'),
    'history-system': () => home.fetch('GET', '/_history'),
    'search-system': () => home.fetch('GET', '?_type=Basic'),
    batch: () => home.fetch('POST', '', { resourceType: 'Bundle', type: 'batch' }),
    transaction: () => home.fetch('POST', '', { resourceType: 'Bundle', type: 'transaction' }),
    delete: () => home.fetch('DELETE', '/Basic/b'),
  };
  const basic = rest.resource.find(({ type }: Json) => type === 'Basic');
  const named = [...basic.interaction, ...rest.interaction].map(({ code }: Json) => code);
  expect(Object.keys(asked).sort()).toEqual([...named].sort());
  for (const [name, ask] of Object.entries(asked)) {
    const { status } = await ask();
    expect([name, status < 300]).toEqual([name, true]);
  }
  for (const { interaction, type } of rest.resource) expect([type, interaction]).toEqual([type, basic.interaction]);
});

test('what it says of conditions and versions holds', async () => {
  const [rest] = (await home.fetch('GET', '/metadata')).body.rest;
  const basic = rest.resource.find(({ type }: Json) => type === 'Basic');
  expect(basic).toMatchObject({
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
  });
  const query = '/Basic?identifier=https://home.example|capable';
  const identifier = [{ system: 'https://home.example', value: 'capable' }];
  const body = { resourceType: 'Basic', code: BASIC.code, identifier };
  expect((await home.fetch('PUT', query, body)).status).toBe(201);
  expect((await home.fetch('PATCH', query, PATCH, JSON_PATCH)).status).toBe(200);
  const read = await home.fetch('GET', query);
  const { resource } = read.body.entry[0];
  for (const [name, value] of [
    ['if-none-match', `W/"${resource.meta.versionId}"`],
    ['if-modified-since', new Date(Date.now() + 5000).toUTCString()],
  ] as const) {
    expect((await home.fetch('GET', `/Basic/${resource.id}`, undefined, { [name]: value })).status).toBe(304);
  }
  expect((await home.fetch('DELETE', query)).status).toBe(204);
});

/** A value that a search takes, for each type of parameter. */
const VALUES: Readonly<Record<SearchParameterType, string>> = {
  date: '2020',
  number: '1',
  quantity: '1',
  // Of any type, as far as can be seen.
  reference: 'urn:uuid:0d6a1f0e-7c1b-4b0e-9a53-6f6b8d8f0001',
  token: 'a',
  string: 'a',
  uri: 'http://a.example',
  composite: '',
  special: 'a',
};

function valueOf(type: string, code: string): string {
  if (code === 'near') return '0|0|1|km';
  // R4 has the names of its parts the wrong way round.
  if (code === 'relationship' && type === 'DocumentReference') return 'replaces$DocumentReference/1';
  const parameters = definitions.searchParameters(type);
  const { type: kind, components = [] } = parameters.get(code) ?? OWN.get(`${type}.${code}`)!;
  if (kind !== 'composite') return VALUES[kind];
  return components.map((part) => VALUES[parameters.get(part.code)!.type]).join('$');
}

/** The project's own parameters are not among those of R4. */
const OWN = new Map<string, SearchParameterDefinition>();

async function refusals(type: string, params: readonly (readonly [string, string])[]): Promise<string[]> {
  const query = params.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const answer = await home.fetch('GET', `/${type}?_count=1&${query}`, undefined, { prefer: 'handling=strict' });
  return answer.status === 200 ? [] : answer.body.issue.map(({ details }: Json) => `${type}: ${details.text}`);
}

/** A search takes so many at once. */
function inPieces<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

test('each search parameter that it names, of each type, can be searched by', async () => {
  const [rest] = (await home.fetch('GET', '/metadata')).body.rest;
  const refused: string[] = [];
  let named = 0;
  for (const { type, searchParam } of rest.resource) {
    named += Number(searchParam.length);
    for (const { name, type: kind, definition: url } of searchParam) {
      if (definitions.searchParameters(type).has(name)) continue;
      OWN.set(`${type}.${name}`, { code: name, type: kind, url, expression: '', targets: [] });
    }
    for (const piece of inPieces<Json>(searchParam, 40)) {
      refused.push(
        ...(await refusals(
          type,
          piece.map(({ name }) => [name, valueOf(type, name)] as const),
        )),
      );
    }
  }
  expect(refused).toEqual([]);
  expect(named).toBeGreaterThan(2800);
});

test('each include that it names is followed', async () => {
  const [rest] = (await home.fetch('GET', '/metadata')).body.rest;
  const refused: string[] = [];
  for (const { type, searchInclude = [], searchRevInclude = [] } of rest.resource) {
    const asked = [
      ...searchInclude.map((value: string) => ['_include', value]),
      ...searchRevInclude.map((value: string) => ['_revinclude', value]),
    ] as [string, string][];
    for (const piece of inPieces(asked, 20)) refused.push(...(await refusals(type, piece)));
  }
  expect(refused).toEqual([]);
  const observation = rest.resource.find(({ type }: Json) => type === 'Observation');
  expect(observation.searchInclude).toEqual(expect.arrayContaining(['*', 'Observation:subject']));
  expect(observation.searchRevInclude).toEqual(
    expect.arrayContaining(['DiagnosticReport:result', 'Provenance:target']),
  );
  expect(observation.searchRevInclude).not.toContain('Observation:encounter');
});

test('its limits hold', async () => {
  const [{ documentation }] = (await home.fetch('GET', '/metadata')).body.rest;
  expect(documentation).toContain('5 links');
  const chain = (links: number): string => `/Observation?${'has-member:Observation.'.repeat(links)}status=final`;
  const strict = { prefer: 'handling=strict' };
  expect((await home.fetch('GET', chain(5), undefined, strict)).status).toBe(200);
  expect((await home.fetch('GET', chain(6))).status).toBe(400);
  expect((await home.fetch('GET', '/Basic?_count=9999')).body.link[0].url).toContain('_count=500');
  expect((await home.fetch('GET', '/Basic/_history?_count=9999')).body.link[0].url).toContain('_count=500');
  const everything = await home.fetch('GET', `/Patient/${PATIENT}/$everything?_count=9999`);
  expect(everything.body.link[0].url).toContain('_count=1000');
});

test("SMART configuration is JSON for everyone, with this server's addresses", async () => {
  const answer = await fetch(`${house.url}/fhir/.well-known/smart-configuration`, {
    headers: { accept: 'text/html', origin: 'https://app.example' },
  });
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toMatchObject({
    token_endpoint: `${house.url}/auth/token`,
    capabilities: expect.arrayContaining(['client-confidential-asymmetric']),
  });
});

test('health says that it lives and is ready', async () => {
  for (const [path, status] of [
    ['live', 'live'],
    ['ready', 'ready'],
  ]) {
    const answer = await fetch(`${house.url}/health/${path}`);
    expect([answer.status, await answer.json()]).toEqual([200, { status }]);
  }
});
