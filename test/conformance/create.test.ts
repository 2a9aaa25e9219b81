import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#create */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

test('a create gives the record an id, a version and an address', async () => {
  const answer = await home.fetch('POST', '/Patient', { resourceType: 'Patient', active: true });
  expect(answer.status).toBe(201);
  expect(answer.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(answer.body.meta.versionId).toBe('1');
  expect(answer.headers.get('location')).toBe(`${house.url}/fhir/Patient/${answer.body.id}/_history/1`);
  expect(answer.headers.get('etag')).toBe('W/"1"');
  expect(answer.headers.get('last-modified')).not.toBeNull();
});

test('id, versionId and lastUpdated of the sender are not used; the rest of meta is', async () => {
  const meta = {
    versionId: '99',
    lastUpdated: '1999-01-01T00:00:00Z',
    profile: ['http://p.example/x'],
    tag: [{ system: 'http://t', code: 'a' }],
  };
  const { body } = await home.fetch('POST', '/Patient', { resourceType: 'Patient', id: 'mine', meta });
  expect(body.id).not.toBe('mine');
  expect(body.meta).toEqual({
    versionId: '1',
    lastUpdated: expect.not.stringMatching(/^1999/),
    profile: meta.profile,
    tag: meta.tag,
  });
  expect((await home.fetch('GET', '/Patient/mine')).status).toBe(404);
});

describe('Prefer', () => {
  test('return=minimal leaves the body out', async () => {
    const answer = await home.fetch('POST', '/Patient', { resourceType: 'Patient' }, { prefer: 'return=minimal' });
    expect([answer.status, answer.text]).toEqual([201, '']);
    expect(answer.headers.get('location')).toMatch(/\/fhir\/Patient\/[^/]+\/_history\/1$/);
  });
  test('return=representation gives it', async () => {
    const answer = await home.fetch(
      'POST',
      '/Patient',
      { resourceType: 'Patient' },
      { prefer: 'return=representation' },
    );
    expect([answer.status, answer.body.resourceType]).toEqual([201, 'Patient']);
  });
});

test('every type of R4 can be created that needs nothing more', async () => {
  const statement = (await home.fetch('GET', '/metadata')).body;
  const types: string[] = statement.rest[0].resource.map(({ type }: { type: string }) => type);
  expect(types.length).toBe(146);
  const answers = await Promise.all(types.map((type) => home.fetch('POST', `/${type}`, { resourceType: type })));
  // What is required differs by type: it is there, or the answer says which element is missing.
  for (const answer of answers) {
    if (answer.status !== 201) expectOutcome(answer, 422, answer.body.issue[0].details.coding[0].code);
  }
  expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(30);
});

test('all that is wrong is told at once, each with its place', async () => {
  const answer = await home.fetch('POST', '/Patient', {
    resourceType: 'Patient',
    nick: 'x',
    gender: 'f',
    birthDate: '1970-02-30',
    name: [{ family: 7 }, { use: 'odd' }],
    contact: {},
  });
  expect(answer.status).toBe(422);
  const places = answer.body.issue.map(({ expression }: { expression: string[] }) => expression[0]);
  expect(places).toEqual(
    expect.arrayContaining([
      'Patient.nick',
      'Patient.gender',
      'Patient.birthDate',
      'Patient.name[0].family',
      'Patient.name[1].use',
      'Patient.contact',
    ]),
  );
});

test('a reference to what is not known is accepted where no case hangs on it', async () => {
  const answer = await home.fetch('POST', '/Observation', {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/unknown' },
  });
  expect(answer.status).toBe(201);
});
