import type { Queryable, Statement, Transaction } from './database.ts';

/** A certificate with which reports were or are signed; those of the gateway itself are roots. */
export interface SigningCertificate {
  readonly kid: string;
  /** Id of the programme; null: the root. */
  readonly organization: string | null;
  /** X.509 in PEM. */
  readonly certificate: string;
  readonly notAfter: Date;
  readonly createdAt: Date;
  /** Since when it signs no more. */
  readonly retiredAt: Date | null;
  /** From when on somebody else may have had the key. */
  readonly compromisedAt: Date | null;
}

/** The key that signs now. */
export interface CurrentSigningKey extends Pick<
  SigningCertificate,
  'kid' | 'organization' | 'certificate' | 'notAfter'
> {
  /** The private key, sealed under MASTER_KEY. */
  readonly sealed: string;
}

const COLUMNS = `kid, organization, certificate, not_after as "notAfter", created_at as "createdAt",
  retired_at as "retiredAt", compromised_at as "compromisedAt"`;
const LIST: Statement = {
  text: `select ${COLUMNS} from signing_key order by organization nulls first, created_at, kid`,
};
const ROOTS: Statement = {
  name: 'signing_roots',
  text: `select ${COLUMNS} from signing_key where organization is null order by created_at, kid`,
};
const COMPROMISED: Statement = {
  name: 'signing_keys_compromised',
  text: `select kid, compromised_at as "compromisedAt" from signing_key where compromised_at is not null order by kid`,
};
const CURRENT: Statement = {
  text: `select kid, organization, certificate, not_after as "notAfter", sealed from signing_key
    where coalesce(organization, '') = coalesce($1, '') and retired_at is null`,
};
const INSERT: Statement = {
  text: `insert into signing_key (kid, organization, certificate, not_after, sealed) values ($1, $2, $3, $4, $5)`,
};
const RETIRE: Statement = {
  text: `update signing_key set retired_at = $2, sealed = null where coalesce(organization, '') = coalesce($1, '')
    and retired_at is null returning kid`,
};
const COMPROMISE: Statement = {
  text: `update signing_key set compromised_at = least(compromised_at, $2) where organization = $1 and retired_at >= $2`,
};

/** All certificates that there ever were: roots first, then programme by programme, the oldest first. */
export async function listSigningCertificates(on: Queryable): Promise<SigningCertificate[]> {
  return await on.query<SigningCertificate & Record<string, unknown>>(LIST, []);
}

/** The roots of this gateway, those of former keys included. */
export async function listSigningRoots(on: Queryable): Promise<SigningCertificate[]> {
  return await on.query<SigningCertificate & Record<string, unknown>>(ROOTS, []);
}

/** The keys that count as known to others, and since when. */
export async function listCompromisedKeys(
  on: Queryable,
): Promise<{ readonly kid: string; readonly compromisedAt: Date }[]> {
  return await on.query<{ kid: string; compromisedAt: Date }>(COMPROMISED, []);
}

/** The key of a programme, or with null the root's, that signs now. For the owner of the tables alone. */
export async function findCurrentSigningKey(
  on: Queryable,
  organization: string | null,
): Promise<CurrentSigningKey | undefined> {
  const [row] = await on.query<CurrentSigningKey & Record<string, unknown>>(CURRENT, [organization]);
  return row;
}

/** Keeps others from changing the keys until the transaction ends. For the owner of the tables alone. */
export async function lockSigningKeys(on: Transaction): Promise<void> {
  await on.query({ text: 'lock table signing_key in share row exclusive mode' }, []);
}

/** Adds the key that signs from now on; the former one has to be retired before. For the owner of the tables alone. */
export async function insertSigningKey(on: Transaction, key: CurrentSigningKey): Promise<void> {
  await on.query(INSERT, [key.kid, key.organization, key.certificate, key.notAfter, key.sealed]);
}

/** Lets the key that signs sign no more, and forgets its private half; its `kid`, where there was one. */
export async function retireSigningKey(
  on: Transaction,
  organization: string | null,
  at: Date,
): Promise<string | undefined> {
  const [row] = await on.query<{ kid: string }>(RETIRE, [organization, at]);
  return row?.kid;
}

/**
 * Says that somebody else may have had the keys of a programme from a moment on: all that signed then or later, and sign no
 * more. For the owner of the tables alone.
 */
export async function markSigningKeysCompromised(on: Transaction, organization: string, since: Date): Promise<void> {
  await on.query(COMPROMISE, [organization, since]);
}
