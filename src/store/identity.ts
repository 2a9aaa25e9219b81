import { fault } from '../base/index.ts';
import type { Role } from '../base/index.ts';
import type { Database, Queryable } from './database.ts';

/** NOTIFY channel: a client or organisation changed; the payload is its id. */
export const IDENTITY_CHANNEL = 'identity';

/** `lenient` forgives codes, never structure. */
export type Validation = 'strict' | 'lenient';

export interface OrganizationRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** `strict` when it is not said. */
  readonly validation?: Validation;
}

/** A client together with what its organisation lends it. */
export interface ClientRow {
  readonly id: string;
  readonly organization: string;
  readonly role: Role;
  readonly validation: Validation;
  readonly name: string;
  /** What it may be granted at most, separated by blanks. */
  readonly scope: string;
  /** JSON text of its public keys; exactly one of `jwks` and `jwksUri` is there. */
  readonly jwks: string | null;
  readonly jwksUri: string | null;
  readonly disabled: boolean;
}

export interface NewClient {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly scope: string;
  readonly jwks: string | null;
  readonly jwksUri: string | null;
}

export interface ServerKeyRow {
  readonly kid: string;
  readonly alg: string;
  readonly publicJwk: string;
  readonly sealed: string;
  readonly retired: boolean;
}

/** What happened around clients, tokens and keys, for the audit. */
export interface IdentityAct {
  readonly at: Date;
  readonly request: string;
  readonly interaction:
    'token' | 'client-add' | 'client-keys' | 'client-disable' | 'organization-add' | 'organization-set' | 'key-add';
  readonly organization: string | null;
  readonly client: string | null;
  /** HTTP status of the answer; 200 for acts of the command line. */
  readonly status: number;
  /** A reason or a scope; never a token or a key. */
  readonly detail: string | null;
}

export async function insertOrganization(on: Queryable, row: OrganizationRow): Promise<void> {
  const rows = await on.query(
    {
      text: `insert into organization (id, name, role, validation) values ($1, $2, $3, $4)
        on conflict (id) do nothing returning id`,
    },
    [row.id, row.name, row.role, row.validation ?? 'strict'],
  );
  if (rows.length === 0) {
    throw fault(
      409,
      'duplicate',
      'organization-exists',
      `There is an organisation ${row.id} already. Choose another id.`,
    );
  }
}

/** The partner organisations; the server's own is none. */
export async function listOrganizations(on: Queryable): Promise<OrganizationRow[]> {
  return await on.query<OrganizationRow>(
    { text: `select id, name, role, validation from organization where role <> 'server' order by id` },
    [],
  );
}

/** What of an organisation may change after it was registered. */
export type OrganizationChange = Partial<Pick<OrganizationRow, 'name' | 'validation'>>;

/**
 * Changes a partner organisation and tells every process at commit. Gives it as it stood before, held until then; undefined
 * when there is no such partner. For the owner of the tables alone: requests may not make themselves lenient.
 */
export async function updateOrganization(
  on: Queryable,
  id: string,
  change: OrganizationChange,
): Promise<Required<OrganizationRow> | undefined> {
  const [before] = await on.query<Required<OrganizationRow>>(
    {
      text: `select id, name, role, validation from organization where id = $1 and role <> 'server' for no key update`,
    },
    [id],
  );
  if (before === undefined) return undefined;
  const { name = before.name, validation = before.validation } = change;
  await on.query({ text: 'update organization set name = $2, validation = $3 where id = $1' }, [id, name, validation]);
  await on.query({ text: `select pg_notify('${IDENTITY_CHANNEL}', id) from client where organization_id = $1` }, [id]);
  return before;
}

const CLIENT = `c.id, c.organization_id as organization, o.role, o.validation, c.name, c.scope, c.jwks, c.jwks_uri as "jwksUri",
  c.disabled_at is not null as disabled from client c join organization o on o.id = c.organization_id`;

export async function findClient(on: Queryable, id: string): Promise<ClientRow | undefined> {
  const [row] = await on.query<ClientRow>({ name: 'client-find', text: `select ${CLIENT} where c.id = $1` }, [id]);
  return row;
}

export async function listClients(on: Queryable): Promise<ClientRow[]> {
  return await on.query<ClientRow>({ text: `select ${CLIENT} order by c.id` }, []);
}

/** @throws Fault 409 when the id is taken, 422 when the organisation is not there, or is the server's own. */
export async function insertClient(on: Queryable, client: NewClient): Promise<void> {
  const [organization] = await on.query({ text: `select 1 from organization where id = $1 and role <> 'server'` }, [
    client.organization,
  ]);
  if (organization === undefined) {
    const text = `There is no organisation ${client.organization}. Add it first.`;
    throw fault(422, 'not-found', 'organization-unknown', text);
  }
  const rows = await on.query(
    {
      text: `insert into client (id, organization_id, name, scope, jwks, jwks_uri) values ($1, $2, $3, $4, $5, $6)
        on conflict (id) do nothing returning id`,
    },
    [client.id, client.organization, client.name, client.scope, client.jwks, client.jwksUri],
  );
  if (rows.length === 0) {
    throw fault(409, 'duplicate', 'client-exists', `There is a client ${client.id} already. Choose another id.`);
  }
}

/** Disables a client and tells every process at commit. Its organisation, or undefined when there is no such client. */
export async function disableClient(on: Queryable, id: string, at: Date): Promise<string | undefined> {
  const [row] = await on.query<{ organization: string }>(
    {
      text: `update client set disabled_at = coalesce(disabled_at, $2) where id = $1
        returning organization_id as organization, pg_notify('${IDENTITY_CHANNEL}', id)`,
    },
    [id, at],
  );
  return row?.organization;
}

/** Gives a client other keys. Its organisation, or undefined when there is no such client. */
export async function updateClientKeys(
  on: Queryable,
  id: string,
  keys: Pick<NewClient, 'jwks' | 'jwksUri'>,
): Promise<string | undefined> {
  const [row] = await on.query<{ organization: string }>(
    { text: 'update client set jwks = $2, jwks_uri = $3 where id = $1 returning organization_id as organization' },
    [id, keys.jwks, keys.jwksUri],
  );
  return row?.organization;
}

/** All keys of the server, the signing ones first. */
export async function listServerKeys(on: Queryable): Promise<ServerKeyRow[]> {
  return await on.query<ServerKeyRow>(
    {
      text: `select kid, alg, public_jwk as "publicJwk", sealed, retired_at is not null as retired
        from server_key order by retired_at nulls first, created_at desc`,
    },
    [],
  );
}

/** Adds a signing key unless its algorithm has one; true when it was taken. Waits for another's that is under way. */
export async function insertServerKey(on: Queryable, key: Omit<ServerKeyRow, 'retired'>): Promise<boolean> {
  const rows = await on.query(
    {
      text: `insert into server_key (kid, alg, public_jwk, sealed) values ($1, $2, $3, $4)
        on conflict (alg) where retired_at is null do nothing returning kid`,
    },
    [key.kid, key.alg, key.publicJwk, key.sealed],
  );
  return rows.length > 0;
}

/** Spends a client assertion: true for the one caller, of all processes, that comes first. */
export async function spendAssertion(on: Queryable, issuer: string, jti: string, expiresAt: Date): Promise<boolean> {
  const rows = await on.query(
    {
      name: 'assertion-spend',
      text: 'insert into used_assertion (issuer, jti, expires_at) values ($1, $2, $3) on conflict do nothing returning 1',
    },
    [issuer, jti, expiresAt],
  );
  return rows.length > 0;
}

export async function writeIdentityAct(on: Queryable, act: IdentityAct): Promise<void> {
  await on.query(
    {
      name: 'audit-identity',
      text: `insert into audit (at, request, interaction, organization, client, status, detail)
        values ($1, $2, $3, $4, $5, $6, $7)`,
    },
    [act.at, act.request, act.interaction, act.organization, act.client, act.status, act.detail],
  );
}

/** Removes what expired before `before`: hand in an hour ago, lest a clock that lags revives an assertion. */
export async function sweepIdentity(database: Database, before: Date): Promise<void> {
  await database.query({ text: 'delete from used_assertion where expires_at < $1' }, [before]);
  await database.query({ text: 'delete from oidc_payload where expires_at < $1' }, [before]);
}
