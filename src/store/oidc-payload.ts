import type { Queryable } from './database.ts';

/** A code, token, session or grant of the authorization server: known by its hash, its payload sealed. */
export interface OidcPayload {
  readonly kind: string;
  readonly idHash: string;
  readonly payload: string;
  readonly grantHash: string | null;
  readonly uidHash: string | null;
  readonly expiresAt: Date | null;
}

export interface StoredOidcPayload {
  readonly payload: string;
  readonly consumedAt: Date | null;
}

export async function saveOidcPayload(on: Queryable, row: OidcPayload): Promise<void> {
  await on.query(
    {
      name: 'oidc-save',
      text: `insert into oidc_payload (kind, id_hash, payload, grant_hash, uid_hash, expires_at)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (kind, id_hash) do update set payload = excluded.payload, grant_hash = excluded.grant_hash,
          uid_hash = excluded.uid_hash, expires_at = excluded.expires_at`,
    },
    [row.kind, row.idHash, row.payload, row.grantHash, row.uidHash, row.expiresAt],
  );
}

export async function findOidcPayload(
  on: Queryable,
  kind: string,
  by: { idHash: string } | { uidHash: string },
  now: Date,
): Promise<StoredOidcPayload | undefined> {
  const [column, value] = 'idHash' in by ? (['id_hash', by.idHash] as const) : (['uid_hash', by.uidHash] as const);
  const [row] = await on.query<StoredOidcPayload>(
    {
      name: `oidc-find-${column}`,
      text: `select payload, consumed_at as "consumedAt" from oidc_payload
        where kind = $1 and ${column} = $2 and (expires_at is null or expires_at > $3)`,
    },
    [kind, value, now],
  );
  return row;
}

/** Uses up a code or token: true for the one caller, of all processes, that comes first. */
export async function consumeOidcPayload(on: Queryable, kind: string, idHash: string, at: Date): Promise<boolean> {
  const rows = await on.query(
    {
      name: 'oidc-consume',
      text: `update oidc_payload set consumed_at = $3 where kind = $1 and id_hash = $2 and consumed_at is null
        returning 1`,
    },
    [kind, idHash, at],
  );
  return rows.length > 0;
}

/** True for the one caller, of all processes, that comes first. */
export async function deleteOidcPayload(on: Queryable, kind: string, idHash: string): Promise<boolean> {
  const rows = await on.query(
    { name: 'oidc-delete', text: 'delete from oidc_payload where kind = $1 and id_hash = $2 returning 1' },
    [kind, idHash],
  );
  return rows.length > 0;
}

/** Hash of the grant that a code or token hangs on; undefined when there is no such one, or it hangs on none. */
export async function findOidcGrant(on: Queryable, kind: string, idHash: string): Promise<string | undefined> {
  const [row] = await on.query<{ grantHash: string | null }>(
    {
      name: 'oidc-grant',
      text: 'select grant_hash as "grantHash" from oidc_payload where kind = $1 and id_hash = $2',
    },
    [kind, idHash],
  );
  return row?.grantHash ?? undefined;
}
