import type { Knex } from 'knex';

/**
 * Clients, the server's own keys, spent client assertions and what the authorization server has to remember.
 *
 * Nothing here opens a door by being read: keys of clients are public, the server's are sealed under MASTER_KEY, codes
 * and tokens stand as SHA-256 with their payload sealed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table client (
      id text collate "C" primary key,
      organization_id text collate "C" not null references organization (id),
      name text not null,
      scope text not null,
      jwks text,
      jwks_uri text,
      disabled_at timestamptz,
      created_at timestamptz not null default now(),
      check (num_nonnulls(jwks, jwks_uri) = 1)
    );
    create index client_organization on client (organization_id);

    create table server_key (
      kid text collate "C" primary key,
      alg text not null,
      public_jwk text not null,
      sealed text not null,
      created_at timestamptz not null default now(),
      retired_at timestamptz
    );
    -- Of each algorithm one key signs: of two processes that start at once, one has its key taken.
    create unique index server_key_current on server_key (alg) where retired_at is null;

    create table used_assertion (
      issuer text collate "C" not null,
      jti text collate "C" not null,
      expires_at timestamptz not null,
      primary key (issuer, jti)
    );
    create index used_assertion_expiry on used_assertion (expires_at);

    create table oidc_payload (
      kind text collate "C" not null,
      id_hash text collate "C" not null,
      payload text not null,
      grant_hash text collate "C",
      uid_hash text collate "C",
      expires_at timestamptz,
      consumed_at timestamptz,
      primary key (kind, id_hash)
    );
    create index oidc_payload_grant on oidc_payload (grant_hash) where grant_hash is not null;
    create index oidc_payload_uid on oidc_payload (kind, uid_hash) where uid_hash is not null;
    create index oidc_payload_expiry on oidc_payload (expires_at);

    grant select, insert on client, server_key to consilium_app;
    grant update (jwks, jwks_uri, disabled_at) on client to consilium_app;
    grant select, insert, delete on used_assertion to consilium_app;
    grant select, insert, update, delete on oidc_payload to consilium_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table oidc_payload, used_assertion, server_key, client');
}
