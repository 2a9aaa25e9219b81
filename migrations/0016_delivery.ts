import type { Knex } from 'knex';

/**
 * Who is told of what happens: subscriptions with their place, the events that each is told under numbers without gaps, what
 * was tried, and what it is signed with. A subscription is the row beside the record `Subscription/x`, or a push into a
 * partner's own FHIR server, `push/organization`.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table subscription (
      id text collate "C" primary key,
      organization text collate "C" not null references organization (id),
      -- Under whose grants it is told: those that it had then, separated by blanks, as far as it has them still.
      client text collate "C" not null,
      scopes text not null,
      channel text not null check (channel in ('rest-hook', 'push')),
      -- Name of a topic, or a resource type.
      asks text collate "C" not null,
      -- Where it is sent: scheme, host and port; what goes wrong there is the trouble of all that is sent there.
      origin text collate "C" not null,
      plan text not null,
      status text not null check (status in ('requested', 'active', 'error', 'off')),
      error text,
      -- The status that its record shows: it follows.
      shown text not null,
      ends_at timestamptz,
      -- It is told of what was not committed yet then; null: it never was active, or was switched off.
      since pg_snapshot,
      -- Another one with each change of what is asked for, of where it is sent and for whom.
      revision uuid not null default gen_random_uuid(),
      -- Events up to this number are of what it asked for formerly: they are told by their numbers alone.
      former int8 not null default 0,
      -- Events in one message at most, and seconds without one after which there is a heartbeat.
      max_count int4 not null check (max_count > 0),
      heartbeat int4,
      -- The last number that was given, and the last that arrived.
      events int8 not null default 0,
      delivered int8 not null default 0,
      -- What is being sent once more: from its next number on.
      resend_next int8,
      resend_until int8,
      -- The last number of the batch under way: it stays the same until it is through.
      batch_until int8,
      -- Tries of what is under way that have failed.
      attempt int4 not null default 0,
      -- Whether the last one failed by what is wrong with its origin: then it goes on as soon as others get through there.
      by_origin boolean not null default false,
      -- When there is something to do: an event, a handshake, a heartbeat, another try.
      due_at timestamptz,
      -- Whose process is at it, and until when: what is over was left by a process that died.
      lease uuid,
      lease_until timestamptz,
      sent_at timestamptz,
      -- The version of its record with which it began: one that was deleted may be made again under its id, and counts anew.
      began_with int8 not null default 1,
      created_at timestamptz not null,
      check (delivered <= events)
    -- Rows are changed with each event that they are told: there is to be room beside them.
    ) with (fillfactor = 40);
    create index subscription_due on subscription (due_at) where due_at is not null;
    create index subscription_turn on subscription (organization, due_at) where due_at is not null;
    create index subscription_leased on subscription (origin, lease_until) where lease_until is not null;
    create index subscription_organization on subscription (organization);

    create table subscription_event (
      subscription text collate "C" not null references subscription (id) on delete cascade,
      number int8 not null,
      at timestamptz not null,
      kind text not null,
      -- What it is about: a record, and the case that it belongs to.
      focus text collate "C" not null,
      case_id uuid,
      primary key (subscription, number)
    );
    create index subscription_event_at on subscription_event using brin (at);

    -- What was tried, and what came back: codes and times, nothing of what was sent or answered.
    create table delivery_attempt (
      subscription text collate "C" not null references subscription (id) on delete cascade,
      organization text collate "C" not null,
      at timestamptz not null,
      message text collate "C" not null,
      kind text not null check (kind in ('handshake', 'heartbeat', 'event', 'resend')),
      first int8,
      last int8,
      attempt int4 not null,
      outcome text not null check (outcome in ('delivered', 'later', 'dead')),
      -- HTTP status, where there was an answer.
      status int4,
      reason text,
      ms int4 not null,
      next_at timestamptz
    );
    create index delivery_attempt_subscription on delivery_attempt (subscription, at);
    create index delivery_attempt_organization on delivery_attempt (organization, at);
    create index delivery_attempt_at on delivery_attempt using brin (at);

    -- That an address cannot be reached, told by what an organisation sent there: nobody waits for it meanwhile but who sends
    -- there, and nobody for what others send there.
    create table delivery_origin (
      organization text collate "C" not null references organization (id),
      origin text collate "C" not null,
      failures int4 not null,
      open_until timestamptz not null,
      primary key (organization, origin)
    );

    -- HMAC secrets under MASTER_KEY, known to the subscriber and to this server.
    create table subscription_secret (
      id uuid primary key,
      subscription text collate "C" not null references subscription (id) on delete cascade,
      organization text collate "C" not null references organization (id),
      sealed text not null,
      created_at timestamptz not null,
      -- Null: it signs until another takes its place.
      expires_at timestamptz
    );
    create index subscription_secret_subscription on subscription_secret (subscription);

    -- Ed25519 keys of this server: what they signed can be verified by anybody.
    create table webhook_key (
      kid text collate "C" primary key,
      public_key text not null,
      sealed text,
      created_at timestamptz not null,
      retired_at timestamptz
    );

    create table ehr_connection (
      organization text collate "C" primary key references organization (id),
      base_url text not null,
      token_url text,
      client_id text,
      scope text,
      kinds text[] not null default '{}',
      enabled boolean not null default true,
      updated_at timestamptz not null
    );

    -- Whoever hands out numbers takes a window of transactions in parts, in the order in which things happened within it.
    alter table outbox_consumer add column window_end xid8, add column window_last int8, add column position int8;
  `);
  for (const table of ['subscription', 'subscription_event', 'delivery_attempt', 'subscription_secret']) {
    const own =
      table === 'subscription_event'
        ? `exists (select 1 from subscription s where s.id = subscription_event.subscription)`
        : `organization = (select caller_org())`;
    await knex.raw(`
      alter table ${table} enable row level security;
      alter table ${table} force row level security;
      create policy ${table}_own on ${table} to consilium_app using (${own}) with check (${own});
      create policy ${table}_all on ${table} to consilium_worker using (true) with check (true);
      grant select, insert, update, delete on ${table} to consilium_app, consilium_worker;
    `);
  }
  await knex.raw(`
    -- Whom a view of a record is kept for, and not what it shows.
    create policy view_reader on record_view for select to consilium_worker using (true);
    grant select (ref, reader) on record_view to consilium_worker;
    grant select (id) on organization to consilium_worker;
    grant select, insert, update, delete on delivery_origin to consilium_worker;
    grant select (organization, base_url, token_url, client_id, scope, kinds, enabled) on ehr_connection
      to consilium_app, consilium_worker;
    grant insert, update (base_url, token_url, client_id, scope, kinds, enabled, updated_at), delete on ehr_connection
      to consilium_app;
    grant select on webhook_key to consilium_worker;
    grant select, insert, update on webhook_key to consilium_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop policy view_reader on record_view;
    revoke select on record_view, organization from consilium_worker;
    alter table outbox_consumer drop column window_end, drop column window_last, drop column position;
    drop table ehr_connection, webhook_key, subscription_secret, delivery_origin, delivery_attempt, subscription_event,
      subscription;
  `);
}
