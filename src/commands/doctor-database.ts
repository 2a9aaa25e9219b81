import { findMasterKey } from '../app.ts';
import type { Store } from '../app.ts';
import { checkServerKeys } from '../auth/index.ts';
import type { Logger } from '../base/index.ts';
import type { Config } from '../config.ts';
import { parseMasterKey } from '../keys/index.ts';
import { checkServer, findPlace, findRoleFaults, openDatabase, pendingMigrations } from '../store/index.ts';
import type { ServerKeyRow } from '../store/index.ts';
import { withStore } from './connect.ts';
import { describeError } from './describe-error.ts';
import { checkDeliveries } from './doctor-deliveries.ts';
import type { Finding } from './finding.ts';
import { PROGRAM } from './help.ts';

/** Is the database there, at this release, and safe? Do the server's keys open? */
export async function checkDatabase(config: Config, logger: Logger): Promise<Finding[]> {
  try {
    if (config.databaseUrl === undefined && findPlace(config.dataDir) === undefined) {
      return [
        { check: 'database', text: 'embedded (made at the first start)' },
        ...(await checkKeys(config, undefined, logger)),
      ];
    }
    return await withStore(config, logger, (store) => checkStore(config, store, logger));
  } catch (error) {
    return [
      {
        check: 'database',
        text: describeError(error),
        mend: 'Roles and keys were not checked: run the doctor again afterwards.',
      },
    ];
  }
}

async function checkStore(config: Config, store: Store, logger: Logger): Promise<Finding[]> {
  const version = `PostgreSQL ${await checkServer(store.url)}${store.embedded ? ', embedded' : ''}`;
  const findings: Finding[] = [{ check: 'database', text: version }];
  const pending = await pendingMigrations(store.url);
  if (pending.length > 0) {
    const text = `${pending.length} to be run (${pending.join(', ')}); roles and keys are checked afterwards`;
    return [...findings, { check: 'migrations', text, mend: `Start the server, or run: ${PROGRAM} migrate` }];
  }
  const faults = await findRoleFaults(store.url);
  return [
    ...findings,
    { check: 'migrations', text: 'at this release' },
    ...(faults.length > 0
      ? faults.map((fault) => ({ check: 'roles', ...fault }))
      : [{ check: 'roles', text: 'row-level security binds all requests' }]),
    await checkDeliveries(store, logger),
    ...(await checkKeys(config, store, logger)),
  ];
}

/** Is there a master key, random enough, and does it open what was sealed? How old are the server's keys? */
async function checkKeys(config: Config, store: Store | undefined, logger: Logger): Promise<Finding[]> {
  const check = 'master key';
  const source = config.masterKey === undefined ? config.masterKeyFile : 'MASTER_KEY';
  try {
    const key = await findMasterKey(config);
    if (key !== undefined && Array.isArray(parseMasterKey(Buffer.from(key).toString('base64url')))) {
      const mend = 'Set another before the first start; later it opens nothing.';
      return [{ check, text: `${source} is not random.`, mend }];
    }
    // Without a key any will do to find out whether there is something that it should have opened.
    const opened = store === undefined ? [] : await openKeys(store, key ?? new Uint8Array(32), logger);
    if (key === undefined) return [{ check, text: `made at the first start (${config.masterKeyFile})` }];
    if (opened.length === 0) return [{ check, text: `${source}, nothing sealed yet` }];
    return [{ check, text: `${source} opens the server's keys (${opened.length})` }, describeAges(opened)];
  } catch (error) {
    const mend = `Bring back the key that the server ran with: set MASTER_KEY, or restore ${config.masterKeyFile}.`;
    return [{ check, text: describeError(error), mend }];
  }
}

async function openKeys({ url }: Store, key: Uint8Array, logger: Logger): Promise<readonly ServerKeyRow[]> {
  const database = openDatabase({ url, size: 1, logger });
  try {
    return await checkServerKeys(database, key);
  } finally {
    await database.close();
  }
}

const DAY_MS = 86_400_000;
/** How long one key signs at most, in days. */
const DAYS_MOST = 365;

function describeAges(keys: readonly ServerKeyRow[]): Finding {
  const signing = keys
    .filter(({ state }) => state === 'current')
    .map(({ alg, since }) => ({ alg, since, days: Math.floor((Date.now() - since.getTime()) / DAY_MS) }));
  const texts = signing.map(
    ({ alg, since, days }) => `${alg} signs since ${since.toISOString().slice(0, 10)} (${days} days)`,
  );
  const finding = { check: 'server keys', text: texts.join(', ') };
  const isOld = signing.some(({ days }) => days > DAYS_MOST);
  return isOld ? { ...finding, mend: `Once a year let others sign: ${PROGRAM} key rotate` } : finding;
}
