import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { issues, packet, refOf, sendCase } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { waitUntil } from '../support/wait-until.ts';

/** https://hl7.org/fhir/R4/http.html#patch */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

const AS_JSON_PATCH = { 'content-type': 'application/json-patch+json' };
const NAMED = { resourceType: 'Patient', name: [{ family: 'Before' }], active: true };

const rename = (family: string): object[] => [{ op: 'replace', path: '/name/0/family', value: family }];
const operations = (...parts: Json[][]): object => ({
  resourceType: 'Parameters',
  parameter: parts.map((part) => ({ name: 'operation', part })),
});
const renameByPath = (family: string): object =>
  operations([
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'Patient.name[0].family' },
    { name: 'value', valueString: family },
  ]);

async function put(id: string, more: object = {}): Promise<Json> {
  return (await home.fetch('PUT', `/Patient/${id}`, { ...NAMED, id, ...more })).body;
}
const patch = (id: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  home.fetch('PATCH', `/Patient/${id}`, Array.isArray(body) ? JSON.stringify(body) : body, {
    ...(Array.isArray(body) ? AS_JSON_PATCH : {}),
    ...headers,
  });
const versionOf = async (id: string): Promise<string> =>
  (await home.fetch('GET', `/Patient/${id}`)).body.meta.versionId;

describe('each form makes the next version', () => {
  const xml =
    '<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="replace"/></part><part><name value="path"/><valueString value="Patient.name[0].family"/></part><part><name value="value"/><valueString value="After"/></part></parameter></Parameters>';
  test.each<[string, unknown, Record<string, string>]>([
    ['JSON Patch', rename('After'), {}],
    ['JSON Patch with a charset', rename('After'), { 'content-type': 'application/json-patch+json; charset=utf-8' }],
    ['FHIRPath Patch', renameByPath('After'), {}],
    ['FHIRPath Patch as application/json', renameByPath('After'), { 'content-type': 'application/json' }],
    ['FHIRPath Patch in XML', xml, { 'content-type': 'application/fhir+xml', accept: 'application/fhir+json' }],
  ])('%s', async (what, body, headers) => {
    const id = `form-${what.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
    await put(id);
    const answer = await patch(id, body, headers);
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, 'W/"2"']);
    expect(answer.headers.get('location')).toBe(`${house.url}/fhir/Patient/${id}/_history/2`);
    expect(answer.body).toMatchObject({ ...NAMED, id, name: [{ family: 'After' }], meta: { versionId: '2' } });
    expect((await home.fetch('GET', `/Patient/${id}`)).body).toEqual(answer.body);
    const history = await home.fetch('GET', `/Patient/${id}/_history`);
    expect(history.body.entry.map(({ request }: Json) => request)).toEqual([
      { method: 'PATCH', url: `Patient/${id}` },
      { method: 'PUT', url: `Patient/${id}` },
    ]);
  });

  test('and is found by what it says now', async () => {
    await put('found');
    await patch('found', rename('Findable'));
    const found = await home.fetch('GET', '/Patient?family:exact=Findable&_id=found');
    expect(found.body.total).toBe(1);
    expect((await home.fetch('GET', '/Patient?family:exact=Before&_id=found')).body.total).toBe(0);
  });

  test('in XML where it is asked for', async () => {
    await put('as-xml');
    const answer = await patch('as-xml', rename('After'), { accept: 'application/fhir+xml' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/fhir+xml; charset=utf-8']);
    expect(answer.text).toContain('<family value="After"/>');
  });

  test('numbers keep their text', async () => {
    const observation =
      '{"resourceType":"Observation","id":"exact","status":"final","code":{"text":"x"},"component":[{"code":{"text":"y"},"valueQuantity":{"value":2.50}}]}';
    await home.fetch('PUT', '/Observation/exact', observation);
    const sent = '[{"op":"add","path":"/valueQuantity","value":{"value":1.10}}]';
    const answer = await home.fetch('PATCH', '/Observation/exact', sent, AS_JSON_PATCH);
    expect(answer.text).toContain('"valueQuantity":{"value":1.10}');
    expect(answer.text).toContain('"valueQuantity":{"value":2.50}');
  });

  test('own absolute addresses become relative ones, as in every write', async () => {
    await put('linked');
    const link = {
      op: 'add',
      path: '/link',
      value: [{ other: { reference: `${house.url}/fhir/Patient/x` }, type: 'seealso' }],
    };
    expect((await patch('linked', [link])).body.link[0].other.reference).toBe('Patient/x');
  });
});

describe('a patch that changes nothing makes no version', () => {
  test.each<[string, unknown]>([
    ['without operations', []],
    ['that only tests', [{ op: 'test', path: '/active', value: true }]],
    ['to what is there', rename('Before')],
    ['there and back', [...rename('Other'), ...rename('Before')]],
    ['of Parameters without any', { resourceType: 'Parameters' }],
  ])('%s', async (what, body) => {
    const id = `same-${what.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
    const before = await put(id);
    const answer = await patch(id, body);
    expect([answer.status, answer.headers.get('etag'), answer.body]).toEqual([200, 'W/"1"', before]);
    expect((await home.fetch('GET', `/Patient/${id}/_history`)).body.entry).toHaveLength(1);
    const told = await patch(id, body, { prefer: 'return=OperationOutcome' });
    expectOutcome(told, 200, 'record-unchanged');
  });
});

test('what was patched, and what a patch only showed, is audited', async () => {
  await put('audited');
  for (const body of [rename('A'), []]) await patch('audited', body);
  const client = new Client({ connectionString: house.database });
  await client.connect();
  try {
    const rows = async (): Promise<unknown[]> => {
      const text = `select interaction, version::int, status from audit where ref = 'Patient/audited' order by at`;
      return (await client.query({ text, rowMode: 'array' })).rows;
    };
    // What is read is noted within 20 ms.
    await waitUntil(async () => (await rows()).length >= 3);
    expect(await rows()).toEqual([
      ['update', 1, 201],
      ['patch', 2, 200],
      ['patch', 2, 200],
    ]);
  } finally {
    await client.end();
  }
});

describe('If-Match and Prefer', () => {
  test('the version that the client has seen, or none', async () => {
    await put('matched');
    expect((await patch('matched', rename('A'), { 'if-match': 'W/"1"' })).status).toBe(200);
    expectOutcome(await patch('matched', rename('B'), { 'if-match': 'W/"1"' }), 412, 'version-conflict');
    // Before it is said that a patch does not fit, as it does not because of that.
    expectOutcome(
      await patch('matched', [{ op: 'remove', path: '/gone' }], { 'if-match': 'W/"1"' }),
      412,
      'version-conflict',
    );
    expectOutcome(await patch('matched', rename('B'), { 'if-match': '2' }), 400, 'bad-etag');
    expect(await versionOf('matched')).toBe('2');
  });

  test('minimal and OperationOutcome', async () => {
    await put('preferred');
    const minimal = await patch('preferred', rename('A'), { prefer: 'return=minimal' });
    expect([minimal.status, minimal.text, minimal.headers.get('etag')]).toEqual([200, '', 'W/"2"']);
    const extension = [{ op: 'add', path: '/extension', value: [{ url: 'urn:x', valueString: 'y' }] }];
    const outcome = await patch('preferred', extension, { prefer: 'return=OperationOutcome' });
    expectOutcome(outcome, 200, 'unknown-extension', 'Patient.extension[0]');
  });
});

describe('what is refused leaves the record as it is', () => {
  test.each<[string, unknown, number, string, string]>([
    ['a patch that is none', [{ op: 'spam' }], 400, 'patch-malformed', 'Patient'],
    [
      'Parameters that are none',
      operations([{ name: 'type', valueCode: 'spam' }]),
      400,
      'patch-malformed',
      'Parameters.parameter[0]',
    ],
    ['a path to nothing', [...rename('A'), { op: 'remove', path: '/photo/0' }], 422, 'patch-unfit', 'Patient'],
    [
      'a test that fails',
      [...rename('A'), { op: 'test', path: '/active', value: false }],
      409,
      'patch-test-failed',
      'Patient',
    ],
    ['another id', [{ op: 'replace', path: '/id', value: 'x' }], 422, 'patch-changes-identity', 'Patient'],
    [
      'another type',
      [{ op: 'replace', path: '/resourceType', value: 'Person' }],
      422,
      'patch-changes-identity',
      'Patient',
    ],
    ['an unknown element', [{ op: 'add', path: '/colour', value: 'red' }], 422, 'unknown-element', 'Patient.colour'],
    [
      'a code that is none',
      [{ op: 'add', path: '/gender', value: 'purple' }],
      422,
      'code-not-allowed',
      'Patient.gender',
    ],
    ['an empty list', [{ op: 'add', path: '/contact', value: [] }], 422, 'empty-array', 'Patient.contact'],
  ])('%s', async (what, body, status, key, expression) => {
    const id = `kept-${what.replaceAll(' ', '-')}`;
    const before = await put(id);
    expectOutcome(await patch(id, body), status, key, expression);
    expect((await home.fetch('GET', `/Patient/${id}`)).body).toEqual(before);
  });

  test('what never was is 404, what was deleted 410, and both stay so', async () => {
    expectOutcome(await patch('never', rename('A')), 404, 'not-found');
    await put('deleted');
    await home.fetch('DELETE', '/Patient/deleted');
    expectOutcome(await patch('deleted', rename('A')), 410, 'deleted');
    expectOutcome(await home.fetch('GET', '/Patient/never'), 404, 'not-found');
    expectOutcome(await home.fetch('GET', '/Patient/deleted'), 410, 'deleted');
  });

  test("another organisation's is 404", async () => {
    const other = await house.register('other', 'placer');
    await put('mine');
    const answer = await other.fetch('PATCH', '/Patient/mine', JSON.stringify(rename('A')), AS_JSON_PATCH);
    expectOutcome(answer, 404, 'not-found');
    expect(await versionOf('mine')).toBe('1');
  });

  test('what everyone may read and another owns is 403, whatever the patch', async () => {
    const programme = await house.register('programme', 'programme');
    await programme.fetch('PUT', '/Practitioner/shown', { resourceType: 'Practitioner', id: 'shown' });
    const body = JSON.stringify([{ op: 'remove', path: '/nothing' }]);
    expectOutcome(await home.fetch('PATCH', '/Practitioner/shown', body, AS_JSON_PATCH), 403, 'not-the-owner');
  });

  test.each([
    'application/xml-patch+xml',
    'application/merge-patch+json',
    'text/plain',
    'application/json-patch+json; charset=latin1',
    'application/fhir+json; fhirVersion=5.0',
  ])('%s is no form of a patch, and those that are are named', async (type) => {
    await put('form');
    const answer = await patch('form', '[]', { 'content-type': type });
    expectOutcome(answer, 415, 'media-type');
    expect(answer.headers.get('accept-patch')).toBe(
      'application/json-patch+json, application/fhir+json, application/fhir+xml',
    );
  });
});

describe('scopes', () => {
  test('to update is needed, and is enough: who may not read is shown nothing', async () => {
    const writer = await house.register('writer', 'placer', 'system/Patient.cu');
    const reader = await house.register('reader', 'placer', 'system/Patient.crs');
    const at = (partner: Partner, id: string): Promise<Answer> =>
      partner.fetch('PATCH', `/Patient/${id}`, JSON.stringify(rename('A')), AS_JSON_PATCH);
    const { id } = (await reader.fetch('POST', '/Patient', NAMED)).body;
    expectOutcome(await at(reader, id), 403, 'scope-missing');
    await writer.fetch('PUT', '/Patient/written', { ...NAMED, id: 'written' });
    const answer = await at(writer, 'written');
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([200, '', 'W/"2"']);
  });
  test('to read is needed where a patch tests what is there, whether it is or not', async () => {
    const writer = await house.register('tester', 'placer', 'system/*.cus');
    const both = await house.register('both', 'placer', 'system/Patient.cru');
    const mine = { ...NAMED, identifier: [{ system: 'urn:p', value: 'tested' }] };
    for (const partner of [writer, both]) {
      const id = `tested-by-${partner === both ? 'both' : 'writer'}`;
      expect((await partner.fetch('PUT', `/Patient/${id}`, { ...mine, id })).status).toBe(201);
    }
    const guess = (family: string): object[] => [
      { op: 'replace', path: '/active', value: false },
      { op: 'test', path: '/name/0/family', value: family },
    ];
    const send = (partner: Partner, path: string, family: string): Promise<Answer> =>
      partner.fetch('PATCH', path, JSON.stringify(guess(family)), AS_JSON_PATCH);
    for (const family of ['Before', 'Other']) {
      for (const path of ['/Patient/tested-by-writer', '/Patient?identifier=urn:p%7Ctested']) {
        expectOutcome(await send(writer, path, family), 403, 'scope-missing');
      }
      const data = Buffer.from(JSON.stringify(guess(family))).toString('base64');
      const entry = {
        resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data },
        request: { method: 'PATCH', url: 'Patient/tested-by-writer' },
      };
      const transaction = { resourceType: 'Bundle', type: 'transaction', entry: [entry] };
      expectOutcome(await writer.fetch('POST', '', transaction), 403, 'scope-missing', 'Bundle.entry[0].resource');
    }
    expect((await send(both, '/Patient/tested-by-both', 'Before')).status).toBe(200);
  });
});

describe('who may update and not read', () => {
  let writer: Partner;
  beforeAll(async () => {
    writer = await house.register('blind', 'placer', 'system/*.cus');
  });
  const set = (id: string): Promise<Answer> =>
    writer.fetch('PUT', `/Patient/${id}`, {
      ...NAMED,
      id,
      name: [{ family: 'Before' }, { family: 'Other', given: ['A', 'B'] }],
      extension: [{ url: 'urn:x', valueString: 'y' }],
    });
  const send = (id: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
    writer.fetch('PATCH', `/Patient/${id}`, JSON.stringify(body), {
      ...(Array.isArray(body) ? AS_JSON_PATCH : {}),
      ...headers,
    });
  const byPath = (path: string, type = 'replace'): object =>
    operations([
      { name: 'type', valueCode: type },
      { name: 'path', valueString: path },
      ...(type === 'replace' ? [{ name: 'value', valueString: 'After' }] : []),
    ]);
  const set1 = (value: string): object[] => [{ op: 'replace', path: '/name/0/family', value }];

  test.each([
    "Patient.name.where(family = 'Before').family",
    "Patient.name.where(family = 'Nobody').family",
    'Patient.where(active = true).name[0].family',
    "Patient.where(name.exists(family = 'Before')).name[0].family",
    "Patient.name.exists(family = 'Before')",
  ])('does not ask by a path what the record says: %s', async (path) => {
    await set('asked');
    for (const type of ['replace', 'delete']) {
      expectOutcome(await send('asked', byPath(path, type)), 403, 'scope-missing', 'Parameters');
    }
    const entry = { resource: byPath(path), request: { method: 'PATCH', url: 'Patient/asked' } };
    const bundle = (type: string): object => ({ resourceType: 'Bundle', type, entry: [entry] });
    expectOutcome(
      await writer.fetch('POST', '', bundle('transaction')),
      403,
      'scope-missing',
      'Bundle.entry[0].resource',
    );
    expect((await writer.fetch('POST', '', bundle('batch'))).body.entry[0].response.status).toBe('403');
    await put('asked-openly');
    expect((await patch('asked-openly', byPath("Patient.name.where(family = 'Before').family"))).status).toBe(200);
  });

  test.each<[string, object]>([
    ['copy', [{ op: 'copy', from: '/name/0/family', path: '/gender' }]],
    ['move', [{ op: 'move', from: '/name/0/family', path: '/gender' }]],
    [
      'move in FHIRPath Patch',
      operations([
        { name: 'type', valueCode: 'move' },
        { name: 'path', valueString: 'Patient.name' },
        { name: 'source', valueInteger: 0 },
        { name: 'destination', valueInteger: 1 },
      ]),
    ],
  ])('does not learn by what can be put elsewhere what the record says: %s', async (_what, body) => {
    await set('put-elsewhere');
    expectOutcome(
      await send('put-elsewhere', body),
      403,
      'scope-missing',
      Array.isArray(body) ? 'Patient' : 'Parameters',
    );
    expect((await send('put-elsewhere', set1('female'))).status).toBe(200);
    expectOutcome(await send('put-elsewhere', body), 403, 'scope-missing');
  });

  test('patches by paths that ask nothing', async () => {
    await set('plain');
    for (const path of ['Patient.name[0].family', 'Patient.name.first().family', "Patient.extension('urn:x').value"]) {
      const answer = await send('plain', byPath(path));
      expect([answer.status, answer.text]).toEqual([200, '']);
    }
  });

  test('does not learn from the version whether the record said so already', async () => {
    await set('guessed');
    for (const [n, family] of ['Before', 'Before', 'Nobody', 'Nobody'].entries()) {
      const answer = await send('guessed', set1(family));
      expect([answer.status, answer.headers.get('etag')]).toEqual([200, `W/"${n + 2}"`]);
    }
    const transaction = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: byPath('Patient.name[0].family'), request: { method: 'PATCH', url: 'Patient/guessed' } }],
    };
    for (const version of [6, 7]) {
      const { body } = await writer.fetch('POST', '', transaction);
      expect(body.entry[0].response.etag).toBe(`W/"${version}"`);
    }
  });

  test('is told of all that does not fit in the same words', async () => {
    await set('unfit');
    const answers = await Promise.all([
      send('unfit', [{ op: 'remove', path: '/photo/0' }]),
      send('unfit', [{ op: 'add', path: '/name/7', value: {} }]),
      send('unfit', [{ op: 'replace', path: '/gender', value: 'purple' }]),
      send('unfit', [{ op: 'add', path: '/gender', value: 'purple' }]),
      send('unfit', byPath('Patient.photo[0]')),
      send('unfit', byPath('Patient.name.family')),
    ]);
    for (const answer of answers) expectOutcome(answer, 422, 'patch-unfit', 'Patient');
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    // What is wrong with the patch itself is told.
    expectOutcome(await send('unfit', [{ op: 'spam' }]), 400, 'patch-malformed');
  });

  test('is told no more of what a profile of the case asks for', async () => {
    const document = {
      resourceType: 'DocumentReference',
      status: 'current',
      category: [
        {
          coding: [
            { system: 'https://consilium.example/fhir/CodeSystem/packet-document-kind', code: 'pathology-report' },
          ],
        },
      ],
      type: { coding: [{ system: 'http://loinc.org', code: '11526-1' }] },
      subject: { reference: 'Patient/x' },
      date: '2026-01-01T00:00:00Z',
      content: [{ attachment: { contentType: 'text/plain', language: 'en', title: 'A report', data: 'aGk=' } }],
    };
    const remove = JSON.stringify([{ op: 'remove', path: '/subject' }]);
    for (const [partner, key] of [
      [home, 'missing-element'],
      [writer, 'patch-unfit'],
    ] as const) {
      const id = `of-${partner.organization}`;
      expect((await partner.fetch('PUT', `/DocumentReference/${id}`, { ...document, id })).status).toBe(201);
      const answer = await partner.fetch('PATCH', `/DocumentReference/${id}`, remove, AS_JSON_PATCH);
      expectOutcome(answer, 422, key);
      expect(answer.body.issue).toHaveLength(1);
    }
  });

  test('is not told either what there is to say about the record', async () => {
    await set('remarked');
    const prefer = { prefer: 'return=OperationOutcome' };
    expectOutcome(await send('remarked', set1('After'), prefer), 200, 'record-written');
    expect((await put('remarked-openly', { extension: [{ url: 'urn:x', valueString: 'y' }] })).id).toBeDefined();
    expectOutcome(await patch('remarked-openly', set1('After'), prefer), 200, 'unknown-extension');
  });
});

describe('a Binary', () => {
  test('keeps its bytes while the rest is patched, and they are not patched', async () => {
    const made = await home.fetch('POST', '/Binary', 'hello', { 'content-type': 'text/plain' });
    const path = `/Binary/${made.body.id}`;
    const type = [{ op: 'replace', path: '/contentType', value: 'text/markdown' }];
    expect((await home.fetch('PATCH', path, JSON.stringify(type), AS_JSON_PATCH)).status).toBe(200);
    const read = await home.fetch('GET', path, undefined, { accept: '*/*' });
    expect([read.headers.get('content-type'), read.text]).toEqual([expect.stringContaining('text/markdown'), 'hello']);
    const bytes = [{ op: 'add', path: '/data', value: 'aGk=' }];
    expectOutcome(
      await home.fetch('PATCH', path, JSON.stringify(bytes), AS_JSON_PATCH),
      422,
      'patch-of-bytes',
      'Binary.data',
    );
    expect((await home.fetch('GET', path, undefined, { accept: '*/*' })).text).toBe('hello');
  });
});

describe('the rules of a case hold for what a patch makes', () => {
  let centre: Partner;
  beforeAll(async () => {
    centre = await house.register('centre', 'programme');
  });
  const send = (partner: Partner, ref: string, ...sent: object[]): Promise<Answer> =>
    partner.fetch('PATCH', `/${ref}`, JSON.stringify(sent), AS_JSON_PATCH);
  const replace = (path: string, value: unknown): object => ({ op: 'replace', path, value });
  const moveTo = (status: string, business: string): object[] => [
    replace('/status', status),
    replace('/businessStatus/coding/0/code', business),
  ];
  const status = async (ref: string): Promise<string> => (await home.fetch('GET', `/${ref}`)).body.status;

  test('a request that a patch makes active opens its case', async () => {
    const kept = await home.fetch('POST', '', packet({ number: 'p-draft', programme: 'centre', status: 'draft' }));
    const request = refOf(kept.body.entry.at(-1).response.location);
    const answer = await send(home, request, replace('/status', 'active'));
    expect([answer.status, answer.body.meta.versionId]).toEqual([200, '2']);
    expect(answer.body.identifier).toHaveLength(2);
    const tasks = (await centre.fetch('GET', `/Task?based-on=${request}`)).body;
    expect(tasks.entry.map(({ resource }: Json) => resource.status)).toEqual(['requested']);
  });

  test('a Task moves by a patch, and only as it may', async () => {
    const { task } = await sendCase(home, { number: 'p-move', programme: 'centre' });
    const moved = await send(centre, task, ...moveTo('received', 'service-confirmation'));
    expect([moved.status, moved.body.status, moved.body.businessStatus.coding[0].code]).toEqual([
      200,
      'received',
      'service-confirmation',
    ]);
    const illegal = await send(centre, task, ...moveTo('completed', 'report-issued'));
    expect([illegal.status, issues(illegal)[0]!.key]).toEqual([422, 'illegal-move']);
    expectOutcome(await send(home, task, ...moveTo('accepted', 'accepted')), 403, 'not-the-owner');
    expect(await status(task)).toBe('received');
  });

  test('a record that a patch refers to a case belongs to it, and one of another caller is not changed', async () => {
    const { task, request } = await sendCase(home, { number: 'p-join', programme: 'centre' });
    const note = { resourceType: 'Communication', status: 'completed', payload: [{ contentString: 'invented' }] };
    const { id } = (await home.fetch('POST', '/Communication', note)).body;
    const ref = `Communication/${id}`;
    expectOutcome(await centre.fetch('GET', `/${ref}`), 404, 'not-found');
    const joined = await send(home, ref, { op: 'add', path: '/basedOn', value: [{ reference: request }] });
    expect(joined.status).toBe(200);
    expect((await centre.fetch('GET', `/${ref}`)).body.payload).toEqual(note.payload);
    expectOutcome(await send(centre, ref, replace('/status', 'entered-in-error')), 403, 'not-the-owner');
    expectOutcome(await send(centre, request, replace('/status', 'revoked')), 403, 'not-the-owner');
    expect(await status(task)).toBe('requested');
  });

  test('bytes that were sent with a case stay, and so does what says what they are', async () => {
    await sendCase(home, { number: 'p-bytes', programme: 'centre' });
    const answer = await send(home, 'Binary/letter-p-bytes', replace('/contentType', 'text/plain'));
    expectOutcome(answer, 409, 'content-fixed');
  });

  test('ten moves of one Task at once, by patches that test where it stands: one is made', async () => {
    const { task } = await sendCase(home, { number: 'p-race', programme: 'centre' });
    const operations = [
      { op: 'test', path: '/status', value: 'requested' },
      ...moveTo('received', 'service-confirmation'),
    ];
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(centre, task, ...operations)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
    expect((await home.fetch('GET', `/${task}`)).body.meta.versionId).toBe('2');
  });
});

describe('by criteria', () => {
  const identified = (value: string): object => ({ ...NAMED, identifier: [{ system: 'urn:p', value }] });
  const patchWhere = (query: string, body = rename('After'), headers = {}): Promise<Answer> =>
    home.fetch('PATCH', `/Patient${query}`, JSON.stringify(body), { ...AS_JSON_PATCH, ...headers });

  test('one match is patched', async () => {
    const { id } = (await home.fetch('POST', '/Patient', identified('one'))).body;
    const answer = await patchWhere('?identifier=urn:p%7Cone&_format=json');
    expect([answer.status, answer.headers.get('etag'), answer.body.id]).toEqual([200, 'W/"2"', id]);
    expect(answer.body.name[0].family).toBe('After');
    expectOutcome(await patchWhere('?identifier=urn:p%7Cone', [], { 'if-match': 'W/"1"' }), 412, 'version-conflict');
  });
  test('no match is 404, several are 412', async () => {
    expectOutcome(await patchWhere('?identifier=urn:p%7Cnone'), 404, 'not-found');
    for (const _ of [1, 2]) await home.fetch('POST', '/Patient', identified('two'));
    expectOutcome(await patchWhere('?identifier=urn:p%7Ctwo'), 412, 'several-matches');
    const { entry } = (await home.fetch('GET', '/Patient?identifier=urn:p%7Ctwo')).body;
    expect(entry.map(({ resource }: Json) => resource.meta.versionId)).toEqual(['1', '1']);
  });
  test.each([
    ['', 'criteria-empty'],
    ['?', 'criteria-empty'],
    ['?_format=json', 'criteria-empty'],
    ['?identifier=', 'empty-value'],
    ['?colour=red', 'unknown-parameter'],
    ['?identifier=x&colour=red', 'unknown-parameter'],
    ['?identifier=x&_count=1', 'criteria-of-page'],
    ['?identifier=x&_sort=_id', 'criteria-of-page'],
    ['?identifier=%ZZ', 'bad-encoding'],
    ['?_content=x', 'criteria-by-text'],
  ])('criteria that are none are refused: %s', async (query, key) => {
    expectOutcome(await patchWhere(query), 400, key);
  });
});
