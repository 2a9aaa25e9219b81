import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHouse } from '../support/house.ts';
import type { Answer, Json, Partner, TestHouse } from '../support/house.ts';
import { expectOutcome } from '../support/outcome.ts';

/** https://hl7.org/fhir/R4/http.html#paging: pages that belong together, also while others write */

let house: TestHouse;
let home: Partner;
beforeAll(async () => {
  house = await startHouse();
  home = await house.register('home', 'placer');
  await home.fetch('PUT', '/Patient/p', { resourceType: 'Patient', id: 'p', active: true });
});
afterAll(() => house.stop());

const linkOf = ({ body }: Answer, relation: string): string | undefined =>
  body.link.find((link: Json) => link.relation === relation)?.url;
const idsOf = ({ body }: Answer, mode = 'match'): string[] =>
  (body.entry ?? []).filter(({ search }: Json) => search.mode === mode).map(({ resource }: Json) => resource.id);
const keysOf = ({ body }: Answer): string[] =>
  (body.entry ?? [])
    .filter(({ search }: Json) => search.mode === 'outcome')
    .flatMap(({ resource }: Json) => resource.issue.map(({ details }: Json) => details.coding[0].code));

/** Puts `count` records that only the search by this code finds. */
async function fill(code: string, count: number): Promise<void> {
  const entry = Array.from({ length: count }, (_, n) => toEntry(code, n));
  const answer = await home.fetch('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  expect(answer.status).toBe(200);
}

function toEntry(code: string, n: number, day = n + 1): Json {
  const id = `${code}${n}`;
  const resource = {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { coding: [{ code }] },
    subject: { reference: 'Patient/p' },
    effectiveDateTime: `2026-01-${String(day).padStart(2, '0')}`,
  };
  return { resource, request: { method: 'PUT', url: `Observation/${id}` } };
}

const change = (code: string, n: number, day: number): Promise<Answer> =>
  home.fetch('PUT', `/Observation/${code}${n}`, toEntry(code, n, day).resource);

async function* walk(url: string): AsyncGenerator<Answer> {
  for (let next: string | undefined = url; next !== undefined;) {
    const page = await home.fetch('GET', next);
    expect(page.status).toBe(200);
    yield page;
    next = linkOf(page, 'next');
  }
}

async function readAll(url: string): Promise<Answer[]> {
  const pages: Answer[] = [];
  for await (const page of walk(url)) pages.push(page);
  return pages;
}

describe('the links', () => {
  beforeAll(() => fill('links', 3));

  test('are on the public base; the last page has no next', async () => {
    const [first, last, ...more] = await readAll('/Observation?code=links&_count=2');
    expect(more).toEqual([]);
    const base = `${house.url}/fhir/Observation?code=links&_count=2`;
    expect(first!.body.link).toEqual([
      { relation: 'self', url: base },
      { relation: 'first', url: base },
      { relation: 'next', url: expect.stringContaining(`${base}&_cursor=`) },
    ]);
    expect(last!.body.link).toEqual([
      { relation: 'self', url: linkOf(first!, 'next') },
      { relation: 'first', url: base },
    ]);
  });
  test('keep includes, order, total and format', async () => {
    const query = 'code=links&_count=2&_sort=-date&_total=accurate&_include=Observation:subject&_format=json';
    const pages = await readAll(`/Observation?${query}`);
    expect(pages.map((page) => idsOf(page))).toEqual([['links2', 'links1'], ['links0']]);
    expect(pages.map((page) => idsOf(page, 'include'))).toEqual([['p'], ['p']]);
    expect(pages.map(({ body }) => body.total)).toEqual([3, 3]);
    expect(linkOf(pages[0]!, 'next')).toContain('_format=json');
  });
  test('carry the total that the first page had', async () => {
    const first = await home.fetch('GET', '/Observation?code=total&_count=2&_total=accurate');
    expect(first.body.total).toBe(0);
    await fill('total', 3);
    const [before] = await readAll('/Observation?code=total&_count=2&_total=accurate');
    await fill('total', 5);
    const after = await home.fetch('GET', linkOf(before!, 'next')!);
    expect([before!.body.total, after.body.total, idsOf(after)]).toEqual([3, 3, ['total2', 'total3']]);
    const none = await readAll('/Observation?code=total&_count=2&_total=none');
    expect(none.map(({ body }) => body.total)).toEqual([undefined, undefined, undefined]);
  });
  test('that come out of a long search by POST are said to be too long for GET, and go by POST', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const many = Array.from({ length: 400 }, (_, n) => `${'x'.repeat(50)}${n}`);
    const first = await home.fetch('POST', '/Observation/_search', `code=links,${many.join()}&_count=2`, form);
    expect(keysOf(first)).toEqual(['next-link-too-long']);
    const next = linkOf(first, 'next')!;
    expect((await home.fetch('GET', next)).status).toBe(414);
    const second = await home.fetch('POST', '/Observation/_search', next.slice(next.indexOf('?') + 1), form);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(['links0', 'links1', 'links2']);
  });
});

describe('a cursor', () => {
  let next: string;
  beforeAll(async () => {
    await fill('cursor', 4);
    next = linkOf(await home.fetch('GET', '/Observation?code=cursor&_count=2&_sort=date'), 'next')!;
  });

  test('tells nothing and cannot be changed', async () => {
    const cursor = new URL(next).searchParams.get('_cursor')!;
    const parts = cursor.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(parts.join()).not.toMatch(/Observation|cursor|home/);
    for (const at of [0, 20, 40, cursor.length - 3]) {
      const other = cursor[at] === 'a' ? 'b' : 'a';
      const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
      expectOutcome(await home.fetch('GET', next.replace(cursor, changed)), 400, 'bad-cursor');
    }
  });
  test('fits no other question', async () => {
    for (const [from, to] of [
      ['code=cursor', 'code=links'],
      ['_sort=date', '_sort=-date'],
      ['_count=2', '_count=3'],
      ['/Observation?', '/Patient/p/Observation?'],
    ]) {
      expectOutcome(await home.fetch('GET', next.replace(from!, to!)), 400, 'bad-cursor');
    }
    const reordered = next.replace('code=cursor&_count=2&_sort=date', '_sort=date&code=cursor&_count=2&_format=json');
    expect(idsOf(await home.fetch('GET', reordered))).toEqual(['cursor2', 'cursor3']);
  });
  test('is gone for another organisation', async () => {
    const other = await house.register('other', 'programme');
    const answer = await other.fetch('GET', next);
    expectOutcome(answer, 410, 'cursor-gone');
    expect(answer.text).not.toContain('Observation');
  });
  test('is good at every server of the same keys', async () => {
    const second = await house.startSecond();
    try {
      const url = next.replace(house.url, second.url);
      expect(idsOf(await home.fetch('GET', url))).toEqual(['cursor2', 'cursor3']);
    } finally {
      await second.stop();
    }
  });
});

describe('while others write', () => {
  async function authored(number: number, day: number): Promise<void> {
    const id = `authored${number}`;
    const subject = { display: 'somebody' };
    const authoredOn = `2026-01-0${day}`;
    const request = { resourceType: 'ServiceRequest', id, status: 'draft', intent: 'order', subject, authoredOn };
    expect((await home.fetch('PUT', `/ServiceRequest/${id}`, request)).status).toBeLessThan(300);
  }

  /** Walks through pages of two, and does something after the first. */
  async function walkWhile(query: string, act: () => Promise<unknown>): Promise<Answer[]> {
    const pages: Answer[] = [];
    for await (const page of walk(`/Observation?_count=2&${query}`)) {
      pages.push(page);
      if (pages.length === 1) await act();
    }
    return pages;
  }

  test.each(['-_lastUpdated', '-date', 'date', 'status,-date', '-date,_id'])(
    'what moves in front of the walk by _sort=%s is not lost',
    async (sort) => {
      const code = `moved-${sort.replace(/\W|_/g, '')}${sort.startsWith('-') ? 'd' : 'a'}${sort.length}`;
      await fill(code, 6);
      const all = idsOf((await readAll(`/Observation?code=${code}&_sort=${sort}`))[0]!);
      const last = Number(all.at(-1)!.at(-1));
      const first = Number(all[0]!.at(-1));
      // Its key becomes that of the record in front of all others.
      const pages = await walkWhile(`code=${code}&_sort=${sort}`, () => change(code, last, first + 1));
      const seen = pages.flatMap((page) => idsOf(page));
      expect([...new Set(seen)].sort()).toEqual([...all].sort());
      expect(seen.filter((id) => id === `${code}${last}`)).toHaveLength(1);
      expect(linkOf(pages.at(-1)!, 'next')).toBeUndefined();
    },
  );
  test('what is found by a date without a sort moves with that date, and is not lost either', async () => {
    await Promise.all([1, 2, 3, 4, 5].map((day) => authored(day, day)));
    const pages: Answer[] = [];
    for await (const page of walk('/ServiceRequest?_count=2&authored=ge2026-01-01')) {
      pages.push(page);
      if (pages.length === 1) await authored(5, 1);
    }
    expect(new Set(pages.flatMap((page) => idsOf(page))).size).toBe(5);
    expect(pages.flatMap((page) => idsOf(page))).toContain('authored5');
  });
  test('what was shown and moves behind the walk comes once more, as it is now, and that is said', async () => {
    await fill('again', 4);
    const pages = await walkWhile('code=again&_sort=date', () => change('again', 1, 1));
    expect(pages.map((page) => idsOf(page))).toEqual([['again0', 'again1'], ['again2', 'again3'], ['again1']]);
    expect(pages.map(keysOf)).toEqual([[], [], ['written-meanwhile']]);
    expect(pages[2]!.body.entry[0].resource.effectiveDateTime).toBe('2026-01-01');
  });
  test('nothing is added to a walk during which nobody wrote, however soon it began', async () => {
    for (let round = 0; round < 5; round++) {
      const code = `still${round}x`;
      await fill(code, 5);
      const pages = await readAll(`/Observation?code=${code}&_count=2&_sort=-date`);
      expect(pages.flatMap((page) => idsOf(page))).toEqual([4, 3, 2, 1, 0].map((n) => `${code}${n}`));
    }
  });
  test('a walk by id needs nothing of the kind', async () => {
    await fill('byid', 4);
    const pages = await walkWhile('code=byid', () => change('byid', 0, 20));
    expect(pages.map((page) => idsOf(page))).toEqual([
      ['byid0', 'byid1'],
      ['byid2', 'byid3'],
    ]);
  });
  test('what is deleted meanwhile is left out', async () => {
    await fill('gone', 4);
    const pages = await walkWhile('code=gone&_sort=date', () => home.fetch('DELETE', '/Observation/gone3'));
    expect(pages.flatMap((page) => idsOf(page))).toEqual(['gone0', 'gone1', 'gone2']);
  });
  test('when all moves behind the walk, it comes page by page, and no page is empty', async () => {
    await fill('many', 6);
    const pages = await walkWhile('code=many&_sort=date', async () => {
      for (let n = 0; n < 6; n++) await change('many', n, 1);
    });
    const second = pages.slice(1).map((page) => idsOf(page));
    expect(second).toEqual([
      ['many0', 'many1'],
      ['many2', 'many3'],
      ['many4', 'many5'],
    ]);
    expect(pages.slice(1).map(keysOf)).toEqual(Array.from({ length: 3 }, () => ['written-meanwhile']));
  });
});
