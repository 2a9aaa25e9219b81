import { buildHouse, openStore } from '../app.ts';
import type { Store } from '../app.ts';
import type { Logger } from '../base/index.ts';
import type { Config } from '../config.ts';
import type { House } from '../interactions/index.ts';
import { checkServer, migrate, openDatabase, pendingMigrations } from '../store/index.ts';
import type { Database, Transaction } from '../store/index.ts';
import type { Setting, Terminal } from './command.ts';
import { PROGRAM } from './help.ts';

/** A command's log: what has to be known goes to the terminal's other channel, the rest nowhere. */
export function createTerminalLogger(terminal: Terminal): Logger {
  const tell = (fields: Record<string, unknown>, message: string): void => {
    const details = Object.entries(fields).map(([name, value]) => `${name}: ${String(value)}`);
    terminal.warn([message, ...details].join('; '));
  };
  return { debug() {}, info() {}, warn: tell, error: tell };
}

/** What a command has in hand while it works on the database. */
export interface Connection {
  readonly config: Config;
  readonly database: Database;
  /** The same as the owner of the tables, for what requests may not change. */
  readonly owner: Database;
  readonly logger: Logger;
}

/** Works on the database as requests do, and lets go of it; the embedded server may be running already, or not. */
export async function withDatabase<T>(setting: Setting, work: (connection: Connection) => Promise<T>): Promise<T> {
  const config = setting.loadConfig();
  const logger = createTerminalLogger(setting.terminal);
  return await withStore(config, logger, async (store) => {
    await bringUpToDate(store);
    const database = openDatabase({ url: store.url, role: 'consilium_app', size: 2, logger });
    const owner = openDatabase({ url: store.url, size: 1, logger });
    try {
      return await work({ config, database, owner, logger });
    } finally {
      await Promise.all([database.close(), owner.close()]);
    }
  });
}

/** Works with everything behind the routes, on the same database. */
export async function withHouse<T>(
  { config, database, logger }: Pick<Connection, 'config' | 'database' | 'logger'>,
  work: (house: House) => Promise<T>,
): Promise<T> {
  const { house, close } = await buildHouse(config, database, logger);
  try {
    return await work(house);
  } finally {
    await close();
  }
}

/** A database all of whose work goes into one transaction that is open. */
export function joinTransaction(database: Database, on: Transaction): Database {
  return { ...database, query: (statement, values) => on.query(statement, values), transact: (work) => work(on) };
}

/** Opens the database and lets go of it, whatever state its tables are in. */
export async function withStore<T>(config: Config, logger: Logger, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(config, logger);
  try {
    await checkServer(store.url);
    return await work(store);
  } finally {
    await store.stop();
  }
}

/** The embedded database is ours alone; on another, other servers may still run the former release. */
async function bringUpToDate({ url, embedded }: Store): Promise<void> {
  const pending = await pendingMigrations(url);
  if (pending.length === 0) return;
  if (!embedded) {
    throw new Error(`The database is not at this release yet (${pending.length} migrations). Run: ${PROGRAM} migrate`);
  }
  await migrate(url);
}
