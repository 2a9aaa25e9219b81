import type { Knex } from 'knex';

/**
 * People who sign in, the apps they use, and what they granted.
 *
 * As with clients, nothing here opens a door by being read: passwords stand as scrypt, secrets of apps, launches and
 * grants as SHA-256, secrets for identity providers sealed under MASTER_KEY.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table client
      -- A service acts for itself (Backend Services), an app for the person in front of it (App Launch).
      add column kind text not null default 'service' check (kind in ('service', 'app')),
      add column auth_method text not null default 'private_key_jwt'
        check (auth_method in ('private_key_jwt', 'client_secret_basic', 'client_secret_post', 'none')),
      add column secret_hash text,
      add column redirect_uris text[] not null default '{}',
      add column launch_uri text,
      -- Null: somebody asked for it, nobody has looked at it yet.
      add column approved_at timestamptz default now(),
      drop constraint client_check,
      add constraint client_proof check (case auth_method
        when 'private_key_jwt' then num_nonnulls(jwks, jwks_uri) = 1 and secret_hash is null
        when 'none' then num_nonnulls(jwks, jwks_uri, secret_hash) = 0
        else num_nonnulls(jwks, jwks_uri) = 0 and secret_hash is not null end),
      add constraint client_kind check (kind = 'app' or (auth_method = 'private_key_jwt' and redirect_uris = '{}'));

    create table identity_provider (
      organization_id text collate "C" primary key references organization (id),
      issuer text not null,
      client_id text not null,
      -- Null: the server proves itself by its own key.
      secret text,
      created_at timestamptz not null default now()
    );

    create table person (
      id text collate "C" primary key,
      organization_id text collate "C" not null references organization (id),
      -- In small letters; the same person may sign in for one organisation only.
      login text collate "C" not null unique,
      name text not null,
      fhir_user text collate "C" not null,
      -- The Patients that somebody who is no staff stands for; null: staff.
      patients text[] collate "C",
      -- Null: by the organisation's identity provider only.
      password text,
      subject text collate "C",
      -- Whose subject it is: that of another identity provider is somebody else's, though it read the same.
      subject_issuer text,
      disabled_at timestamptz,
      -- Who signed in before has to do so again: another password, or another account elsewhere, came between.
      sessions_since timestamptz,
      created_at timestamptz not null default now(),
      unique (organization_id, subject),
      -- Staff are practitioners; who is not says for whom he stands.
      check (patients is not null or fhir_user like 'Practitioner/%')
    );

    -- What a person granted an app: one row a launch, so that no patient of another launch stays in context.
    create table app_grant (
      hash text collate "C" primary key,
      person_id text collate "C" not null references person (id),
      client_id text collate "C" not null references client (id),
      session_hash text collate "C",
      scope text not null,
      patient text collate "C",
      encounter text collate "C",
      -- JSON: fhirContext and what else the app is told.
      context text not null default '{}',
      offline boolean not null,
      created_at timestamptz not null,
      used_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz
    );
    create index app_grant_person on app_grant (person_id);
    create index app_grant_session on app_grant (session_hash) where session_hash is not null;
    create index app_grant_client on app_grant (client_id);
    create index app_grant_expiry on app_grant (expires_at);

    create table launch_context (
      hash text collate "C" primary key,
      client_id text collate "C" not null references client (id),
      person_id text collate "C" not null references person (id),
      patient text collate "C",
      encounter text collate "C",
      context text not null default '{}',
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index launch_context_expiry on launch_context (expires_at);

    -- Failed attempts to sign in, by what they have in common (a login, an address), as hashes.
    create table sign_in_attempt (
      key text collate "C" not null,
      since timestamptz not null,
      failures int4 not null,
      primary key (key)
    );

    -- Access tokens that were taken back before their time, by their jti.
    create table revoked_token (
      jti text collate "C" primary key,
      expires_at timestamptz not null
    );
    create index revoked_token_expiry on revoked_token (expires_at);

    grant select, insert on person, identity_provider, app_grant, launch_context, sign_in_attempt, revoked_token to consilium_app;
    grant update (jwks, jwks_uri, secret_hash, scope, name, redirect_uris, launch_uri, approved_at) on client to consilium_app;
    grant update (name, patients, password, subject, subject_issuer, disabled_at, sessions_since) on person to consilium_app;
    grant update (issuer, client_id, secret), delete on identity_provider to consilium_app;
    grant update (used_at, expires_at, revoked_at), delete on app_grant to consilium_app;
    grant update (used_at), delete on launch_context to consilium_app;
    grant update, delete on sign_in_attempt to consilium_app;
    grant delete on revoked_token to consilium_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table revoked_token, sign_in_attempt, launch_context, app_grant, person, identity_provider;
    delete from client where kind = 'app';
    alter table client drop constraint client_proof, drop constraint client_kind,
      drop column kind, drop column auth_method, drop column secret_hash, drop column redirect_uris,
      drop column launch_uri, drop column approved_at,
      add constraint client_check check (num_nonnulls(jwks, jwks_uri) = 1);
  `);
}
