import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { matches } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';

/**
 * Scopes with a filter, from the token endpoint to the answer. What they reach within is tested in
 * test/interactions/grants.test.ts. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const LABORATORY = `system/Observation.cruds?category=${CATEGORY}|laboratory`;

let house: TestHouse;
let home: Partner;
let lab: Partner;

const observation = (id: string, code: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'x' },
  category: [{ coding: [{ system: CATEGORY, code }] }],
});

beforeAll(async () => {
  house = await startHouse();
  lab = await house.register('lab', 'placer', `${LABORATORY} system/Patient.rs`);
  home = await house.register('home', 'placer');
  for (const [id, code] of [
    ['l1', 'laboratory'],
    ['l2', 'laboratory'],
  ] as const) {
    expect((await lab.fetch('PUT', `/Observation/${id}`, observation(id, code))).status).toBe(201);
  }
});

afterAll(() => house.stop());

test('the token has the filter as it was asked for', () => {
  const { scope } = JSON.parse(Buffer.from(lab.token.split('.')[1]!, 'base64url').toString()) as { scope: string };
  expect(scope.split(' ')).toEqual([LABORATORY, 'system/Patient.rs']);
});

describe('over HTTP', () => {
  test('what the filter lets pass is read, found and counted', async () => {
    expect((await lab.fetch('GET', '/Observation/l1')).status).toBe(200);
    expect(matches(await lab.fetch('GET', '/Observation'))).toEqual(['Observation/l1', 'Observation/l2']);
    expect((await lab.fetch('GET', '/Observation?_summary=count')).body.total).toBe(2);
  });

  test('what it does not is refused, however it is sent', async () => {
    const imaging = observation('i1', 'imaging');
    expect((await lab.fetch('POST', '/Observation', imaging)).status).toBe(403);
    expect((await lab.fetch('PUT', '/Observation/i1', imaging)).status).toBe(403);
    expect((await lab.fetch('PUT', '/Observation/l1', { ...imaging, id: 'l1' })).status).toBe(403);
    expect((await lab.fetch('POST', '/Observation/$validate?mode=create', imaging)).text).toContain(
      'is not among the records that the scopes',
    );
    const bundle = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ resource: imaging, request: { method: 'POST', url: 'Observation' } }],
    };
    const batch = await lab.fetch('POST', '', bundle);
    expect(batch.body.entry[0].response.status).toMatch(/^403/);
  });

  test('a lenient or a strict request changes nothing of it, nor parameters in two places', async () => {
    for (const handling of ['lenient', 'strict']) {
      const headers = { prefer: `handling=${handling}` };
      expect(matches(await lab.fetch('GET', '/Observation?category=imaging', undefined, headers))).toEqual([]);
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const posted = await lab.fetch('POST', '/Observation/_search?category=imaging', 'category=imaging', form);
    expect(matches(posted)).toEqual([]);
  });

  test('what is refused for the want of a scope says which', async () => {
    const { status, body } = await lab.fetch('GET', '/Condition');
    expect(status).toBe(403);
    expect(JSON.stringify(body)).toContain('system/Condition.s');
  });

  test('another organisation sees none of it', async () => {
    expect((await home.fetch('GET', '/Observation/l1')).status).toBe(404);
    expect(matches(await home.fetch('GET', '/Observation'))).toEqual([]);
  });
});
