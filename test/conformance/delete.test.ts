import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#delete */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

async function put(id: string): Promise<void> {
  await home.fetch('PUT', `/Patient/${id}`, {
    resourceType: 'Patient',
    id,
    identifier: [{ system: 'http://h', value: id }],
  });
}

test('a deletion is 204 without a body, and a version of its own', async () => {
  await put('a');
  const answer = await home.fetch('DELETE', '/Patient/a');
  expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([204, '', 'W/"2"']);
  expectOutcome(await home.fetch('GET', '/Patient/a'), 410, 'deleted');
});

test('what was deleted is found by no search, and its history stays', async () => {
  await put('b');
  await home.fetch('DELETE', '/Patient/b');
  for (const query of ['identifier=http://h|b', '_id=b', '_lastUpdated=gt2000']) {
    const { body } = await home.fetch('GET', `/Patient?${query}&_count=500`);
    expect(body.entry?.map(({ resource }: { resource: { id: string } }) => resource.id) ?? []).not.toContain('b');
  }
  const { body } = await home.fetch('GET', '/Patient/b/_history');
  expect(body.entry.map(({ request }: { request: { method: string } }) => request.method)).toEqual(['DELETE', 'PUT']);
  expect(body.entry[0]).not.toHaveProperty('resource');
});

test('deleting again changes nothing', async () => {
  await put('c');
  await home.fetch('DELETE', '/Patient/c');
  const again = await home.fetch('DELETE', '/Patient/c');
  expect([again.status, again.headers.get('etag')]).toEqual([204, 'W/"2"']);
  expect((await home.fetch('GET', '/Patient/c/_history')).body.entry).toHaveLength(2);
});

test("what never was is 404, and so is what is another organisation's", async () => {
  const other = await house.register('other', 'placer');
  await put('d');
  expectOutcome(await home.fetch('DELETE', '/Patient/never'), 404, 'not-found');
  expectOutcome(await other.fetch('DELETE', '/Patient/d'), 404, 'not-found');
  expect((await home.fetch('GET', '/Patient/d')).status).toBe(200);
});

test('If-Match guards a deletion', async () => {
  await put('e');
  await put('e');
  expectOutcome(await home.fetch('DELETE', '/Patient/e', undefined, { 'if-match': 'W/"1"' }), 412, 'version-conflict');
  expect((await home.fetch('DELETE', '/Patient/e', undefined, { 'if-match': 'W/"2"' })).status).toBe(204);
});

describe('what belongs to a sent case', () => {
  test('is never deleted', async () => {
    await house.register('programme', 'programme');
    await put('patient');
    const made = await home.fetch('POST', '/ServiceRequest', {
      resourceType: 'ServiceRequest',
      identifier: [{ system: 'http://h', value: 'order' }],
      status: 'active',
      intent: 'order',
      code: {
        coding: [
          {
            system: 'https://consilium.example/fhir/CodeSystem/second-opinion-service',
            code: 'multidisciplinary-opinion',
          },
        ],
      },
      subject: { reference: 'Patient/patient' },
      performer: [{ reference: 'Organization/programme' }],
    });
    expect(made.status).toBe(201);
    for (const path of ['/Patient/patient', `/ServiceRequest/${made.body.id}`]) {
      const answer = await home.fetch('DELETE', path);
      expectOutcome(answer, 409, answer.body.issue[0].details.coding[0].code);
      expect(answer.text).toContain('entered-in-error');
      expect((await home.fetch('GET', path)).status).toBe(200);
    }
  });
});
