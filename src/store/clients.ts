import { fault } from '../base/index.ts';
import type { Role } from '../base/index.ts';
import type { Queryable } from './database.ts';
import { IDENTITY_CHANNEL } from './identity.ts';
import type { Validation } from './identity.ts';

/** A client together with what its organisation lends it. */
export interface ClientRow {
  readonly id: string;
  readonly organization: string;
  readonly role: Role;
  readonly validation: Validation;
  readonly name: string;
  /** What it may be granted at most, separated by blanks. */
  readonly scope: string;
  /** `service`: acts for itself (Backend Services); `app`: for the person in front of it (App Launch). */
  readonly kind: ClientKind;
  readonly authMethod: ClientAuthMethod;
  /** JSON text of its public keys; with `private_key_jwt` exactly one of `jwks` and `jwksUri` is there. */
  readonly jwks: string | null;
  readonly jwksUri: string | null;
  /** SHA-256 of its secret, where it has one. */
  readonly secretHash: string | null;
  readonly redirectUris: readonly string[];
  /** Where an EHR opens it. */
  readonly launchUri: string | null;
  /** Whether the operator has looked at it and let it in. */
  readonly approved: boolean;
  readonly disabled: boolean;
}

export type ClientKind = 'service' | 'app';

export type ClientAuthMethod = 'private_key_jwt' | 'client_secret_basic' | 'client_secret_post' | 'none';

export type NewClient = Omit<ClientRow, 'role' | 'validation' | 'disabled'>;

/** Which clients or people a list shows: those of an organisation, or all; from the first id after `after` on. */
export interface ListWindow {
  readonly organization?: string;
  readonly after?: string;
  /** All unless told. */
  readonly limit?: number;
}

const CLIENT = `c.id, c.organization_id as organization, o.role, o.validation, c.name, c.scope, c.kind,
  c.auth_method as "authMethod", c.jwks, c.jwks_uri as "jwksUri", c.secret_hash as "secretHash",
  c.redirect_uris as "redirectUris", c.launch_uri as "launchUri", c.approved_at is not null as approved,
  c.disabled_at is not null as disabled from client c join organization o on o.id = c.organization_id`;

export async function findClient(on: Queryable, id: string): Promise<ClientRow | undefined> {
  const [row] = await on.query<ClientRow>({ name: 'client-find', text: `select ${CLIENT} where c.id = $1` }, [id]);
  return row;
}

/** In order of id. */
export async function listClients(on: Queryable, window: ListWindow = {}): Promise<ClientRow[]> {
  return await on.query<ClientRow>(
    {
      text: `select ${CLIENT} where ($1::text is null or c.organization_id = $1) and ($2::text is null or c.id > $2)
        order by c.id limit $3`,
    },
    [window.organization ?? null, window.after ?? null, window.limit ?? null],
  );
}

/** How many clients of an organisation wait for their approval. */
export async function countPendingClients(on: Queryable, organization: string): Promise<number> {
  const [row] = await on.query<{ pending: number }>(
    {
      text: `select count(*) as pending from client
        where organization_id = $1 and approved_at is null and disabled_at is null`,
    },
    [organization],
  );
  return row?.pending ?? 0;
}

/** What of a client may change after it was registered. */
export type ClientChange = Partial<
  Pick<NewClient, 'name' | 'scope' | 'redirectUris' | 'launchUri' | 'jwks' | 'jwksUri' | 'secretHash' | 'approved'>
>;

/** Changes a client and tells every process at commit. Whoever changes it has read it with `findClient`. */
export async function updateClient(on: Queryable, client: ClientRow, change: ClientChange): Promise<void> {
  const { id, ...now } = { ...client, ...change };
  await on.query(
    {
      text: `update client set name = $2, scope = $3, redirect_uris = $4, launch_uri = $5, jwks = $6, jwks_uri = $7,
          secret_hash = $8, approved_at = case when $9 then coalesce(approved_at, now()) end
        where id = $1 returning pg_notify('${IDENTITY_CHANNEL}', id)`,
    },
    [id, now.name, now.scope, now.redirectUris, now.launchUri, now.jwks, now.jwksUri, now.secretHash, now.approved],
  );
}

/** A client that is about to change, held until the transaction ends. */
export async function lockClient(on: Queryable, id: string): Promise<ClientRow | undefined> {
  const [row] = await on.query<ClientRow>({ text: `select ${CLIENT} where c.id = $1 for no key update of c` }, [id]);
  return row;
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
      text: `insert into client (id, organization_id, name, scope, kind, auth_method, jwks, jwks_uri, secret_hash,
          redirect_uris, launch_uri, approved_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, case when $12 then now() end)
        on conflict (id) do nothing returning id`,
    },
    [
      client.id,
      client.organization,
      client.name,
      client.scope,
      client.kind,
      client.authMethod,
      client.jwks,
      client.jwksUri,
      client.secretHash,
      client.redirectUris,
      client.launchUri,
      client.approved,
    ],
  );
  if (rows.length === 0) {
    throw fault(409, 'duplicate', 'client-exists', `There is a client ${client.id} already. Choose another id.`);
  }
}

/** Disables a client and tells every process at commit. */
export async function disableClient(on: Queryable, id: string, at: Date): Promise<void> {
  await on.query(
    {
      text: `update client set disabled_at = coalesce(disabled_at, $2) where id = $1
        returning pg_notify('${IDENTITY_CHANNEL}', id)`,
    },
    [id, at],
  );
}
