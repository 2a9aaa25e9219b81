import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { paramKey } from '../../src/search/index.ts';
import { openDatabase, reindexSlice, writeRecords } from '../../src/store/index.ts';
import type { Database, IndexReader, Reindexed } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

const key = (code: string): number => paramKey('Patient', code);
const keys = { id: key('_id'), lastUpdated: key('_lastUpdated') };
const MANY = 450;

let dropDatabase: () => Promise<void>;
let owner: pg.Client;
let store: Database;

/** What a later release reads out of a text: the family as before, the gender as well, and nothing under the old key. */
const read: IndexReader = (_, body) => {
  const { family } = JSON.parse(body) as { family: string };
  const text = [
    { param: key('family'), value: family, detail: '' },
    { param: key('gender'), value: 'female', detail: 'urn:gender' },
  ];
  const range = [{ param: key('birthdate'), unit: '', low: 1, high: 2 }];
  return { text, range, kept: [keys.id, keys.lastUpdated] };
};

beforeAll(async () => {
  const database = await createTestDatabase();
  dropDatabase = database.drop;
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(
    `insert into organization (id, name, role) values ('home', 'Home', 'placer'), ('other', 'Other', 'placer')`,
  );
  store = openDatabase({ url: database.url, role: 'consilium_app', size: 2, logger: silentLogger });
  await write(
    'home',
    ['home'],
    Array.from({ length: MANY }, (_, n) => `a${String(n).padStart(3, '0')}`),
  );
  await write('home', ['home', 'other'], ['shared']);
  await write('other', ['other'], ['foreign']);
  await write('other', ['other', '*'], ['published']);
}, 60_000);

afterAll(async () => {
  await store.close();
  await owner.end();
  await dropDatabase();
});

async function write(organization: string, readers: string[], ids: readonly string[]): Promise<void> {
  const act = { request: 'test', organization, client: 'test', interaction: 'create' };
  const writes = ids.map((id) => ({
    ref: `Patient/${id}`,
    type: 'Patient',
    version: 1,
    owner: organization,
    readers,
    method: 'POST' as const,
    body: { head: '{"meta":{"lastUpdated":"', tail: `"},"family":"${id}"}` },
    index: {
      text: [
        { param: key('family'), value: id, detail: '' },
        { param: key('gone'), value: 'x', detail: '' },
      ],
      range: [],
    },
    keys,
  }));
  expect(await writeRecords(store, act, writes)).toHaveLength(ids.length);
}

async function reindexAll(organization: string): Promise<{ slices: number; added: number; removed: number }> {
  const sum = { slices: 0, added: 0, removed: 0 };
  let after: string | undefined = '';
  while (after !== undefined) {
    const from: string = after;
    const slice: Reindexed = await store.transact((on) => reindexSlice(on, read, () => undefined, organization, from));
    sum.slices += 1;
    sum.added += slice.added;
    sum.removed += slice.removed;
    after = slice.next;
  }
  return sum;
}

async function rowsOf(id: string): Promise<string[]> {
  const { rows } = await owner.query<{ row: string }>(
    `select concat_ws(' ', reader, param, value, detail) as row from search_text where target = $1
      union all select concat_ws(' ', reader, param, case when param = $2 then 'then' else low || ' ' || high end) from search_range where target = $1 order by 1`,
    [`Patient/${id}`, keys.lastUpdated],
  );
  return rows.map(({ row }) => row);
}

function meant(id: string, readers: readonly string[]): string[] {
  return readers
    .flatMap((reader) => [
      `${reader} ${keys.id}  `,
      `${reader} ${key('family')} ${id} `,
      `${reader} ${key('gender')} female urn:gender`,
      `${reader} ${keys.lastUpdated} then`,
      `${reader} ${key('birthdate')} 1 2`,
    ])
    .sort();
}

test('all of an organisation’s records get the rows that are meant, slice by slice, for all who may see them', async () => {
  // Three are added or go for each reader: of those alone, and of the one that two see.
  expect(await reindexAll('home')).toEqual({ slices: 3, added: 2 * (MANY + 2), removed: MANY + 2 });
  expect((await rowsOf('a000')).sort()).toEqual(meant('a000', ['home']));
  expect((await rowsOf(`a${MANY - 1}`)).sort()).toEqual(meant(`a${MANY - 1}`, ['home']));
  expect((await rowsOf('shared')).sort()).toEqual(meant('shared', ['home', 'other']));
});

test('records of others stay as they are, until it is their turn', async () => {
  expect(await rowsOf('foreign')).toContain(`other ${key('gone')} x `);
  expect(await reindexAll('other')).toEqual({ slices: 1, added: 4, removed: 2 });
  expect((await rowsOf('foreign')).sort()).toEqual(meant('foreign', ['other']));
  expect((await rowsOf('published')).sort()).toEqual(meant('published', ['*']));
});

test('what is right already is not written again', async () => {
  expect(await reindexAll('home')).toEqual({ slices: 3, added: 0, removed: 0 });
});

test('the words of all of them are due, and those of nobody else', async () => {
  await owner.query('delete from words_due');
  await reindexAll('home');
  const { rows } = await owner.query('select organization, count(*)::int from words_due group by 1');
  expect(rows).toEqual([{ organization: 'home', count: MANY + 1 }]);
  // Said again, it is said once.
  await reindexAll('home');
  expect((await owner.query('select 1 from words_due')).rowCount).toBe(MANY + 1);
});
