import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomCode, type Logger } from '../../base/index.ts';
import { canReach, type Account } from './account.ts';

const SHARED_PARENTS = ['/var/lib', tmpdir(), '/tmp', '/var/tmp'];

/**
 * A folder that root owns and the account can pass through, for what the account has to reach and cannot reach where
 * it belongs. `/var/lib` comes first because temporary folders are swept while a server may still need its libraries.
 */
export function sharedFolder(account: Account): string {
  for (const parent of SHARED_PARENTS) {
    const folder = join(parent, 'consilium');
    try {
      mkdirSync(folder);
      chmodSync(folder, 0o755);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') continue;
    }
    if (isTrusted(folder) && canReach(account, '-x', folder)) return folder;
  }
  throw new Error(
    `No folder was found for the embedded PostgreSQL that the user with the id ${account.uid} can reach ` +
      `(tried ${SHARED_PARENTS.join(', ')}). Start Consilium as an ordinary user, or set DATABASE_URL.`,
  );
}

/** A folder of ours, no link, that nobody else can write to: what lies in it is what we put there. */
export function isTrusted(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return false;
  const own = process.getuid?.();
  return own === undefined || (found.uid === own && (found.mode & 0o022) === 0);
}

/** Where a new server's files go, and the link by which they are found when that is not `DATA_DIR/postgres` itself. */
export interface NewPlace {
  readonly place: string;
  readonly link?: string;
}

/** The folder of the server's files, when there are any: `DATA_DIR/postgres`, or what that links to. */
export function findPlace(dataDir: string): string | undefined {
  const path = join(dataDir, 'postgres');
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (!entry) return undefined;
  if (!entry.isSymbolicLink()) return entry.uid === process.getuid?.() && isEmpty(path) ? undefined : path;
  const target = readlinkSync(path);
  if (existsSync(target)) return target;
  throw new Error(
    `${path} links to ${target}, where the files of the embedded PostgreSQL were kept, and that folder is gone. ` +
      'Bring it back, or remove the link to begin with an empty database.',
  );
}

/**
 * Chooses `DATA_DIR/postgres`, unless the account cannot pass through to it (a project in a home with mode 0700): then
 * a folder elsewhere with a name that was never used, for which `postgres` is to become a link.
 */
export function choosePlace(dataDir: string, account: Account | undefined, logger: Logger): NewPlace {
  const link = join(dataDir, 'postgres');
  if (!account) return { place: link };
  // Passing through (not listing) is all that the account needs of our own folder; files in it have their own modes.
  const { mode, uid } = statSync(dataDir);
  if (uid === 0 && (mode & 0o001) === 0) chmodSync(dataDir, mode | 0o011);
  if (canReach(account, '-x', dataDir)) return { place: link };
  const place = join(sharedFolder(account), `postgres-${randomCode(12).toLowerCase()}`);
  logger.warn(
    { dataDir, place },
    'PostgreSQL does not run as root, and the user that runs it cannot reach DATA_DIR: its files are kept elsewhere',
  );
  return { place, link };
}

function isEmpty(folder: string): boolean {
  return readdirSync(folder).length === 0;
}
