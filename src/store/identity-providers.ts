import type { Queryable } from './database.ts';

/** Where the people of an organisation may sign in instead of here: an OpenID Connect provider of its own. */
export interface IdentityProviderRow {
  readonly organization: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Sealed; null: this server proves itself by its own key. */
  readonly secret: string | null;
}

export async function findIdentityProvider(
  on: Queryable,
  organization: string,
): Promise<IdentityProviderRow | undefined> {
  const [row] = await on.query<IdentityProviderRow & Record<string, unknown>>(
    {
      text: `select organization_id as organization, issuer, client_id as "clientId", secret
        from identity_provider where organization_id = $1`,
    },
    [organization],
  );
  return row;
}

/** Subjects that were noted before there was any provider are its own from now on; those of another one never are. */
export async function upsertIdentityProvider(on: Queryable, row: IdentityProviderRow): Promise<void> {
  await on.query(
    {
      text: `update person set subject_issuer = $2
        where organization_id = $1 and subject is not null and subject_issuer is null`,
    },
    [row.organization, row.issuer],
  );
  await on.query(
    {
      text: `insert into identity_provider (organization_id, issuer, client_id, secret) values ($1, $2, $3, $4)
        on conflict (organization_id) do update set issuer = $2, client_id = $3, secret = $4`,
    },
    [row.organization, row.issuer, row.clientId, row.secret],
  );
}

/** Whether there was one. */
export async function deleteIdentityProvider(on: Queryable, organization: string): Promise<boolean> {
  const rows = await on.query({ text: 'delete from identity_provider where organization_id = $1 returning 1' }, [
    organization,
  ]);
  return rows.length > 0;
}
