import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { paramKey } from '../../src/search/index.ts';
import type { Include, SearchQuery } from '../../src/search/index.ts';
import { openDatabase, searchRecords, writeRecords } from '../../src/store/index.ts';
import type { Database, SearchResult } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';

const keysOf = (type: string) => ({ id: paramKey(type, '_id'), lastUpdated: paramKey(type, '_lastUpdated') });
const LINKS: Readonly<Record<string, string>> = { Patient: 'link', Observation: 'subject', Organization: 'partof' };
const linkOf = (type: string): number => paramKey(type, LINKS[type]!);
const MANY = 1001;

let dropDatabase: () => Promise<void>;
let store: Database;

beforeAll(async () => {
  const database = await createTestDatabase();
  dropDatabase = database.drop;
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(
    `insert into organization (id, name, role) values ('home', 'Home', 'placer'), ('other', 'Other', 'placer')`,
  );
  await owner.end();
  store = openDatabase({ url: database.url, role: 'consilium_app', size: 2, logger: silentLogger });
  await write('home', ['home'], {
    'Patient/a': ['Organization/1', 'Patient/b'],
    'Patient/b': ['Patient/a'],
    'Organization/1': ['Organization/2'],
    'Organization/2': ['Organization/3'],
    'Observation/a': ['Patient/a'],
    'Observation/hidden-subject': ['Patient/foreign', 'Patient/none'],
    'Patient/busy': [],
    ...Object.fromEntries(Array.from({ length: MANY }, (_, n) => [`Observation/busy-${n}`, ['Patient/busy']])),
    'Patient/long': ['Organization/l1'],
    ...Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`Organization/l${n + 1}`, [`Organization/l${n + 2}`]])),
  });
  await write('other', ['other', '*'], { 'Organization/3': [] });
  await write('other', ['other'], { 'Patient/foreign': [], 'Observation/foreign': ['Patient/a'] });
}, 60_000);

afterAll(async () => {
  await store.close();
  await dropDatabase();
});

/** Records, each with what it refers to. */
async function write(organization: string, readers: string[], records: Record<string, string[]>): Promise<void> {
  const act = { request: 'test', organization, client: 'test', interaction: 'create' };
  const writes = Object.entries(records).map(([ref, links]) => {
    const type = ref.slice(0, ref.indexOf('/'));
    const text = links.map((value) => ({ param: linkOf(type), value, detail: '' }));
    return {
      ref,
      type,
      version: 1,
      owner: organization,
      readers,
      method: 'POST' as const,
      body: { head: '{"meta":{"lastUpdated":"', tail: '"}}' },
      index: { text, range: [] },
      keys: keysOf(type),
    };
  });
  expect(await writeRecords(store, act, writes)).toHaveLength(writes.length);
}

function include(sourceType: string, more: Partial<Include> = {}): Include {
  const params = sourceType === '*' ? Object.keys(LINKS).map(linkOf) : [linkOf(sourceType)];
  return { sourceType, params, iterate: false, ...more };
}

function search(ref: string, asked: Partial<Pick<SearchQuery, 'includes' | 'revincludes'>>): Promise<SearchResult> {
  const [type, id] = ref.split('/') as [string, string];
  const parts = [{ type, conditions: [{ kind: 'id', any: [id] } as const], sort: [] }];
  const rest = { count: 10, summaryCount: false, total: undefined, applied: [], ignored: [] };
  const context = { organization: 'home', sharedTypes: new Set(['Organization']), keys: keysOf };
  return searchRecords(store, context, { parts, ...rest, includes: [], revincludes: [], ...asked });
}

const refs = ({ included }: SearchResult): string[] => included.map(({ ref }) => ref).sort();

test('what a match refers to comes along, or only that of one type', async () => {
  expect(refs(await search('Patient/a', { includes: [include('Patient')] }))).toEqual(['Organization/1', 'Patient/b']);
  const one = await search('Patient/a', { includes: [include('Patient', { targetType: 'Patient' })] });
  expect(refs(one)).toEqual(['Patient/b']);
});

test('what refers to a match comes along', async () => {
  const found = await search('Patient/a', { revincludes: [include('Observation'), include('Patient')] });
  expect(refs(found)).toEqual(['Observation/a', 'Patient/b']);
  expect(found.truncated).toBe(false);
});

test('what the caller may not see does not come along, nor is it told that there was something', async () => {
  const found = await search('Observation/hidden-subject', { includes: [include('Observation')] });
  expect({ refs: refs(found), truncated: found.truncated }).toEqual({ refs: [], truncated: false });
});

test('includes that are iterated go on to the end, through the directory, and in circles only once', async () => {
  const includes = [include('Patient', { iterate: true }), include('Organization', { iterate: true })];
  const found = await search('Patient/a', { includes });
  expect(refs(found)).toEqual(['Organization/1', 'Organization/2', 'Organization/3', 'Patient/b']);
  expect(found.truncated).toBe(false);
});

test('any type may be followed, in both directions', async () => {
  const all = await search('Observation/a', { includes: [include('*', { iterate: true })] });
  expect(refs(all)).toEqual(['Organization/1', 'Organization/2', 'Organization/3', 'Patient/a', 'Patient/b']);
  expect(refs(await search('Patient/a', { revincludes: [include('*')] }))).toEqual(['Observation/a', 'Patient/b']);
});

test('a thousand come along, and that there are more is told', async () => {
  const found = await search('Patient/busy', { revincludes: [include('Observation')] });
  expect({ count: found.included.length, truncated: found.truncated }).toEqual({ count: 1000, truncated: true });
});

test('five rounds are gone, and that there are more is told', async () => {
  const includes = [include('Patient'), include('Organization', { iterate: true })];
  const found = await search('Patient/long', { includes });
  expect(refs(found)).toEqual([
    'Organization/l1',
    'Organization/l2',
    'Organization/l3',
    'Organization/l4',
    'Organization/l5',
    'Organization/l6',
  ]);
  expect(found.truncated).toBe(true);
  const shorter = await search('Organization/l4', { includes: [include('Organization', { iterate: true })] });
  expect({ count: shorter.included.length, truncated: shorter.truncated }).toEqual({ count: 5, truncated: false });
});
