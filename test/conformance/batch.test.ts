import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { waitUntil } from '../support/wait-until.ts';

/** https://hl7.org/fhir/R4/http.html#transaction: batch */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

const batch = (...entry: unknown[]): object => ({ resourceType: 'Bundle', type: 'batch', entry });
const create = (resource: Json, more: object = {}): object => ({
  resource,
  request: { method: 'POST', url: resource.resourceType, ...more },
});

test('each entry stands for itself, in their order', async () => {
  await home.fetch('PUT', '/Patient/b1', { resourceType: 'Patient', id: 'b1' });
  const answer = await home.fetch(
    'POST',
    '',
    batch(
      create({ resourceType: 'Patient', active: true }),
      create({ resourceType: 'Patient', nick: 'x' }),
      { request: { method: 'GET', url: 'Patient/b1' } },
      { request: { method: 'GET', url: 'Patient/never' } },
      { request: { method: 'GET', url: 'Patient?_id=b1' } },
      {
        resource: { resourceType: 'Patient', id: 'b1', active: true },
        request: { method: 'PUT', url: 'Patient/b1', ifMatch: 'W/"1"' },
      },
      {
        resource: { resourceType: 'Patient', id: 'b1' },
        request: { method: 'PUT', url: 'Patient/b1', ifMatch: 'W/"1"' },
      },
      { request: { method: 'DELETE', url: 'Patient/b1' } },
      { request: { method: 'BREW', url: 'Coffee' } },
      { request: { method: 'GET', url: 'Nonsense' } },
      {},
    ),
  );
  expect([answer.status, answer.body.type]).toEqual([200, 'batch-response']);
  expect(answer.body.entry.map(({ response }: Json) => response.status.slice(0, 3))).toEqual([
    '201',
    '422',
    '200',
    '404',
    '200',
    '200',
    '412',
    '204',
    '400',
    '404',
    '400',
  ]);
  for (const { response } of answer.body.entry) {
    expect(response.outcome?.resourceType).toBe(Number(response.status) < 400 ? undefined : 'OperationOutcome');
  }
  expect(answer.body.entry[2].resource.id).toBe('b1');
  expect(answer.body.entry[4].resource.type).toBe('searchset');
  expect(answer.body.entry[1].response.outcome.issue[0].expression).toEqual(['Patient.nick']);
});

test('what fails changes nothing, what does not stays', async () => {
  const named = (value: string): Json => ({ resourceType: 'Patient', identifier: [{ system: 'http://h', value }] });
  await home.fetch('POST', '', batch(create(named('stays')), create({ ...named('fails'), nick: 'x' })));
  for (const [value, total] of [
    ['stays', 1],
    ['fails', 0],
  ]) {
    expect((await home.fetch('GET', `/Patient?identifier=http://h|${value}&_summary=count`)).body.total).toBe(total);
  }
});

test('a conditional create in it is one', async () => {
  const entry = create(
    { resourceType: 'Patient', identifier: [{ system: 'http://h', value: 'once' }] },
    { ifNoneExist: 'identifier=http://h|once' },
  );
  const answer = await home.fetch('POST', '', batch(entry, entry));
  expect(answer.body.entry.map(({ response }: Json) => response.status.slice(0, 3))).toEqual(['201', '200']);
});

test('scopes hold for each entry', async () => {
  const reader = await house.register('reader', 'placer', 'system/Patient.rs');
  const answer = await reader.fetch(
    'POST',
    '',
    batch(create({ resourceType: 'Patient' }), { request: { method: 'GET', url: 'Patient?_count=1' } }),
  );
  expect(answer.body.entry.map(({ response }: Json) => response.status.slice(0, 3))).toEqual(['403', '200']);
});

test('a query in it that is not percent-encoded is refused, not searched for', async () => {
  const answer = await home.fetch('POST', '', batch({ request: { method: 'GET', url: 'Patient?name=%FF' } }));
  expect(answer.body.entry[0].response.status.slice(0, 3)).toBe('400');
});

test.each(['collection', 'document', 'message', 'searchset', 'nonsense', undefined])(
  'a Bundle of type %s is refused',
  async (type) => {
    expectOutcome(
      await home.fetch('POST', '', { resourceType: 'Bundle', type, entry: [] }),
      400,
      'bundle-type',
      'Bundle.type',
    );
  },
);

test('what is refused in it is audited, with what was asked for', async () => {
  const partner = await house.register('audited', 'placer', 'system/Patient.rs');
  await partner.fetch(
    'POST',
    '',
    batch(create({ resourceType: 'Patient' }), { request: { method: 'GET', url: 'Patient/never' } }, {}),
  );
  const client = new Client({ connectionString: house.database });
  await client.connect();
  try {
    const rows = async (): Promise<unknown[]> => {
      const text = `select status, detail from audit where organization = 'audited' and interaction = 'batch' order by status`;
      return (await client.query({ text, rowMode: 'array' })).rows;
    };
    await waitUntil(async () => (await rows()).length >= 3);
    expect(await rows()).toEqual([
      [400, 'entry-request'],
      [403, 'scope-missing'],
      [404, 'not-found'],
    ]);
  } finally {
    await client.end();
  }
});

describe('an entry', () => {
  const statusesOf = (body: Json): string[] => body.entry.map(({ response }: Json) => response.status);
  const get = (url: string, more: object = {}): object => ({ request: { method: 'GET', url, ...more } });
  const run = async (...entry: unknown[]): Promise<Json> => (await home.fetch('POST', '', batch(...entry))).body;

  test('reads in any way that a request can', async () => {
    await home.fetch('PUT', '/Patient/ways', { resourceType: 'Patient', id: 'ways', name: [{ family: 'Wayfarer' }] });
    const subject = { reference: 'Patient/ways' };
    await home.fetch('PUT', '/Observation/ways', {
      resourceType: 'Observation',
      id: 'ways',
      status: 'final',
      code: { text: 'x' },
      subject,
    });
    const types: readonly (readonly [string, string])[] = [
      ['Patient/ways', 'Patient'],
      ['/Patient/ways', 'Patient'],
      [`${house.url}/fhir/Patient/ways`, 'Patient'],
      ['Patient/ways/_history/1', 'Patient'],
      ['Patient/ways?_elements=id', 'Patient'],
      ['Patient/ways/_history', 'Bundle'],
      ['Patient/_history?_count=1', 'Bundle'],
      ['_history?_count=1', 'Bundle'],
      ['Patient?family=Wayfarer', 'Bundle'],
      ['?_type=Patient&_id=ways', 'Bundle'],
      ['Patient/ways/Observation', 'Bundle'],
      ['Patient/ways/*', 'Bundle'],
      ['Patient/ways/$everything', 'Bundle'],
      ['Patient/ways/$meta', 'Parameters'],
      ['Patient/ways/$validate', 'OperationOutcome'],
      ['ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender', 'ValueSet'],
      ['metadata', 'CapabilityStatement'],
    ];
    const body = await run(...types.map(([url]) => get(url)));
    expect(body.entry.map(({ resource }: Json, n: number) => [types[n]![0], resource?.resourceType])).toEqual(types);
    expect(statusesOf(body)).toEqual(types.map(() => '200'));
    expect(body.entry[4].resource).not.toHaveProperty('name');
    for (const n of [8, 9, 10]) expect(body.entry[n].resource.entry).toHaveLength(1);
  });
  test.each(['Patient?identifier=urn:x|1', 'own'])(
    'refers to no record by criteria, and neither does a request of its own: %s',
    async (written) => {
      const reference = written === 'own' ? `${house.url}/fhir/Patient?identifier=urn:x|1` : written;
      const subject = { reference };
      const code = { text: 'x' };
      const make = (id: string): Json => ({ resourceType: 'Observation', id, status: 'final', code, subject });
      const key = 'conditional-reference-outside-transaction';
      const place = 'Observation.subject.reference';
      expectOutcome(await home.fetch('POST', '/Observation', make('c')), 422, key, place);
      expectOutcome(await home.fetch('PUT', '/Observation/c', make('c')), 422, key, place);
      expectOutcome(await home.fetch('PUT', '/Observation?_id=c', make('c')), 422, key, place);
      const body = await run(
        { resource: make('c'), request: { method: 'POST', url: 'Observation' } },
        { resource: make('c'), request: { method: 'PUT', url: 'Observation/c' } },
      );
      expect(statusesOf(body)).toEqual(['422', '422']);
      await home.fetch('PUT', '/Observation/to-patch', { ...make('to-patch'), subject: { reference: 'Patient/p' } });
      const operations = [{ op: 'replace', path: '/subject/reference', value: reference }];
      const patched = await home.fetch('PATCH', '/Observation/to-patch', JSON.stringify(operations), {
        'content-type': 'application/json-patch+json',
      });
      expectOutcome(patched, 422, key, place);
      expect((await home.fetch('GET', '/Observation/c')).status).toBe(404);
    },
  );
  test('may be a Bundle to be kept, whatever the records in it refer to', async () => {
    const inner = { resourceType: 'Basic', code: { text: 'x' }, subject: { reference: 'Patient?identifier=urn:x|1' } };
    const kept = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:5e1f6f0c-7d2b-4a35-9d53-9d2f0a7f3c11', resource: inner }],
    };
    const answer = await home.fetch('POST', '/Bundle', kept);
    expect([answer.status, answer.body.entry[0].resource.subject]).toEqual([201, inner.subject]);
  });
  test('asks by POST what is no create', async () => {
    const gender = { system: 'http://hl7.org/fhir/administrative-gender', code: 'female' };
    const parameter = [{ name: 'coding', valueCoding: gender }];
    const body = await run(
      { request: { method: 'POST', url: 'Patient/_search?_id=b1' } },
      { request: { method: 'POST', url: '_search?_type=Patient&_id=b1' } },
      { resource: { resourceType: 'Patient', gender: 'odd' }, request: { method: 'POST', url: 'Patient/$validate' } },
      { resource: { resourceType: 'Parameters', parameter }, request: { method: 'POST', url: 'CodeSystem/$lookup' } },
    );
    expect(statusesOf(body)).toEqual(['200', '200', '200', '200']);
    expect(body.entry.map(({ resource }: Json) => resource.resourceType)).toEqual([
      'Bundle',
      'Bundle',
      'OperationOutcome',
      'Parameters',
    ]);
    expect(body.entry[2].resource.issue[0].severity).toBe('error');
  });
  test('is not answered what its sender has already', async () => {
    const { headers } = await home.fetch('PUT', '/Patient/known', { resourceType: 'Patient', id: 'known' });
    const at = new Date(headers.get('last-modified')!).toISOString();
    const body = await run(
      get('Patient/known', { ifNoneMatch: 'W/"1"' }),
      get('Patient/known', { ifNoneMatch: 'W/"7", W/"1"' }),
      get('Patient/known', { ifModifiedSince: at }),
      get('Patient/known', { ifNoneMatch: 'W/"2"', ifModifiedSince: at }),
      get('Patient/known', { ifModifiedSince: '2001-01-01T00:00:00Z' }),
      get('Patient/known', { ifModifiedSince: 'yesterday' }),
      { request: { method: 'HEAD', url: 'Patient/known' } },
    );
    expect(statusesOf(body)).toEqual(['304', '304', '304', '200', '200', '400', '200']);
    expect(body.entry.map(({ resource }: Json) => resource !== undefined)).toEqual([
      false,
      false,
      false,
      true,
      true,
      false,
      false,
    ]);
    expect(body.entry[0].response.etag).toBe('W/"1"');
  });
  test('changes by criteria, and by a patch', async () => {
    const url = 'Patient?identifier=http://b|cond';
    const patient = { resourceType: 'Patient', identifier: [{ system: 'http://b', value: 'cond' }] };
    const data = Buffer.from('[{"op":"add","path":"/active","value":true}]').toString('base64');
    const patch = { resourceType: 'Binary', contentType: 'application/json-patch+json', data };
    const body = await run(
      { resource: patient, request: { method: 'PUT', url } },
      { resource: patient, request: { method: 'PUT', url } },
      { resource: patch, request: { method: 'PATCH', url } },
      get(url),
      { request: { method: 'DELETE', url } },
      { request: { method: 'DELETE', url } },
      { resource: patch, request: { method: 'PATCH', url } },
    );
    expect(statusesOf(body)).toEqual(['201', '200', '200', '200', '204', '204', '404']);
    expect(body.entry[3].resource.entry[0].resource.active).toBe(true);
  });
  test.each([
    ['of another server', { method: 'GET', url: 'https://elsewhere.example/fhir/Patient/1' }, '400', 'entry-url'],
    ['that is no address here', { method: 'GET', url: 'Patient/1/2/3/4/5' }, '400', 'entry-url'],
    ['that takes another method', { method: 'PUT', url: 'Patient/1/_history/1' }, '400', 'entry-url'],
    ['of an operation that is not there', { method: 'GET', url: 'Patient/$nonsense' }, '404', 'unknown-operation'],
    ['of a Bundle in the Bundle', { method: 'POST', url: '' }, '400', 'entry-url'],
    ['with parameters for an update by id', { method: 'PUT', url: 'Patient/1?active=true' }, '400', 'entry-url'],
    ['of an id that is none', { method: 'GET', url: 'Patient/a_b' }, '400', 'bad-id'],
  ])('%s is refused', async (_what, request, status, key) => {
    const { entry } = await run({ request });
    expect([entry[0].response.status, entry[0].response.outcome.issue[0].details.coding[0].code]).toEqual([
      status,
      key,
    ]);
  });
  test('that changes by an operation stands for itself, so that a transaction has none', async () => {
    await home.fetch('PUT', '/Patient/tagged', { resourceType: 'Patient', id: 'tagged' });
    const parameter = [{ name: 'meta', valueMeta: { tag: [{ system: 'http://b', code: 't' }] } }];
    const entry = {
      resource: { resourceType: 'Parameters', parameter },
      request: { method: 'POST', url: 'Patient/tagged/$meta-add' },
    };
    expect(statusesOf(await run(entry))).toEqual(['200']);
    const answer = await home.fetch('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry] });
    expectOutcome(answer, 400, 'operation-alone', 'Bundle.entry[0].request.url');
  });
});

/** https://hl7.org/fhir/R4/http.html#brules */
describe('an entry that refers to another one', () => {
  const urn = 'urn:uuid:aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
  const key = 'entry-reference-outside-transaction';
  const observation = (more: object): Json => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    ...more,
  });
  const about = (reference: string): Json => observation({ subject: { reference } });
  const named = (fullUrl: string, resource: Json = { resourceType: 'Patient' }, more: object = {}): object => ({
    fullUrl,
    ...create(resource, more),
  });
  const keyed = ({ response }: Json): unknown[] => [
    response.status,
    ...(response.outcome?.issue ?? []).flatMap(({ details, expression }: Json) => [
      details.coding[0].code,
      ...(expression ?? []),
    ]),
  ];
  const run = async (...entry: unknown[]): Promise<unknown[][]> =>
    (await home.fetch('POST', '', batch(...entry))).body.entry.map(keyed);

  test.each<[string, string, Json, string]>([
    ['by a urn', urn, about(urn), 'Observation.subject.reference'],
    ['by a part of it', urn, about(`${urn}#p`), 'Observation.subject.reference'],
    [
      'by an address',
      'http://e.example/fhir/Patient/7',
      about('http://e.example/fhir/Patient/7'),
      'Observation.subject.reference',
    ],
    [
      'by a version',
      'http://e.example/fhir/Patient/7',
      about('http://e.example/fhir/Patient/7/_history/2'),
      'Observation.subject.reference',
    ],
    ['relative to its own', 'http://e.example/fhir/Patient/7', about('Patient/7'), 'Observation.subject.reference'],
    [
      'in an extension',
      urn,
      observation({ extension: [{ url: 'urn:x', valueUri: urn }] }),
      'Observation.extension[0].valueUri',
    ],
    [
      'in a contained record',
      urn,
      observation({
        contained: [{ resourceType: 'Basic', id: 'b', code: { text: 'x' }, subject: { reference: urn } }],
        focus: [{ reference: '#b' }],
      }),
      'Observation.contained[0].subject.reference',
    ],
  ])('%s is refused for itself alone, with the place', async (_what, fullUrl, resource, place) => {
    for (const entry of [
      [named(fullUrl), create(resource)],
      [create(resource), named(fullUrl)],
    ]) {
      const answered = await run(...entry);
      expect(answered).toContainEqual(['201']);
      expect(answered).toContainEqual(['422', key, place]);
    }
  });
  test('in a patch is refused, too', async () => {
    await home.fetch('PUT', '/Observation/to-name', { ...about('Patient/x'), id: 'to-name' });
    const operations = [{ op: 'replace', path: '/subject/reference', value: urn }];
    const data = Buffer.from(JSON.stringify(operations)).toString('base64');
    const parameter = [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'replace' },
          { name: 'path', valueString: 'Observation.subject' },
          { name: 'value', valueReference: { reference: urn } },
        ],
      },
    ];
    for (const resource of [
      { resourceType: 'Binary', contentType: 'application/json-patch+json', data },
      { resourceType: 'Parameters', parameter },
    ]) {
      const patch = { resource, request: { method: 'PATCH', url: 'Observation/to-name' } };
      expect(await run(named(urn), patch)).toEqual([['201'], ['422', key, 'Bundle.entry[1].resource']]);
    }
    expect((await home.fetch('GET', '/Observation/to-name')).body.meta.versionId).toBe('1');
  });
  test('and by criteria is called as it may turn out', async () => {
    const url = 'Patient?identifier=http://h|batch-named';
    const resource = { resourceType: 'Patient', identifier: [{ system: 'http://h', value: 'batch-named' }] };
    expect(await run({ fullUrl: urn, resource, request: { method: 'PUT', url } }, create(about(urn)))).toEqual([
      ['201'],
      ['422', key, 'Observation.subject.reference'],
    ]);
  });
  test('under the name that it has here anyway stands', async () => {
    const own = `${house.url}/fhir/Patient/batch-own`;
    const resource = { resourceType: 'Patient', id: 'batch-own' };
    const put = { fullUrl: own, resource, request: { method: 'PUT', url: 'Patient/batch-own' } };
    expect(await run(create(about(own)), put, create(about('Patient/batch-own')))).toEqual([['201'], ['201'], ['201']]);
  });
  test('by what is the name of none stands, and so does what is published with its canonical', async () => {
    const url = 'http://e.example/fhir/CodeSystem/batch';
    const system = { resourceType: 'CodeSystem', url, status: 'draft', content: 'fragment' };
    const coded = { resourceType: 'Basic', code: { coding: [{ system: url, code: 'x' }] } };
    const bundled = { resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl: urn, resource: about(urn) }] };
    const answered = await run(
      named(url, system),
      create(coded),
      named(urn),
      create(bundled),
      create(about('urn:uuid:bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb')),
      { fullUrl: 'urn:uuid:bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', request: { method: 'GET', url: 'Patient?_id=x' } },
    );
    expect(answered).toEqual([['201'], ['201'], ['201'], ['201'], ['201'], ['200']]);
  });
});
