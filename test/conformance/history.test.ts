import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';

import { expectOutcome } from '../support/outcome.ts';
/** https://hl7.org/fhir/R4/http.html#history */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
});
afterAll(() => house.stop());

test('a history has every version, the newest first, and how each came to be', async () => {
  const made = await home.fetch('POST', '/Patient', { resourceType: 'Patient' });
  const { id } = made.body;
  await home.fetch('PUT', `/Patient/${id}`, { resourceType: 'Patient', id, active: true });
  await home.fetch('DELETE', `/Patient/${id}`);
  await home.fetch('PUT', `/Patient/${id}`, { resourceType: 'Patient', id, active: false });
  const { status, body } = await home.fetch('GET', `/Patient/${id}/_history`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ resourceType: 'Bundle', type: 'history', meta: { lastUpdated: expect.any(String) } });
  const seen = body.entry.map((entry: Json) => [
    entry.request.method,
    entry.request.url,
    entry.response.status,
    entry.response.etag,
    entry.resource?.meta.versionId,
  ]);
  expect(seen).toEqual([
    ['PUT', `Patient/${id}`, expect.stringMatching(/^20[01]/), 'W/"4"', '4'],
    ['DELETE', `Patient/${id}`, '204', 'W/"3"', undefined],
    ['PUT', `Patient/${id}`, '200', 'W/"2"', '2'],
    ['POST', 'Patient', '201', 'W/"1"', '1'],
  ]);
  for (const entry of body.entry) {
    expect(entry.fullUrl).toBe(`${house.url}/fhir/Patient/${id}`);
    expect(Date.parse(entry.response.lastModified)).not.toBeNaN();
  }
});

test('it comes in pages', async () => {
  for (let n = 0; n < 5; n++)
    await home.fetch('PUT', '/Patient/pages', { resourceType: 'Patient', id: 'pages', multipleBirthInteger: n });
  const versions: string[] = [];
  let next: string | undefined = '/Patient/pages/_history?_count=2';
  let pages = 0;
  while (next !== undefined) {
    const { body }: { body: Json } = await home.fetch('GET', next);
    pages += 1;
    expect(body.link[0]).toEqual({ relation: 'self', url: expect.stringContaining('_count=2') });
    versions.push(...body.entry.map((entry: Json) => entry.resource.meta.versionId));
    next = body.link.find(({ relation }: Json) => relation === 'next')?.url;
  }
  expect([versions, pages]).toEqual([['5', '4', '3', '2', '1'], 3]);
});

test.each(['0', '-1', 'x', '1.5', ''])('_count=%s is refused', async (count) => {
  await home.fetch('PUT', '/Patient/count', { resourceType: 'Patient', id: 'count' });
  expectOutcome(await home.fetch('GET', `/Patient/count/_history?_count=${count}`), 400, 'bad-parameter');
});

test('a large _count is cut to what is given', async () => {
  const { body } = await home.fetch('GET', '/Patient/count/_history?_count=1000000');
  expect(body.link[0].url).toContain('_count=500');
});

test('of what is not known there is none', async () => {
  expectOutcome(await home.fetch('GET', '/Patient/never/_history'), 404, 'not-found');
  const other = await house.register('other', 'placer');
  await home.fetch('PUT', '/Patient/mine', { resourceType: 'Patient', id: 'mine' });
  expectOutcome(await other.fetch('GET', '/Patient/mine/_history'), 404, 'not-found');
  expectOutcome(await other.fetch('GET', '/Patient/mine/_history/1'), 404, 'not-found');
});
