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
function request(method: string, url: string, more: object = {}): Entry {
  return { request: { method, url, ...more } };
}
function jsonPatch(url: string, operations: readonly object[], more: object = {}): Entry {
  const data = Buffer.from(JSON.stringify(operations)).toString('base64');
  const resource = { resourceType: 'Binary', contentType: 'application/json-patch+json', data };
  return { resource, request: { method: 'PATCH', url, ...more } };
}
async function refuse(status: number, key: string, place: string | undefined, ...entry: Entry[]): Promise<void> {
  expectOutcome(await home.fetch('POST', '', bundle('transaction', entry)), status, key, place);
}
const identified = (value: string, more: Json = {}): Json => ({
  resourceType: 'Patient',
  identifier: [{ system: 'http://h', value }],
  ...more,
});
async function totalOf(query: string): Promise<number> {
  return (await home.fetch('GET', `/${query}&_summary=count`)).body.total;
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
  test('in uris of any kind are rewritten, within extensions and contained resources, too', async () => {
    const url = 'http://example.org/named';
    const extension = ['valueUri', 'valueUrl', 'valueCanonical', 'valueUuid'].map((name) => ({ url, [name]: a }));
    const organization = { resourceType: 'Organization', id: 'o', name: 'x', extension };
    const body = await run(
      post({ ...observation(a), extension, contained: [organization], performer: [{ reference: '#o' }] }),
      post({ resourceType: 'Patient' }, a),
    );
    const { resource } = body.entry[0];
    const values = [...resource.extension, ...resource.contained[0].extension].map(
      (one: Json) => Object.values(one)[1],
    );
    expect(new Set(values)).toEqual(new Set([`Patient/${body.entry[1].resource.id}`]));
    expect(values).toHaveLength(8);
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
  test.each<[string, Entry, Entry]>([
    [
      'two creations',
      post(identified('twice'), 'urn:uuid:1', 'identifier=http://h|twice&active:missing=true'),
      post(identified('twice'), 'urn:uuid:2', 'active%3Amissing=true&identifier=http%3A%2F%2Fh%7Ctwice'),
    ],
    [
      'two updates',
      {
        resource: identified('twice'),
        request: { method: 'PUT', url: 'Patient?identifier=http://h|twice,http://h|x' },
      },
      {
        resource: identified('twice'),
        request: { method: 'PUT', url: 'Patient?identifier=http://h|x,http://h|twice' },
      },
    ],
    [
      'a creation and an update',
      post(identified('twice'), undefined, 'identifier=http://h|twice'),
      {
        resource: identified('twice'),
        request: { method: 'PUT', url: 'Patient?identifier=http://h|twice&identifier=http://h|twice' },
      },
    ],
  ])('has criteria of its own: %s with the same are refused', async (_what, one, other) => {
    const answer = await home.fetch('POST', '', bundle('transaction', [one, other]));
    expectOutcome(answer, 400, 'written-twice');
    for (const entry of ['Bundle.entry[0].request', 'Bundle.entry[1].request']) expect(answer.text).toContain(entry);
    expect(await totalOf('Patient?identifier=http://h|twice')).toBe(0);
  });
  test('has criteria of its own: those of other records, or of another type, stand beside them', async () => {
    const group = {
      resourceType: 'Group',
      type: 'person',
      actual: true,
      identifier: [{ system: 'http://h', value: 'beside' }],
    };
    const body = await run(
      post(identified('beside'), undefined, 'identifier=http://h|beside'),
      post(identified('beside2'), undefined, 'identifier=http://h|beside2'),
      post(group, undefined, 'identifier=http://h|beside'),
    );
    expect(statuses(body)).toEqual(['201', '201', '201']);
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

describe('what entries read', () => {
  test('is checked before anything is written', async () => {
    const good = post(identified('checked-first'));
    await refuse(404, 'unknown-type', undefined, good, request('GET', 'Nonsense/1'));
    await refuse(400, 'bad-encoding', undefined, good, request('GET', 'Patient?name=%ZZ'));
    await refuse(
      400,
      'entry-url',
      'Bundle.entry[1].request.url',
      good,
      request('GET', 'http://elsewhere.example/Patient/1'),
    );
    expect(await totalOf('Patient?identifier=http://h|checked-first')).toBe(0);
  });
  test('refuses only itself once all is written', async () => {
    const body = await run(
      post(identified('stands')),
      request('GET', 'Patient/never-there'),
      request('GET', 'Patient?identifier=http://h|stands'),
      request('GET', 'Patient/stands/_history/7'),
    );
    expect(statuses(body)).toEqual(['201', '404', '200', '404']);
    expect(body.entry[1].response.outcome.issue[0].details.coding[0].code).toBe('not-found');
    expect(body.entry[2].resource.total).toBe(1);
  });
  test('is refused in strict handling where a parameter is unknown, and told otherwise', async () => {
    const entry = request('GET', 'Patient?shoe-size=44');
    const body = bundle('transaction', [entry]);
    const told = await home.fetch('POST', '', body);
    expect(told.body.entry[0].resource.entry.at(-1).search.mode).toBe('outcome');
    expectOutcome(await home.fetch('POST', '', body, { prefer: 'handling=strict' }), 400, 'unknown-parameter');
  });
});

describe('conditional entries', () => {
  test('update, patch and delete what meets their criteria, or make it', async () => {
    const entries = (active: boolean): Entry[] => [
      {
        ...put(identified('cond-put', { active })),
        request: { method: 'PUT', url: 'Patient?identifier=http://h|cond-put' },
      },
    ];
    const first = await run(...entries(false));
    const again = await run(...entries(true));
    expect([statuses(first), statuses(again)]).toEqual([['201'], ['200']]);
    expect(again.entry[0].resource).toMatchObject({ id: first.entry[0].resource.id, active: true });

    const url = 'Patient?identifier=http://h|cond-put';
    const patched = await run(jsonPatch(url, [{ op: 'replace', path: '/active', value: false }]));
    expect([statuses(patched), patched.entry[0].resource.active]).toEqual([['200'], false]);
    const removed = await run(request('DELETE', url));
    expect([statuses(removed), await totalOf(url)]).toEqual([['204'], 0]);
    const nothing = await run(request('DELETE', url));
    expect(nothing.entry[0].response).toEqual({ status: '204' });
    await refuse(
      404,
      'not-found',
      undefined,
      post({ resourceType: 'Patient' }),
      jsonPatch(url, [{ op: 'remove', path: '/active' }]),
    );
  });
  test('are referred to by their fullUrl, made or found', async () => {
    const entries = (): Entry[] => [
      {
        fullUrl: 'urn:uuid:33333333-3333-4333-8333-333333333333',
        resource: identified('cond-ref'),
        request: { method: 'PUT', url: 'Patient?identifier=http://h|cond-ref' },
      },
      post(observation('urn:uuid:33333333-3333-4333-8333-333333333333')),
    ];
    const [first, again] = [await run(...entries()), await run(...entries())];
    for (const { entry } of [first, again]) {
      expect(entry[1].resource.subject.reference).toBe(`Patient/${entry[0].resource.id}`);
    }
    expect(first.entry[0].resource.id).toBe(again.entry[0].resource.id);
  });
  test.each<[string, (id: string) => Entry]>([
    ['an update of it by its id', (id) => put({ resourceType: 'Patient', id })],
    ['a patch of it by its id', (id) => jsonPatch(`Patient/${id}`, [{ op: 'add', path: '/active', value: true }])],
    ['a deletion of it by its id', (id) => request('DELETE', `Patient/${id}`)],
    ['a deletion by other criteria', (id) => request('DELETE', `Patient?_id=${id}`)],
  ])('that mean the same record as %s are refused', async (what, other) => {
    const value = `overlap-${what.replaceAll(' ', '-')}`;
    const { id } = (await home.fetch('POST', '/Patient', identified(value))).body;
    const conditional = {
      resource: identified(value, { active: true }),
      request: { method: 'PUT', url: `Patient?identifier=http://h|${value}` },
    };
    await refuse(400, 'written-twice', undefined, conditional, other(id));
    expect((await home.fetch('GET', `/Patient/${id}`)).body.meta.versionId).toBe('1');
  });
  test('with criteria that many meet, or that say nothing, refuse the whole', async () => {
    for (let n = 0; n < 2; n++) await home.fetch('POST', '/Patient', identified('many'));
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const entry = (url: string): Entry =>
        method === 'PATCH' ? jsonPatch(url, []) : { resource: identified('many'), request: { method, url } };
      await refuse(412, 'several-matches', 'Bundle.entry[0].request.url', entry('Patient?identifier=http://h|many'));
      await refuse(400, 'criteria-empty', 'Bundle.entry[0].request.url', entry('Patient'));
      await refuse(400, 'unknown-parameter', 'Bundle.entry[0].request.url', entry('Patient?shoe-size=44'));
    }
    expect(await totalOf('Patient?identifier=http://h|many')).toBe(2);
  });
  test('create anew what the same transaction deletes', async () => {
    const { id } = (await home.fetch('POST', '/Patient', identified('renewed'))).body;
    const body = await run(
      post(identified('renewed'), undefined, 'identifier=http://h|renewed'),
      request('DELETE', `Patient/${id}`),
    );
    expect(statuses(body)).toEqual(['201', '204']);
    expect(await totalOf('Patient?identifier=http://h|renewed')).toBe(1);
  });
  test('with ifMatch or ifNoneMatch hold to them', async () => {
    await home.fetch('PUT', '/Patient/guarded', { resourceType: 'Patient', id: 'guarded' });
    const guarded = { resourceType: 'Patient', id: 'guarded' };
    await refuse(412, 'version-conflict', undefined, jsonPatch('Patient/guarded', [], { ifMatch: 'W/"2"' }));
    await refuse(412, 'version-conflict', undefined, request('DELETE', 'Patient/guarded', { ifMatch: 'W/"2"' }));
    const onlyNew = { resource: guarded, request: { method: 'PUT', url: 'Patient/guarded', ifNoneMatch: '*' } };
    await refuse(412, 'already-there', undefined, onlyNew);
    await refuse(400, 'entry-condition', 'Bundle.entry[0].request.ifMatch', {
      ...post({ resourceType: 'Patient' }),
      request: { method: 'POST', url: 'Patient', ifMatch: 'W/"1"' },
    });
  });
});

describe('a patch in it', () => {
  test('is applied to what stands, with the names of the bundle in its values', async () => {
    await home.fetch('PUT', '/Observation/patched', { ...observation('Patient/p'), id: 'patched' });
    const urn = 'urn:uuid:44444444-4444-4444-8444-444444444444';
    const fhirPath = {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'Observation.status' },
            { name: 'value', valueCode: 'amended' },
          ],
        },
      ],
    };
    await home.fetch('PUT', '/Observation/patched2', { ...observation('Patient/p'), id: 'patched2' });
    const body = await run(
      jsonPatch('Observation/patched', [{ op: 'replace', path: '/subject/reference', value: urn }]),
      { resource: fhirPath, request: { method: 'PATCH', url: 'Observation/patched2' } },
      post({ resourceType: 'Patient' }, urn),
    );
    expect(statuses(body)).toEqual(['200', '200', '201']);
    expect(body.entry[0].resource.subject.reference).toBe(`Patient/${body.entry[2].resource.id}`);
    expect(body.entry[1].resource.status).toBe('amended');
    const { entry } = (await home.fetch('GET', '/Observation/patched/_history')).body;
    expect(entry[0].request.method).toBe('PATCH');
  });
  test.each(['_text', '_content'])('refers to nothing by %s', async (name) => {
    const entry = post(observation(`Patient?${name}=x`));
    await refuse(400, 'criteria-by-text', 'Bundle.entry[0].resource.subject.reference', entry);
  });
  test('has its conditional references resolved', async () => {
    await home.fetch('PUT', '/Observation/patched3', { ...observation('Patient/p'), id: 'patched3' });
    const { id } = (await home.fetch('POST', '/Patient', identified('meant'))).body;
    const reference = 'Patient?identifier=http://h|meant';
    const set = (value: unknown, path: string): Entry =>
      jsonPatch('Observation/patched3', [{ op: 'replace', path, value }]);
    const first = await run(set(reference, '/subject/reference'));
    expect(first.entry[0].resource.subject.reference).toBe(`Patient/${id}`);
    const second = await run(set({ reference, display: 'x' }, '/subject'));
    expect(second.entry[0].resource.subject).toEqual({ reference: `Patient/${id}`, display: 'x' });
    const none = set('Patient?identifier=http://h|not-meant', '/subject/reference');
    await refuse(412, 'reference-without-match', 'Bundle.entry[0].resource', none);
  });
  test('that cannot be applied, or is none, leaves nothing written', async () => {
    await home.fetch('PUT', '/Patient/unpatched', { resourceType: 'Patient', id: 'unpatched' });
    const good = post(identified('patch-fails'));
    await refuse(
      422,
      'code-not-allowed',
      'Bundle.entry[1].resource.gender',
      good,
      jsonPatch('Patient/unpatched', [{ op: 'add', path: '/gender', value: 'odd' }]),
    );
    await refuse(400, 'patch-form', 'Bundle.entry[1].resource', good, {
      resource: { resourceType: 'Patient' },
      request: { method: 'PATCH', url: 'Patient/unpatched' },
    });
    expect(await totalOf('Patient?identifier=http://h|patch-fails')).toBe(0);
  });
});

describe('a deletion sent again', () => {
  test('works when the record is deleted already, and is refused when it never was there', async () => {
    await home.fetch('PUT', '/Patient/resent', { resourceType: 'Patient', id: 'resent' });
    for (let n = 0; n < 2; n++) expect(statuses(await run(request('DELETE', 'Patient/resent')))).toEqual(['204']);
    await refuse(404, 'not-found', undefined, request('DELETE', 'Patient/mistyped'));
  });
});

describe('names', () => {
  test('of versions are kept, and of this server made relative', async () => {
    await home.fetch('PUT', '/Patient/versioned', { resourceType: 'Patient', id: 'versioned' });
    const body = await run(
      post(observation('Patient/versioned/_history/1')),
      post(observation(`${house.url}/fhir/Patient/versioned/_history/1`)),
    );
    for (const { resource } of body.entry) expect(resource.subject.reference).toBe('Patient/versioned/_history/1');
  });
  test('of versions of what is sent along mean what is made of it', async () => {
    const body = await run(
      post({ resourceType: 'Patient', id: '78' }, 'http://elsewhere.example/fhir/Patient/78'),
      post(observation('http://elsewhere.example/fhir/Patient/78/_history/4')),
    );
    expect(body.entry[1].resource.subject.reference).toBe(`Patient/${body.entry[0].resource.id}`);
  });
  test.each([
    ['twice the same', 'full-url-twice', 'urn:uuid:5', 'urn:uuid:5', 'Bundle.entry[1].fullUrl'],
    [
      'of a version',
      'full-url-version',
      'urn:uuid:6',
      'http://e.example/Patient/1/_history/2',
      'Bundle.entry[1].fullUrl',
    ],
    [
      'with another id than the resource',
      'full-url-mismatch',
      'urn:uuid:7',
      'http://e.example/Patient/2',
      'Bundle.entry[1].fullUrl',
    ],
  ])('%s are refused', async (_what, key, one, other, place) => {
    await refuse(
      400,
      key,
      place,
      post({ resourceType: 'Patient' }, one),
      post({ resourceType: 'Patient', id: '1' }, other),
    );
  });
});
