/**
 * The real PostgreSQL that comes as an npm package, for machines without one. `startEmbedded` makes its files once,
 * starts it, or takes a share in the one that already runs on the same files (the server and the command line at the
 * same time; a server left over after `kill -9`). Whoever gives back the last share stops it, and a watchdog does so
 * for processes that were killed. It knows nothing of Consilium's tables.
 */
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from '../../base/index.ts';
import { chooseAccount, ownerOf, type Account } from './account.ts';
import { findPackage, prepareBinaries, type Binaries } from './binaries.ts';
import { clusterAt, makeCluster, refuseOtherVersion, type Cluster } from './cluster.ts';
import { takeLease, urlOf, type Lease } from './lease.ts';
import { choosePlace, findPlace, sharedFolder } from './place.ts';
import { findPostmaster, freePort, lastLog, startServer, stopServer } from './server.ts';
import { postWatchdog, removeEphemeral } from './watch.ts';

export { findPlace } from './place.ts';

const DATABASE = 'consilium';
const ATTEMPTS = 3;
const GOING_DOWN_MS = 50;
/** duplicate_database, and unique_violation where two processes create it at the same moment. */
const EXISTS = ['42P04', '23505'];

export type EmbeddedOptions = {
  readonly logger: Logger;
  /** Wanted TCP port on 127.0.0.1; without it any free one. A server that already runs keeps its own. */
  readonly port?: number;
  /** Folder of the npm package with the binaries; without it the one installed for this machine. */
  readonly packageFolder?: string;
} & ({ readonly dataDir: string; readonly ephemeral?: false } | { readonly ephemeral: true });

export interface Embedded {
  /** Of the database `consilium`, as its superuser. */
  readonly url: string;
  /** Ends this process' use; stops the server when no other process uses it. Close pools first. */
  readonly stop: () => Promise<void>;
}

/**
 * Gives a running PostgreSQL with an empty or kept database `consilium`. With `ephemeral` it lives in a temporary
 * folder, gives up durability for speed, and is removed in the end: for tests. Rejects with a text that says what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { logger } = options;
  const ephemeral = options.ephemeral === true;
  const folder = openFolder(options);
  const found = findPlace(folder);
  const account = found === undefined ? chooseAccount() : ownerOf(found);
  const shelf = () => (account ? sharedFolder(account) : ephemeral ? tmpdir() : folder);
  const binaries = await prepareBinaries(options.packageFolder ?? findPackage(), shelf, account);
  const place = found ?? (await makeCluster(choosePlace(folder, account, logger), binaries, account, !ephemeral));
  const cluster = clusterAt(place);
  refuseOtherVersion(cluster, binaries);

  const watched = { place, control: binaries.control, folder, ephemeral, ...(account ? { account } : {}) };
  // Posted before the server starts, and left at its post when something fails below: it stops what was started in vain.
  const dismissWatchdog = postWatchdog(watched, logger);
  const lease = await attachOrStart(cluster, binaries, account, options);
  await ensureDatabase(cluster, lease.port);
  return {
    url: urlOf(cluster, lease.port, DATABASE),
    async stop() {
      const claim = await lease.release();
      if (claim) {
        await stopServer(cluster, binaries.control, account);
        await claim.close();
      }
      dismissWatchdog();
      if (ephemeral) await removeEphemeral(watched);
    },
  };
}

/** The data folder, whose real path is the one that the server's process shows. */
function openFolder(options: EmbeddedOptions): string {
  if (options.ephemeral) return realpathSync(mkdtempSync(join(tmpdir(), 'consilium-')));
  try {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(`DATA_DIR has to be a folder that can be made or written to, and ${options.dataDir} is not.`, {
      cause: error,
    });
  }
  return realpathSync(options.dataDir);
}

async function attachOrStart(
  cluster: Cluster,
  binaries: Binaries,
  account: Account | undefined,
  options: EmbeddedOptions,
): Promise<Lease> {
  const { logger } = options;
  const onLost = (error: Error) =>
    logger.error({ place: cluster.place, reason: error.message }, 'The embedded PostgreSQL went away: start again');
  for (let failures = 0; ;) {
    const lease = await takeLease(cluster, onLost);
    if (lease) return lease;
    if (findPostmaster(cluster)) {
      await sleep(GOING_DOWN_MS);
      continue;
    }
    try {
      const port = options.port ?? (await freePort());
      await startServer(cluster, binaries.control, account, { port, durable: options.ephemeral !== true });
      logger.info({ place: cluster.place, port }, 'Embedded PostgreSQL started');
    } catch (error) {
      // Another process may have been faster, or another program may have taken the port.
      failures += 1;
      if (!findPostmaster(cluster) && failures >= ATTEMPTS) throw startFailed(cluster, error);
    }
  }
}

function startFailed(cluster: Cluster, cause: unknown): Error {
  return new Error(
    `The embedded PostgreSQL in ${cluster.place} does not start: ${(cause as Error).message}\n${lastLog(cluster)}\n` +
      `Look into ${cluster.log}, or set DATABASE_URL to another PostgreSQL.`,
    { cause },
  );
}

async function ensureDatabase(cluster: Cluster, port: number): Promise<void> {
  const client = new Client({ connectionString: urlOf(cluster, port, 'postgres') });
  await client.connect();
  try {
    await client.query(`create database ${DATABASE}`);
  } catch (error) {
    if (!EXISTS.includes((error as { code?: string }).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}
