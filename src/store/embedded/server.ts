import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Cluster } from './cluster.ts';
import { run } from './run.ts';

const LOG_LIMIT = 5 * 1024 * 1024;
const START_SECONDS = 120;
const STOP_SECONDS = 60;
const NOBODYS_PID = 2 ** 31 - 1;

/** The running server process of a cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

export interface StartOptions {
  readonly port: number;
  /** False for throw-away servers of tests: a crash of the machine may lose everything. */
  readonly durable: boolean;
}

/**
 * Reads `postmaster.pid` (https://www.postgresql.org/docs/18/storage-file-layout.html: line 1 the process, line 4 the
 * port). Undefined when no server runs on this cluster.
 */
export function findPostmaster(cluster: Cluster): Postmaster | undefined {
  const lines = readIfThere(pidFile(cluster))?.split('\n') ?? [];
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return pid && port && isAlive(pid) && !isOther(pid, cluster) ? { pid, port } : undefined;
}

/**
 * After a kill, the number in `postmaster.pid` may belong to another program of the same user (containers count from 1
 * each time), and PostgreSQL would refuse to start. The number is made one that nobody has; the rest of the file stays,
 * by which PostgreSQL finds out whether processes of the killed server still live.
 */
function disownPid(cluster: Cluster): void {
  const [pid, ...rest] = readIfThere(pidFile(cluster))?.split('\n') ?? [];
  if (!pid || !isAlive(Number(pid)) || !isOther(Number(pid), cluster)) return;
  writeFileSync(pidFile(cluster), [NOBODYS_PID, ...rest].join('\n'));
}

/** Starts the server in the background and waits until it accepts connections, crash recovery included. */
export async function startServer(
  cluster: Cluster,
  control: string,
  account: Account | undefined,
  { port, durable }: StartOptions,
): Promise<void> {
  disownPid(cluster);
  if (existsSync(cluster.log) && statSync(cluster.log).size > LOG_LIMIT) truncateSync(cluster.log);
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: durable ? '256MB' : '128MB',
    // A case writes some 200 KB of log: checkpoints that come too often would write most of it twice.
    max_wal_size: '4GB',
    wal_buffers: '16MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Refused statements and their details can hold what a record says: the log tells of the server only.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    fsync: durable,
    synchronous_commit: durable,
    full_page_writes: durable,
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const wait = ['--wait', `--timeout=${START_SECONDS}`, '--silent'];
  const args = ['start', `--pgdata=${cluster.data}`, `--log=${cluster.log}`, ...wait, `--options=${options.join(' ')}`];
  await run(control, args, account);
}

/** Fast shutdown: open transactions are rolled back, connections closed, everything written. */
export async function stopServer(cluster: Cluster, control: string, account: Account | undefined): Promise<void> {
  const args = ['stop', `--pgdata=${cluster.data}`, '--mode=fast', '--wait', `--timeout=${STOP_SECONDS}`, '--silent'];
  try {
    await run(control, args, account);
  } catch (error) {
    if (findPostmaster(cluster)) throw error;
  }
}

export function lastLog(cluster: Cluster): string {
  return (readIfThere(cluster.log) ?? '').trim().split('\n').slice(-5).join('\n');
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Known on Linux only. A process that was killed and not yet buried has an empty command, and is no server either. */
function isOther(pid: number, cluster: Cluster): boolean {
  const command = readIfThere(`/proc/${pid}/cmdline`);
  return command !== undefined && !command.includes(cluster.data);
}

function pidFile(cluster: Cluster): string {
  return join(cluster.data, 'postmaster.pid');
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
