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

test.each(['-1', 'x', '1.5', ''])('_count=%s is refused', async (count) => {
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

/** Four versions with some time between them, the third a deletion; when each was written. */
async function makeVersions(id: string): Promise<string[]> {
  const times: string[] = [];
  for (const active of [true, false, undefined, true]) {
    await new Promise((done) => setTimeout(done, 15));
    if (active === undefined) await home.fetch('DELETE', `/Patient/${id}`);
    else await home.fetch('PUT', `/Patient/${id}`, { resourceType: 'Patient', id, active, gender: 'other' });
    const { body } = await home.fetch('GET', `/Patient/${id}/_history?_count=1`);
    times.push(body.entry[0].response.lastModified);
  }
  return times;
}

async function versionsOf(address: string): Promise<string[]> {
  const { status, body } = await home.fetch('GET', address);
  expect(status).toBe(200);
  return (body.entry ?? []).map((entry: Json) => entry.response.etag.slice(3, -1));
}

function shift(time: string, ms: number): string {
  return new Date(Date.parse(time) + ms).toISOString();
}

test('_since takes what was written at that moment or later', async () => {
  const [first, second, , fourth] = await makeVersions('since');
  expect(await versionsOf(`/Patient/since/_history?_since=${first}`)).toEqual(['4', '3', '2', '1']);
  expect(await versionsOf(`/Patient/since/_history?_since=${second}`)).toEqual(['4', '3', '2']);
  expect(await versionsOf(`/Patient/since/_history?_since=${shift(second!, 1)}`)).toEqual(['4', '3']);
  expect(await versionsOf(`/Patient/since/_history?_since=${shift(fourth!, 1)}`)).toEqual([]);
  expect(await versionsOf('/Patient/since/_history?_since=1999')).toHaveLength(4);
  expectOutcome(await home.fetch('GET', '/Patient/since/_history?_since=yesterday'), 400, 'bad-parameter');
  expectOutcome(await home.fetch('GET', '/Patient/never/_history?_since=1999'), 404, 'not-found');
});

test('_at takes what was current at some time of that period', async () => {
  const [first, second, third, fourth] = await makeVersions('at');
  const at = (time: string): Promise<string[]> => versionsOf(`/Patient/at/_history?_at=${time}`);
  expect(await at(shift(first!, -1))).toEqual([]);
  expect(await at(first!)).toEqual(['1']);
  expect(await at(shift(second!, -1))).toEqual(['1']);
  expect(await at(second!)).toEqual(['2']);
  // It happened then; in the time after it there was no record.
  expect(await at(third!)).toEqual(['3']);
  expect(await at(shift(third!, 1))).toEqual([]);
  expect(await at(shift(fourth!, 3_600_000))).toEqual(['4']);
  expect(await at(fourth!.slice(0, 4))).toEqual(['4', '3', '2', '1']);
  expect(await versionsOf(`/Patient/at/_history?_at=${fourth!.slice(0, 4)}&_since=${third}`)).toEqual(['4', '3']);
});

test('total is the number of versions asked for, on each page', async () => {
  const [, second] = await makeVersions('total');
  const first = (await home.fetch('GET', `/Patient/total/_history?_count=2&_since=${second}`)).body;
  expect([first.total, first.entry.length]).toEqual([3, 2]);
  const next = first.link.find(({ relation }: Json) => relation === 'next').url;
  const last = (await home.fetch('GET', next)).body;
  expect([last.total, last.entry.length, last.link.length]).toEqual([3, 1, 1]);
});

test('a parameter that it does not have is told, and refused where that is wanted', async () => {
  const { status, body } = await home.fetch('GET', '/Patient/since/_history?_sinse=2020&_count=1');
  expect([status, body.entry.length]).toEqual([200, 2]);
  expect(body.entry[1].resource.issue[0].details.text).toMatch(/_sinse.*Did you mean _since/);
  expect(body.entry[1].resource.issue[0].details.text).toContain(
    'It has _count, _since, _at, _summary, _elements, _format, _pretty.',
  );
  expect(body.link[0].url).not.toContain('_sinse');
  // A history with such a remark is still one.
  const checked = await home.fetch('POST', '/Bundle/$validate', body);
  expect(checked.body.issue.filter(({ severity }: Json) => severity === 'error')).toEqual([]);
  const strict = { prefer: 'handling=strict' };
  const refused = await home.fetch('GET', '/Patient/since/_history?_sinse=2020', undefined, strict);
  expectOutcome(refused, 400, 'unknown-parameter');
  expectOutcome(await home.fetch('GET', '/Patient/since/_history?_since=2020&_since=2021'), 400, 'bad-parameter');
});

test('a page is of the caller and the question that it was given for', async () => {
  const { body } = await home.fetch('GET', '/Patient/since/_history?_count=1');
  const next: string = body.link.find(({ relation }: Json) => relation === 'next').url;
  expect((await home.fetch('GET', next)).status).toBe(200);
  const cursor = new URL(next).searchParams.get('_cursor')!;
  for (const address of ['/Patient/since/_history?', '/Patient/at/_history?_count=1&', '/_history?_count=1&']) {
    expectOutcome(await home.fetch('GET', `${address}_cursor=${cursor}`), 400, 'bad-cursor');
  }
  expectOutcome(await home.fetch('GET', '/Patient/since/_history?_cursor=x'), 400, 'bad-cursor');
  const second = await house.register('second', 'placer');
  expectOutcome(await second.fetch('GET', next), 410, 'cursor-gone');
});

test('_summary and _elements make subsets of the versions', async () => {
  await makeVersions('subset');
  const { body } = await home.fetch('GET', '/Patient/subset/_history?_elements=birthDate');
  const shown = body.entry.filter(({ resource }: Json) => resource !== undefined);
  expect(shown).toHaveLength(3);
  for (const { resource } of shown) {
    expect(Object.keys(resource).sort()).toEqual(['active', 'id', 'meta', 'resourceType']);
    expect(resource.meta.tag[0].code).toBe('SUBSETTED');
  }
  expect(body.link[0].url).toContain('_elements=birthDate');
  expectOutcome(await home.fetch('GET', '/Patient/subset/_history?_summary=some'), 400, 'bad-summary');
  const all = (await home.fetch('GET', '/_history?_summary=true&_type=Patient')).body;
  const tagged = all.entry.filter(({ resource }: Json) => resource !== undefined);
  expect(tagged.length).toBeGreaterThan(3);
  for (const { resource } of tagged) expect(resource.meta.tag[0].code).toBe('SUBSETTED');
});
