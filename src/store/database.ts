import pg from 'pg';
import { Fault, fault } from '../base/index.ts';
import type { Logger } from '../base/index.ts';

// Versions, sizes and positions stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** The database role that a pool works under. */
export type DatabaseRole = 'consilium_app' | 'consilium_worker';

export interface DatabaseOptions {
  readonly url: string;
  /** Requests work under one that row-level security binds; without it the pool has the rights of the login. */
  readonly role?: DatabaseRole;
  /** Connections at most. */
  readonly size: number;
  readonly logger: Logger;
  /** How long a request waits for a connection before it is answered 503, in ms. */
  readonly acquireTimeoutMs?: number;
  /** How long one statement may run, in ms: a search that takes longer holds up everybody else's. */
  readonly statementTimeoutMs?: number;
}

/** One SQL statement; a name makes it a prepared statement of its connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** Something that runs a statement: the pool (each statement its own transaction) or an open transaction. */
export interface Queryable {
  query<R extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<R[]>;
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction; deadlocks and serialisation failures run it again. */
  transact<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
  /** Calls back for every NOTIFY on `channel`, over a connection of its own that comes back when lost. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Thrown by the work of a transaction to have it run again: others changed what it had decided on. */
export class Overtaken extends Error {
  /** The SQLSTATE of a serialisation failure. */
  readonly code = '40001';
}

const RETRIES = 5;
const RETRY_CODES = new Set(['40001', '40P01']);
/** Connection failures, shutdowns and start-ups (class 08, 57P), too many connections (53300). */
const AWAY = /^(08|57P0|53)/;
/** More parameters than the protocol can count (08P01), more of anything else than PostgreSQL can take (class 54). */
const TOO_MUCH = /^(08P01|54)/;

/** Opens a pool whose connections work under a role that row-level security binds. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.size,
    connectionTimeoutMillis: options.acquireTimeoutMs ?? 4000,
    // Statements are shaped so that one plan serves all values: planning each time costs more than they do.
    // Every question here has its index: a plan made while a table was small must not read all of it when it has grown.
    // Write transactions end after 30 s: pollers lean on it (see `watermark`).
    options: `${options.role === undefined ? '' : `-c role=${options.role} `}-c statement_timeout=${options.statementTimeoutMs ?? 15_000} -c idle_in_transaction_session_timeout=30000 -c timezone=UTC -c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off`,
    application_name: 'consilium',
  });
  pool.on('error', (error) => options.logger.warn({ reason: error.message }, 'a database connection was lost'));

  async function transact<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const client = await pool.connect().catch((error: unknown) => {
        throw databaseFault(error);
      });
      let broken: Error | undefined;
      // A connection that dies while it is lent says so twice: by the failing query, and by this event.
      const onError = (error: Error): void => void (broken = error);
      client.on('error', onError);
      try {
        await client.query('begin');
        const value = await work({ query: (statement, values) => run(client, statement, values) });
        await client.query('commit');
        return value;
      } catch (error) {
        await client.query('rollback').catch((reason: Error) => (broken = reason));
        if (attempt < RETRIES && isRetryable(error)) continue;
        throw databaseFault(error);
      } finally {
        client.removeListener('error', onError);
        client.release(broken);
      }
    }
  }

  async function query<R extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run<R>(pool, statement, values);
      } catch (error) {
        if (attempt < RETRIES && isRetryable(error)) continue;
        throw databaseFault(error);
      }
    }
  }

  return {
    query,
    transact,
    listen: (channel, onNotify) => listen(options, channel, onNotify),
    close: () => pool.end(),
  };
}

async function run<R extends pg.QueryResultRow>(
  on: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<R[]> {
  const { name, text } = statement;
  const query = { ...(name === undefined ? {} : { name }), text, values: values as unknown[] };
  const result = await on.query<R>(query);
  return result.rows;
}

function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : undefined;
}

function isRetryable(error: unknown): boolean {
  return RETRY_CODES.has(sqlState(error) ?? '');
}

/** Turns what the driver throws into an answer that says nothing of SQL; faults of our own pass through. */
function databaseFault(error: unknown): unknown {
  if (error instanceof Fault) return error;
  const state = sqlState(error);
  const message = error instanceof Error ? error.message : '';
  const away =
    (state !== undefined && (AWAY.test(state) || state.startsWith('E'))) ||
    /terminat|timeout|Connection/i.test(message);
  if (RETRY_CODES.has(state ?? '')) {
    return fault(
      409,
      'conflict',
      'concurrent-change',
      'Others changed the same records at the same moment. Send the request again.',
    );
  }
  if (state === '57014') {
    return fault(
      503,
      'too-costly',
      'took-too-long',
      'The request took longer than the server allows. Narrow it down and send it again.',
    );
  }
  if (state !== undefined && TOO_MUCH.test(state)) {
    return fault(
      413,
      'too-costly',
      'asks-too-much',
      'The request asks for more at once than the store can take. Send it in parts.',
    );
  }
  if (away) {
    const issue = {
      severity: 'error',
      code: 'transient',
      key: 'database-away',
      text: 'The store is not to be reached right now. Send the request again.',
    } as const;
    return new Fault(503, issue, { 'retry-after': '2' });
  }
  return error;
}

async function listen(
  options: DatabaseOptions,
  channel: string,
  onNotify: (payload: string) => void,
): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let ended = false;
  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: options.url, application_name: 'consilium-listen' });
    next.on('notification', (message) => onNotify(message.payload ?? ''));
    next.on('error', () => void next.end().catch(() => undefined));
    next.on('end', () => {
      // What was said while the line was down is unknown: callers treat an empty payload as "anything may have changed".
      if (!ended)
        setTimeout(
          () =>
            void connect().then(
              () => onNotify(''),
              () => undefined,
            ),
          1000,
        ).unref();
    });
    await next.connect();
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = next;
  };
  await connect();
  return async () => {
    ended = true;
    await client?.end();
  };
}
