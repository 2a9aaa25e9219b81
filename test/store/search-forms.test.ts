import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import type { Condition, RangeMatch, SearchPart, SearchQuery, SortKey, TextMatch } from '../../src/search/index.ts';
import { openDatabase, searchRecords } from '../../src/store/index.ts';
import type { Bounds, Cursor, Database, Queryable } from '../../src/store/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { Model } from './search-model.ts';
import type { Modelled } from './search-model.ts';

/*
 * The store has several ways to find a page, and takes the one that is likely the fastest. Random searches over a random
 * store: whichever way is taken, the pages hold what a search means (search-model.ts), in its order, each record once.
 */

const RECORDS = 260;
const SEARCHES = 100;
const SHARED: ReadonlySet<string> = new Set(['Organization']);
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);

const TYPES = ['Patient', 'Observation', 'Organization'] as const;
type Type = (typeof TYPES)[number];

/** Keys of parameters; what they are called does not matter to the store. */
const base: Readonly<Record<Type, number>> = { Patient: 100, Observation: 200, Organization: 300 };
const KINDS = [
  'id',
  'lastUpdated',
  'code',
  'category',
  'name',
  'date',
  'dates',
  'amount',
  'subject',
  'partOf',
] as const;
function key(type: string, kind: (typeof KINDS)[number]): number {
  return base[type as Type] + KINDS.indexOf(kind);
}
const keysOf = (type: string) => ({ id: key(type, 'id'), lastUpdated: key(type, 'lastUpdated') });

const MANY_BYTES = 1_000_000;
/** Ways that are taken early, late and never, and pages that end by their bytes. */
const BOUNDS: readonly (Bounds | undefined)[] = [
  { collected: 3, walked: 9, bytes: MANY_BYTES },
  { collected: 12, walked: 60, bytes: 700 },
  { collected: 6, walked: 5000, bytes: 8000 },
  { collected: 0, walked: 5000, bytes: MANY_BYTES },
  undefined,
];

/** Mulberry32: small, and the same in each run. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = createRandom(3);
const below = (n: number): number => Math.floor(random() * n);
const oneOf = <T>(items: readonly T[]): T => items[below(items.length)]!;
const chance = (share: number): boolean => random() < share;
const many = <T>(most: number, make: () => T): T[] => Array.from({ length: below(most + 1) }, make);

const SYSTEMS = ['', 'urn:a', 'urn:b'];
const NAMES = ['an', 'anna', 'annabel', 'berta', 'bertha', 'cesar', 'an nguyen', 'zo'];
const refOf = (type: string, n: number): string => `${type}/${type[0]!.toLowerCase()}${String(n).padStart(3, '0')}`;

function makeRecord(n: number): Modelled {
  const type = oneOf(TYPES);
  const text: { param: number; value: string; detail: string }[] = [{ param: key(type, 'id'), value: '', detail: '' }];
  const at = NOW + below(40) * 60_000;
  const range = [{ param: key(type, 'lastUpdated'), unit: '', low: at, high: at + 1 }];
  const add = (kind: 'code' | 'category' | 'name', value: string, detail: string): void =>
    void text.push({ param: key(type, kind), value, detail });
  for (const code of new Set(many(2, () => `c${below(6)}`)))
    for (const system of SYSTEMS) if (chance(0.5)) add('code', code, system);
  if (chance(0.9)) add('category', oneOf(['most', 'most', 'most', 'most', 'some', 'few']), 'urn:a');
  for (const name of new Set(many(2, () => oneOf(NAMES)))) add('name', name, name.toUpperCase());
  let detail = '';
  if (chance(0.85)) {
    const [low, high] = makeInterval();
    range.push({ param: key(type, 'date'), unit: '', low, high });
    detail = `${low}/${high}`;
  }
  for (const [low, high] of many(2, makeInterval)) range.push({ param: key(type, 'dates'), unit: '', low, high });
  if (chance(0.6)) {
    const low = oneOf([-2.5, 0, 1e-9, 4, 5.4, 1e12]);
    for (const unit of ['', '|mg'])
      range.push({ param: key(type, 'amount'), unit, low, high: low + Math.abs(low) * 2.3e-16 + 5e-324 });
  }
  if (chance(0.8))
    text.push({
      param: key(type, 'subject'),
      value: refOf(oneOf(['Patient', 'Organization']), below(RECORDS)),
      detail,
    });
  for (const to of new Set(many(2, () => below(RECORDS))))
    text.push({ param: key(type, 'partOf'), value: refOf(oneOf(TYPES), to), detail });
  const readers =
    SHARED.has(type) && chance(0.5) ? ['home', '*'] : oneOf([['home'], ['home'], ['home', 'other'], ['other']]);
  return { ref: refOf(type, n), type, readers, at, text, range: dedupe(range) };
}

/** Instants, days, periods and periods without end. */
function makeInterval(): [number, number] {
  const low = NOW + below(12) * DAY + (chance(0.3) ? below(5) * 3_600_000 : 0);
  return [low, oneOf([low + 1, low + DAY, low + DAY, low + 9 * DAY, 8.64e15])];
}

function dedupe<T>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function makeText(type: string): Condition {
  const kind = oneOf(['code', 'code', 'category', 'category', 'name', 'subject'] as const);
  const match = (): TextMatch => {
    if (kind === 'subject') return { op: 'equal', value: refOf(oneOf(['Patient', 'Organization']), below(RECORDS)) };
    if (kind === 'name') {
      const value = oneOf(NAMES);
      return oneOf<TextMatch>([
        { op: 'prefix', value },
        { op: 'contains', value: value.slice(1, 3) },
        { op: 'exact', value, detail: value.toUpperCase() },
      ]);
    }
    const value = kind === 'code' ? `c${below(6)}` : oneOf(['most', 'some', 'few', 'none']);
    const detail = oneOf(SYSTEMS);
    return oneOf<TextMatch>([
      { op: 'equal', value },
      { op: 'equal', value, detail },
      { op: 'system', detail },
      { op: 'among', values: [value, 'c1'], details: [detail, 'urn:b'] },
      { op: 'version', value, detail: 'urn:a' },
    ]);
  };
  const params = chance(0.15) ? [key(type, kind), key(type, 'partOf')] : [key(type, kind)];
  const any = [match(), ...(chance(0.3) ? [match()] : [])];
  if (kind === 'subject') return { kind: 'text', params, any, ...(chance(0.7) ? { dated: key(type, 'date') } : {}) };
  return { kind: 'text', params, any, ...(chance(0.2) ? { negated: true } : {}) };
}

const PREFIXES = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'] as const;

function makeRange(type: string): Condition {
  const kind = oneOf(['date', 'date', 'dates', 'amount', 'lastUpdated'] as const);
  const match = (): RangeMatch => {
    const prefix = oneOf(PREFIXES);
    if (kind === 'amount') {
      const low = oneOf([-2.5, 0, 1e-9, 4, 5.4, 1e12]);
      return { unit: oneOf(['', '|mg']), prefix, low, high: low + Math.abs(low) * 2.3e-16 + 5e-324 };
    }
    const low = kind === 'lastUpdated' ? NOW + below(40) * 60_000 : NOW + below(14) * DAY;
    return {
      unit: '',
      prefix,
      low,
      high: low + (kind === 'lastUpdated' ? oneOf([1, 60_000]) : oneOf([1, DAY, 3 * DAY])),
    };
  };
  const both = (): RangeMatch => ({ ...match(), ...(chance(0.15) ? { and: match() } : {}) });
  const any = [both(), ...(chance(0.2) ? [both()] : [])];
  if (kind === 'lastUpdated') return { kind, params: [key(type, kind)], any };
  return { kind: 'range', params: [key(type, kind)], any, ...(kind === 'date' && chance(0.8) ? { single: true } : {}) };
}

function makeCondition(type: string, links = 0): Condition {
  const roll = below(100);
  if (roll < 40) return makeText(type);
  if (roll < 62) return makeRange(type);
  if (roll < 67) {
    const kind = oneOf(['code', 'date', 'subject'] as const);
    return { kind: 'missing', params: [key(type, kind)], missing: chance(0.5) };
  }
  if (roll < 71) return { kind: 'id', any: many(5, () => refOf(type, below(RECORDS)).split('/')[1]!) };
  if (roll < 76) {
    const kind = oneOf(['either', 'either', 'all'] as const);
    return { kind, conditions: [makeCondition(type, links), makeCondition(type, links)] };
  }
  if (links >= 3) return makeText(type);
  const inner = (of: string): Condition[] => [makeCondition(of, links + 1), ...(chance(0.15) ? [makeText(of)] : [])];
  const params = (of: string): number[] => [key(of, oneOf(['subject', 'partOf'] as const))];
  if (roll < 88) {
    const targetType = oneOf(TYPES);
    // Conditions that also hold of what is not there come with `there`.
    return {
      kind: 'chain',
      params: params(type),
      targetType,
      there: key(targetType, 'id'),
      conditions: inner(targetType),
    };
  }
  const sourceType = oneOf(TYPES);
  return { kind: 'has', sourceType, params: params(sourceType), conditions: inner(sourceType) };
}

function makeSort(types: readonly string[]): SortKey[][] {
  const kinds = Array.from({ length: oneOf([0, 1, 1, 1, 2]) }, () => ({
    code: oneOf(['date', 'date', 'dates', 'code', 'name', 'lastUpdated', 'amount', 'id'] as const),
    descending: chance(0.5),
  }));
  return types.map((type) =>
    kinds.map(({ code, descending }): SortKey => {
      const kind =
        code === 'code' || code === 'name' ? 'text' : code === 'lastUpdated' || code === 'id' ? code : 'range';
      return { params: [key(type, code)], code, kind, descending };
    }),
  );
}

function makeSearch(): { parts: SearchPart[]; count: number } {
  const types = chance(0.2) ? ['Patient', 'Observation', 'Organization'] : [oneOf(TYPES)];
  const sorts = makeSort(types);
  const parts = types.map((type, n): SearchPart => {
    const conditions = Array.from({ length: oneOf([0, 1, 1, 2, 2, 3]) }, () => makeCondition(type));
    return { type, conditions, sort: sorts[n]! };
  });
  return { parts, count: oneOf([2, 8, 30, 100]) };
}

function queryOf(
  { parts, count }: { parts: readonly SearchPart[]; count: number },
  total: SearchQuery['total'],
): SearchQuery {
  return { parts, count, summaryCount: false, total, includes: [], revincludes: [], applied: [], ignored: [] };
}

let dropDatabase: () => Promise<void>;
let store: Database;
const records = Array.from({ length: RECORDS }, (_, n) => makeRecord(n));
const home = new Model(
  records.filter(({ readers }) => readers.includes('home') || readers.includes('*')),
  (type) => key(type, 'lastUpdated'),
);

beforeAll(async () => {
  const database = await createTestDatabase();
  dropDatabase = database.drop;
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(
    `insert into organization (id, name, role) values ('home', 'Home', 'placer'), ('other', 'Other', 'placer')`,
  );
  await insertAll(owner);
  await owner.end();
  store = openDatabase({ url: database.url, role: 'consilium_app', size: 2, logger: silentLogger });
}, 60_000);

afterAll(async () => {
  await store.close();
  await dropDatabase();
});

async function insertAll(owner: pg.Client): Promise<void> {
  const finders = ({ readers }: Modelled): readonly string[] => (readers.includes('*') ? ['*'] : readers);
  await owner.query(
    `insert into record (ref, type, version, owner, readers, since, last_updated, method, body)
      select r->>'ref', r->>'type', 1, 'other', array(select jsonb_array_elements_text(r->'readers')), array_fill(1::int8, array[jsonb_array_length(r->'readers')]),
        to_timestamp((r->>'at')::float8 / 1000), 'POST', repeat(r->>'ref', (1 + 60 * (abs(hashtext(r->>'ref')) % 100 / 100.0) ^ 4)::int4) from jsonb_array_elements($1::jsonb) r`,
    [JSON.stringify(records)],
  );
  const text = records.flatMap((one) =>
    finders(one).flatMap((reader) => one.text.map((row) => ({ reader, target: one.ref, ...row }))),
  );
  const range = records.flatMap((one) =>
    finders(one).flatMap((reader) => one.range.map((row) => ({ reader, target: one.ref, ...row }))),
  );
  await owner.query(
    `insert into search_text (reader, param, value, detail, target)
      select distinct reader, param, value, detail, target from jsonb_to_recordset($1::jsonb) r(reader text, param int, value text, detail text, target text)`,
    [JSON.stringify(text)],
  );
  await owner.query(
    `insert into search_range (reader, param, unit, low, high, target)
      select distinct reader, param, unit, low, high, target from jsonb_to_recordset($1::jsonb) r(reader text, param int, unit text, low float8, high float8, target text)`,
    [JSON.stringify(range)],
  );
}

interface Walked {
  readonly refs: string[];
  readonly statements: number;
}

/** All pages of a search, one after the other. */
async function walkPages(query: SearchQuery, bounds: Bounds | undefined): Promise<Walked> {
  let statements = 0;
  const on: Queryable = {
    query: (statement, values) => {
      statements += 1;
      return store.query(statement, values);
    },
  };
  const context = {
    organization: 'home',
    sharedTypes: SHARED,
    keys: keysOf,
    ...(bounds === undefined ? {} : { bounds }),
  };
  const refs: string[] = [];
  let cursor: Cursor | undefined;
  do {
    const page = await searchRecords(on, context, query, cursor);
    expect(page.matches.length).toBeLessThanOrEqual(query.count);
    const bytes = page.matches.reduce((sum, { body }) => sum + body.length, 0);
    // A record that is larger than a page stands alone.
    if (page.matches.length > 1) expect(bytes).toBeLessThanOrEqual(bounds?.bytes ?? MANY_BYTES);
    refs.push(...page.matches.map(({ ref }) => ref));
    cursor = page.next;
  } while (cursor !== undefined && refs.length <= RECORDS);
  return { refs, statements };
}

const searches = Array.from({ length: SEARCHES }, makeSearch);

test.each(BOUNDS)(
  'pages hold what was asked for, in its order, whatever way was taken: %j',
  async (bounds) => {
    let found = 0;
    let statements = 0;
    for (const search of searches) {
      const expected = home.find(search.parts);
      const walked = await walkPages(queryOf(search, undefined), bounds);
      const sorted = search.parts[0]!.sort.length > 0;
      const [refs, meant] = sorted ? [walked.refs, expected] : [walked.refs.toSorted(), expected.toSorted()];
      if (refs.join() !== meant.join()) {
        throw new Error(`${JSON.stringify(search)}\nfound: ${refs.join(' ')}\nmeant: ${meant.join(' ')}`);
      }
      found += expected.length;
      statements += walked.statements;
    }
    // The searches are worth asking, and the narrower the bounds, the more ways are tried.
    expect(found).toBeGreaterThan(SEARCHES * 5);
    expect(statements).toBeGreaterThan(SEARCHES);
  },
  60_000,
);

test('totals are the number of matches', async () => {
  for (const search of searches) {
    const asked = JSON.stringify(search);
    const totals = [];
    for (const total of ['accurate', 'estimate'] as const) {
      const page = await searchRecords(
        store,
        { organization: 'home', sharedTypes: SHARED, keys: keysOf },
        queryOf(search, total),
      );
      totals.push(page.total);
    }
    const expected = home.find(search.parts).length;
    expect({ asked, totals }).toEqual({ asked, totals: [expected, expected] });
  }
}, 60_000);
