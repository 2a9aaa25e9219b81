import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { handOver, type Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import type { NewPlace } from './place.ts';
import { run } from './run.ts';

/** The one login of the embedded server: its superuser. Migrations make the lesser roles that requests run as. */
export const SUPERUSER = 'consilium';

/** The folder of a PostgreSQL server of ours: `cluster/` (PGDATA), `password` and `server.log`. */
export interface Cluster {
  readonly place: string;
  readonly data: string;
  readonly log: string;
}

export function clusterAt(place: string): Cluster {
  return { place, data: join(place, 'cluster'), log: join(place, 'server.log') };
}

export function readPassword(cluster: Cluster): string {
  return readFileSync(join(cluster.place, 'password'), 'utf8').trim();
}

/**
 * Makes the server's files with a password of its own, and returns where they are. They are made beside their place and
 * moved there whole, so that neither a crash nor a second process starting at the same moment leaves half a cluster.
 */
export async function makeCluster(
  target: NewPlace,
  binaries: Binaries,
  account: Account | undefined,
  durable: boolean,
): Promise<string> {
  const draft = mkdtempSync(`${target.place}.`);
  const password = join(draft, 'password');
  try {
    writeFileSync(password, randomBytes(32).toString('base64url'), { mode: 0o600 });
    handOver(password, account);
    handOver(draft, account);
    const settings = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = ['--auth=scram-sha-256', `--username=${SUPERUSER}`, `--pwfile=${password}`];
    const folder = [`--pgdata=${join(draft, 'cluster')}`, ...(durable ? [] : ['--no-sync'])];
    await run(binaries.initdb, [...settings, ...access, ...folder], account);
    return settle(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}

/** The first process to get here wins; what the others made is thrown away. */
function settle(draft: string, { place, link }: NewPlace): string {
  try {
    renameSync(draft, place);
    if (link !== undefined) symlinkSync(place, link);
    return place;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    rmSync(link === undefined ? draft : place, { recursive: true, force: true });
    return link === undefined ? place : readlinkSync(link);
  }
}

/** Files written by another major version of PostgreSQL are left untouched: only a dump and restore moves them. */
export function refuseOtherVersion(cluster: Cluster, binaries: Binaries): void {
  const written = readFileSync(join(cluster.data, 'PG_VERSION'), 'utf8').trim();
  if (written === String(binaries.major)) return;
  throw new Error(
    `The database in ${cluster.place} was written by PostgreSQL ${written}, and this release brings ` +
      `PostgreSQL ${binaries.major}. Dump it with the earlier release (pg_dump) and restore the dump into a new ` +
      'DATA_DIR, or go back to the earlier release. Nothing was changed.',
  );
}
