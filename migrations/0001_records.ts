import type { Knex } from 'knex';

/**
 * Records, their past versions, the search index, cases, outbox and audit.
 *
 * `record.readers` names the partner organisations that may see a record (`*`: everyone who is signed in, the
 * directory). Row-level security stands on it; the caller is the setting `app.org`, set inside each statement.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    do $$ begin
      create role consilium_app nologin nosuperuser nobypassrls;
    exception when duplicate_object or unique_violation then null; end $$;
    do $$ begin
      create role consilium_worker nologin nosuperuser nobypassrls;
    exception when duplicate_object or unique_violation then null; end $$;
    do $$ begin
      -- The connecting role changes into these; concurrent first migrations may both grant.
      execute format('grant consilium_app, consilium_worker to %I', current_user);
    exception when unique_violation then null; end $$;

    create table organization (
      id text collate "C" primary key,
      name text not null,
      role text not null check (role in ('placer', 'programme', 'insurer', 'employer')),
      created_at timestamptz not null default now()
    );

    create table record (
      ref text collate "C" primary key,
      type text collate "C" not null,
      version int8 not null,
      owner text collate "C" not null references organization (id),
      readers text[] collate "C" not null,
      -- The version from which each reader sees it, in the order of readers: what is shared is not its past.
      since int8[] not null,
      last_updated timestamptz not null,
      method text not null,
      deleted boolean not null default false,
      body text,
      content_hash text,
      content_size int8,
      check (deleted = (body is null))
    );
    create table record_version (
      ref text collate "C" not null,
      version int8 not null,
      owner text collate "C" not null,
      last_updated timestamptz not null,
      method text not null,
      deleted boolean not null,
      body text,
      content_hash text,
      content_size int8,
      primary key (ref, version)
    );

    -- Index rows lead with the organisation that may find the record: its cost stays its own, however large the store.
    create table search_text (
      reader text collate "C" not null,
      param int4 not null,
      value text collate "C" not null,
      detail text collate "C" not null,
      target text collate "C" not null,
      primary key (reader, param, value, target, detail)
    );
    create index search_text_target on search_text (target);
    create table search_range (
      reader text collate "C" not null,
      param int4 not null,
      unit text collate "C" not null,
      low float8 not null,
      high float8 not null,
      target text collate "C" not null,
      primary key (reader, param, unit, low, target, high)
    );
    -- Covers the keys that pages are sorted by.
    create index search_range_target on search_range (target, param) include (reader, low, high);

    create table cases (
      id uuid primary key,
      number text collate "C" not null unique,
      service_request text collate "C" not null unique,
      task text collate "C" not null unique,
      placer text collate "C" not null references organization (id),
      programme text collate "C" not null references organization (id),
      status text not null,
      business_status text not null,
      report text,
      opened_at timestamptz not null,
      updated_at timestamptz not null,
      unique (id, placer, programme)
    );
    create table case_member (
      case_id uuid not null,
      ref text collate "C" not null,
      -- Its case's, so that a policy need not look there; the foreign key holds them to it.
      placer text collate "C" not null,
      programme text collate "C" not null,
      -- An anchor carries the case on: what refers to it is made on the case.
      anchor boolean not null default false,
      primary key (case_id, ref),
      foreign key (case_id, placer, programme) references cases (id, placer, programme)
    );
    create index case_member_ref on case_member (ref);

    create table outbox (
      position int8 generated always as identity primary key,
      xid xid8 not null default pg_current_xact_id(),
      at timestamptz not null,
      readers text[] collate "C" not null,
      organization text collate "C" not null,
      kind text not null,
      ref text collate "C" not null,
      version int8 not null,
      event text
    );
    create index outbox_xid on outbox (xid);
    -- A consumer has seen all of the transactions before its horizon: positions are given out before commits.
    create table outbox_consumer (
      name text primary key,
      horizon xid8 not null
    );

    create table content (
      hash text collate "C" primary key,
      size int8 not null,
      -- Null: the bytes lie outside, under their hash.
      bytes bytea
    );

    create table audit (
      at timestamptz not null,
      request text not null,
      organization text,
      client text,
      person text,
      interaction text not null,
      ref text,
      version int8,
      status int4 not null,
      detail text
    ) partition by range (at);
    create table audit_default partition of audit default;
    create index audit_at on audit using brin (at);

    do $$ begin
      alter table record alter column body set compression lz4;
      alter table record_version alter column body set compression lz4;
    exception when others then null; end $$;
    -- Updates that touch no key stay on their page.
    alter table record set (fillfactor = 85);
  `);
  await knex.raw(`
    create function caller_org() returns text language sql stable parallel safe
      as $$ select nullif(current_setting('app.org', true), '') $$;

    create function seen_since(readers text[], since int8[], organization text) returns int8 language sql immutable parallel safe
      as $$ select since[coalesce(array_position(readers, organization), array_position(readers, '*'))] $$;

    -- Other sessions' transactions are hidden from the role that requests work under; their start times are no secret.
    create function oldest_open_write() returns timestamptz language sql volatile security definer
      set search_path = pg_catalog
      as $$ select min(xact_start) from pg_stat_activity
            where datname = current_database() and backend_xid is not null and application_name = 'consilium' $$;
    grant execute on function oldest_open_write() to consilium_app;

    alter table record enable row level security;
    alter table record force row level security;
    create policy record_read on record for select using
      ((select caller_org()) = any (readers) or ('*' = any (readers) and (select caller_org()) is not null));
    create policy record_insert on record for insert
      with check ((select caller_org()) = any (readers) and owner = any (readers));
    -- A case's Task and request also change by what the other party decides; all else by its owner alone.
    create policy record_update on record for update
      using ((select caller_org()) = any (readers)
        and (owner = (select caller_org()) or type in ('Task', 'ServiceRequest')))
      with check ((select caller_org()) = any (readers));

    alter table record_version enable row level security;
    alter table record_version force row level security;
    create policy version_read on record_version for select using
      (exists (select 1 from record r where r.ref = record_version.ref
        and record_version.version >= seen_since(r.readers, r.since, (select caller_org()))));
    create policy version_insert on record_version for insert with check
      (exists (select 1 from record r where r.ref = record_version.ref and (select caller_org()) = any (r.readers)));

    alter table cases enable row level security;
    alter table cases force row level security;
    create policy case_party on cases using ((select caller_org()) in (placer, programme))
      with check ((select caller_org()) in (placer, programme));
    alter table case_member enable row level security;
    alter table case_member force row level security;
    create policy case_member_party on case_member using ((select caller_org()) in (placer, programme))
      with check ((select caller_org()) in (placer, programme));

    alter table outbox enable row level security;
    alter table outbox force row level security;
    create policy outbox_insert on outbox for insert to consilium_app with check ((select caller_org()) = any (readers));
    create policy outbox_read on outbox for select to consilium_worker using (true);
    create policy outbox_sweep on outbox for delete to consilium_worker using (true);

    alter table audit enable row level security;
    alter table audit force row level security;
    create policy audit_insert on audit for insert with check (true);
    create policy audit_read on audit for select using (organization = (select caller_org()));

    grant usage on schema public to consilium_app, consilium_worker;
    grant select, insert on organization to consilium_app;
    grant select, insert on record, cases to consilium_app;
    -- Whose a record is, and which two a case is between, stays as it was.
    grant update (version, readers, since, last_updated, method, deleted, body, content_hash, content_size)
      on record to consilium_app;
    grant update (status, business_status, report, updated_at) on cases to consilium_app;
    grant select, insert on record_version, case_member, audit, content to consilium_app;
    grant select, insert, delete on search_text, search_range to consilium_app;
    grant insert on outbox to consilium_app;
    grant select, delete on outbox to consilium_worker;
    grant select, insert, update on outbox_consumer to consilium_worker;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table audit, content, outbox_consumer, outbox, case_member, cases, search_range, search_text,
      record_version, record, organization;
    drop function seen_since(text[], int8[], text), caller_org(), oldest_open_write();
  `);
}
