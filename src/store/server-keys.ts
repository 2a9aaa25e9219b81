import type { Queryable, Transaction } from './database.ts';
import { IDENTITY_CHANNEL } from './identity.ts';

/** A key of the server: published as `next`, then signing as `current`, then `retired` while what it signed is good. */
export interface ServerKeyRow {
  readonly kid: string;
  readonly alg: string;
  /** The whole key, sealed under MASTER_KEY. */
  readonly sealed: string;
  readonly state: ServerKeyState;
  /** When it came to be in this state. */
  readonly since: Date;
}

export type ServerKeyState = 'next' | 'current' | 'retired';

export interface NewServerKey extends Pick<ServerKeyRow, 'kid' | 'alg' | 'sealed'> {
  readonly publicJwk: string;
  /** Null: it is to come next. */
  readonly activatedAt: Date | null;
}

const WORD = `pg_notify('${IDENTITY_CHANNEL}', 'key:' || kid)`;

/** All keys of the server: those that sign, then those to come, then the retired ones. */
export async function listServerKeys(on: Queryable): Promise<ServerKeyRow[]> {
  return await on.query<ServerKeyRow>(
    {
      text: `select kid, alg, sealed, coalesce(retired_at, activated_at, created_at) as since,
          case when retired_at is not null then 'retired' when activated_at is not null then 'current' else 'next' end as state
        from server_key order by retired_at nulls first, activated_at nulls last, alg, kid`,
    },
    [],
  );
}

/**
 * Adds a key and tells every process, unless its algorithm has one in this state; true when it was taken. Waits for
 * another's that is under way.
 */
export async function insertServerKey(on: Queryable, key: NewServerKey): Promise<boolean> {
  const rows = await on.query(
    {
      text: `insert into server_key (kid, alg, public_jwk, sealed, activated_at) values ($1, $2, $3, $4, $5)
        on conflict do nothing returning ${WORD}`,
    },
    [key.kid, key.alg, key.publicJwk, key.sealed, key.activatedAt],
  );
  return rows.length > 0;
}

/** Keeps others from changing the keys until the transaction ends; for the owner of the tables alone. */
export async function lockServerKeys(on: Transaction): Promise<void> {
  await on.query({ text: 'lock table server_key in share row exclusive mode' }, []);
}

/** Lets the key that comes next sign from now on, and tells every process; its `kid`, where there is one. */
export async function activateNextServerKey(on: Transaction, alg: string, at: Date): Promise<string | undefined> {
  const [row] = await on.query<{ kid: string }>(
    { text: `update server_key set activated_at = $2 where alg = $1 and activated_at is null returning kid, ${WORD}` },
    [alg, at],
  );
  return row?.kid;
}

/** Lets the key that signs sign no more; its `kid`, where there is one. */
export async function retireServerKey(on: Transaction, alg: string, at: Date): Promise<string | undefined> {
  const [row] = await on.query<{ kid: string }>(
    {
      text: `update server_key set retired_at = $2 where alg = $1 and activated_at is not null and retired_at is null
        returning kid, ${WORD}`,
    },
    [alg, at],
  );
  return row?.kid;
}

/** Removes all keys of an algorithm: nothing that they signed is good any more. The `kid` of the one that signed. */
export async function removeServerKeys(on: Transaction, alg: string): Promise<string | undefined> {
  const rows = await on.query<{ kid: string; current: boolean }>(
    {
      text: `delete from server_key where alg = $1
        returning kid, activated_at is not null and retired_at is null as current, ${WORD}`,
    },
    [alg],
  );
  return rows.find(({ current }) => current)?.kid;
}

/** Removes the keys that were retired before `before`, and tells every process. */
export async function sweepServerKeys(on: Queryable, before: Date): Promise<void> {
  await on.query({ text: `delete from server_key where retired_at < $1 returning ${WORD}` }, [before]);
}
