import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../support/database.ts';

// All that the roles of requests and of jobs may do with tables, their columns and functions, however it was granted:
// what a migration adds to it is seen here, and has to be meant.

let store: Awaited<ReturnType<typeof createTestDatabase>>;
let owner: Client;

beforeAll(async () => {
  store = await createTestDatabase('publishedTemplate');
  owner = new Client({ connectionString: store.url });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await store.drop();
});

/** `table: what may be done`, where only some columns may be: `update (these)`. */
async function grantsOf(role: string): Promise<string[]> {
  const { rows } = await owner.query<{ line: string }>(
    `with rights as (
      select c.relname, right_, n,
        has_table_privilege($1, c.oid, right_) as whole,
        case when right_ in ('select', 'insert', 'update') then (
          select string_agg(a.attname, ', ' order by a.attname) from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            and has_column_privilege($1, c.oid, a.attnum, right_)) end as columns
      from pg_class c cross join unnest('{select,insert,update,delete,truncate,references,trigger}'::text[]) with ordinality as p(right_, n)
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
    )
    select relname || ': ' || string_agg(case when whole then right_ else right_ || ' (' || columns || ')' end, ', ' order by n) as line
    from rights where whole or columns is not null group by relname order by relname collate "C"`,
    [role],
  );
  return rows.map(({ line }) => line);
}

test('what requests may do', async () => {
  expect(await grantsOf('consilium_app')).toEqual([
    'app_grant: select, insert, update (expires_at, revoked_at, used_at), delete',
    'audit: select, insert',
    'case_event: select, insert',
    'case_member: select, insert',
    'cases: select, insert, update (business_status, report, sponsors, state, status, timer_at, updated_at)',
    'client: select, insert, update (approved_at, disabled_at, jwks, jwks_uri, launch_uri, name, redirect_uris, scope, secret_hash)',
    'content: select, insert',
    'delivery_attempt: select, insert, update, delete',
    'ehr_connection: select (base_url, client_id, enabled, kinds, organization, scope, token_url), insert, update (base_url, client_id, enabled, kinds, scope, token_url, updated_at), delete',
    'history: select, insert',
    'identity_mark: select, update',
    'identity_provider: select, insert, update (client_id, issuer, secret), delete',
    'launch_context: select, insert, update (used_at), delete',
    'oidc_payload: select, insert, update, delete',
    'organization: select, insert',
    'outbox: insert',
    'person: select, insert, update (disabled_at, name, password, patients, sessions_since, subject, subject_issuer)',
    'programme_rules: select',
    'record: select, insert, update (body, content_hash, content_size, deleted, last_updated, method, readers, since, version)',
    'record_version: select, insert',
    'record_view: select, insert, update (body, cases, last_updated, method, seen, version), delete',
    'revoked_token: select, insert, delete',
    'search_range: select, insert, delete',
    'search_text: select, insert, delete',
    'search_words: select',
    'server_key: select, insert, delete',
    'shown_record: select',
    'sign_in_attempt: select, insert, update, delete',
    'signed_document: select, insert, update (status)',
    'signing_key: select (certificate, compromised_at, created_at, kid, not_after, organization, retired_at)',
    'subscription: select, insert, update, delete',
    'subscription_event: select, insert, update, delete',
    'subscription_secret: select, insert, update, delete',
    'used_assertion: select, insert, delete',
    'webhook_key: select, insert, update',
    'words_due: insert',
  ]);
});

test('what jobs may do', async () => {
  expect(await grantsOf('consilium_worker')).toEqual([
    'delivery_attempt: select, insert, update, delete',
    'delivery_origin: select, insert, update, delete',
    'ehr_connection: select (base_url, client_id, enabled, kinds, organization, scope, token_url)',
    'organization: select (id)',
    'outbox: select, delete',
    'outbox_consumer: select, insert, update',
    'record_view: select (reader, ref)',
    'search_words: select, insert, update, delete',
    'subscription: select, insert, update, delete',
    'subscription_event: select, insert, update, delete',
    'subscription_secret: select, insert, update, delete',
    'webhook_key: select',
    'words_due: select, delete',
  ]);
});

test('neither makes tables, uses sequences or runs functions with the rights of their owner, but for those named', async () => {
  const { rows } = await owner.query<{ what: string }>(
    `select role || ': ' || what as what from unnest('{consilium_app,consilium_worker}'::text[]) role cross join lateral (
      select 'creates in ' || n.nspname as what from pg_namespace n
        where n.nspname !~ '^pg_' and has_schema_privilege(role, n.oid, 'create')
      union all select 'sequence ' || c.relname from pg_class c
        where c.relkind = 'S' and has_sequence_privilege(role, c.oid, 'usage, select, update')
      union all select 'function ' || p.proname from pg_proc p
        where p.pronamespace = 'public'::regnamespace and p.prosecdef and has_function_privilege(role, p.oid, 'execute')
    ) one order by 1`,
  );
  // One says when the oldest transaction began, and nothing of what it writes; the other puts the one job of a case in its place.
  expect(rows.map(({ what }) => what)).toEqual([
    'consilium_app: function oldest_open_write',
    'consilium_app: function set_case_timer',
    'consilium_worker: function oldest_open_write',
  ]);
});
