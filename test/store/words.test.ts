import { afterEach, beforeEach, expect, test } from '@jest/globals';
import knex from 'knex';
import { Client } from 'pg';
import { down, up } from '../../migrations/0007_words.ts';
import { silentLogger } from '../../src/base/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { compileExtractor, compileWordReader, paramKey } from '../../src/search/index.ts';
import {
  areWordsWaiting,
  indexWords,
  openDatabase,
  reindexSlice,
  searchRecords,
  shareRecords,
  writeRecords,
} from '../../src/store/index.ts';
import type { Database, Queryable, RecordWrite, WordReader } from '../../src/store/index.ts';
import { definitions } from '../definitions/r4.ts';
import { query } from '../search/parse.ts';
import { createTestDatabase } from '../support/database.ts';
import { waitUntil } from '../support/wait-until.ts';
import { terminology } from '../terminology/r4.ts';

/* The words of records: that they follow each change, whatever happens meanwhile, and tell nobody of what is not theirs. */

const extract = compileExtractor({ definitions, terminology });
const readResource = compileWordReader(definitions);
const read: WordReader = (body) => readResource(JSON.parse(body) as Resource);
const SHARED: ReadonlySet<string> = new Set(['Organization']);
const keysOf = (type: string) => ({ id: paramKey(type, '_id'), lastUpdated: paramKey(type, '_lastUpdated') });

let own: Awaited<ReturnType<typeof createTestDatabase>>;
let app: Database;
let worker: Database;
let owner: Client;

beforeEach(async () => {
  own = await createTestDatabase();
  app = openDatabase({ url: own.url, role: 'consilium_app', size: 4, logger: silentLogger });
  worker = openDatabase({ url: own.url, role: 'consilium_worker', size: 4, logger: silentLogger });
  owner = new Client({ connectionString: own.url });
  await owner.connect();
  await owner.query(
    `insert into organization (id, name, role) values ('home', 'Home', 'placer'), ('other', 'Other', 'placer')`,
  );
});

afterEach(async () => {
  await Promise.all([app.close(), worker.close(), owner.end()]);
  await own.drop();
});

function write(organization: string, resource: Resource, readers = [organization]): RecordWrite {
  const { resourceType: type, ...rest } = resource;
  const [before = '', after = ''] = JSON.stringify({ resourceType: type, meta: { lastUpdated: '@' }, ...rest }).split(
    '@',
  );
  return {
    ref: `${type}/${resource.id}`,
    type,
    version: 1,
    owner: organization,
    readers,
    method: 'PUT',
    body: { head: before, tail: after },
    index: extract(resource),
    keys: keysOf(type),
  };
}

function condition(id: string, narrative: string, more: object = {}): Resource {
  const div = `<div xmlns="http://www.w3.org/1999/xhtml">${narrative}</div>`;
  return { resourceType: 'Condition', id, text: { status: 'generated', div }, ...more };
}

async function put(writes: readonly RecordWrite[], on: Queryable = app): Promise<void> {
  const act = { request: 'test', organization: writes[0]!.owner, client: 'test', interaction: 'update' };
  const written = await writeRecords(on, act, writes);
  expect(written).toHaveLength(writes.length);
}

/** The next version of a record; `deleted` where there is no resource. */
async function change(organization: string, ref: string, resource?: Resource): Promise<void> {
  const { rows } = await owner.query<{ version: number; at: number; readers: string[] }>(
    `select version::int, extract(epoch from last_updated)::float8 * 1000 as at, readers from record where ref = $1`,
    [ref],
  );
  const { version, at, readers } = rows[0]!;
  const next = write(organization, resource ?? { resourceType: ref.split('/')[0]!, id: ref.split('/')[1]! }, readers);
  const { body, ...gone } = next;
  const previous = { version, at };
  await put([
    resource === undefined
      ? { ...gone, method: 'DELETE', version: version + 1, previous }
      : { ...gone, ...(body && { body }), version: version + 1, previous },
  ]);
}

async function isPending(): Promise<boolean> {
  const { rows } = await owner.query<{ pending: boolean }>(
    `select exists (select 1 from words_due) or exists (select 1 from outbox o, outbox_consumer c where c.name = 'words'
      and o.xid >= c.horizon and o.kind in ('record', 'shared')) as pending`,
  );
  return rows[0]!.pending;
}

/** Indexes until nothing is left: a transaction open in any other database of the server holds all back for a while. */
async function indexAll(): Promise<number> {
  return indexWith(read);
}

async function find(organization: string, type: string, url: string): Promise<string[]> {
  const context = { organization, sharedTypes: SHARED, keys: keysOf };
  const { matches } = await searchRecords(app, context, query(type, url));
  return matches.map(({ ref }) => ref.split('/')[1]!).sort();
}

async function total(organization: string, type: string, url: string): Promise<number | undefined> {
  const context = { organization, sharedTypes: SHARED, keys: keysOf };
  return (await searchRecords(app, context, query(type, url))).total;
}

test('a record is found by the words of its narrative and of its content, once they are indexed', async () => {
  await put([
    write('home', condition('a', 'Metastases in the <b>liver</b>', { code: { text: 'Karzinom' } })),
    write('home', condition('b', 'Metastases in the bone')),
    write('home', condition('c', 'Nothing', { note: [{ text: 'liver' }] })),
  ]);
  expect(await find('home', 'Condition', '_text=metastases')).toEqual([]);
  await indexAll();
  expect(await find('home', 'Condition', '_text=metastases')).toEqual(['a', 'b']);
  expect(await find('home', 'Condition', '_text=(bone OR LIVER) and metastases')).toEqual(['a', 'b']);
  expect(await find('home', 'Condition', '_text=liver')).toEqual(['a']);
  expect(await find('home', 'Condition', '_content=liver')).toEqual(['a', 'c']);
  expect(await find('home', 'Condition', '_content=liver,bone')).toEqual(['a', 'b', 'c']);
  expect(await find('home', 'Condition', '_content=liver&_text=nothing')).toEqual(['c']);
  expect(await find('home', 'Condition', '_text=karzinom')).toEqual([]);
  expect(await find('home', 'Condition', '_content=karzinom')).toEqual(['a']);
  expect(await find('home', 'Patient', '_content=liver')).toEqual([]);
});

test('words work beside other conditions, in chains and in _has, with totals and sorted pages', async () => {
  const subject = { reference: 'Patient/p' };
  await put([
    write('home', { resourceType: 'Patient', id: 'p', name: [{ family: 'Nguyễn' }] }),
    write('home', { resourceType: 'Patient', id: 'q', name: [{ family: 'Trần' }] }),
    write('home', condition('a', 'liver', { subject, code: { text: 'x' } })),
    write('home', condition('b', 'liver', { subject: { reference: 'Patient/q' } })),
    write('home', condition('c', 'bone', { subject })),
  ]);
  await indexAll();
  expect(await find('home', 'Condition', '_text=liver&subject=Patient/p')).toEqual(['a']);
  expect(await find('home', 'Condition', 'subject:Patient._content=nguyen')).toEqual(['a', 'c']);
  expect(await find('home', 'Condition', 'subject:Patient._content=nguyen&_text=bone')).toEqual(['c']);
  expect(await find('home', 'Patient', '_has:Condition:subject:_text=liver')).toEqual(['p', 'q']);
  expect(await find('home', 'Patient', '_has:Condition:subject:_text=bone&_content=nguyen')).toEqual(['p']);
  expect(await total('home', 'Condition', '_text=liver&_total=accurate&_count=1')).toBe(2);
  expect(await total('home', 'Condition', '_text=liver&_total=estimate&_count=1')).toBe(2);
  const context = { organization: 'home', sharedTypes: SHARED, keys: keysOf };
  for (const bounds of [undefined, { collected: 0, walked: 5000, bytes: 1_000_000 }]) {
    const sorted = query('Condition', '_text=liver,bone&_sort=-_lastUpdated&_count=2');
    const first = await searchRecords(app, { ...context, ...(bounds && { bounds }) }, sorted);
    const second = await searchRecords(app, { ...context, ...(bounds && { bounds }) }, sorted, first.next);
    expect([...first.matches, ...second.matches].map(({ ref }) => ref)).toEqual([
      'Condition/c',
      'Condition/b',
      'Condition/a',
    ]);
  }
});

test('words follow changes and deletions', async () => {
  await put([write('home', condition('a', 'liver')), write('home', condition('b', 'liver'))]);
  await indexAll();
  await change('home', 'Condition/a', condition('a', 'kidney'));
  await change('home', 'Condition/b');
  // What was deleted is not found even before.
  expect(await find('home', 'Condition', '_text=liver')).toEqual(['a']);
  expect(await total('home', 'Condition', '_text=liver&_total=estimate&_count=1')).toBe(1);
  await indexAll();
  expect(await find('home', 'Condition', '_text=liver')).toEqual([]);
  expect(await find('home', 'Condition', '_text=kidney')).toEqual(['a']);
  expect((await owner.query('select target from search_words')).rows).toEqual([{ target: 'Condition/a' }]);
  await change('home', 'Condition/b', condition('b', 'back again'));
  await indexAll();
  expect(await find('home', 'Condition', '_text=again')).toEqual(['b']);
});

test('announcements that come twice, or late, change nothing', async () => {
  await put([write('home', condition('a', 'liver')), write('home', condition('b', 'bone'))]);
  await change('home', 'Condition/a', condition('a', 'kidney'));
  await change('home', 'Condition/b');
  await indexAll();
  const before = await owner.query('select *, xmin from search_words');
  await owner.query(`update outbox_consumer set horizon = '0' where name = 'words'`);
  expect(await indexAll()).toBe(4);
  expect(await owner.query('select *, xmin from search_words')).toMatchObject({ rows: before.rows });
  expect(before.rows).toHaveLength(1);
});

test('what is another’s is neither found nor counted, and not looked at either', async () => {
  for (const by of ['home', 'other']) {
    const words = by === 'other' ? 'liver metastases' : 'kidney';
    for (let n = 0; n < 4; n++) {
      await put(Array.from({ length: 500 }, (_, k) => write(by, condition(`${by}${n}-${k}`, words))));
    }
  }
  await put([write('home', condition('a', 'liver')), write('home', condition('b', 'metastases'))]);
  await indexAll();
  // As a young table is: its size is known, what it holds is not.
  await owner.query('vacuum search_words');
  expect(await find('home', 'Condition', '_text=liver')).toEqual(['a']);
  for (const total_ of ['estimate', 'accurate']) {
    expect(await total('home', 'Condition', `_text=liver&_total=${total_}&_count=1`)).toBe(1);
  }
  const sent: { text: string; values: readonly unknown[] }[] = [];
  const spy: Queryable = {
    query: ({ text }, values) => {
      sent.push({ text, values });
      return Promise.resolve([]);
    },
  };
  await searchRecords(
    spy,
    { organization: 'home', sharedTypes: SHARED, keys: keysOf },
    query('Condition', '_text=liver'),
  );
  const client = new Client({ connectionString: own.url, options: '-c role=consilium_app -c enable_seqscan=off' });
  await client.connect();
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (analyze, costs off, timing off, format json) ${sent[0]!.text}`,
    sent[0]!.values as unknown[],
  );
  await client.end();
  const reads = flatten(rows[0]!['QUERY PLAN'][0].Plan).filter(
    (step) => step['Relation Name'] === 'search_words' || step['Index Name']?.startsWith('search_words') === true,
  );
  // One row in all was met: not one of the others', and none of the caller's own that do not have the word.
  expect(reads.map((step) => [step['Node Type'], step['Index Name'], step['Actual Rows']])).toEqual([
    ['Bitmap Heap Scan', undefined, 1],
    ['Bitmap Index Scan', 'search_words_words', 1],
  ]);
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly Plan[];
}

function flatten(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)];
}

test('what is shared is found by both, what is in the directory by all', async () => {
  await put([
    write('home', condition('a', 'liver')),
    write('home', condition('b', 'liver')),
    write('home', { resourceType: 'Organization', id: 'o', name: 'Sankt Olav' }, ['home', '*']),
  ]);
  await indexAll();
  expect(await find('other', 'Condition', '_text=liver')).toEqual([]);
  expect(await find('other', 'Organization', '_content=olav')).toEqual(['o']);
  expect(await find('home', 'Organization', '_content=olav')).toEqual(['o']);
  await app.transact(async (on) => {
    await on.query({ text: `select set_config('app.org', 'home', true)` }, []);
    await shareRecords(on, ['Condition/a'], ['other'], [keysOf('Condition').lastUpdated]);
  });
  await indexAll();
  expect(await find('other', 'Condition', '_text=liver')).toEqual(['a']);
  expect(await find('home', 'Condition', '_text=liver')).toEqual(['a', 'b']);
  await change('home', 'Condition/a', condition('a', 'kidney'));
  await indexAll();
  expect(await find('other', 'Condition', '_text=liver')).toEqual([]);
  expect(await find('other', 'Condition', '_text=kidney')).toEqual(['a']);
});

test('what could not be done stays for the next time', async () => {
  await put([write('home', condition('a', 'liver')), write('home', condition('b', 'bone'))]);
  let calls = 0;
  const failing: WordReader = (body) => {
    calls += 1;
    if (calls % 2 === 0) throw new Error('killed');
    return read(body);
  };
  const tryAll = async (): Promise<void> => {
    await waitUntil(async () => (await worker.transact((on) => indexWords(on, app, failing))) > 0, 10);
  };
  await expect(tryAll()).rejects.toThrow('killed');
  expect((await owner.query('select 1 from search_words')).rowCount).toBe(0);
  expect(await indexAll()).toBe(2);
  expect(await find('home', 'Condition', '_text=liver,bone')).toEqual(['a', 'b']);
});

test('one process works at a time', async () => {
  await put([write('home', condition('a', 'liver'))]);
  let count = 0;
  while (count === 0) {
    count = await worker.transact(async (on) => {
      const done = await indexWords(on, app, read);
      if (done > 0) expect(await worker.transact((second) => indexWords(second, app, read))).toBe(0);
      return done;
    });
  }
  expect(await find('home', 'Condition', '_text=liver')).toEqual(['a']);
});

test('whether words are waiting is asked without a transaction id, and told of what was committed alone', async () => {
  await indexAll();
  const ask = (): Promise<boolean> =>
    worker.transact(async (on) => {
      const waiting = await areWordsWaiting(on);
      expect(await on.query({ text: 'select pg_current_xact_id_if_assigned() as id' }, [])).toEqual([{ id: null }]);
      return waiting;
    });
  expect(await ask()).toBe(false);
  await put([write('home', condition('a', 'liver'))]);
  // A transaction open in any other database of the server holds all back for a while.
  expect(await waitUntil(ask, 10)).toBe(true);
  await indexAll();
  expect(await ask()).toBe(false);
  await owner.query(`insert into words_due values ('Condition/a', 'home')`);
  expect(await ask()).toBe(true);
  expect(await indexAll()).toBe(1);
  expect(await ask()).toBe(false);
  await owner.query(`delete from outbox_consumer where name = 'words'`);
  expect(await ask()).toBe(true);
  await worker.transact((on) => indexWords(on, app, read));
  expect((await owner.query(`select 1 from outbox_consumer where name = 'words'`)).rowCount).toBe(1);
});

test('while words are read nobody has to wait for the transaction, and others have their turns', async () => {
  await put(Array.from({ length: 60 }, (_, n) => write('home', condition(`c${n}`, `liver w${n}`))));
  const busy: WordReader = (body) => {
    const until = performance.now() + 1;
    while (performance.now() < until);
    return read(body);
  };
  const ids: unknown[] = [];
  let turns = 0;
  let reading = false;
  const count = (): void => {
    if (!reading) return;
    turns += 1;
    setImmediate(count);
  };
  let done = 0;
  await waitUntil(async () => {
    done = await worker.transact(async (on) => {
      const records: Queryable = {
        query: async (statement, values) => {
          ids.push(...(await on.query({ text: 'select pg_current_xact_id_if_assigned() as id' }, [])));
          return app.query(statement, values);
        },
      };
      reading = true;
      count();
      const indexed = await indexWords(on, records, busy);
      reading = false;
      return indexed;
    });
    return done > 0;
  }, 10);
  expect(done).toBe(60);
  // Two slices of records; at the second all of the first have been made into words.
  expect(ids).toEqual([{ id: null }, { id: null }]);
  // 60 ms of work in turns of 2.
  expect(turns).toBeGreaterThan(20);
  expect(await find('home', 'Condition', '_text=w59')).toEqual(['c59']);
});

/** What a release reads that knows other words. */
const readLater: WordReader = (body) => ({
  _text: read(body)._text.map((word) => `new${word}`),
  _content: read(body)._content,
});

async function reindex(organization: string): Promise<void> {
  const keep = () => ({ text: [], range: [], kept: [keysOf('Condition').id, keysOf('Condition').lastUpdated] });
  await app.transact((on) => reindexSlice(on, keep, () => undefined, organization, ''));
}

async function indexWith(reader: WordReader): Promise<number> {
  let count = 0;
  await waitUntil(async () => {
    if (!(await isPending())) return true;
    count += await worker.transact((on) => indexWords(on, app, reader));
    return false;
  }, 5);
  return count;
}

test('after reindexing all records have the words that this release reads, and rows that were right are left alone', async () => {
  await put([
    write('home', condition('a', 'liver')),
    write('home', condition('b', '')),
    write('home', condition('c', 'bone')),
  ]);
  await put([write('other', condition('d', 'liver'))]);
  await change('home', 'Condition/c');
  await indexAll();
  const rowsOf = async (id: string): Promise<unknown[]> =>
    (await owner.query('select *, xmin from search_words where target = $1', [`Condition/${id}`])).rows;
  const before = await rowsOf('b');
  await reindex('home');
  // Twice is as once, and what is changed meanwhile is as it is then.
  await reindex('home');
  await change('home', 'Condition/a', condition('a', 'kidney'));
  expect(await find('home', 'Condition', '_text=newkidney')).toEqual([]);
  expect(await indexWith(readLater)).toBe(3);
  expect(await find('home', 'Condition', '_text=newkidney')).toEqual(['a']);
  expect(await find('home', 'Condition', '_text=kidney,liver,newliver')).toEqual([]);
  expect(await rowsOf('b')).toEqual(before);
  expect(before).toHaveLength(1);
  // Another's turn has not come yet.
  expect(await find('other', 'Condition', '_text=liver')).toEqual(['d']);
  await reindex('other');
  await indexWith(readLater);
  expect(await find('other', 'Condition', '_text=newliver')).toEqual(['d']);
});

test('what is due is brought up to date though more is written all the time', async () => {
  await put(Array.from({ length: 20 }, (_, n) => write('home', condition(`c${n}`, 'liver'))));
  await indexAll();
  await reindex('home');
  let n = 0;
  const isDone = async (): Promise<boolean> => {
    if ((await owner.query('select 1 from words_due')).rowCount === 0) return true;
    await put([write('home', condition(`more${(n += 1)}`, 'bone'))]);
    await worker.transact((on) => indexWords(on, app, readLater));
    return false;
  };
  expect(await waitUntil(isDone, 0)).toBe(true);
  expect(await find('home', 'Condition', '_text=newliver&_count=30')).toHaveLength(20);
});

test('batches are bounded, and all of them together complete', async () => {
  for (let n = 0; n < 12; n++) {
    await put(Array.from({ length: 90 }, (_, k) => write('home', condition(`c${n}-${k}`, `liver w${n}x${k}`))));
  }
  const counts: number[] = [];
  await waitUntil(async () => {
    if (!(await isPending())) return true;
    counts.push(await worker.transact((on) => indexWords(on, app, read)));
    return false;
  }, 5);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1080);
  // Of a transaction nothing is left behind, so its last records come along.
  expect(Math.max(...counts)).toBeLessThanOrEqual(200 + 90);
  expect(await total('home', 'Condition', '_text=liver&_total=accurate&_count=1')).toBe(1080);
  expect(await find('home', 'Condition', '_text=w5x89')).toEqual(['c5-89']);
});

test('a large record among many is read alone', async () => {
  const long = 'x'.repeat(300_000);
  await put([
    write('home', condition('large', 'liver', { note: [{ text: 'beyond' }, { text: long }] })),
    write('home', condition('small', 'liver')),
  ]);
  await indexAll();
  expect(await find('home', 'Condition', '_text=liver')).toEqual(['large', 'small']);
  expect(await find('home', 'Condition', '_content=beyond')).toEqual(['large']);
});

test('a record with as many and as long words as there can be does not hold up the others', async () => {
  // Letters of four bytes each, ten of them for the digits.
  const word = (n: number): string =>
    String.fromCodePoint(...Array.from(String(n).padStart(64, '0'), (digit) => 0x1e922 + Number(digit)));
  const words = Array.from({ length: 3000 }, (_, n) => word(n)).join(' ');
  await put([
    write('home', condition('long', words, { note: [{ text: words }] }), ['home', 'other']),
    write('home', condition('short', 'liver')),
  ]);
  await indexAll();
  expect(await find('home', 'Condition', '_text=liver')).toEqual(['short']);
  expect(await find('other', 'Condition', `_text=${word(7)}`)).toEqual(['long']);
  // PostgreSQL makes a tsvector that is too large without a word, and then it holds others than it was given.
  const { rows } = await owner.query<{ lexeme: string }>(
    `select lexeme from search_words, unnest(words) where target = 'Condition/long' and lexeme !~ '^[0-9a-z]+:(.{64}|generated)$'`,
  );
  expect(rows).toEqual([]);
});

test('a filled database gets the words of its records with the migration, batch by batch', async () => {
  const db = knex({ client: 'pg', connection: own.url, pool: { min: 0, max: 1 } });
  await db.transaction((trx) => down(trx as never));
  const writes = Array.from({ length: 450 }, (_, n) =>
    write(n % 2 === 0 ? 'home' : 'other', condition(`c${n}`, 'liver')),
  );
  await put(writes.filter(({ owner: by }) => by === 'home'));
  await put(writes.filter(({ owner: by }) => by === 'other'));
  await change('home', 'Condition/c0', condition('c0', 'kidney'));
  await change('home', 'Condition/c2');
  await db.transaction((trx) => up(trx as never));
  await db.destroy();
  // Changed since: what comes from the outbox is not overwritten by what was due.
  await change('home', 'Condition/c4', condition('c4', 'bone'));
  await change('home', 'Condition/c6');
  await put([write('home', condition('new', 'liver'))]);
  await indexAll();
  expect((await owner.query('select 1 from words_due')).rowCount).toBe(0);
  expect(await total('home', 'Condition', '_text=liver&_total=accurate&_count=1')).toBe(225 - 4 + 1);
  expect(await total('other', 'Condition', '_text=liver&_total=accurate&_count=1')).toBe(225);
  expect(await find('home', 'Condition', '_text=kidney,bone')).toEqual(['c0', 'c4']);
});

test('the roles can do with words what they have to, and no more', async () => {
  await put([write('home', condition('a', 'liver'))]);
  await indexAll();
  await expect(app.query({ text: 'delete from search_words' }, [])).rejects.toThrow();
  await expect(app.query({ text: `insert into search_words values ('x', 'home', 1, '')` }, [])).rejects.toThrow();
  await expect(app.query({ text: 'select * from words_due' }, [])).rejects.toThrow();
  await expect(worker.query({ text: 'select ref from record' }, [])).rejects.toThrow();
});
