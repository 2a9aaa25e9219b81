import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { SHARED_TYPES } from '../../src/access/index.ts';
import { silentLogger } from '../../src/base/index.ts';
import { paramKey, parseSearch } from '../../src/search/index.ts';
import { openDatabase, readRecord, searchRecords } from '../../src/store/index.ts';
import type { Database, Queryable, Statement } from '../../src/store/index.ts';
import { definitions } from '../definitions/r4.ts';
import { startHouse } from '../support/house.ts';
import { terminology } from '../terminology/r4.ts';
import { createGrownStore } from './grow.ts';
import { commonQuestions } from './questions.ts';
import type { Report } from './report.ts';

const REQUESTS = 100_000;
/** Pages of 8 KB that a question may look at for each record that it shows, whatever lies in the store. */
const MOST_BUFFERS = 20;
/** And those of a walk: a look at one record of many for each condition. */
const WALKED_BUFFERS = 4_000;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Plan[];
}

/** How PostgreSQL went about one statement. */
interface Seen {
  readonly scanned: readonly string[];
  readonly buffers: number;
  readonly milliseconds: number;
}

/**
 * The commonest questions over 100,000 analysed requests of two organisations, as the role of requests with row-level
 * security on: with the planner's default settings no table is read as a whole, and what is read stays in proportion to
 * what is shown.
 */
export async function provePlans(report: Report): Promise<void> {
  const house = await startHouse();
  try {
    const home = await house.register('home', 'placer');
    const other = await house.register('other', 'placer');
    await house.register('programme', 'programme');
    const store = await createGrownStore(house.database, [home, other], 'programme');
    // No settings but the role and generic plans: these are the database's own.
    const app = new pg.Client({
      connectionString: house.database,
      options: '-c role=consilium_app -c plan_cache_mode=force_generic_plan',
    });
    await app.connect();
    const database = openDatabase({ url: house.database, role: 'consilium_app', size: 1, logger: silentLogger });
    try {
      await store.growTo(REQUESTS);
      await checkSettings(report, app);
      for (const { name, path, entries, looks } of commonQuestions(store)) {
        const { seen, shown } = await explainAll(app, database, path(home, 20_000));
        const buffers = seen.reduce((sum, one) => sum + one.buffers, 0);
        const milliseconds = seen.reduce((sum, one) => sum + one.milliseconds, 0);
        report.say(
          `     ${name}: ${seen.length} statements, ${shown} records, ${buffers} buffers, ${milliseconds.toFixed(2)} ms`,
        );
        const scanned = [...new Set(seen.flatMap((one) => one.scanned))];
        report.check(
          `${name}: no sequential scan`,
          scanned.length === 0 && shown >= Math.max(1, entries),
          scanned.join(', ') || `${shown} records`,
        );
        const most = looks === true ? WALKED_BUFFERS : MOST_BUFFERS * (shown + 5);
        report.check(`${name}: ${most} buffers at most`, buffers <= most, String(buffers));
      }
    } finally {
      await app.end();
      await database.close();
      await store.close();
      await wait(100);
    }
  } finally {
    await house.stop();
  }
}

async function checkSettings(report: Report, app: pg.Client): Promise<void> {
  const { rows } = await app.query<{ name: string }>(
    `select name from pg_settings where name like 'enable\\_%' and setting <> boot_val`,
  );
  report.check('the planner may do all that it may by default', rows.length === 0, rows.map(({ name }) => name).join());
  const { rows: roles } = await app.query<{ bound: boolean }>(
    `select not rolsuper and not rolbypassrls as bound from pg_roles where rolname = current_user`,
  );
  report.check('row-level security binds the role', roles[0]?.bound === true);
}

/** All statements that a question sends, run and explained, and how many records it shows. */
async function explainAll(app: pg.Client, database: Database, path: string): Promise<{ seen: Seen[]; shown: number }> {
  const seen: Seen[] = [];
  const on: Queryable = {
    query: async (statement, values) => {
      seen.push(await explain(app, statement, values));
      return database.query(statement, values);
    },
  };
  const [place = '', question] = path.slice(1).split('?');
  if (question === undefined) {
    const record = await readRecord(on, 'home', place);
    return { seen, shown: record === undefined ? 0 : 1 };
  }
  const options = {
    strict: true,
    maxCount: 500,
    defaultCount: 50,
    now: Date.now(),
    base: 'https://server.example/fhir',
  };
  const parsed = parseSearch(
    { definitions, terminology },
    { types: [place] },
    [...new URLSearchParams(question)],
    options,
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const keys = (type: string) => ({ id: paramKey(type, '_id'), lastUpdated: paramKey(type, '_lastUpdated') });
  const { matches, included } = await searchRecords(
    on,
    { organization: 'home', sharedTypes: SHARED_TYPES, keys },
    parsed.query,
  );
  return { seen, shown: matches.length + included.length };
}

let prepared = 0;

async function explain(app: pg.Client, { text }: Statement, values: readonly unknown[]): Promise<Seen> {
  const name = `p_${prepared++}`;
  await app.query(`prepare ${name} as ${text}`);
  const literals = values.map((value) =>
    Array.isArray(value)
      ? pg.escapeLiteral(`{${value.map((item) => JSON.stringify(item)).join(',')}}`)
      : pg.escapeLiteral(String(value)),
  );
  const { rows } = await app.query<{ 'QUERY PLAN': [{ Plan: Plan; 'Execution Time': number }] }>(
    `explain (analyze, buffers, timing off, format json) execute ${name}${literals.length === 0 ? '' : `(${literals.join(', ')})`}`,
  );
  await app.query(`deallocate ${name}`);
  const [{ Plan: plan, 'Execution Time': milliseconds }] = rows[0]!['QUERY PLAN'];
  const buffers = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
  return { scanned: scannedBy(plan), buffers, milliseconds };
}

function scannedBy(plan: Plan): string[] {
  const deeper = (plan.Plans ?? []).flatMap(scannedBy);
  return plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name'] ?? '', ...deeper] : deeper;
}
