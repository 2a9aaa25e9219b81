import type { Queryable } from './database.ts';
import { IDENTITY_CHANNEL } from './identity.ts';

/** What a person granted an app. All that names it outside is hashed. */
export interface AppGrant {
  readonly hash: string;
  readonly person: string;
  readonly client: string;
  readonly sessionHash: string | null;
  /** All that was granted, separated by blanks. */
  readonly scope: string;
  /** `Patient/x` in context. */
  readonly patient: string | null;
  /** `Encounter/x` in context. */
  readonly encounter: string | null;
  /** JSON of what else the app is told with its token. */
  readonly context: string;
  /** Whether it outlives the session. */
  readonly offline: boolean;
  readonly createdAt: Date;
  readonly usedAt: Date;
  readonly expiresAt: Date;
  readonly revoked: boolean;
}

/** With the app's name, for people to read. */
export interface ListedGrant extends AppGrant {
  readonly clientName: string;
}

const GRANT = `g.hash, g.person_id as person, g.client_id as client, g.session_hash as "sessionHash", g.scope, g.patient,
  g.encounter, g.context, g.offline, g.created_at as "createdAt", g.used_at as "usedAt", g.expires_at as "expiresAt",
  g.revoked_at is not null as revoked`;

const WORD = `pg_notify('${IDENTITY_CHANNEL}', 'grant:' || hash)`;

export async function insertGrant(on: Queryable, grant: Omit<AppGrant, 'revoked' | 'usedAt'>): Promise<void> {
  await on.query(
    {
      name: 'grant-insert',
      text: `insert into app_grant (hash, person_id, client_id, session_hash, scope, patient, encounter, context, offline,
          created_at, used_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)`,
    },
    [
      grant.hash,
      grant.person,
      grant.client,
      grant.sessionHash,
      grant.scope,
      grant.patient,
      grant.encounter,
      grant.context,
      grant.offline,
      grant.createdAt,
      grant.expiresAt,
    ],
  );
}

export async function findGrant(on: Queryable, hash: string): Promise<AppGrant | undefined> {
  const [row] = await on.query<AppGrant & Record<string, unknown>>(
    { name: 'grant-find', text: `select ${GRANT} from app_grant g where g.hash = $1` },
    [hash],
  );
  return row;
}

/** A person's grants that still hold at `now`, the latest first. */
export async function listGrants(on: Queryable, person: string, now: Date): Promise<ListedGrant[]> {
  return await on.query<ListedGrant & Record<string, unknown>>(
    {
      text: `select ${GRANT}, c.name as "clientName" from app_grant g join client c on c.id = g.client_id
        where g.person_id = $1 and g.revoked_at is null and g.expires_at > $2 order by g.created_at desc`,
    },
    [person, now],
  );
}

/** Notes that a grant was used for another token, and until when it may be used again. */
export async function touchGrant(on: Queryable, hash: string, at: Date, expiresAt: Date): Promise<void> {
  await on.query(
    {
      name: 'grant-touch',
      text: 'update app_grant set used_at = $2, expires_at = greatest(expires_at, $3) where hash = $1',
    },
    [hash, at, expiresAt],
  );
}

/** Ends a grant and all codes and refresh tokens under it, and tells every process at commit; true where it still held. */
export async function revokeGrant(on: Queryable, hash: string, at: Date): Promise<boolean> {
  const rows = await on.query(
    {
      name: 'grant-revoke',
      text: `with gone as (delete from oidc_payload where grant_hash = $1 or (kind = 'Grant' and id_hash = $1))
        update app_grant set revoked_at = $2 where hash = $1 and revoked_at is null returning ${WORD}`,
    },
    [hash, at],
  );
  return rows.length > 0;
}

/** Ends the grants of a session that were not to outlive it. Their hashes. */
export async function revokeSession(on: Queryable, sessionHash: string, at: Date): Promise<string[]> {
  const rows = await on.query<{ hash: string }>(
    {
      text: `with ended as (
          update app_grant set revoked_at = $2 where session_hash = $1 and not offline and revoked_at is null returning hash),
        gone as (delete from oidc_payload where grant_hash in (select hash from ended)
          or (kind = 'Grant' and id_hash in (select hash from ended)))
        select hash, ${WORD} from ended`,
    },
    [sessionHash, at],
  );
  return rows.map(({ hash }) => hash);
}

/** What an EHR says of the launch of an app: good once. */
export interface LaunchContext {
  readonly hash: string;
  readonly client: string;
  readonly person: string;
  readonly patient: string | null;
  readonly encounter: string | null;
  /** JSON of what else the app is told with its token. */
  readonly context: string;
  readonly expiresAt: Date;
}

export async function insertLaunch(on: Queryable, launch: LaunchContext): Promise<void> {
  await on.query(
    {
      text: `insert into launch_context (hash, client_id, person_id, patient, encounter, context, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7)`,
    },
    [launch.hash, launch.client, launch.person, launch.patient, launch.encounter, launch.context, launch.expiresAt],
  );
}

/** A launch that was not used yet, expired or not. */
export async function findLaunch(on: Queryable, hash: string): Promise<LaunchContext | undefined> {
  const [row] = await on.query<LaunchContext & Record<string, unknown>>(
    {
      name: 'launch-find',
      text: `select hash, client_id as client, person_id as person, patient, encounter, context, expires_at as "expiresAt"
        from launch_context where hash = $1 and used_at is null`,
    },
    [hash],
  );
  return row;
}

/** Uses a launch up: true for the one caller, of all processes, that comes first. */
export async function useLaunch(on: Queryable, hash: string, at: Date): Promise<boolean> {
  const rows = await on.query(
    {
      name: 'launch-use',
      text: 'update launch_context set used_at = $2 where hash = $1 and used_at is null returning 1',
    },
    [hash, at],
  );
  return rows.length > 0;
}
