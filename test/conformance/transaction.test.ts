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
const operation = (type: string, path: string, value: object, ...parts: object[]): object => ({
  name: 'operation',
  part: [{ name: 'type', valueCode: type }, { name: 'path', valueString: path }, ...parts, { name: 'value', ...value }],
});
const fhirPathPatch = (url: string, ...parameter: object[]): Entry => ({
  resource: { resourceType: 'Parameters', parameter },
  request: { method: 'PATCH', url },
});
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
    // A request that deletes is answered without a location, too.
    expect(Object.keys(body.entry[3].response)).toEqual(['status', 'etag', 'lastModified']);
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
  test('in uris of any kind are rewritten, within extensions and contained resources, too; canonicals are not', async () => {
    const url = 'http://example.org/named';
    const extension = ['valueUri', 'valueUrl', 'valueUuid', 'valueCanonical'].map((name) => ({ url, [name]: a }));
    const organization = { resourceType: 'Organization', id: 'o', name: 'x', extension };
    const body = await run(
      post({ ...observation(a), extension, contained: [organization], performer: [{ reference: '#o' }] }),
      post({ resourceType: 'Patient' }, a),
    );
    const { resource } = body.entry[0];
    const named = `Patient/${body.entry[1].resource.id}`;
    for (const holder of [resource, resource.contained[0]]) {
      expect(holder.extension.map((one: Json) => Object.values(one)[1])).toEqual([named, named, named, a]);
    }
  });
  test('in links of a narrative are rewritten however they are written, and its text is not', async () => {
    const div = (to: string): string =>
      `<div xmlns="http://www.w3.org/1999/xhtml"><a title="x" href = '${to}'>a</a><img alt="i" src="${to}#f"/> href="${a}"</div>`;
    const body = await run(
      post({ ...observation(a), text: { status: 'generated', div: div(a) } }),
      post({ resourceType: 'Patient' }, a),
    );
    expect(body.entry[0].resource.text.div).toBe(div(`Patient/${body.entry[1].resource.id}`));
  });
  test('to what is published are rewritten, and its canonical address is not, wherever it stands', async () => {
    const url = 'http://elsewhere.example/fhir/CodeSystem/colours';
    const coding = [{ system: url, code: 'red' }];
    const body = await run(
      post({ resourceType: 'CodeSystem', url, status: 'draft', content: 'fragment' }, url),
      post({ resourceType: 'Basic', code: { coding }, subject: { reference: url } }),
    );
    const [system, basic] = body.entry.map(({ resource }: Json) => resource);
    expect([system.url, basic.code.coding]).toEqual([url, coding]);
    expect(basic.subject.reference).toBe(`CodeSystem/${system.id}`);
  });
  test('within a Bundle that is stored are what that Bundle says', async () => {
    const own = `${house.url}/fhir/Patient/of-the-document`;
    const inner = [
      { fullUrl: a, resource: { resourceType: 'Patient' } },
      { fullUrl: own, resource: { resourceType: 'Patient', id: 'of-the-document' } },
      { fullUrl: 'urn:uuid:dddddddd-dddd-4ddd-8ddd-dddddddddddd', resource: observation(a) },
      { fullUrl: 'urn:uuid:eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee', resource: observation(own) },
    ];
    const kept = { resourceType: 'Bundle', type: 'collection', entry: inner };
    const body = await run(post(kept), post({ resourceType: 'Patient' }, a), post(observation(a)));
    expect(body.entry[0].resource.entry).toEqual(inner);
    expect(body.entry[2].resource.subject.reference).toBe(`Patient/${body.entry[1].resource.id}`);
  });
  test('that are relative mean the entry whose fullUrl has the same base', async () => {
    const bases = ['http://one.example/fhir', 'http://two.example/fhir'];
    const patients = bases.map((base, n) => post(identified(`same-id-${n}`, { id: '5' }), `${base}/Patient/5`));
    const others = bases.map((base) => post(observation('Patient/5'), `${base}/Observation/5`));
    const body = await run(...patients, ...others);
    const ids = body.entry.map(({ resource }: Json) => `Patient/${resource.id}`);
    expect(body.entry.slice(2).map(({ resource }: Json) => resource.subject.reference)).toEqual(ids.slice(0, 2));
    await refuse(
      400,
      'reference-ambiguous',
      'Bundle.entry[2].resource.subject.reference',
      ...patients,
      post(observation('Patient/5')),
    );
    // Where the base says that it is none of them, it is this server's own.
    const beside = await run(...patients, post(observation('Patient/5'), 'http://three.example/fhir/Observation/5'));
    expect(beside.entry[2].resource.subject.reference).toBe('Patient/5');
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

describe('conditional references', () => {
  const about = (query: string): Entry => post(observation(`Patient?${query}`));
  const place = 'Bundle.entry[1].resource.subject.reference';
  const subjects = (body: Json): string[] =>
    body.entry.flatMap(({ resource }: Json) => resource?.subject?.reference ?? []);

  /** Each is said of this one in the store, too: what is there and what comes is found alike. */
  const PERSON = {
    resourceType: 'Patient',
    identifier: [{ system: 'http://h', value: 'crb', type: { text: 'Record number' } }],
    name: [{ family: 'Sørensen', given: ['Åse Marie'] }],
    gender: 'female',
    birthDate: '1970-05-17',
    managingOrganization: { reference: 'Organization/home' },
    telecom: [{ system: 'phone', value: '+47 1' }],
  };
  test.each<[string, boolean]>([
    ['identifier=http://h|crb', true],
    ['identifier=crb', true],
    ['identifier=http://h|', true],
    ['identifier=|crb', false],
    ['identifier=http://h|other', false],
    ['identifier=http://h|other,http://h|crb', true],
    ['identifier:not=http://h|other&gender=female', true],
    ['identifier:not=http://h|crb', false],
    ['identifier:text=record', true],
    ['family=soren', true],
    ['family=oren', false],
    ['family:contains=oren', true],
    ['family:exact=Sørensen', true],
    ['family:exact=Sorensen', false],
    ['name=ase%20m', true],
    ['birthdate=1970-05-17', true],
    ['birthdate=1970', true],
    ['birthdate=gt1970-05-17', false],
    ['birthdate=ge1970-05&birthdate=lt1971', true],
    ['birthdate=ne1970', false],
    ['gender:missing=false', true],
    ['gender:missing=true', false],
    ['death-date:missing=true', true],
    ['organization=Organization/home', true],
    ['organization=home', true],
    ['organization=Organization/away', false],
    ['gender:in=http://hl7.org/fhir/ValueSet/administrative-gender', true],
    ['_id=crb', true],
    ['_id=crb,crb2', true],
    ['_id=crb2', false],
  ])('find what the same transaction makes as a search does: %s', async (asked, isMet) => {
    // Of all that other tests leave, only this one.
    const query = `${asked}&_id=crb`;
    const entries = (): Entry[] => [put({ ...PERSON, id: 'crb' }), about(query), request('GET', `Patient?${query}`)];
    const answer = await home.fetch('POST', '', bundle('transaction', entries()), { prefer: 'return=representation' });
    if (isMet) {
      expect(answer.status).toBe(200);
      expect([subjects(answer.body), answer.body.entry[2].resource.total]).toEqual([['Patient/crb'], 1]);
    } else {
      expectOutcome(answer, 412, 'reference-without-match', place);
      await home.fetch('PUT', '/Patient/crb', { ...PERSON, id: 'crb' });
      expect(await totalOf(`Patient?${query}`)).toBe(0);
    }
    await home.fetch('DELETE', '/Patient/crb');
  });
  test('find what is created, unconditionally or not, and what names of the bundle lead to', async () => {
    const body = await run(
      about('identifier=http://h|crn1'),
      about('identifier=http://h|crn2'),
      post(identified('crn1')),
      post(identified('crn2'), undefined, 'identifier=http://h|crn2'),
      post({ ...observation('urn:uuid:9'), identifier: [{ system: 'http://h', value: 'crn3' }] }),
      post(identified('crn4'), 'urn:uuid:9'),
      {
        resource: { ...observation('Patient/x'), derivedFrom: [{ reference: 'Observation?identifier=http://h|crn3' }] },
        request: { method: 'POST', url: 'Observation' },
      },
    );
    const ref = (n: number): string => `${body.entry[n].resource.resourceType}/${body.entry[n].resource.id}`;
    expect(subjects(body).slice(0, 3)).toEqual([ref(2), ref(3), ref(5)]);
    expect(body.entry[6].resource.derivedFrom[0].reference).toBe(ref(4));
  });
  test('see records as the transaction leaves them', async () => {
    await home.fetch('PUT', '/Patient/crs', identified('crs-before', { id: 'crs' }));
    const change = put(identified('crs-after', { id: 'crs' }));
    expect(subjects(await run(change, about('identifier=http://h|crs-after')))).toEqual(['Patient/crs']);
    const back = put(identified('crs-before', { id: 'crs' }));
    await refuse(412, 'reference-without-match', place, back, about('identifier=http://h|crs-after'));
    await refuse(
      412,
      'reference-without-match',
      place,
      request('DELETE', 'Patient/crs'),
      about('identifier=http://h|crs-after'),
    );
    // One that is deleted does not stand beside the one that comes.
    const renewed = await run(
      request('DELETE', 'Patient/crs'),
      post(identified('crs-after')),
      about('identifier=http://h|crs-after'),
    );
    expect(subjects(renewed)).toEqual([`Patient/${renewed.entry[1].resource.id}`]);
  });
  test('that several meet are refused, be they there or to come', async () => {
    await home.fetch('PUT', '/Patient/crt', identified('crt', { id: 'crt' }));
    await refuse(412, 'several-matches', place, post(identified('crt')), about('identifier=http://h|crt'));
    const two = [post(identified('crt2')), about('identifier=http://h|crt2'), post(identified('crt2'))];
    await refuse(412, 'several-matches', place, ...two);
  });
  test('by what only the store can tell find what is there', async () => {
    await home.fetch('PUT', '/Organization/cro', { resourceType: 'Organization', id: 'cro', name: 'Northern' });
    const managed = { resourceType: 'Patient', id: 'crp', managingOrganization: { reference: 'Organization/cro' } };
    await home.fetch('PUT', '/Patient/crp', managed);
    expect(subjects(await run(about('organization.name=northern')))).toEqual(['Patient/crp']);
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
  test.each<[string, Entry, Entry]>([
    [
      'a creation by more criteria',
      post(identified('met', { active: true }), undefined, 'identifier=http://h|met'),
      post(identified('met', { active: true }), undefined, 'identifier=http://h|met&active=true'),
    ],
    ['a creation', post(identified('met'), undefined, 'identifier=http://h|met'), post(identified('met'))],
    [
      'an update by other criteria',
      post(identified('met', { active: true }), undefined, 'identifier=http://h|met'),
      {
        resource: identified('met', { active: true }),
        request: { method: 'PUT', url: 'Patient?active=true&gender:missing=true&identifier=http://h|met' },
      },
    ],
    [
      'an update by its id',
      post(identified('met'), undefined, 'identifier=http://h|met'),
      put(identified('met', { id: 'met-by-id' })),
    ],
  ])('is refused where its criteria are met by what another entry makes: %s', async (_what, one, other) => {
    for (const entry of [
      [one, other],
      [other, one],
    ]) {
      const answer = await home.fetch('POST', '', bundle('transaction', entry));
      expectOutcome(answer, 400, 'written-twice');
      for (const n of [0, 1]) expect(answer.text).toContain(`Bundle.entry[${n}]`);
    }
    expect(await totalOf('Patient?identifier=http://h|met')).toBe(0);
  });
  test('stands beside others that do not meet its criteria, and takes what is there whatever they make', async () => {
    const other = (value: string): Entry => post(identified(value), undefined, `identifier=http://h|${value}`);
    expect(statuses(await run(other('unmet1'), other('unmet2'), post(identified('unmet3'))))).toEqual([
      '201',
      '201',
      '201',
    ]);
    expect(statuses(await run(other('unmet1'), post(identified('unmet1'))))).toEqual(['200', '201']);
  });
  test.each(['identifier=http://h|prefixed', '?identifier=http://h|prefixed', 'Patient?identifier=http://h|prefixed'])(
    'has criteria such as %s',
    async (ifNoneExist) => {
      await home.fetch('PUT', '/Patient/prefixed', identified('prefixed', { id: 'prefixed' }));
      const body = await run(post(identified('prefixed'), undefined, ifNoneExist));
      expect([statuses(body), body.entry[0].resource.id]).toEqual([['200'], 'prefixed']);
    },
  );
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
    await home.fetch('PUT', '/Observation/patched2', { ...observation('Patient/p'), id: 'patched2' });
    const body = await run(
      jsonPatch('Observation/patched', [{ op: 'replace', path: '/subject/reference', value: urn }]),
      fhirPathPatch('Observation/patched2', operation('replace', 'Observation.status', { valueCode: 'amended' })),
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
  test.each([
    ['a JSON Patch', undefined],
    ['a FHIRPath Patch', undefined],
    ['a JSON Patch with a fullUrl', 'http://ehr.example/fhir/Observation/zz'],
    ['a FHIRPath Patch with a fullUrl', 'http://ehr.example/fhir/Observation/zz'],
  ])('leaves alone what the record referred to before: %s', async (what, fullUrl) => {
    const subject = 'Patient/p1';
    await home.fetch('PUT', `/${subject}`, { resourceType: 'Patient', id: 'p1' });
    const urn = 'urn:uuid:45454545-4545-4545-8545-454545454545';
    const other = 'http://ehr.example/fhir/Patient/p2';
    const before = {
      ...observation(subject),
      text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${urn}">x</a></div>` },
      contained: [{ ...observation(urn), id: 'c' }],
      focus: [{ reference: '#c' }, { reference: urn }, { reference: other }, { reference: `${other}/_history/3` }],
    };
    const { id } = (await home.fetch('POST', '/Observation', before)).body;
    const url = `Observation/${id}`;
    const patch = what.startsWith('a JSON')
      ? jsonPatch(url, [
          { op: 'replace', path: '/status', value: 'amended' },
          { op: 'add', path: '/performer', value: [] },
          { op: 'copy', from: '/focus/1', path: '/performer/0' },
          { op: 'copy', from: '/subject', path: '/focus/0' },
          { op: 'move', from: '/focus/0', path: '/performer/0' },
        ])
      : fhirPathPatch(url, operation('replace', 'Observation.status', { valueCode: 'amended' }));
    const body = await run(
      post({ resourceType: 'Patient' }, 'http://ehr.example/fhir/Patient/p1'),
      post({ resourceType: 'Patient' }, urn),
      post({ resourceType: 'Patient' }, other),
      { ...patch, ...(fullUrl === undefined ? {} : { fullUrl }) },
    );
    const { meta: _meta, performer, ...made } = body.entry[3].resource;
    expect(made).toEqual({ ...before, id, status: 'amended' });
    expect(performer).toEqual(what.startsWith('a JSON') ? [{ reference: subject }, { reference: urn }] : undefined);
  });
  test('brings the names of the bundle, however it refers to them', async () => {
    const urn = 'urn:uuid:46464646-4646-4646-8646-464646464646';
    const base = 'http://ehr.example/fhir';
    const fullUrl = `${base}/Observation/zz`;
    await home.fetch('PUT', '/Patient/q2', { resourceType: 'Patient', id: 'q2' });
    const urls: string[] = [];
    for (let n = 0; n < 2; n++) {
      const { id } = (await home.fetch('POST', '/Observation', observation('Patient/q1'))).body;
      urls.push(`Observation/${id}`);
    }
    const values = [
      urn,
      `${base}/Patient/q1`,
      'Patient/q1',
      `${base}/Patient/q1/_history/7`,
      `${base}/Patient/q2/_history/7`,
    ];
    const body = await run(
      post({ resourceType: 'Patient' }, urn),
      post({ resourceType: 'Patient' }, `${base}/Patient/q1`),
      { ...put({ resourceType: 'Patient', id: 'q2' }), fullUrl: `${base}/Patient/q2` },
      {
        ...jsonPatch(urls[0]!, [{ op: 'add', path: '/focus', value: values.map((reference) => ({ reference })) }]),
        fullUrl,
      },
      {
        ...fhirPathPatch(
          urls[1]!,
          ...values.map((reference) =>
            operation('add', 'Observation', { valueReference: { reference } }, { name: 'name', valueString: 'focus' }),
          ),
        ),
        fullUrl: `${base}/Observation/zy`,
      },
    );
    const [first, second] = body.entry.map(({ resource }: Json) => `Patient/${resource.id}`);
    for (const { resource } of body.entry.slice(3)) {
      expect(resource.focus.map(({ reference }: Json) => reference)).toEqual([
        first,
        second,
        second,
        `${second}/_history/1`,
        'Patient/q2/_history/2',
      ]);
      expect(resource.subject.reference).toBe('Patient/q1');
    }
  });
  test('that is told a version is held to it, though others come between', async () => {
    await home.fetch('PUT', '/Patient/raced', { resourceType: 'Patient', id: 'raced' });
    await home.fetch('PUT', '/Observation/racing', { ...observation('Patient/raced'), id: 'racing' });
    const fullUrl = 'http://ehr.example/fhir/Patient/raced';
    const value = { reference: `${fullUrl}/_history/1` };
    const entries = [
      { ...put({ resourceType: 'Patient', id: 'raced' }), fullUrl },
      jsonPatch('Observation/racing', [{ op: 'replace', path: '/subject', value }]),
    ];
    const prefer = { prefer: 'return=representation' };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => home.fetch('POST', '', bundle('transaction', entries), prefer)),
    );
    const done = answers.filter(({ status }) => status === 200);
    expect(done.length).toBeGreaterThan(0);
    for (const { body } of done) {
      const [{ resource: patient }, { resource: patched }] = body.entry;
      expect(patched.subject.reference).toBe(`Patient/raced/_history/${patient.meta.versionId}`);
    }
  });
  test('of a Bundle that is stored keeps what its entries call each other, and what is brought to them', async () => {
    const [urn, added] = [
      'urn:uuid:47474747-4747-4747-8747-474747474747',
      'urn:uuid:48484848-4848-4848-8848-484848484848',
    ];
    const stored = bundle('collection', [{ fullUrl: urn, resource: { resourceType: 'Patient' } }]);
    const { id } = (await home.fetch('POST', '/Bundle', stored)).body;
    const entry = (fullUrl: string, reference: string): Entry => ({ fullUrl, resource: observation(reference) });
    const brought = [entry('urn:uuid:49494949-4949-4949-8949-494949494949', added), entry(added, urn)];
    const body = await run(
      post({ resourceType: 'Patient' }, urn),
      post({ resourceType: 'Patient' }, added),
      jsonPatch(
        `Bundle/${id}`,
        brought.map((value) => ({ op: 'add', path: '/entry/-', value })),
      ),
    );
    expect(body.entry[2].resource.entry.slice(1)).toEqual(brought);
  });
  test('has conditional references resolved that it brings, whichever form it has, and none that it tests', async () => {
    const { id } = (await home.fetch('POST', '/Patient', identified('brought'))).body;
    const reference = 'Patient?identifier=http://h|brought';
    await home.fetch('PUT', '/Observation/patched4', { ...observation('Patient/p'), id: 'patched4' });
    const set = (path: string, value: object): Promise<Json> =>
      run(fhirPathPatch('Observation/patched4', operation('replace', path, value)));
    for (const [path, value] of [
      ['Observation.subject', { valueReference: { reference } }],
      ['Observation.subject.reference', { valueString: reference }],
    ] as const) {
      expect((await set(path, value)).entry[0].resource.subject.reference).toBe(`Patient/${id}`);
      await set('Observation.subject', { valueReference: { reference: 'Patient/p' } });
    }
    const parts = [{ name: 'reference', valueString: reference }];
    const url = 'Observation/patched4';
    const added = await run(
      fhirPathPatch(url, operation('add', 'Observation', { part: parts }, { name: 'name', valueString: 'performer' })),
    );
    expect(added.entry[0].resource.performer).toEqual([{ reference: `Patient/${id}` }]);
    const asked = { op: 'test', path: '/subject/reference', value: 'Patient?identifier=http://h|no-such' };
    expectOutcome(
      await home.fetch('POST', '', bundle('transaction', [jsonPatch(url, [asked])])),
      409,
      'patch-test-failed',
    );
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

describe('an entry that is not what R4 has', () => {
  const request = { method: 'POST', url: 'Patient' };
  const resource = { resourceType: 'Patient' };
  test.each<[string, Entry, string, string]>([
    [
      'a condition that is misspelt',
      { resource, request: { ...request, ifNonExist: 'identifier=x' } },
      'request',
      'ifNoneExist',
    ],
    ['a name that is misspelt', { fullURL: 'urn:uuid:1', resource, request }, '', 'fullUrl'],
  ])('%s is refused, and what may be meant is told', async (_what, entry, place, meant) => {
    const answer = await home.fetch('POST', '', bundle('transaction', [entry]));
    const path = ['Bundle.entry[0]', place].filter((part) => part !== '').join('.');
    expectOutcome(answer, 400, 'unknown-element', path);
    expect(answer.body.issue[0].details.text).toContain(`Did you mean ${meant}`);
  });
  test('a condition that is no text is refused, not passed over', async () => {
    const entry = { resource: { ...resource, id: 'x' }, request: { method: 'PUT', url: 'Patient/x', ifMatch: 1 } };
    await refuse(400, 'entry-condition', 'Bundle.entry[0].request.ifMatch', entry);
  });
  test('a Bundle with a member that is none is refused', async () => {
    const sent = { resourceType: 'Bundle', type: 'transaction', entries: [{ resource, request }] };
    expectOutcome(await home.fetch('POST', '', sent), 400, 'unknown-element', 'Bundle');
  });
  test('what R4 has beside what is needed is taken', async () => {
    const entry = {
      id: 'e',
      link: [{ relation: 'self', url: 'http://e.example' }],
      search: { mode: 'match' },
      resource,
      request: { ...request, _url: { id: 'u' } },
      response: { status: '200' },
    };
    const sent = { resourceType: 'Bundle', id: 'b', meta: {}, type: 'transaction', total: 1, entry: [entry] };
    expect((await home.fetch('POST', '', sent)).status).toBe(200);
  });
  test('a slash at the end of its url means nothing', async () => {
    const entry = { resource, request: { method: 'POST', url: 'Patient/' } };
    expect(statuses(await run(entry))).toEqual(['201']);
  });
});

describe('a Bundle posted elsewhere than to the base', () => {
  const sent = bundle('transaction', [post(identified('elsewhere'))]);
  test.each([
    ['/_history', 'GET, HEAD, OPTIONS'],
    ['/metadata', 'GET, HEAD, OPTIONS'],
    ['/Patient/_history', 'GET, HEAD, OPTIONS'],
    ['/Patient/x/_history', 'GET, HEAD, OPTIONS'],
    ['/Patient/x', 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT'],
  ])('%s takes no POST, and says what it takes', async (path, allow) => {
    const answer = await home.fetch('POST', path, sent);
    expectOutcome(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allow);
  });
  test.each([
    ['/_search', 415, 'media-type'],
    ['/Patient/_search', 415, 'media-type'],
    ['/_nonsense', 404, 'unknown-type'],
    ['/$process-message', 404, 'unknown-operation'],
    ['/Patient', 400, 'type-mismatch'],
  ])('%s takes none', async (path, status, key) => {
    expectOutcome(await home.fetch('POST', path, sent), status, key);
  });
  test.each(['PUT', 'PATCH', 'DELETE'])('nor does %s do anything at these addresses', async (method) => {
    for (const path of ['/_history', '/_search', '/metadata', '/Patient/_search', '/Patient/_history', '']) {
      expectOutcome(await home.fetch(method, path, sent), 405, 'method-not-allowed');
    }
  });
  test('is kept at /Bundle, and nothing in it is done', async () => {
    expect((await home.fetch('POST', '/Bundle', sent)).status).toBe(201);
    expect(await totalOf('Patient?identifier=http://h|elsewhere')).toBe(0);
  });
});

test('versions told to others are those that are written, though others come between', async () => {
  const fullUrl = 'http://elsewhere.example/fhir/Patient/v-race';
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      home.fetch(
        'POST',
        '',
        bundle('transaction', [
          { fullUrl, ...put({ resourceType: 'Patient', id: 'v-race' }) },
          post(observation(`${fullUrl}/_history/77`)),
        ]),
        { prefer: 'return=representation' },
      ),
    ),
  );
  const done = answers.filter(({ status }) => status === 200);
  expect(done.length).toBeGreaterThan(0);
  const told = done.map(({ body }) => body.entry[1].resource.subject.reference);
  expect(told).toEqual(done.map(({ body }) => `Patient/v-race/_history/${body.entry[0].resource.meta.versionId}`));
  expect(new Set(told).size).toBe(done.length);
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
  test('of versions of what is sent along mean the version that is made of it', async () => {
    await home.fetch('PUT', '/Patient/v-put', identified('v-found', { id: 'v-put' }));
    const urls = ['78', 'v-put', 'v-new', '79', '80'].map((id) => `http://elsewhere.example/fhir/Patient/${id}`);
    const put1 = (id: string, fullUrl: string, more = {}): Entry => ({
      fullUrl,
      ...put({ resourceType: 'Patient', id, ...more }),
    });
    const body = await run(
      post({ resourceType: 'Patient', id: '78' }, urls[0]),
      put1('v-put', urls[1]!, identified('v-found')),
      put1('v-new', urls[2]!),
      ...urls.slice(0, 3).map((url) => post(observation(`${url}/_history/4`))),
    );
    const [first] = body.entry;
    expect(body.entry.slice(3).map(({ resource }: Json) => resource.subject.reference)).toEqual([
      `Patient/${first.resource.id}/_history/1`,
      'Patient/v-put/_history/2',
      'Patient/v-new/_history/1',
    ]);
    for (const { resource } of body.entry.slice(3)) {
      expect((await home.fetch('GET', `/${resource.subject.reference}`)).status).toBe(200);
    }
    const found = await run(
      post(identified('v-found'), urls[3], 'identifier=http://h|v-found'),
      post(observation(`${urls[3]}/_history/9`)),
      { ...jsonPatch('Patient/v-new', [{ op: 'add', path: '/active', value: true }]), fullUrl: urls[4] },
      post(observation(`${urls[4]}/_history/9`)),
    );
    expect(found.entry[1].resource.subject.reference).toBe('Patient/v-put/_history/2');
    // What a patch makes of a record may be what stands already.
    expect(found.entry[3].resource.subject.reference).toBe('Patient/v-new');
  });
  test('of versions of this server are kept, though the record is sent along', async () => {
    await home.fetch('PUT', '/Patient/v-own', { resourceType: 'Patient', id: 'v-own' });
    const fullUrl = `${house.url}/fhir/Patient/v-own`;
    const body = await run(
      { fullUrl, ...put({ resourceType: 'Patient', id: 'v-own', active: true }) },
      post(observation(`${fullUrl}/_history/1`)),
    );
    expect(body.entry[1].resource.subject.reference).toBe('Patient/v-own/_history/1');
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
    ['of another type', 'full-url-mismatch', 'urn:uuid:8', 'http://e.example/Group/1', 'Bundle.entry[1].fullUrl'],
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
