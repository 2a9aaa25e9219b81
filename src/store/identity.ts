import { fault } from '../base/index.ts';
import type { Role } from '../base/index.ts';
import type { Database, Queryable } from './database.ts';

/**
 * NOTIFY channel: a client, person, grant, token or key changed. The payload is the client's id, or `person:`, `grant:`,
 * `token:` or `key:` and the person's id, the grant's hash, the token's jti, the key's kid; '' when everything may have.
 */
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

/** What happened around clients, tokens and keys, for the audit. */
export interface IdentityAct {
  readonly at: Date;
  readonly request: string;
  readonly interaction:
    | 'token'
    | 'authorize'
    | 'sign-in'
    | 'sign-out'
    | 'grant'
    | 'revoke'
    | 'introspect'
    | 'launch'
    | 'client-add'
    | 'client-set'
    | 'client-keys'
    | 'client-approve'
    | 'client-disable'
    | 'user-add'
    | 'user-set'
    | 'user-disable'
    | 'organization-add'
    | 'organization-set'
    | 'key-add'
    | 'key-rotate'
    | 'delivery-replay';
  readonly organization: string | null;
  readonly client: string | null;
  /** Reference of the person who is signed in. */
  readonly person?: string | null;
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

/** A partner organisation; the server's own is none. */
export async function findOrganization(on: Queryable, id: string): Promise<Required<OrganizationRow> | undefined> {
  const [row] = await on.query<Required<OrganizationRow>>(
    { text: `select id, name, role, validation from organization where id = $1 and role <> 'server'` },
    [id],
  );
  return row;
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
      text: `insert into audit (at, request, interaction, organization, client, person, status, detail)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    },
    [act.at, act.request, act.interaction, act.organization, act.client, act.person ?? null, act.status, act.detail],
  );
}

/** Removes what expired before `before`: hand in an hour ago, lest a clock that lags revives an assertion. */
export async function sweepIdentity(database: Database, before: Date): Promise<void> {
  await database.query({ text: 'delete from used_assertion where expires_at < $1' }, [before]);
  await database.query({ text: 'delete from oidc_payload where expires_at < now()' }, []);
  await database.query({ text: 'delete from launch_context where expires_at < $1' }, [before]);
  await database.query({ text: 'delete from app_grant where expires_at < $1' }, [before]);
  await database.query({ text: 'delete from revoked_token where expires_at < $1' }, [before]);
  await database.query({ text: 'delete from sign_in_attempt where since < $1' }, [before]);
}
