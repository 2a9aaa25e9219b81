import type { Queryable, Statement } from './database.ts';
import { removeSubscription, saveSubscription } from './subscriptions.ts';

/** What of a report is written into a home EHR: the signed document, the letter people read, the report as a resource. */
export type EhrKind = 'document' | 'letter' | 'report';

/** The FHIR server of a placer's own, into which reports are written. */
export interface EhrConnection {
  readonly organization: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** Null: as its .well-known/smart-configuration says. */
  readonly tokenUrl: string | null;
  /** What this server is called there; null: it asks for no token. */
  readonly clientId: string | null;
  /** Null: what is needed for all that may be written. */
  readonly scope: string | null;
  /** None: all of them. */
  readonly kinds: readonly EhrKind[];
  readonly enabled: boolean;
}

const FIND: Statement = {
  name: 'ehr_connection_find',
  text: `select organization, base_url as "baseUrl", token_url as "tokenUrl", client_id as "clientId", scope, kinds, enabled
    from ehr_connection where organization = $1`,
};
const UPSERT: Statement = {
  name: 'ehr_connection_upsert',
  text: `insert into ehr_connection (organization, base_url, token_url, client_id, scope, kinds, enabled, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (organization) do update set base_url = excluded.base_url, token_url = excluded.token_url,
      client_id = excluded.client_id, scope = excluded.scope, kinds = excluded.kinds, enabled = excluded.enabled,
      updated_at = $8`,
};
// A push needs no handshake before it is told what happens: from now on nothing is missed, also while it is to wait.
const FOLLOW: Statement = {
  name: 'ehr_push_follow',
  text: `update subscription set since = coalesce(since, pg_current_snapshot()), error = case when $3 then error else 'paused' end
    where id = $2 and (select set_config('app.org', $1, true)) is not null`,
};
const DELETE: Statement = {
  name: 'ehr_connection_delete',
  text: 'delete from ehr_connection where organization = $1 returning organization',
};

export async function findEhrConnection(on: Queryable, organization: string): Promise<EhrConnection | undefined> {
  const [row] = await on.query<EhrConnection & Record<string, unknown>>(FIND, [organization]);
  return row;
}

/** What `subscription.asks` says of pushes. */
export const PUSH = 'reports';

/**
 * Takes the place of the one before, if there was one. What is pushed is told like to any subscriber, from now on; while it is
 * not enabled, it waits.
 */
export async function upsertEhrConnection(on: Queryable, row: EhrConnection, now: Date): Promise<void> {
  const { organization, baseUrl, tokenUrl, clientId, scope, kinds, enabled } = row;
  await on.query(UPSERT, [organization, baseUrl, tokenUrl, clientId, scope, kinds, enabled, now]);
  const push = {
    id: pushOf(organization),
    organization,
    client: 'consilium',
    scopes: [],
    channel: 'push',
    asks: PUSH,
    origin: new URL(baseUrl).origin,
    plan: JSON.stringify({ asks: { kind: 'topic', topic: PUSH, filters: [] } }),
    // In error, it is told all the same, and sent nothing.
    status: enabled ? 'requested' : 'error',
    maxCount: 1,
  } as const;
  await saveSubscription(on, push, now.toISOString());
  await on.query(FOLLOW, [organization, push.id, enabled]);
}

/** Whether there was one. What was to be pushed is forgotten. */
export async function deleteEhrConnection(on: Queryable, organization: string): Promise<boolean> {
  await removeSubscription(on, organization, pushOf(organization));
  return (await on.query(DELETE, [organization])).length > 0;
}

function pushOf(organization: string): string {
  return `push/${organization}`;
}
