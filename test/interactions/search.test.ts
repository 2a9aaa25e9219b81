import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { issues, matches } from '../journeys/packet.ts';
import { startHouse } from '../support/house.ts';
import type { Partner, TestHouse } from '../support/house.ts';

let house: TestHouse;
let home: Partner;

beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  await home.fetch('PUT', '/Patient/chosen', { resourceType: 'Patient', id: 'chosen' });
  for (let n = 0; n < 5; n++) {
    const day = `2026-01-0${n + 1}`;
    await home.fetch('PUT', `/Observation/o${n}`, {
      resourceType: 'Observation',
      id: `o${n}`,
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/chosen' },
      ...(n === 4 ? {} : { effectiveDateTime: day }),
    });
  }
});

afterAll(() => house.stop());

const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test.each([
  ['_sort=-date', ['no number', 'Observation/o1']],
  ['_sort=-date', ['1e999', 'Observation/o1']],
  ['_sort=-date', ['1e-400', 'Observation/o1']],
  ['_sort=-date', ['4e-320', 'Observation/o1']],
  ['_sort=-date', [1, 'Observation/o1']],
  ['_sort=-date', ['1']],
  ['_sort=-_lastUpdated', ['', 'Observation/o1']],
  ['_sort=status', ['a\0b', 'Observation/o1']],
  ['_count=1', ['a\0b']],
  ['_count=1', { length: 1 }],
])('with %s a cursor of %j is refused, not tried', async (query, value) => {
  const answer = await home.fetch('GET', `/Observation?${query}&_cursor=${cursor(value)}`);
  expect(answer.status).toBe(400);
  expect(issues(answer)[0]!.key).toBe('bad-cursor');
});

test.each(['date', '-date', '-_lastUpdated', '_id', 'status', '-date,_id'])(
  'pages sorted by %s give each record once',
  async (sort) => {
    const found: string[] = [];
    let url: string | undefined = `/Observation?_count=2&_sort=${sort}`;
    while (url !== undefined) {
      const page = await home.fetch('GET', url);
      expect(page.status).toBe(200);
      found.push(...matches(page));
      url = (page.body.link as { relation: string; url: string }[]).find((link) => link.relation === 'next')?.url;
    }
    expect([...found].sort()).toEqual([0, 1, 2, 3, 4].map((n) => `Observation/o${n}`));
    if (sort === 'date') expect(found.at(-1)).toBe('Observation/o4');
  },
);

test('a chain and a reverse chain can go by id', async () => {
  expect(matches(await home.fetch('GET', '/Observation?subject:Patient._id=chosen'))).toHaveLength(5);
  expect(matches(await home.fetch('GET', '/Observation?subject:Patient._id=other'))).toEqual([]);
  expect(matches(await home.fetch('GET', '/Patient?_has:Observation:subject:_id=o3'))).toEqual(['Patient/chosen']);
});
