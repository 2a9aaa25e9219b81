import type { Queryable, Statement, Transaction } from './database.ts';

/** An Ed25519 key of the server, with which notifications are signed. */
export interface WebhookKeyRow {
  readonly kid: string;
  /** The private key, sealed under MASTER_KEY. */
  readonly sealed: string;
  readonly createdAt: Date;
  /** When it signs no more; null: when another has taken its place. */
  readonly retiredAt: Date | null;
}

export interface NewWebhookKey extends Pick<WebhookKeyRow, 'kid' | 'sealed' | 'createdAt'> {
  /** `whpk_…` */
  readonly publicKey: string;
}

const LIST: Statement = {
  name: 'webhook_keys',
  text: `select kid, sealed, created_at as "createdAt", retired_at as "retiredAt" from webhook_key
    where sealed is not null and (retired_at is null or retired_at > $1)
    order by retired_at desc nulls first, created_at desc, kid`,
};
const INSERT: Statement = {
  text: 'insert into webhook_key (kid, public_key, sealed, created_at) values ($1, $2, $3, $4)',
};
const RETIRE: Statement = {
  text: `update webhook_key set retired_at = $1::timestamptz where retired_at is null returning kid`,
};
const FORGET: Statement = {
  text: `update webhook_key set sealed = null, retired_at = least(retired_at, $1::timestamptz)
    where sealed is not null and ($2 or retired_at <= $1::timestamptz) returning kid`,
};

/** The keys that sign at this moment: the one that stays, then those whose place it took. */
export async function listWebhookKeys(on: Queryable, at: Date): Promise<WebhookKeyRow[]> {
  return await on.query<WebhookKeyRow & Record<string, unknown>>(LIST, [at]);
}

/** Adds the key that signs from now on; the one before it has to be retired first. */
export async function insertWebhookKey(
  on: Transaction,
  { kid, publicKey, sealed, createdAt }: NewWebhookKey,
): Promise<void> {
  await on.query(INSERT, [kid, publicKey, sealed, createdAt]);
}

/** Lets the key that stays sign until then; its `kid`, where there is one. */
export async function retireWebhookKey(on: Transaction, until: Date): Promise<string | undefined> {
  const [row] = await on.query<{ kid: string }>(RETIRE, [until]);
  return row?.kid;
}

/** Forgets the private halves of the keys whose time is over, or with `all` of those that sign still, too. */
export async function forgetWebhookKeys(on: Transaction, at: Date, { all }: { readonly all: boolean }): Promise<void> {
  await on.query(FORGET, [at, all]);
}
