import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { matches } from '../journeys/packet.ts';
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

test.each([
  ['one of ours as it was in plain text', Buffer.from('["1","Observation/o1"]').toString('base64url')],
  ['one that is empty', 'x'],
  ['one with NUL', 'a%00b'],
])('a cursor is refused, not tried: %s', async (_what, cursor) => {
  const answer = await home.fetch('GET', `/Observation?_sort=-date&_cursor=${cursor}`);
  expect(answer.status).toBe(400);
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
