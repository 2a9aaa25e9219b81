import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Json, Partner, TestHouse } from '../support/house.ts';

/** Answers are put together in memory: however much is asked for at once, they stay within bounds. */

const MB = 1024 * 1024;
const RECORDS = 5;
/** Ten megabytes: three of them fit on a page, six into the answer to a Bundle. */
const EXTENSIONS = Array.from({ length: 10 }, () => ({ url: 'http://example.org/x', valueString: 'x'.repeat(MB) }));

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  await home.fetch('PUT', '/Patient/p', { resourceType: 'Patient', id: 'p' });
  for (let n = 0; n < RECORDS; n++) {
    const basic = {
      resourceType: 'Basic',
      id: `b${n}`,
      code: { text: 'x' },
      subject: { reference: 'Patient/p' },
      extension: EXTENSIONS,
    };
    expect((await home.fetch('PUT', `/Basic/b${n}`, basic)).status).toBe(201);
  }
});
afterAll(() => house.stop());

const read = (id: string): object => ({ request: { method: 'GET', url: `Basic/${id}` } });
const bundle = (type: string, entry: object[]): object => ({ resourceType: 'Bundle', type, entry });
const statuses = (body: Json): string[] =>
  body.entry.map(({ response }: Json) => String(response.status).slice(0, 3)) as string[];

test.each(['batch', 'transaction'])('a %s answers as many reads as fit, and refuses the others', async (type) => {
  const entries = Array.from({ length: 2000 }, () => read('b0'));
  const answer = await home.fetch('POST', '', bundle(type, entries));
  expect(answer.status).toBe(200);
  const all = statuses(answer.body);
  expect([all.length, all.filter((status) => status === '200').length]).toEqual([2000, 6]);
  expect(new Set(all.slice(6))).toEqual(new Set(['413']));
  expect(answer.body.entry[6].response.outcome.issue[0].details.coding[0].code).toBe('answer-too-large');
  expect(answer.text.length).toBeLessThan(66 * MB);
});

test.each(['batch', 'transaction'])('conditional creates in a %s answer bodies as far as they fit', async (type) => {
  const entries = Array.from({ length: 9 }, (_, n) => ({
    resource: { resourceType: 'Basic', code: { text: 'y' } },
    request: { method: 'POST', url: 'Basic', ifNoneExist: `_id=b0,none${n}` },
  }));
  const minimal = await home.fetch('POST', '', bundle(type, entries));
  expect([new Set(statuses(minimal.body)), minimal.text.length < MB]).toEqual([new Set(['200']), true]);
  const full = await home.fetch('POST', '', bundle(type, entries), { prefer: 'return=representation' });
  expect(new Set(statuses(full.body))).toEqual(new Set(['200']));
  expect(full.body.entry.filter(({ resource }: Json) => resource !== undefined)).toHaveLength(6);
  expect(full.body.entry[8].response.location).toContain('/Basic/b0/_history/1');
});

test.each(['', '&_sort=-_lastUpdated', '&_include=Basic:subject'])(
  'pages of a search end where they grow too large, and miss nothing (%s)',
  async (more) => {
    const pages: string[][] = [];
    let url: string | undefined = `/Basic?_count=100${more}`;
    while (url !== undefined) {
      const { body, text } = await home.fetch('GET', url);
      expect(text.length).toBeLessThan(33 * MB);
      pages.push(
        body.entry.filter(({ search }: Json) => search.mode === 'match').map(({ resource }: Json) => resource.id),
      );
      url = body.link.find(({ relation }: Json) => relation === 'next')?.url;
    }
    expect(pages.map(({ length }) => length)).toEqual([3, 2]);
    expect(pages.flat().sort()).toEqual(['b0', 'b1', 'b2', 'b3', 'b4']);
  },
);

test.each(['_revinclude', '_revinclude:iterate'])(
  'what comes along by %s is bounded as well, and that is told',
  async (name) => {
    const { body, text } = await home.fetch('GET', `/Patient?_id=p&${name}=Basic:subject`);
    expect(body.entry.map(({ search }: Json) => search.mode)).toEqual([
      'match',
      'include',
      'include',
      'include',
      'outcome',
    ]);
    expect(body.entry[4].resource.issue[0].details.coding[0].code).toBe('includes-truncated');
    expect(text.length).toBeLessThan(33 * MB);
  },
);

test('a record that comes alone is answered whole', async () => {
  const { body } = await home.fetch('GET', '/Basic?_id=b3');
  expect([body.total, body.entry[0].resource.extension]).toEqual([1, EXTENSIONS]);
});
