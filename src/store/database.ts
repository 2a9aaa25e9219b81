import pg from 'pg';
import type { Logger } from '../base/index.ts';
import { databaseFault, Exhausted, isConnectionLost, isRetryable } from './database-fault.ts';
import { openLines } from './lines.ts';
import { openShares } from './shares.ts';
import { startTimeLimit } from './time-limit.ts';
import type { TimeLimit } from './time-limit.ts';

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
  /**
   * How long a transaction may go on from its begin, its repetitions included, in ms. Of requests 30 s, which pollers lean
   * on (see `watermark`); others have no limit: what jobs take at once is bounded, and they would begin it anew for ever.
   */
  readonly transactionTimeoutMs?: number;
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

/** An open transaction. Its statements have what is left of its time; the last one ends with it. */
export interface Transaction extends Queryable {
  /** For long work between two statements: throws where the transaction is to be left. */
  readonly check: () => void;
}

export interface TransactionTerms {
  /** Whose transactions hold half of the connections at most; others of theirs wait as for a connection. */
  readonly organization?: string;
  /**
   * Aborted when nobody waits for the outcome any more: then what is not committed yet is taken back, after the statement
   * that is under way, and the reason of the abort is thrown.
   */
  readonly signal?: AbortSignal | undefined;
}

export interface Database extends Queryable {
  /**
   * The same for reading little by a key: these questions share two connections and go there together, which costs half
   * as much; one that took long would hold up the others. Where such a connection is cut, it is asked again by `query`.
   */
  readonly byKey: Queryable;
  /**
   * Runs `work` in one transaction; deadlocks and serialisation failures run it again.
   * @throws Fault 504 `took-too-long` where its time was over before it was committed: nothing is written
   */
  transact<T>(work: (transaction: Transaction) => Promise<T>, terms?: TransactionTerms): Promise<T>;
  /** Calls back for every NOTIFY on `channel`, over a connection of its own that comes back when lost. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const RETRIES = 5;

/** Opens a pool whose connections work under a role that row-level security binds. */
export function openDatabase(options: DatabaseOptions): Database {
  const { acquireTimeoutMs = 4000, statementTimeoutMs = 15_000 } = options;
  const { transactionTimeoutMs = options.role === 'consilium_app' ? 30_000 : Infinity } = options;
  const settings = connectionSettings({ ...options, acquireTimeoutMs, statementTimeoutMs });
  const pool = new pg.Pool({ ...settings, max: options.size });
  const lines = openLines(settings, options.logger);
  pool.on('error', (error) => options.logger.warn({ reason: error.message }, 'a database connection was lost'));

  const shares = openShares(Math.max(1, Math.floor(options.size / 2)));

  async function transact<T>(
    work: (transaction: Transaction) => Promise<T>,
    { organization, signal }: TransactionTerms = {},
  ): Promise<T> {
    if (organization === undefined) return transactWithin(acquireTimeoutMs, work, signal);
    const began = performance.now();
    // Whoever waits here has waited for a connection.
    await shares.take(organization, acquireTimeoutMs).catch((error: unknown) => {
      throw databaseFault(error);
    });
    try {
      return await transactWithin(Math.max(0, Math.ceil(began + acquireTimeoutMs - performance.now())), work, signal);
    } finally {
      shares.giveBack(organization);
    }
  }

  /** `patience`: how long it may take to have a connection, in ms. */
  async function transactWithin<T>(
    patience: number,
    work: (transaction: Transaction) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    let limit: TimeLimit | undefined;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const connecting = patience < acquireTimeoutMs ? connectWithin(pool, patience) : pool.connect();
      const client = await connecting.catch((error: unknown) => {
        throw databaseFault(error);
      });
      let broken: Error | undefined;
      // A connection that dies while it is lent says so twice: by the failing query, and by this event.
      const onError = (error: Error): void => void (broken = error);
      client.on('error', onError);
      try {
        limit ??= startTimeLimit(transactionTimeoutMs, signal);
        limit.left();
        await client.query('begin');
        const value = await work(openTransaction(client, limit, statementTimeoutMs));
        limit.left();
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

  async function ask<R extends pg.QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    try {
      return await lines.ask<R>(queryOf(statement, values));
    } catch (error) {
      // The line may have been cut for somebody else's sake.
      if (isConnectionLost(error)) return query<R>(statement, values);
      throw databaseFault(error);
    }
  }

  return {
    query,
    byKey: { query: ask },
    transact,
    listen: (channel, onNotify) => listen(options, channel, onNotify),
    async close() {
      await Promise.all([pool.end(), lines.close()]);
    },
  };
}

/** Of the time that a statement has, what it may spend on waiting for one lock: it has to have some left to work in. */
const WAITING = 2 / 3;

function connectionSettings({
  url,
  role,
  acquireTimeoutMs,
  statementTimeoutMs,
}: Pick<DatabaseOptions, 'url' | 'role'> & {
  readonly acquireTimeoutMs: number;
  readonly statementTimeoutMs: number;
}): pg.ClientConfig {
  const settings = {
    ...(role === undefined ? {} : { role }),
    statement_timeout: statementTimeoutMs,
    // So that who waited for others is told so, rather than that it asked for too much.
    lock_timeout: Math.ceil(statementTimeoutMs * WAITING),
    // Where this process stands still, so that it does not see itself that the time of a transaction is over.
    idle_in_transaction_session_timeout: 30_000,
    timezone: 'UTC',
    jit: 'off',
    // Statements are shaped so that one plan serves all values: planning each time costs more than they do.
    plan_cache_mode: 'force_generic_plan',
    // Every question here has its index: a plan made while a table was small must not read all of it when it has grown.
    enable_seqscan: 'off',
  };
  return {
    connectionString: url,
    connectionTimeoutMillis: acquireTimeoutMs,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    application_name: 'consilium',
  };
}

/** As `pool.connect`, for one who has less patience left than the pool has. */
function connectWithin(pool: pg.Pool, patience: number): Promise<pg.PoolClient> {
  const { promise, resolve, reject } = Promise.withResolvers<pg.PoolClient>();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reject(new Exhausted());
  }, patience);
  pool.connect().then((client) => {
    clearTimeout(timer);
    if (isLate) client.release();
    else resolve(client);
  }, reject);
  return promise.finally(() => clearTimeout(timer));
}

/** `statementTimeoutMs`: what each statement has as long as there is more left for all of them. */
function openTransaction(client: pg.PoolClient, limit: TimeLimit, statementTimeoutMs: number): Transaction {
  return {
    check: () => void limit.left(),
    async query(statement, values) {
      const left = Math.ceil(limit.left());
      // Only long transactions come to this.
      if (left < statementTimeoutMs) await client.query(`set local statement_timeout = ${left}`);
      return run(client, statement, values);
    },
  };
}

async function run<R extends pg.QueryResultRow>(
  on: pg.Pool | pg.PoolClient,
  statement: Statement,
  values: readonly unknown[],
): Promise<R[]> {
  const result = await on.query<R>(queryOf(statement, values));
  return result.rows;
}

function queryOf({ name, text }: Statement, values: readonly unknown[]): pg.QueryConfig {
  return { ...(name === undefined ? {} : { name }), text, values: values as unknown[] };
}

async function listen(
  options: DatabaseOptions,
  channel: string,
  onNotify: (payload: string) => void,
): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: options.url, application_name: 'consilium-listen' });
    next.on('notification', (message) => onNotify(message.payload ?? ''));
    next.on('error', () => void next.end().catch(() => undefined));
    next.on('end', () => {
      if (!ended) timer = setTimeout(reconnect, 1000).unref();
    });
    await next.connect();
    if (ended) return next.end();
    await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = next;
  }
  function reconnect(): void {
    connect().then(
      // What was said while the line was down is unknown: callers take an empty payload as "anything may have changed".
      () => onNotify(''),
      () => undefined,
    );
  }
  await connect();
  return async () => {
    ended = true;
    clearTimeout(timer);
    await client?.end();
  };
}
