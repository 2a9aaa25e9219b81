import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#update, #upsert, #concurrency */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

test('an update makes the next version', async () => {
  const made = await home.fetch('POST', '/Patient', { resourceType: 'Patient' });
  const { id } = made.body;
  const answer = await home.fetch('PUT', `/Patient/${id}`, { resourceType: 'Patient', id, active: true });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('etag')).toBe('W/"2"');
  expect(answer.headers.get('location')).toBe(`${house.url}/fhir/Patient/${id}/_history/2`);
  expect(answer.body).toMatchObject({ id, active: true, meta: { versionId: '2' } });
  expect(Date.parse(answer.body.meta.lastUpdated)).toBeGreaterThanOrEqual(Date.parse(made.body.meta.lastUpdated));
});

test('an update under an id of the client creates', async () => {
  const answer = await home.fetch('PUT', '/Patient/my-own.1', { resourceType: 'Patient', id: 'my-own.1' });
  expect([answer.status, answer.body.meta.versionId]).toEqual([201, '1']);
  expect(answer.headers.get('location')).toBe(`${house.url}/fhir/Patient/my-own.1/_history/1`);
});

test('what is not in the update is gone', async () => {
  await home.fetch('PUT', '/Patient/less', {
    resourceType: 'Patient',
    id: 'less',
    active: true,
    meta: { tag: [{ code: 'a' }] },
  });
  const answer = await home.fetch('PUT', '/Patient/less', { resourceType: 'Patient', id: 'less' });
  expect(answer.body).not.toHaveProperty('active');
  expect(answer.body.meta).not.toHaveProperty('tag');
});

test('an update brings back what was deleted', async () => {
  await home.fetch('PUT', '/Patient/back', { resourceType: 'Patient', id: 'back' });
  await home.fetch('DELETE', '/Patient/back');
  const answer = await home.fetch('PUT', '/Patient/back', { resourceType: 'Patient', id: 'back' });
  expect([answer.status, answer.body.meta.versionId]).toEqual([201, '3']);
  expect((await home.fetch('GET', '/Patient/back')).status).toBe(200);
});

test.each([
  ['another id', { resourceType: 'Patient', id: 'other' }, 400, 'id-mismatch'],
  ['no id', { resourceType: 'Patient' }, 400, 'id-mismatch'],
  ['another type', { resourceType: 'Group', id: 'x' }, 400, 'type-mismatch'],
])('a body with %s is refused', async (_what, body, status, key) => {
  expectOutcome(await home.fetch('PUT', '/Patient/x', body), status, key);
  expect((await home.fetch('GET', '/Patient/x')).status).toBe(404);
});

describe('If-Match', () => {
  const patient = { resourceType: 'Patient', id: 'match' };
  beforeAll(() => home.fetch('PUT', '/Patient/match', patient));
  test('with the current version is taken, with an older one refused', async () => {
    expect((await home.fetch('PUT', '/Patient/match', patient, { 'if-match': 'W/"1"' })).status).toBe(200);
    expectOutcome(await home.fetch('PUT', '/Patient/match', patient, { 'if-match': 'W/"1"' }), 412, 'version-conflict');
    expect((await home.fetch('PUT', '/Patient/match', patient, { 'if-match': '"2"' })).status).toBe(200);
  });
  test('of what does not exist is refused', async () => {
    expectOutcome(
      await home.fetch('PUT', '/Patient/nomatch', { resourceType: 'Patient', id: 'nomatch' }, { 'if-match': 'W/"1"' }),
      412,
      'version-conflict',
    );
    expect((await home.fetch('GET', '/Patient/nomatch')).status).toBe(404);
  });
  test.each(['1', 'W/1', 'W/"x"', 'W/"0"', 'W/"1", W/"2"', 'W/"99999999999999999999"'])(
    '%s is no ETag of ours',
    async (etag) => {
      expectOutcome(await home.fetch('PUT', '/Patient/match', patient, { 'if-match': etag }), 400, 'bad-etag');
    },
  );
  test('lets one of many win', async () => {
    await home.fetch('PUT', '/Patient/win', { resourceType: 'Patient', id: 'win' });
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        home.fetch(
          'PUT',
          '/Patient/win',
          { resourceType: 'Patient', id: 'win', multipleBirthInteger: n },
          { 'if-match': 'W/"1"' },
        ),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 15 }, () => 412)]);
    expect((await home.fetch('GET', '/Patient/win')).body.meta.versionId).toBe('2');
  });
});

describe('If-None-Match: * writes only what is not there yet', () => {
  const patient = { resourceType: 'Patient', id: 'only-new' };
  const onlyNew = { 'if-none-match': '*' };
  test('once, and again after a deletion', async () => {
    expect((await home.fetch('PUT', '/Patient/only-new', patient, onlyNew)).status).toBe(201);
    expectOutcome(await home.fetch('PUT', '/Patient/only-new', patient, onlyNew), 412, 'already-there');
    expect((await home.fetch('GET', '/Patient/only-new')).body.meta.versionId).toBe('1');
    await home.fetch('DELETE', '/Patient/only-new');
    expect((await home.fetch('PUT', '/Patient/only-new', patient, onlyNew)).status).toBe(201);
  });
  test.each(['W/"1"', '"*"', '*, W/"1"'])('%s is refused rather than ignored', async (etag) => {
    const answer = await home.fetch('PUT', '/Patient/only-new', patient, { 'if-none-match': etag });
    expectOutcome(answer, 400, 'bad-etag', 'If-None-Match');
  });
  test('lets one of many win', async () => {
    const first = { resourceType: 'Patient', id: 'first-wins' };
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => home.fetch('PUT', '/Patient/first-wins', first, onlyNew)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 15 }, () => 412)]);
    expect((await home.fetch('GET', '/Patient/first-wins')).body.meta.versionId).toBe('1');
  });
});

test('updates without If-Match follow each other, none is lost', async () => {
  await home.fetch('PUT', '/Patient/queue', { resourceType: 'Patient', id: 'queue' });
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => home.fetch('PUT', '/Patient/queue', { resourceType: 'Patient', id: 'queue' })),
  );
  const done = answers.filter(({ status }) => status === 200);
  for (const answer of answers.filter(({ status }) => status !== 200)) expectOutcome(answer, 409, 'concurrent-change');
  expect(new Set(done.map(({ body }) => body.meta.versionId)).size).toBe(done.length);
  expect((await home.fetch('GET', '/Patient/queue')).body.meta.versionId).toBe(String(done.length + 1));
});

test('an id that another organisation holds is the same 409, whatever is behind it', async () => {
  const other = await house.register('other', 'placer');
  await other.fetch('PUT', '/Patient/theirs', { resourceType: 'Patient', id: 'theirs' });
  await other.fetch('PUT', '/Patient/theirs-deleted', { resourceType: 'Patient', id: 'theirs-deleted' });
  await other.fetch('DELETE', '/Patient/theirs-deleted');
  for (const id of ['theirs', 'theirs-deleted']) {
    expectOutcome(await home.fetch('PUT', `/Patient/${id}`, { resourceType: 'Patient', id }), 409, 'id-taken');
    expectOutcome(await home.fetch('GET', `/Patient/${id}`), 404, 'not-found');
  }
});
