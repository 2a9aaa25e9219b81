import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** What a client prefers to be answered: https://hl7.org/fhir/R4/http.html#ops */
let house: TestHouse;
let home: Partner;
let lenient: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  lenient = await house.register('lenient', 'placer', undefined, 'lenient');
  await house.register('centre', 'programme');
});
afterAll(() => house.stop());

const OUTCOME = { prefer: 'return=OperationOutcome' };
const PLAIN = { resourceType: 'Patient' };
/** An extension that nobody knows, and a profile that this server does not. */
const REMARKABLE = {
  resourceType: 'Patient',
  meta: { profile: ['https://other.example/StructureDefinition/p'] },
  extension: [{ url: 'urn:x', valueString: 'kept' }],
};
const NONSENSE = {
  resourceType: 'Condition',
  subject: { display: 'An invented patient' },
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'nonsense' }],
  },
};

const told = (outcome: Json): unknown[] =>
  outcome.issue.map(({ severity, details, expression }: Json) => [
    severity,
    details.coding[0].code,
    ...(expression ?? []),
  ]);
const applied = ({ headers }: Answer): string | null => headers.get('preference-applied');
const WRITTEN = [['information', 'record-written']];
const REMARKS = [
  ['information', 'unknown-extension', 'Patient.extension[0]'],
  ['warning', 'unknown-profile', 'Patient.meta.profile[0]'],
];

function expectWritten(answer: Answer, status: number, version: number): void {
  expectOutcome(answer, status, answer.body.issue[0].details.coding[0].code);
  expect(answer.headers.get('etag')).toBe(`W/"${version}"`);
  expect(answer.headers.get('location')).toMatch(new RegExp(`/fhir/[A-Za-z]+/[^/]+/_history/${version}$`));
  expect(applied(answer)).toBe('return=OperationOutcome');
}

describe('return=OperationOutcome', () => {
  test.each([
    ['nothing', PLAIN, WRITTEN],
    ['warnings and information', REMARKABLE, REMARKS],
  ])('a create, with %s to say', async (_what, resource, remarks) => {
    const answer = await home.fetch('POST', '/Patient', resource, OUTCOME);
    expectWritten(answer, 201, 1);
    expect(told(answer.body)).toEqual(remarks);
    const { pathname } = new URL(answer.headers.get('location')!);
    expect((await home.fetch('GET', pathname.slice('/fhir'.length))).body).toMatchObject(resource);
  });

  test('an update, of the first version and of the next', async () => {
    const first = await home.fetch('PUT', '/Patient/remarkable', { ...REMARKABLE, id: 'remarkable' }, OUTCOME);
    expectWritten(first, 201, 1);
    expect(told(first.body)).toEqual(REMARKS);
    const next = await home.fetch('PUT', '/Patient/remarkable', { ...PLAIN, id: 'remarkable' }, OUTCOME);
    expectWritten(next, 200, 2);
    expect(told(next.body)).toEqual(WRITTEN);
  });

  describe('a request to a programme that opens no case', () => {
    const SERVICES = 'https://consilium.example/fhir/CodeSystem/second-opinion-service';
    const request = (change: Json): Json => ({
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      code: { coding: [{ system: 'http://hospital.example/services', code: 'second-opinion' }] },
      subject: { display: 'An invented patient' },
      performer: [{ reference: 'Organization/answering' }],
      ...change,
    });
    const keys = ({ body }: Answer): unknown[] =>
      body.issue.map(({ details }: Json) => details.coding[0].code).filter((key: string) => key === 'no-case-opened');

    beforeAll(() => house.register('answering', 'programme'));

    test('is told why, in the answer, in a Bundle and by $validate', async () => {
      const written = await home.fetch('POST', '/ServiceRequest', request({}), OUTCOME);
      expectOutcome(written, 201, 'no-case-opened', 'ServiceRequest.code');
      expect(written.body.issue[0].severity).toBe('warning');
      expect(written.body.issue[0].details.text).toContain(`${SERVICES}. If`);
      expect(written.body.issue[0].details.text).toContain('single-specialist-opinion');
      const sent = await home.fetch(
        'POST',
        '',
        {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: [{ resource: request({}), request: { method: 'POST', url: 'ServiceRequest' } }],
        },
        OUTCOME,
      );
      expect(sent.body.entry[0].response.outcome.issue[0]).toMatchObject({
        details: { coding: [{ code: 'no-case-opened' }] },
        expression: ['Bundle.entry[0].resource.code'],
      });
      for (const address of ['$validate', '$validate?mode=create']) {
        const looked = await home.fetch('POST', `/ServiceRequest/${address}`, request({}));
        expect(keys(looked)).toEqual(['no-case-opened']);
      }
    });

    test.each([
      ['is a draft', { status: 'draft' }],
      ['names no programme', { performer: [{ reference: 'Organization/elsewhere' }] }],
      ['names nobody', { performer: undefined }],
    ])('is not told so where it %s', async (_what, change) => {
      expect(keys(await home.fetch('POST', '/ServiceRequest', request(change), OUTCOME))).toEqual([]);
    });

    test('is refused where its system is one of the guide, misspelt', async () => {
      const code = { coding: [{ system: `${SERVICES}s`, code: 'single-specialist-opinion' }] };
      const refused = await home.fetch('POST', '/ServiceRequest', request({ code }));
      expectOutcome(refused, 422, 'unknown-code-system', 'ServiceRequest.code.coding[0].system');
      expect(refused.body.issue[0].details.text).toContain(`Did you mean ${SERVICES}?`);
    });
  });

  test('a conditional create, which says whether it wrote', async () => {
    const headers = { ...OUTCOME, 'if-none-exist': 'identifier=urn:x%7Cprefer' };
    const patient = { ...REMARKABLE, identifier: [{ system: 'urn:x', value: 'prefer' }] };
    const first = await home.fetch('POST', '/Patient', patient, headers);
    expectWritten(first, 201, 1);
    expect(told(first.body)).toEqual(REMARKS);
    const again = await home.fetch('POST', '/Patient', patient, headers);
    expectWritten(again, 200, 1);
    expect(told(again.body)).toEqual([['information', 'record-found']]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  test('a Binary sent as its bytes', async () => {
    const answer = await home.fetch('POST', '/Binary', 'hello', { ...OUTCOME, 'content-type': 'text/plain' });
    expectWritten(answer, 201, 1);
    expect(told(answer.body)).toEqual(WRITTEN);
  });

  test('what a lenient organisation is forgiven is told as a warning', async () => {
    const answer = await lenient.fetch('POST', '/Condition', NONSENSE, OUTCOME);
    expectWritten(answer, 201, 1);
    expect(told(answer.body)).toContainEqual(['warning', 'code-not-allowed', 'Condition.clinicalStatus.coding']);
    expect(answer.body.issue.every(({ severity }: Json) => severity !== 'error')).toBe(true);
  });

  test('what a profile of the case warns of is told once', async () => {
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
      subject: { reference: 'Patient/remarkable' },
      date: '2026-01-01T00:00:00Z',
      extension: [{ url: 'urn:x', valueString: 'kept' }],
      content: [{ attachment: { contentType: 'text/plain', language: 'en', title: 'A report', data: 'aGk=' } }],
    };
    const answer = await home.fetch('POST', '/DocumentReference', document, OUTCOME);
    expectWritten(answer, 201, 1);
    const remarks = told(answer.body).map((remark) => JSON.stringify(remark));
    expect(remarks).toContain('["information","unknown-extension","DocumentReference.extension[0]"]');
    expect(new Set(remarks).size).toBe(remarks.length);
  });

  test('a refusal is the one that it would be', async () => {
    const answer = await home.fetch('POST', '/Condition', NONSENSE, OUTCOME);
    expectOutcome(answer, 422, 'code-not-allowed');
    expect(applied(answer)).toBeNull();
  });

  test('in XML', async () => {
    const headers = { ...OUTCOME, accept: 'application/fhir+xml' };
    const answer = await home.fetch('POST', '/Patient', REMARKABLE, headers);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([201, 'application/fhir+xml; charset=utf-8']);
    expect(answer.text).toMatch(/^<\?xml[^>]*><OperationOutcome /);
    expect(answer.text).toContain('<severity value="warning"/>');
    expect(answer.text).toContain('<expression value="Patient.meta.profile[0]"/>');
  });
});

describe.each(['transaction', 'batch'])('return=OperationOutcome in a %s', (type) => {
  const entry = (resource: object, request: object): object => ({ resource, request });
  const post = (resource: Json, more = {}): object =>
    entry(resource, { method: 'POST', url: resource.resourceType, ...more });
  const bundle = (...entries: object[]): object => ({ resourceType: 'Bundle', type, entry: entries });

  test('each entry tells what there is to say about it', async () => {
    const ifNoneExist = `identifier=urn:x%7C${type}`;
    const known = { ...PLAIN, identifier: [{ system: 'urn:x', value: type }] };
    await home.fetch('POST', '/Patient', known);
    const id = `of-${type}`;
    const sent = bundle(
      post(PLAIN),
      post(REMARKABLE),
      entry({ ...REMARKABLE, id }, { method: 'PUT', url: `Patient/${id}` }),
      post(known, { ifNoneExist }),
    );
    const answer = await home.fetch('POST', '', sent, OUTCOME);
    expect([answer.status, answer.body.type, applied(answer)]).toEqual([
      200,
      `${type}-response`,
      'return=OperationOutcome',
    ]);
    const { entry: entries } = answer.body;
    expect(entries.map(({ response }: Json) => response.status)).toEqual(['201', '201', '201', '200']);
    expect(entries.some((each: Json) => 'resource' in each)).toBe(false);
    expect('outcome' in entries[0].response).toBe(false);
    // An entry of a batch is answered as if it had come alone.
    const places = (at: number): unknown[] =>
      REMARKS.map(([severity, key, place]) => [
        severity,
        key,
        type === 'batch' ? place : place!.replace('Patient', `Bundle.entry[${at}].resource`),
      ]);
    expect(told(entries[1].response.outcome)).toEqual(places(1));
    expect(told(entries[2].response.outcome)).toEqual(places(2));
    expect(told(entries[3].response.outcome)).toEqual([['information', 'record-found']]);
  });

  test.each(['return=minimal', 'return=representation', 'handling=strict'])('%s brings none', async (prefer) => {
    const answer = await home.fetch('POST', '', bundle(post(REMARKABLE)), { prefer });
    expect(answer.status).toBe(200);
    expect('outcome' in answer.body.entry[0].response).toBe(false);
    expect('resource' in answer.body.entry[0]).toBe(prefer === 'return=representation');
    expect(applied(answer)).toBe(prefer);
  });

  test('in XML', async () => {
    const answer = await home.fetch('POST', '', bundle(post(REMARKABLE)), { ...OUTCOME, accept: 'text/xml' });
    expect(answer.text).toContain('<outcome><OperationOutcome><issue><severity value="information"/>');
  });

  test('of one record not more is told than an entry has room for', async () => {
    const extension = Array.from({ length: 60 }, (_, n) => ({ url: `urn:x:${n}`, valueBoolean: true }));
    const answer = await home.fetch('POST', '', bundle(post({ ...PLAIN, extension })), OUTCOME);
    const keys = told(answer.body.entry[0].response.outcome).map((remark) => (remark as string[])[1]);
    expect(keys).toHaveLength(type === 'batch' ? 60 : 21);
    expect(keys.at(-1)).toBe(type === 'batch' ? 'unknown-extension' : 'more-remarks');
  });
});

describe('references that lead nowhere', () => {
  const ABSENT = 'reference-not-found';
  const observation = (reference: string, more: object = {}): Json => ({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference },
    ...more,
  });
  const place = 'Observation.subject.reference';
  const absent = (outcome: Json): unknown[] =>
    (outcome === undefined ? [] : told(outcome)).filter((remark) => (remark as string[])[1] === ABSENT);
  let other: Partner;
  beforeAll(async () => {
    other = await house.register('other', 'placer');
    await other.fetch('PUT', '/Patient/of-another', { ...PLAIN, id: 'of-another' });
    await home.fetch('PUT', '/Patient/ours', { ...PLAIN, id: 'ours' });
    await home.fetch('PUT', '/Patient/deleted', { ...PLAIN, id: 'deleted' });
    await home.fetch('DELETE', '/Patient/deleted');
  });

  test('are kept, and told with a warning; of another organisation, deleted or never there is the same', async () => {
    const answers = [];
    for (const id of ['of-another', 'deleted', 'never']) {
      const answer = await home.fetch('POST', '/Observation', observation(`Patient/${id}`), OUTCOME);
      expectWritten(answer, 201, 1);
      expectOutcome(answer, 201, ABSENT, place);
      answers.push(answer.text);
      const { pathname } = new URL(answer.headers.get('location')!);
      const stored = await home.fetch('GET', pathname.slice('/fhir'.length));
      expect(stored.body.subject.reference).toBe(`Patient/${id}`);
    }
    expect(new Set(answers).size).toBe(1);
    expect(absent(JSON.parse(answers[0]!))).toEqual([['warning', ABSENT, place]]);
  });

  test('are not told of what is there: own, published, or the record itself', async () => {
    const performer = [{ reference: 'Organization/centre' }];
    const self = { id: 'to-itself', hasMember: [{ reference: 'Observation/to-itself' }] };
    const answer = await home.fetch(
      'PUT',
      '/Observation/to-itself',
      observation('Patient/ours', { performer, ...self }),
      OUTCOME,
    );
    expect([answer.status, absent(answer.body)]).toEqual([201, []]);
  });

  test('are told after an update and a patch, and not where nothing was written', async () => {
    const put = { ...observation('Patient/never'), id: 'updated' };
    expect(absent((await home.fetch('PUT', '/Observation/updated', put, OUTCOME)).body)).toHaveLength(1);
    const headers = { ...OUTCOME, 'content-type': 'application/json-patch+json' };
    const patch = (status: string): Promise<Answer> =>
      home.fetch(
        'PATCH',
        '/Observation/updated',
        JSON.stringify([{ op: 'replace', path: '/status', value: status }]),
        headers,
      );
    expect(absent((await patch('amended')).body)).toHaveLength(1);
    expect(told((await patch('amended')).body)).toEqual([['information', 'record-unchanged']]);
    const found = { ...OUTCOME, 'if-none-exist': '_id=updated' };
    expect(told((await home.fetch('POST', '/Observation', put, found)).body)).toEqual([
      ['information', 'record-found'],
    ]);
  });

  test('are not told of what the caller may not read', async () => {
    const blind = await house.register('blind', 'placer', 'system/Observation.cruds');
    expect(told((await blind.fetch('POST', '/Observation', observation('Patient/never'), OUTCOME)).body)).toEqual(
      WRITTEN,
    );
  });

  test('are told by $validate where the write is tried', async () => {
    for (const [mode, count] of [
      ['', 0],
      ['?mode=create', 1],
    ] as const) {
      const looked = await home.fetch('POST', `/Observation/$validate${mode}`, observation('Patient/never'));
      expect([looked.status, absent(looked.body).length]).toEqual([200, count]);
    }
  });

  test.each(['transaction', 'batch'])('are told in a %s when all is written, where it was asked for', async (type) => {
    const post = (resource: Json, fullUrl?: string): object => ({
      fullUrl,
      resource,
      request: { method: 'POST', url: resource.resourceType },
    });
    const late = { ...PLAIN, id: `late-${type}` };
    const sent = {
      resourceType: 'Bundle',
      type,
      entry: [
        post({ ...observation('Patient/never'), extension: [{ url: 'urn:x', valueString: 'y' }] }),
        post(observation(`Patient/late-${type}`)),
        post(observation('urn:uuid:5e1f6f0c-7d2b-4a35-9d53-9d2f0a7f3c11')),
        { resource: late, request: { method: 'PUT', url: `Patient/late-${type}` } },
        { request: { method: 'DELETE', url: 'Patient/deleted' } },
        { request: { method: 'GET', url: 'Patient/ours' } },
      ],
    };
    const answer = await home.fetch('POST', '', sent, OUTCOME);
    const outcomes = answer.body.entry.map(({ response }: Json) => response.outcome);
    const at = (n: number): string => (type === 'batch' ? place : `Bundle.entry[${n}].resource.subject.reference`);
    expect(outcomes.map(absent)).toEqual([[['warning', ABSENT, at(0)]], [], [['warning', ABSENT, at(2)]], [], [], []]);
    expect(told(outcomes[0])).toContainEqual([
      'information',
      'unknown-extension',
      at(0).replace('subject.reference', 'extension[0]'),
    ]);
    for (const prefer of ['return=minimal', 'return=representation', 'handling=lenient']) {
      const plain = await home.fetch('POST', '', sent, { prefer });
      expect(plain.body.entry.some(({ response }: Json) => 'outcome' in response)).toBe(false);
    }
  });
});

describe('what was granted is said', () => {
  test.each([
    ['return=minimal', 'return=minimal', ''],
    ['respond-async, handling=strict; return=representation', 'return=representation', 'Patient'],
    ['return="operationoutcome"', 'return=OperationOutcome', 'OperationOutcome'],
    ['return=all', null, 'Patient'],
    ['respond-async', null, 'Patient'],
  ])('of a write: %s', async (prefer, granted, type) => {
    const answer = await home.fetch('POST', '/Patient', PLAIN, { prefer });
    expect([answer.status, applied(answer), answer.body?.resourceType ?? '']).toEqual([201, granted, type]);
  });

  test('of several headers', async () => {
    const headers: [string, string][] = [
      ['authorization', `Bearer ${home.token}`],
      ['content-type', 'application/fhir+json'],
      ['prefer', 'handling=lenient'],
      ['prefer', 'return=minimal'],
    ];
    const body = JSON.stringify(PLAIN);
    const answer = await fetch(`${house.url}/fhir/Patient`, { method: 'POST', headers, body });
    expect([answer.status, await answer.text()]).toEqual([201, '']);
    expect(answer.headers.get('preference-applied')).toBe('return=minimal');
  });

  test.each([
    ['handling=strict', 400, null],
    ['HANDLING = "Strict"', 400, null],
    ['handling=lenient', 200, 'handling=lenient'],
    ['return=minimal; handling=lenient', 200, 'handling=lenient'],
    ['return=minimal', 200, null],
  ])('of a search: %s', async (prefer, status, granted) => {
    const answer = await home.fetch('GET', '/Patient?colour=red', undefined, { prefer });
    expect([answer.status, applied(answer)]).toEqual([status, granted]);
    if (status === 200) expect(answer.headers.get('vary')).toMatch(/\bprefer\b/);
  });
});
