import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#transaction */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

type Entry = Record<string, unknown>;

function bundle(type: string, entry: readonly Entry[]): object {
  return { resourceType: 'Bundle', type, entry };
}
function post(resource: Json, fullUrl?: string, ifNoneExist?: string): Entry {
  return {
    ...(fullUrl === undefined ? {} : { fullUrl }),
    resource,
    request: { method: 'POST', url: resource.resourceType, ...(ifNoneExist === undefined ? {} : { ifNoneExist }) },
  };
}
function put(resource: Json, ifMatch?: string): Entry {
  return {
    resource,
    request: {
      method: 'PUT',
      url: `${resource.resourceType}/${resource.id}`,
      ...(ifMatch === undefined ? {} : { ifMatch }),
    },
  };
}
function request(method: string, url: string): Entry {
  return { request: { method, url } };
}
const observation = (reference: string): Json => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference },
});
const statuses = (body: Json): string[] => body.entry.map((entry: Json) => entry.response.status.slice(0, 3));

async function run(...entry: Entry[]): Promise<Json> {
  const answer = await home.fetch('POST', '', bundle('transaction', entry), { prefer: 'return=representation' });
  expect([answer.status, answer.body.type]).toEqual([200, 'transaction-response']);
  expect(answer.body.entry).toHaveLength(entry.length);
  return answer.body;
}

describe('the answer', () => {
  test('has an entry for each, in their order, with status, location and etag', async () => {
    await home.fetch('PUT', '/Patient/t-put', { resourceType: 'Patient', id: 't-put' });
    await home.fetch('PUT', '/Patient/t-delete', { resourceType: 'Patient', id: 't-delete' });
    const body = await run(
      request('GET', 'Patient/t-put'),
      put({ resourceType: 'Patient', id: 't-put', active: true }),
      post({ resourceType: 'Patient' }),
      request('DELETE', 'Patient/t-delete'),
      put({ resourceType: 'Patient', id: 't-new' }),
    );
    expect(statuses(body)).toEqual(['200', '200', '201', '204', '201']);
    expect(body.entry[1].response).toMatchObject({
      etag: 'W/"2"',
      location: `${house.url}/fhir/Patient/t-put/_history/2`,
      lastModified: expect.any(String),
    });
    expect(body.entry[2].response.location).toMatch(/\/fhir\/Patient\/[^/]+\/_history\/1$/);
    // https://hl7.org/fhir/R4/http.html#trules: reads come last, and see what was written.
    expect(body.entry[0].resource.active).toBe(true);
    expect((await home.fetch('GET', '/Patient/t-delete')).status).toBe(410);
  });
  test('has no bodies of what was written unless they are asked for', async () => {
    const answer = await home.fetch(
      'POST',
      '',
      bundle('transaction', [post({ resourceType: 'Patient' }), request('GET', 'Patient?_id=none')]),
    );
    expect(answer.body.entry[0]).not.toHaveProperty('resource');
    expect(answer.body.entry[1].resource.type).toBe('searchset');
  });
  test('of nothing is nothing', async () => {
    const answer = await home.fetch('POST', '', { resourceType: 'Bundle', type: 'transaction' });
    expect([answer.status, answer.body.type]).toEqual([200, 'transaction-response']);
    expect(answer.body.entry ?? []).toEqual([]);
  });
});

describe('references', () => {
  const [a, b] = ['urn:uuid:aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'urn:uuid:bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb'];
  test('by urn:uuid are rewritten, forwards, backwards and in a circle', async () => {
    const body = await run(
      post({ ...observation(b), hasMember: [{ reference: a }] }, a),
      post(
        {
          resourceType: 'Patient',
          link: [{ type: 'seealso', other: { reference: b } }],
          extension: [{ url: 'http://x', valueReference: { reference: a } }],
        },
        b,
      ),
    );
    const [first, second] = body.entry.map(({ resource }: Json) => `${resource.resourceType}/${resource.id}`);
    expect(body.entry[0].resource).toMatchObject({ subject: { reference: second }, hasMember: [{ reference: first }] });
    expect(body.entry[1].resource).toMatchObject({
      link: [{ other: { reference: second } }],
      extension: [{ valueReference: { reference: first } }],
    });
    expect((await home.fetch('GET', `/Observation?subject=${second}`)).body.entry).toHaveLength(1);
  });
  test('in narratives, contained resources and attachments are rewritten, in other texts not', async () => {
    const body = await run(
      post({ resourceType: 'Binary', contentType: 'text/plain', data: 'YQ==' }, a),
      post({
        resourceType: 'DocumentReference',
        status: 'current',
        description: b,
        text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${b}">see</a></div>` },
        contained: [
          { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'x' }, subject: { reference: b } },
        ],
        context: { related: [{ reference: '#o' }] },
        content: [{ attachment: { url: a } }],
      }),
      post({ resourceType: 'Patient' }, b),
    );
    const [binary, document, patient] = body.entry.map(({ resource }: Json) => resource);
    expect(document.content[0].attachment.url).toBe(`Binary/${binary.id}`);
    expect(document.contained[0].subject.reference).toBe(`Patient/${patient.id}`);
    expect(document.text.div).toContain(`href="Patient/${patient.id}"`);
    expect(document.description).toBe(b);
    expect(document.context.related[0].reference).toBe('#o');
  });
  test('to entries of another server are rewritten, absolute or relative', async () => {
    const body = await run(
      post({ resourceType: 'Patient', id: '77' }, 'http://elsewhere.example/fhir/Patient/77'),
      post(observation('http://elsewhere.example/fhir/Patient/77'), 'http://elsewhere.example/fhir/Observation/1'),
      post(observation('Patient/77'), 'http://elsewhere.example/fhir/Observation/2'),
    );
    const patient = `Patient/${body.entry[0].resource.id}`;
    expect(body.entry.slice(1).map(({ resource }: Json) => resource.subject.reference)).toEqual([patient, patient]);
  });
  test('to this server by its address become relative', async () => {
    await home.fetch('PUT', '/Patient/self', { resourceType: 'Patient', id: 'self' });
    const body = await run(post(observation(`${house.url}/fhir/Patient/self`)));
    expect(body.entry[0].resource.subject.reference).toBe('Patient/self');
  });
  test('to nothing in the bundle are left alone', async () => {
    const body = await run(
      post(observation('urn:uuid:cccccccc-cccc-4ccc-8ccc-cccccccccccc')),
      post(observation('http://elsewhere.example/fhir/Patient/9')),
    );
    expect(body.entry.map(({ resource }: Json) => resource.subject.reference)).toEqual([
      'urn:uuid:cccccccc-cccc-4ccc-8ccc-cccccccccccc',
      'http://elsewhere.example/fhir/Patient/9',
    ]);
  });
  test('with a condition are resolved: one match is taken, none or two refuse the whole', async () => {
    for (const value of ['cr', 'cr2', 'cr2'])
      await home.fetch('POST', '/Patient', { resourceType: 'Patient', identifier: [{ system: 'http://h', value }] });
    const body = await run(post(observation('Patient?identifier=http://h|cr')));
    expect(body.entry[0].resource.subject.reference).toMatch(/^Patient\/[0-9a-f-]{36}$/);
    const place = 'Bundle.entry[0].resource.subject.reference';
    const none = bundle('transaction', [post(observation('Patient?identifier=http://h|none'))]);
    expectOutcome(await home.fetch('POST', '', none), 412, 'reference-without-match', place);
    const two = bundle('transaction', [post(observation('Patient?identifier=http://h|cr2'))]);
    expectOutcome(await home.fetch('POST', '', two), 412, 'several-matches', place);
  });
});

describe('a conditional create in it', () => {
  test('creates or takes what is there, and others refer to either', async () => {
    const patient = { resourceType: 'Patient', identifier: [{ system: 'http://h', value: 'cc' }] };
    const entries = (): Entry[] => [
      post(patient, 'urn:uuid:1', 'identifier=http://h|cc'),
      post(observation('urn:uuid:1')),
    ];
    const first = await run(...entries());
    const again = await run(...entries());
    expect([statuses(first), statuses(again)]).toEqual([
      ['201', '201'],
      ['200', '201'],
    ]);
    const { id } = first.entry[0].resource;
    expect(again.entry[0].resource.id).toBe(id);
    expect(again.entry[1].resource.subject.reference).toBe(`Patient/${id}`);
  });
  test('at the same moment from many transactions makes exactly one', async () => {
    const patient = { resourceType: 'Patient', identifier: [{ system: 'http://h', value: 'ccr' }] };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        home.fetch(
          'POST',
          '',
          bundle('transaction', [
            post(patient, 'urn:uuid:1', 'identifier=http://h|ccr'),
            post(observation('urn:uuid:1')),
          ]),
        ),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    expect(answers.map(({ body }) => statuses(body)[0]).sort()).toEqual([
      ...Array.from({ length: 11 }, () => '200'),
      '201',
    ]);
    expect((await home.fetch('GET', '/Patient?identifier=http://h|ccr&_summary=count')).body.total).toBe(1);
  });
  test('with criteria that cannot be read refuses the whole', async () => {
    const entry = post({ resourceType: 'Patient' }, 'urn:uuid:1', 'identifier=%ZZ');
    expectOutcome(await home.fetch('POST', '', bundle('transaction', [entry])), 400, 'bad-encoding');
  });
});

describe('all or nothing', () => {
  const good = post(
    { resourceType: 'Patient', identifier: [{ system: 'http://h', value: 'none-of-it' }] },
    'urn:uuid:1',
  );
  test.each<[string, Entry, number, string, string | undefined]>([
    [
      'a resource that is not valid',
      post({ resourceType: 'Observation', status: 'odd' }),
      422,
      'code-not-allowed',
      'Bundle.entry[1].resource.status',
    ],
    [
      'an update of an older version',
      put({ resourceType: 'Patient', id: 'aon' }, 'W/"9"'),
      412,
      'version-conflict',
      undefined,
    ],
    ['a deletion of nothing', request('DELETE', 'Patient/never'), 404, 'not-found', undefined],
    [
      'an id that does not fit',
      { ...put({ resourceType: 'Patient', id: 'x' }), request: { method: 'PUT', url: 'Patient/y' } },
      400,
      'id-mismatch',
      'Bundle.entry[1].resource.id',
    ],
    [
      'a case on nothing',
      post({ resourceType: 'Task', status: 'requested', intent: 'order', focus: { reference: 'ServiceRequest/none' } }),
      422,
      'case-reference-unknown',
      'Bundle.entry[1].resource.focus',
    ],
  ])('with %s', async (_what, bad, status, key, place) => {
    await home.fetch('PUT', '/Patient/aon', { resourceType: 'Patient', id: 'aon' });
    expectOutcome(await home.fetch('POST', '', bundle('transaction', [good, bad])), status, key, place);
    expect((await home.fetch('GET', '/Patient?identifier=http://h|none-of-it&_summary=count')).body.total).toBe(0);
  });
});

test('two transactions that change the same records in turn both pass, or say to try again', async () => {
  for (const id of ['dl-a', 'dl-b']) await home.fetch('PUT', `/Patient/${id}`, { resourceType: 'Patient', id });
  const one = ['dl-a', 'dl-b'].map((id) => put({ resourceType: 'Patient', id }));
  const other = [...one].reverse();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => home.fetch('POST', '', bundle('transaction', n % 2 === 0 ? one : other))),
  );
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
});

test.each([
  ['a list where an entry should be', [[]], 'Bundle.entry[0].request'],
  ['null where an entry should be', [null], 'Bundle.entry[0].request'],
  ['a text where an entry should be', ['x'], 'Bundle.entry[0].request'],
])('%s is refused with its place', async (_what, entry, place) => {
  expectOutcome(await home.fetch('POST', '', bundle('transaction', entry as never)), 400, 'entry-request', place);
});
