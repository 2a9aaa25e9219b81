import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { readPassword, SUPERUSER, type Cluster } from './cluster.ts';
import { findPostmaster } from './server.ts';

/** Any constant will do: nobody else takes advisory locks in the database `postgres` of this server. */
const LOCK = 0x636f6e73;
const CONNECT_MS = 120_000;
const RETRY_MS = 50;
/** Class of the answers of a server that is starting or stopping. */
const STARTING_OR_STOPPING = '57P';

/**
 * One process' share in the running server: a shared advisory lock on a connection of its own. The kernel closes the
 * connection of a process that is killed, so a share never outlives its holder, as a file with a number could.
 */
export interface Lease {
  readonly port: number;
  /** Gives the share back. The last one out gets a claim, and has to stop the server. */
  release(): Promise<Claim | undefined>;
}

/** The server is this process' alone: while the claim is held, nobody gets a share. */
export interface Claim {
  close(): Promise<void>;
}

/** A share in the server that runs on the cluster; undefined when none runs, or when it is just going down. */
export async function takeLease(cluster: Cluster, onLost: (error: Error) => void): Promise<Lease | undefined> {
  let held = true;
  const client = await connect(cluster);
  if (!client) return undefined;
  client.on('error', (error) => {
    if (held) onLost(error);
    held = false;
  });
  if (!(await ask(client, 'pg_try_advisory_lock_shared'))) {
    held = false;
    await client.end();
    return undefined;
  }
  // The share alone must not keep a process running that has nothing left to do.
  const socket = client as Client & Record<'ref' | 'unref', () => void>;
  socket.unref();
  return {
    port: client.port,
    async release() {
      if (!held) return claimServer(cluster, 0);
      socket.ref();
      held = false;
      if (!(await ask(client, 'pg_advisory_unlock_shared'))) {
        // The server went away before anybody was told.
        await client.end();
        return claimServer(cluster, 0);
      }
      if (await ask(client, 'pg_try_advisory_lock')) return { close: () => client.end() };
      await client.end();
      return undefined;
    },
  };
}

/** Claims the server when nobody has a share in it any more, or all give theirs back within `patienceMs`. */
export async function claimServer(cluster: Cluster, patienceMs: number): Promise<Claim | undefined> {
  const client = await connect(cluster);
  if (!client) return undefined;
  const deadline = Date.now() + patienceMs;
  do {
    if (await ask(client, 'pg_try_advisory_lock')) return { close: () => client.end() };
    await sleep(Math.min(RETRY_MS, patienceMs));
  } while (Date.now() < deadline);
  await client.end();
  return undefined;
}

/** The address of a database on the server, for `pg`. */
export function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${readPassword(cluster)}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

async function connect(cluster: Cluster): Promise<Client | undefined> {
  const deadline = Date.now() + CONNECT_MS;
  for (;;) {
    const postmaster = findPostmaster(cluster);
    if (!postmaster) return undefined;
    const client = new Client({ connectionString: urlOf(cluster, postmaster.port, 'postgres') });
    // Who does not listen is ended by a connection that breaks.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (!isPassing(error) || Date.now() > deadline) throw unreachable(cluster, postmaster.pid, error);
      await sleep(RETRY_MS);
    }
  }
}

/** Asks for something about the lock; no as well when the server goes away over it. */
async function ask(client: Client, what: string): Promise<boolean> {
  try {
    const { rows } = await client.query<{ answer: boolean }>(`select ${what}($1) as answer`, [LOCK]);
    return rows[0]?.answer === true;
  } catch (error) {
    if (isPassing(error)) return false;
    throw error;
  }
}

/** What breaks on the way says that the server is starting, stopping or gone since its file was read. */
function isPassing(error: unknown): boolean {
  return !(error instanceof DatabaseError) || (error.code?.startsWith(STARTING_OR_STOPPING) ?? false);
}

function unreachable(cluster: Cluster, pid: number, cause: unknown): Error {
  return new Error(
    `The embedded PostgreSQL (process ${pid}) runs on ${cluster.place} but cannot be used: ${(cause as Error).message}. ` +
      `Stop that process, then start again.`,
    { cause },
  );
}
