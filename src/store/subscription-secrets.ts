import type { Queryable, Statement, Transaction } from './database.ts';

/** Whose secrets: of a subscription, as the organisation that it belongs to. */
export interface SecretOwner {
  readonly subscription: string;
  readonly organization: string;
}

/** An HMAC secret of a subscription. */
export interface SubscriptionSecret {
  readonly id: string;
  /** Sealed under MASTER_KEY. */
  readonly sealed: string;
  readonly createdAt: Date;
  /** Null: it signs until another takes its place. */
  readonly expiresAt: Date | null;
}

const OWN = `organization = $1 and (select set_config('app.org', $1, true)) is not null`;

const LIST: Statement = {
  name: 'subscription_secrets',
  text: `select id, sealed, created_at as "createdAt", expires_at as "expiresAt" from subscription_secret
    where subscription = $2 and (expires_at is null or expires_at > $3) and ${OWN} order by created_at desc, id desc`,
};
const INSERT: Statement = {
  text: `insert into subscription_secret (id, subscription, organization, sealed, created_at)
    select $3::uuid, id, organization, $4, $5::timestamptz from subscription where id = $2 and ${OWN} returning id`,
};
const EXPIRE: Statement = {
  text: `update subscription_secret set expires_at = least(expires_at, $3::timestamptz)
    where subscription = $2 and id <> $4::uuid and ${OWN}`,
};
const KEEP: Statement = {
  text: `delete from subscription_secret where subscription = $2 and id <> all ($3::uuid[]) and ${OWN}`,
};

/** The secrets that sign at this moment, the newest first. */
export async function listSubscriptionSecrets(
  on: Queryable,
  { organization, subscription }: SecretOwner,
  at: Date,
): Promise<SubscriptionSecret[]> {
  return await on.query<SubscriptionSecret & Record<string, unknown>>(LIST, [organization, subscription, at]);
}

/** Adds a secret, unless the organisation has no such subscription; true when it was taken. */
export async function insertSubscriptionSecret(
  on: Transaction,
  { organization, subscription }: SecretOwner,
  { id, sealed, createdAt }: Omit<SubscriptionSecret, 'expiresAt'>,
): Promise<boolean> {
  return (await on.query(INSERT, [organization, subscription, id, sealed, createdAt])).length > 0;
}

/** Lets all secrets but one sign until then at most. */
export async function expireOtherSecrets(
  on: Transaction,
  { organization, subscription }: SecretOwner,
  id: string,
  until: Date,
): Promise<void> {
  await on.query(EXPIRE, [organization, subscription, until, id]);
}

/** Forgets all secrets but these. */
export async function keepSubscriptionSecrets(
  on: Transaction,
  { organization, subscription }: SecretOwner,
  ids: readonly string[],
): Promise<void> {
  await on.query(KEEP, [organization, subscription, ids]);
}
