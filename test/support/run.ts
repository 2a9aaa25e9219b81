import { fileURLToPath } from 'node:url';
import { randomCode, silentLogger, systemClock } from '../../src/base/index.ts';
import type { Definitions } from '../../src/definitions/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import type { Database } from '../../src/store/index.ts';
import './module-hooks.ts';
import { announceServer, execute, TEST_MASTER_KEY, urlOfDatabase } from './server.ts';

const WITHOUT_DATABASE =
  /test\/(base|keys|definitions|terminology|fhir|search|validation|access|cases|pages|browser\/pages|reports|audit|config)\b/;

/** The part of Jest's configuration that says which tests were asked for by name. */
interface Selection {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}

let endServer: (() => Promise<void>) | undefined;

/**
 * Starts one PostgreSQL for the whole run (or takes the server at TEST_DATABASE_URL) and makes the migrated template.
 * When only tests that use no database were asked for, there is no server to wait for.
 */
export async function setUp({ testPathPatterns: { patterns } }: Selection): Promise<void> {
  // Processes that tests start load in half the time what others have compiled; so do those that run the tests.
  process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));
  if (patterns.length > 0 && patterns.every((pattern) => WITHOUT_DATABASE.test(pattern))) return;
  // Only now: tests of pure rooms run whatever state the store is in.
  const { migrate } = await import('../../src/store/index.ts');
  const url = process.env['TEST_DATABASE_URL'] ?? (await startServer());
  const template = `template_${randomCode(10).toLowerCase()}`;
  const publishedTemplate = `${template}_published`;
  endServer ??= async () => {
    for (const name of [template, publishedTemplate])
      await execute(url, `drop database if exists ${name} with (force)`);
  };
  await execute(url, `create database ${template}`);
  await migrate(urlOfDatabase(url, template));
  await execute(url, `create database ${publishedTemplate} template ${template}`);
  await publishGuideTo(urlOfDatabase(url, publishedTemplate));
  announceServer({ url, template, publishedTemplate });
}

/** What the first start of a server does. */
async function publishGuideTo(url: string): Promise<void> {
  const { buildHouse } = await import('../../src/app.ts');
  const { loadConfig } = await import('../../src/config.ts');
  const { openDatabase } = await import('../../src/store/index.ts');
  const { publishGuide } = await import('../../src/interactions/index.ts');
  const config = loadConfig({ DATABASE_URL: url, LOG_LEVEL: 'silent' });
  const database = openDatabase({ url, role: 'consilium_app', size: 2, logger: silentLogger });
  const { house, guide, close } = await buildHouse(config, database, silentLogger);
  await publishGuide(house, guide);
  await indexGuide(url, database, house.definitions);
  const { openServerKeys } = await import('../../src/auth/server-keys.ts');
  const masterKey = Buffer.from(TEST_MASTER_KEY, 'base64url');
  await (await openServerKeys({ database, masterKey, clock: systemClock, logger: silentLogger })).close();
  await close();
  await database.close();
}

/** Its words too, which a server makes in the background as soon as it has started. */
async function indexGuide(url: string, records: Database, definitions: Definitions): Promise<void> {
  const { indexWords, openDatabase } = await import('../../src/store/index.ts');
  const { compileWordReader } = await import('../../src/search/index.ts');
  const read = compileWordReader(definitions);
  const worker = openDatabase({ url, role: 'consilium_worker', size: 1, logger: silentLogger });
  let count: number;
  do {
    count = await worker.transact((on) => indexWords(on, records, (body) => read(JSON.parse(body) as Resource)));
  } while (count > 0);
  await worker.close();
}

export async function tearDown(): Promise<void> {
  await endServer?.();
  // Connections that fetch keeps alive must not hold a finished run; the timer itself does not.
  setTimeout(() => process.exit(), 3000).unref();
}

async function startServer(): Promise<string> {
  const { startEmbedded } = await import('../../src/store/embedded/index.ts');
  const { url, stop } = await startEmbedded({ ephemeral: true, logger: silentLogger });
  endServer = stop;
  return url;
}
