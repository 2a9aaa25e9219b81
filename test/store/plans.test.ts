import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { silentLogger, uuidv7 } from '../../src/base/index.ts';
import { paramKey, parseSearch } from '../../src/search/index.ts';
import { openDatabase, readRecord, readVersion, searchRecords, writeRecords } from '../../src/store/index.ts';
import type { Queryable, RecordWrite, Statement } from '../../src/store/index.ts';
import { definitions } from '../definitions/r4.ts';
import { createTestDatabase } from '../support/database.ts';
import { terminology } from '../terminology/r4.ts';

const RECORDS = 3000;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let app: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(
    `insert into organization (id, name, role) values ('home', 'Home', 'placer'), ('other', 'Other', 'placer'), ('payer', 'Payer', 'insurer')`,
  );
  const store = openDatabase({ url: database.url, role: 'consilium_app', size: 1, logger: silentLogger });
  for (const organization of ['home', 'other']) {
    for (let n = 0; n < RECORDS; n += 500) {
      const act = { request: 'test', organization, client: 'test', interaction: 'create' };
      const writes = Array.from({ length: 500 }, (_, k) => observation(organization, n + k));
      const written = await writeRecords(store, act, writes);
      const at = new Map(written.map((row) => [row.ref, row.at]));
      const next = writes.map((write) => ({ ...write, version: 2, previous: { version: 1, at: at.get(write.ref)! } }));
      await writeRecords(store, act, next);
    }
  }
  await store.close();
  await owner.query(SHOW_ALL);
  await owner.query('vacuum analyze');
  await owner.end();
  app = new pg.Client({
    connectionString: database.url,
    options: '-c role=consilium_app -c plan_cache_mode=force_generic_plan -c jit=off',
  });
  await app.connect();
}, 60_000);

afterAll(async () => {
  await app.end();
  await database.drop();
});

/** As if one insurer sponsored all of one placer's records: what is measured here is how views are read. */
const SHOW_ALL = `
  insert into record_view (ref, reader, type, version, owner, last_updated, method, body, seen, cases)
    select ref, 'payer', type, version, owner, last_updated, method, body, last_updated, array[gen_random_uuid()]
    from record where owner = 'home';
  insert into search_text select 'payer', param, value, detail, target from search_text where reader = 'home';
  insert into search_range select 'payer', param, unit, low, high, target from search_range where reader = 'home'`;

function observation(organization: string, n: number): RecordWrite {
  const text = (code: string, value: string, detail = '') => ({ param: paramKey('Observation', code), value, detail });
  const at = Date.UTC(2026, 0, 1) + n * 60_000;
  return {
    ref: `Observation/${n < 3 ? `${organization}-${n}` : uuidv7()}`,
    type: 'Observation',
    version: 1,
    owner: organization,
    readers: [organization],
    method: 'POST',
    body: { head: '{"meta":{"lastUpdated":"', tail: '"}}' },
    index: {
      text: [
        text('subject', `Patient/${n % 300}`),
        text('status', 'final', 'http://hl7.org/fhir/observation-status'),
        text('code', `c${n % 7}`, 'urn:x'),
      ],
      range: [{ param: paramKey('Observation', 'date'), unit: '', low: at, high: at + 1 }],
    },
    keys: { id: paramKey('Observation', '_id'), lastUpdated: paramKey('Observation', '_lastUpdated') },
  };
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'One-Time Filter'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** The statements that `call` sends, without running them. */
async function statementsOf(
  call: (on: Queryable) => Promise<unknown>,
): Promise<{ statement: Statement; values: readonly unknown[] }[]> {
  const sent: { statement: Statement; values: readonly unknown[] }[] = [];
  await call({
    query: (statement, values) => {
      sent.push({ statement, values });
      return Promise.resolve([]);
    },
  });
  return sent;
}

/** How the server runs a statement once it is prepared, with what each step met. */
async function explain(statement: Statement, values: readonly unknown[]): Promise<Plan> {
  const name = `p_${uuidv7().replaceAll('-', '')}`;
  await app.query(`prepare ${name} as ${statement.text}`);
  const literals = values.map((value) =>
    Array.isArray(value)
      ? pg.escapeLiteral(`{${value.map((item) => JSON.stringify(item)).join(',')}}`)
      : pg.escapeLiteral(String(value)),
  );
  const { rows } = await app.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `explain (analyze, costs off, timing off, format json) execute ${name}(${literals.join(', ')})`,
  );
  await app.query(`deallocate ${name}`);
  return rows[0]!['QUERY PLAN'][0]!.Plan;
}

function steps(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(steps)];
}

/** The steps that read a table, with all that stands above each. */
function tableReads(plan: Plan, above: readonly Plan[] = []): { step: Plan; above: readonly Plan[] }[] {
  const deeper = (plan.Plans ?? []).flatMap((child) => tableReads(child, [...above, plan]));
  return plan['Relation Name'] === undefined ? deeper : [{ step: plan, above }, ...deeper];
}

function expectFilteredFirst(plan: Plan): void {
  const reads = tableReads(plan);
  expect(reads.length).toBeGreaterThan(0);
  for (const { step, above } of reads) {
    expect(step['Node Type']).not.toBe('Seq Scan');
    const guarded = [step, ...above].some((one) => one['One-Time Filter']?.includes('IS NOT NULL') === true);
    expect({ table: step['Relation Name'], guarded }).toEqual({ table: step['Relation Name'], guarded: true });
  }
}

test('a read sets its caller once, before it looks, and finds its row by the key', async () => {
  const [sent] = await statementsOf((on) => readRecord(on, 'home', 'Observation/home-0'));
  const plan = await explain(sent!.statement, sent!.values);
  expectFilteredFirst(plan);
  expect(tableReads(plan).map(({ step }) => step['Relation Name'])).toEqual(['record']);
  expect(plan['Actual Rows']).toBe(1);
});

test('the same read of another organisation’s record comes back empty', async () => {
  const [sent] = await statementsOf((on) => readRecord(on, 'home', 'Observation/other-0'));
  expect((await explain(sent!.statement, sent!.values))['Actual Rows']).toBe(0);
});

test('a read of a version goes by keys, too', async () => {
  const [sent] = await statementsOf((on) => readVersion(on, 'home', 'Observation/home-0', 1));
  const plan = await explain(sent!.statement, sent!.values);
  for (const { step } of tableReads(plan)) expect(step['Node Type']).toMatch(/Index/);
  expect(plan['Actual Rows']).toBe(1);
});

test('an insurer’s read looks for the record and for its view, each by its key; all others look for the record alone', async () => {
  const [sent] = await statementsOf((on) => readRecord(on, PAYER, 'Observation/home-0'));
  const plan = await explain(sent!.statement, sent!.values);
  expectFilteredFirst(plan);
  const tables = tableReads(plan).map(({ step }) => step['Relation Name']);
  expect([...new Set(tables)].sort()).toEqual(['record', 'record_view']);
  expect(plan['Actual Rows']).toBe(1);
  for (const role of ['placer', 'programme', 'employer', 'server'] as const) {
    const [other] = await statementsOf((on) => readRecord(on, { organization: 'home', role }, 'Observation/home-0'));
    expect(other!.statement.text).not.toContain('shown_record');
    const [alone] = await statementsOf((on) => readRecord(on, 'home', 'Observation/home-0'));
    expect(other!.statement).toBe(alone!.statement);
  }
});

const PAYER = { organization: 'payer', role: 'insurer' } as const;

describe.each([{ organization: 'home' }, PAYER])('a search as $organization', (reader) => {
  test.each([
    ['subject=Patient/17&status=final', 10],
    ['subject=Patient/17', 10],
    ['subject=Patient/17&_sort=-date', 10],
    ['_id=home-1', 1],
  ])('by %s starts at an index of its caller and touches little more than it finds', async (query, hits) => {
    const parsed = parseSearch(
      { definitions, terminology },
      { types: ['Observation'] },
      [...new URLSearchParams(query)],
      {
        strict: true,
        maxCount: 500,
        defaultCount: 50,
        now: Date.UTC(2026, 5, 1),
        base: 'https://server.example/fhir',
      },
    );
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const keys = (type: string) => ({ id: paramKey(type, '_id'), lastUpdated: paramKey(type, '_lastUpdated') });
    const [sent] = await statementsOf((on) =>
      searchRecords(on, { ...reader, sharedTypes: new Set(), keys }, parsed.query),
    );
    const plan = await explain(sent!.statement, sent!.values);
    expect(plan['Actual Rows']).toBe(hits);
    const all = steps(plan);
    expect(all.some((step) => step['One-Time Filter']?.includes('IS NOT NULL') === true)).toBe(true);
    expect(all.filter((step) => step['Node Type'] === 'Seq Scan').map((step) => step['Relation Name'])).toEqual([]);
    // Not one row of the others' 3,000 was met on the way.
    for (const step of all) expect(step['Rows Removed by Filter'] ?? 0).toBeLessThanOrEqual(hits);
  });
});
