import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';

/** The operating system's user that the server processes run as, when it is not ours. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

function lookUp(name: string): Account | undefined {
  try {
    const ask = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
    const account = { uid: ask('-u'), gid: ask('-g') };
    return account.uid > 0 ? account : undefined;
  } catch {
    return undefined;
  }
}

/** PostgreSQL refuses to run as root: somebody with fewer rights has to, and only root needs such a somebody. */
export function chooseAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const account = lookUp('postgres') ?? lookUp('nobody');
  if (account) return account;
  throw new Error(
    'The embedded PostgreSQL cannot run as root, and there is neither a user "postgres" nor "nobody" to run it. ' +
      'Start Consilium as an ordinary user, or set DATABASE_URL.',
  );
}

/** Who has to run a cluster that exists: its owner, whatever users have been added since. */
export function ownerOf(folder: string): Account | undefined {
  const own = process.getuid?.();
  if (own === undefined) return undefined;
  const { uid, gid } = statSync(folder);
  if (uid === own && uid !== 0) return undefined;
  if (own === 0 && uid !== 0) return { uid, gid };
  if (uid === 0 && own === 0) {
    throw new Error(
      `${folder} belongs to root, as whom PostgreSQL refuses to run. Give it to another user (chown -R), ` +
        'or choose another DATA_DIR.',
    );
  }
  throw new Error(
    `${folder} belongs to the user with the id ${uid}, but this process runs as ${own}. ` +
      'Start it as that user, give the folder to this one, or choose another DATA_DIR.',
  );
}

/** Whether the account can enter the folder (`-x`) or read the file (`-r`); asked of the system, which knows of ACLs. */
export function canReach(account: Account, test: '-x' | '-r', path: string): boolean {
  const answer = spawnSync('/bin/sh', ['-c', 'test "$1" "$2"', 'sh', test, path], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  if (answer.error) {
    throw new Error(
      `The embedded PostgreSQL cannot be started as another user (id ${account.uid}): ${answer.error.message}. ` +
        'Start Consilium as an ordinary user, or set DATABASE_URL.',
    );
  }
  return answer.status === 0;
}

export function handOver(path: string, account: Account | undefined): void {
  if (account) chownSync(path, account.uid, account.gid);
}
