import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';
import { countRows } from '../support/rows.ts';
import { waitUntil } from '../support/wait-until.ts';

/** https://hl7.org/fhir/R4/resource-operation-validate.html */

const CASE_REQUEST = 'https://consilium.example/fhir/StructureDefinition/case-request';
const SERVICE = 'https://consilium.example/fhir/CodeSystem/second-opinion-service';

let house: TestHouse;
let home: Partner;
let other: Partner;
let centre: Partner;
let lenient: Partner;
let before: Record<string, number>;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  other = await house.register('other', 'placer');
  centre = await house.register('centre', 'programme');
  await home.fetch('PUT', '/Patient/stored', { ...PATIENT, id: 'stored' });
  await home.fetch('PUT', '/Patient/gone', { ...PATIENT, id: 'gone' });
  await home.fetch('DELETE', '/Patient/gone');
  lenient = await house.register('lenient', 'placer', undefined, 'lenient');
  await lenient.fetch('PUT', '/Condition/miscoded', { ...MISCODED, id: 'miscoded' });
  before = await countRows(house.database);
});
// Whatever is asked in this file, nothing of it is stored.
afterEach(async () => expect(await countRows(house.database)).toEqual(before));
afterAll(() => house.stop());

const PATIENT = { resourceType: 'Patient', name: [{ family: 'Lind' }], birthDate: '1961-02-03' };
const WRONG = { resourceType: 'Patient', birthDate: '1961-13-03', nickname: 'L', gender: 'f' };

/** Its structure is right, its code none of those that there are. */
const MISCODED = {
  resourceType: 'Condition',
  subject: { display: 'An invented patient' },
  clinicalStatus: {
    coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'nonsense' }],
  },
};

/** One that can be sent as it is. */
const REQUEST = {
  resourceType: 'ServiceRequest',
  identifier: [
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'PLAC' }] },
      system: 'http://home.example/orders',
      value: '1',
    },
  ],
  status: 'active',
  intent: 'order',
  code: { coding: [{ system: SERVICE, code: 'comprehensive-opinion' }] },
  subject: { reference: 'Patient/stored' },
};

const wrap = (...parameter: Json[]): Json => ({ resourceType: 'Parameters', parameter });
const errorsOf = ({ body }: Answer): string[] =>
  body.issue
    .filter(({ severity }: Json) => severity === 'error')
    .map(({ details }: Json) => details.coding[0].code as string);

describe('a resource', () => {
  test('without issues is told to have none', async () => {
    const answer = await home.fetch('POST', '/Patient/$validate', PATIENT);
    expectOutcome(answer, 200, 'no-issues');
    expect(answer.body.issue).toHaveLength(1);
    expect(answer.body.issue[0]).toMatchObject({ severity: 'information', code: 'informational' });
  });
  test('has all its errors told at once, each with its place, and with 200', async () => {
    const answer = await home.fetch('POST', '/Patient/$validate', WRONG);
    expectOutcome(answer, 200, 'unknown-element', 'Patient.nickname');
    expect(answer.body.issue.flatMap(({ expression }: Json) => expression)).toEqual(
      expect.arrayContaining(['Patient.birthDate', 'Patient.gender', 'Patient.nickname']),
    );
  });
  test('has issues of lesser severity told, too', async () => {
    const claims = { ...PATIENT, meta: { profile: ['http://hospital.example/StructureDefinition/none'] } };
    const answer = await home.fetch('POST', '/Patient/$validate', claims);
    expectOutcome(answer, 200, 'unknown-profile', 'Patient.meta.profile[0]');
    expect(errorsOf(answer)).toEqual([]);
  });
  test('in Parameters is the same as bare', async () => {
    const [bare, wrapped] = await Promise.all([
      home.fetch('POST', '/Patient/$validate', WRONG),
      home.fetch('POST', '/Patient/$validate', wrap({ name: 'resource', resource: WRONG })),
    ]);
    expect([wrapped.status, wrapped.body]).toEqual([200, bare.body]);
  });
  test.each([
    ['an empty object', {}, 'missing-resource-type'],
    ['a list', [], 'missing-resource-type'],
    ['nothing', 'null', 'missing-resource-type'],
    ['an unknown type', { resourceType: 'Patent' }, 'unknown-resource-type'],
    ['another type', { resourceType: 'Basic', code: { text: 'x' } }, 'wrong-resource-type'],
  ])('that is %s is told so with 200', async (_what, body, key) => {
    expectOutcome(await home.fetch('POST', '/Patient/$validate', body), 200, key);
  });
  test('comes and is answered as XML, too', async () => {
    const xml = '<Patient xmlns="http://hl7.org/fhir"><birthDate value="1961-13-03"/></Patient>';
    const headers = { 'content-type': 'application/fhir+xml' };
    const asJson = await home.fetch('POST', '/Patient/$validate?_format=json', xml, headers);
    expect(asJson.body.issue[0].expression).toEqual(['Patient.birthDate']);
    const asXml = await home.fetch('POST', '/Patient/$validate', xml, headers);
    expect([asXml.status, asXml.headers.get('content-type')]).toEqual([200, 'application/fhir+xml; charset=utf-8']);
    expect(asXml.text).toContain('<expression value="Patient.birthDate"/>');
  });
  test('of the type Parameters is itself what is looked at', async () => {
    const answer = await home.fetch('POST', '/Parameters/$validate', wrap({ name: 'a', valueString: 'b' }));
    expectOutcome(answer, 200, 'no-issues');
    const inner = wrap({ name: 'resource', resource: wrap({ valueString: 'b' }) });
    expectOutcome(await home.fetch('POST', '/Parameters/$validate', inner), 200, 'missing-element');
  });
});

describe('profiles', () => {
  const { identifier: _identifier, ...unnumbered } = REQUEST;
  test('of a case count for its records whether they claim them or not', async () => {
    const unclaimed = await home.fetch('POST', '/ServiceRequest/$validate', unnumbered);
    const claimed = await home.fetch('POST', '/ServiceRequest/$validate', {
      ...unnumbered,
      meta: { profile: [CASE_REQUEST] },
    });
    expect(errorsOf(unclaimed).length).toBeGreaterThan(0);
    expect(unclaimed.body).toEqual(claimed.body);
    // The same request about something else is no record of a case.
    const plain = { ...unnumbered, code: { text: 'Blood count' } };
    expect(errorsOf(await home.fetch('POST', '/ServiceRequest/$validate', plain))).toEqual([]);
  });
  test('that are asked for are checked', async () => {
    const plain = { ...unnumbered, code: { text: 'Blood count' } };
    const asked = await home.fetch('POST', `/ServiceRequest/$validate?profile=${CASE_REQUEST}`, plain);
    expect(errorsOf(asked).length).toBeGreaterThan(0);
    const wrapped = wrap({ name: 'resource', resource: plain }, { name: 'profile', valueUri: CASE_REQUEST });
    expect((await home.fetch('POST', '/ServiceRequest/$validate', wrapped)).body).toEqual(asked.body);
    wrapped.parameter[1] = { name: 'profile', valueCanonical: CASE_REQUEST };
    expect((await home.fetch('POST', '/ServiceRequest/$validate', wrapped)).body).toEqual(asked.body);
  });
  test('that are asked for and not known are an error', async () => {
    const answer = await home.fetch('POST', '/Patient/$validate?profile=http://hospital.example/none', PATIENT);
    expectOutcome(answer, 200, 'unknown-profile');
    expect(errorsOf(answer)).toEqual(['unknown-profile']);
  });
});

describe('a stored record', () => {
  test.each(['GET', 'POST'])('is looked at by %s without a body', async (method) => {
    expectOutcome(await home.fetch(method, '/Patient/stored/$validate'), 200, 'no-issues');
    const profiled = await home.fetch(method, `/Patient/stored/$validate?mode=profile&profile=http://a.example/none`);
    expectOutcome(profiled, 200, 'unknown-profile');
  });
  test('that is absent, hidden or deleted is answered as it is read', async () => {
    expectOutcome(await home.fetch('GET', '/Patient/absent/$validate'), 404, 'not-found');
    const [hidden, absent] = await Promise.all(
      ['stored', 'absent'].map((id) => other.fetch('GET', `/Patient/${id}/$validate`)),
    );
    expectOutcome(hidden!, 404, 'not-found');
    expect(hidden!.text.replaceAll('stored', 'absent')).toBe(absent!.text);
    expectOutcome(await home.fetch('GET', '/Patient/gone/$validate'), 410, 'deleted');
  });
});

describe('a mode', () => {
  test('create: the id of the resource is said to be of no use', async () => {
    expectOutcome(await home.fetch('POST', '/Patient/$validate?mode=create', PATIENT), 200, 'no-issues');
    const answer = await home.fetch('POST', '/Patient/$validate?mode=create', { ...PATIENT, id: 'stored' });
    expectOutcome(answer, 200, 'id-not-used', 'Patient.id');
    expect(errorsOf(answer)).toEqual([]);
  });
  test('create: a request that would open a case opens none', async () => {
    expectOutcome(await home.fetch('POST', '/ServiceRequest/$validate?mode=create', REQUEST), 200, 'no-issues');
    // A rule of the case alone: the profile has nothing against it.
    const answer = await centre.fetch('POST', '/ServiceRequest/$validate?mode=create', REQUEST);
    expectOutcome(answer, 200, 'not-your-move', 'ServiceRequest.status');
    expectOutcome(await centre.fetch('POST', '/ServiceRequest/$validate', REQUEST), 200, 'no-issues');
  });
  test('create: what the case would refuse is told', async () => {
    const task = {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      basedOn: [{ reference: 'ServiceRequest/absent' }],
    };
    expect(errorsOf(await home.fetch('POST', '/Task/$validate', task))).toEqual([]);
    const answer = await home.fetch('POST', '/Task/$validate?mode=create', task);
    expectOutcome(answer, 200, 'case-reference-unknown');
  });
  test.each([
    ['of a record that is there', '/Patient/stored', { ...PATIENT, id: 'stored' }, 'no-issues'],
    ['by the id of the resource alone', '/Patient', { ...PATIENT, id: 'stored' }, 'no-issues'],
    ['that would create', '/Patient/fresh', { ...PATIENT, id: 'fresh' }, 'update-creates'],
    ['with another id', '/Patient/stored', { ...PATIENT, id: 'another' }, 'id-mismatch'],
    ['without an id at a record', '/Patient/stored', PATIENT, 'id-mismatch'],
    ['without any id', '/Patient', PATIENT, 'id-needed'],
    ['with errors', '/Patient/stored', { ...WRONG, id: 'stored' }, 'write-not-tried'],
  ])('update %s', async (_what, path, resource, key) => {
    expectOutcome(await home.fetch('POST', `${path}/$validate?mode=update`, resource), 200, key);
    const wrapped = wrap({ name: 'mode', valueCode: 'update' }, { name: 'resource', resource });
    expectOutcome(await home.fetch('POST', `${path}/$validate`, wrapped), 200, key);
  });
  test("update: another organisation's id is told as a write tells it", async () => {
    const answer = await other.fetch('POST', '/Patient/stored/$validate?mode=update', { ...PATIENT, id: 'stored' });
    expectOutcome(answer, 200, 'id-taken');
  });
  test.each([
    ['home', '/Patient/stored', 'no-issues'],
    ['home', '/Patient/gone', 'no-issues'],
    ['home', '/Patient/absent', 'not-found'],
    ['other', '/Patient/stored', 'not-found'],
    ['home', '/Patient', 'mode-needs-record'],
  ])('delete: %s, %s', async (who, path, key) => {
    const partner = who === 'home' ? home : other;
    const answer = await partner.fetch('POST', `${path}/$validate`, wrap({ name: 'mode', valueCode: 'delete' }));
    expectOutcome(answer, 200, key);
  });
  test('delete leaves the record', async () => {
    await home.fetch('GET', '/Patient/stored/$validate?mode=delete');
    expect((await home.fetch('GET', '/Patient/stored')).body.meta.versionId).toBe('1');
  });
  test('delete: what belongs to a sent case stays', async () => {
    const { status, body } = await home.fetch('POST', '/ServiceRequest', REQUEST);
    expect([status, body.issue]).toEqual([201, undefined]);
    before = await countRows(house.database);
    const answer = await home.fetch('GET', `/ServiceRequest/${body.id}/$validate?mode=delete`);
    expectOutcome(answer, 200, 'record-of-a-case');
  });
  test('profile is about the stored record alone', async () => {
    const answer = await home.fetch('POST', '/Patient/stored/$validate?mode=profile', PATIENT);
    expectOutcome(answer, 200, 'resource-not-wanted');
    expectOutcome(await home.fetch('POST', '/Patient/$validate?mode=profile', PATIENT), 200, 'mode-needs-record');
  });
  test('create does not keep the bytes of a Binary', async () => {
    const binary = { resourceType: 'Binary', contentType: 'text/plain', data: 'aGk=' };
    expectOutcome(await home.fetch('POST', '/Binary/$validate?mode=create', binary), 200, 'write-not-tried');
  });
});

describe('of a lenient organisation', () => {
  const severitiesOf = ({ body }: Answer): string[] =>
    body.issue
      .filter(({ details }: Json) => details.coding[0].code === 'code-not-allowed')
      .map(({ severity }: Json) => severity as string);
  const UPDATE = { ...MISCODED, id: 'miscoded' };

  test.each([
    ['on the type', 'POST', '', MISCODED],
    ['to be created', 'POST', '?mode=create', MISCODED],
    ['to be updated', 'POST', '/miscoded?mode=update', UPDATE],
    ['to be updated, by its own id', 'POST', '?mode=update', UPDATE],
    ['instead of a record', 'POST', '/miscoded', UPDATE],
    ['as stored', 'GET', '/miscoded', undefined],
    ['as stored, by its mode', 'GET', '/miscoded?mode=profile', undefined],
  ])('a code that is not allowed is a warning: %s', async (_what, method, path, resource) => {
    const [place, query] = path.split('?', 2) as [string, string?];
    const address = `/Condition${place}/$validate${query === undefined ? '' : `?${query}`}`;
    const answer = await lenient.fetch(method, address, resource);
    expectOutcome(answer, 200, 'code-not-allowed', 'Condition.clinicalStatus.coding');
    expect([severitiesOf(answer), errorsOf(answer)]).toEqual([['warning'], []]);
    // Told once, and the write was tried.
    expect(JSON.stringify(answer.body)).not.toContain('write-not-tried');
    if (resource === undefined) return;
    expect(severitiesOf(await home.fetch('POST', '/Condition/$validate', resource))).toEqual(['error']);
  });

  test('also with a profile that was asked for', async () => {
    const profile = 'http://hl7.org/fhir/StructureDefinition/Condition';
    const answer = await lenient.fetch('POST', `/Condition/$validate?profile=${profile}`, MISCODED);
    expect([severitiesOf(answer), errorsOf(answer)]).toEqual([['warning'], []]);
  });

  test('structure is not forgiven, nor tried', async () => {
    const wrong = { ...MISCODED, nonsense: 1 };
    const answer = await lenient.fetch('POST', '/Condition/$validate?mode=create', wrong);
    expectOutcome(answer, 200, 'write-not-tried');
    expect([severitiesOf(answer), errorsOf(answer)]).toEqual([['warning'], ['unknown-element']]);
  });
});

describe('refused is', () => {
  test.each([
    ['what is no JSON', '', '{', 'malformed-json'],
    ['an unknown mode', '?mode=patch', PATIENT, 'unknown-mode'],
    ['an unknown parameter', '?profil=x', PATIENT, 'unknown-parameter'],
    ['a parameter twice', '?mode=create&mode=create', PATIENT, 'parameter-twice'],
    ['a resource in the address', '?resource=x', PATIENT, 'parameter-type'],
    ['a parameter of another type', '', wrap({ name: 'mode', valueString: 'create' }), 'parameter-type'],
    ['a resource as text', '', wrap({ name: 'resource', valueString: '{}' }), 'parameter-type'],
    ['an unknown parameter in the body', '', wrap({ name: 'resorce', resource: PATIENT }), 'unknown-parameter'],
    ['parameters that are no list', '', { resourceType: 'Parameters', parameter: {} }, 'parameters-unusable'],
    ['a parameter without a name', '', wrap({ valueCode: 'create' }), 'parameters-unusable'],
    ['no resource', '?mode=create', wrap(), 'resource-needed'],
  ])('%s', async (_what, query, body, key) => {
    expectOutcome(await home.fetch('POST', `/Patient/$validate${query}`, body), 400, key);
  });
  test('no body where no record is named', async () => {
    expectOutcome(await home.fetch('POST', '/Patient/$validate'), 400, 'resource-needed');
    expectOutcome(await home.fetch('POST', '/Patient/stored/$validate?mode=update'), 400, 'resource-needed');
  });
  test('an unknown type', async () => {
    expectOutcome(await home.fetch('POST', '/Patent/$validate', PATIENT), 404, 'unknown-type');
  });
  test('another media type', async () => {
    const headers = { 'content-type': 'text/plain' };
    expectOutcome(await home.fetch('POST', '/Patient/$validate', 'x', headers), 415, 'media-type');
  });
});

describe('a token', () => {
  test.each(['c', 'r', 'u'])('for %s on the type is enough', async (letter) => {
    const partner = await house.register(`may-${letter}`, 'placer', `system/Patient.${letter}`);
    before = await countRows(house.database);
    expectOutcome(await partner.fetch('POST', '/Patient/$validate', PATIENT), 200, 'no-issues');
    expectOutcome(await partner.fetch('POST', '/Basic/$validate', PATIENT), 403, 'scope-missing');
  });
  test('for less is not, and a mode says which scope the write would need', async () => {
    const deleter = await house.register('may-d', 'placer', 'system/Patient.d');
    const reader = await house.register('may-rs', 'placer', 'system/Patient.rs');
    const writer = await house.register('may-cu', 'placer', 'system/Patient.cu');
    before = await countRows(house.database);
    expectOutcome(await deleter.fetch('POST', '/Patient/$validate', PATIENT), 403, 'scope-missing');
    for (const mode of ['create', 'update']) {
      const answer = await reader.fetch('POST', `/Patient/$validate?mode=${mode}`, { ...PATIENT, id: 'a' });
      expectOutcome(answer, 200, 'scope-missing');
    }
    expectOutcome(await reader.fetch('GET', '/Patient/stored/$validate?mode=delete'), 200, 'scope-missing');
    expectOutcome(await writer.fetch('GET', '/Patient/stored/$validate'), 403, 'scope-missing');
  });
});

test('who asked is noted, and that it was a question', async () => {
  const asker = await house.register('asker', 'placer');
  await asker.fetch('PUT', '/Patient/own', { ...PATIENT, id: 'own' });
  before = await countRows(house.database);
  await asker.fetch('GET', '/Patient/own/$validate');
  await asker.fetch('POST', '/Patient/$validate?mode=create', PATIENT);
  const text = `select distinct ref from audit where organization = 'asker' and interaction = 'validate' and status = 200`;
  const client = new Client({ connectionString: house.database });
  await client.connect();
  try {
    // The trail is written every 20 ms.
    let refs: unknown[] = [];
    await waitUntil(async () => {
      refs = (await client.query<{ ref: string }>(`${text} order by ref`)).rows.map(({ ref }) => ref);
      return refs.length >= 2;
    });
    expect(refs).toEqual(['Patient', 'Patient/own']);
  } finally {
    await client.end();
  }
});

test('other operations are not offered', async () => {
  for (const path of ['/Patient/$nope', '/Patient/stored/$nope', '/$validate']) {
    expect((await home.fetch('POST', path, PATIENT)).status).toBe(404);
  }
  expectOutcome(await home.fetch('GET', '/Patient/$validate'), 404, 'unknown-operation');
});
