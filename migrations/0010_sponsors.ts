import type { Knex } from 'knex';

/**
 * What insurers see of the cases that they sponsor: views, each a copy of a record reduced to what a payer may know.
 *
 * The record itself stays unreadable to its sponsors. `shown_record` is a table of records and views in one, which is read
 * for insurers alone; all others read `record`, as before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- The insurers that the Coverages of its request name as payors.
    alter table cases add column sponsors text[] collate "C" not null default '{}';
    grant update (sponsors) on cases to consilium_app;

    create table record_view (
      ref text collate "C" not null references record (ref),
      reader text collate "C" not null references organization (id),
      type text collate "C" not null,
      version int8 not null,
      owner text collate "C" not null,
      last_updated timestamptz not null,
      method text not null,
      body text not null,
      -- From when on its reader sees this version: when it was written, or the case sponsored.
      seen timestamptz not null,
      -- The cases by which it is seen: a record may be in several, and stays in view until the last of them is gone.
      cases uuid[] not null check (cardinality(cases) > 0),
      -- In the shape of a record. What is in view is never its past.
      readers text[] collate "C" not null generated always as (array[reader]) stored,
      since int8[] not null generated always as (array[version]) stored,
      primary key (ref, reader)
    );
    create index record_view_reader on record_view (reader);
    do $$ begin
      alter table record_view alter column body set compression lz4;
    exception when others then null; end $$;

    alter table record_view enable row level security;
    alter table record_view force row level security;
    -- Besides its reader, who sees the whole record keeps its views; but nobody puts one before whom no case of theirs names.
    create policy view_read on record_view for select using
      ((select caller_org()) = reader or exists (select 1 from record r where r.ref = record_view.ref));
    create policy view_insert on record_view for insert with check (exists (
      select 1 from case_member m join cases c on c.id = m.case_id join organization o on o.id = record_view.reader
      where m.ref = record_view.ref and c.id = any (record_view.cases) and o.id = any (c.sponsors) and o.role = 'insurer'));
    create policy view_update on record_view for update
      using (exists (select 1 from record r where r.ref = record_view.ref));
    create policy view_delete on record_view for delete
      using (exists (select 1 from record r where r.ref = record_view.ref));
    grant select, insert, delete on record_view to consilium_app;
    grant update (version, last_updated, method, body, seen, cases) on record_view to consilium_app;

    -- Under the rights of who asks, so that the policies of both tables hold. Plain, so that each is read by its own index.
    create view shown_record with (security_invoker = true) as
      select ref, type, version, owner, readers, since, last_updated, method, deleted, body, content_hash, content_size
      from record
      union all
      select ref, type, version, owner, readers, since, last_updated, method, false, body, null::text, null::int8
      from record_view;
    grant select on shown_record to consilium_app;

    -- Cases that were here before: who sponsors them. What these are shown is made by consilium reindex.
    alter table record no force row level security;
    alter table case_member no force row level security;
    alter table cases no force row level security;
    with named as (
      select c.id, array_agg(distinct o.id) as sponsors
      from cases c join record r on r.ref = c.service_request
      cross join lateral jsonb_path_query(r.body::jsonb, 'strict $.insurance[*].reference', silent => true) i
      join case_member m on m.case_id = c.id and m.ref = i #>> '{}'
      join record v on v.ref = m.ref and v.type = 'Coverage' and v.body::jsonb ->> 'status' <> 'entered-in-error'
      cross join lateral jsonb_path_query(v.body::jsonb, 'strict $.payor[*].reference', silent => true) p
      join organization o on p #>> '{}' = 'Organization/' || o.id and o.role = 'insurer'
      group by c.id
    )
    update cases c set sponsors = named.sponsors from named where named.id = c.id;
    alter table record force row level security;
    alter table case_member force row level security;
    alter table cases force row level security;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop view shown_record;
    delete from search_text t using record_view v where v.ref = t.target and v.reader = t.reader;
    delete from search_range t using record_view v where v.ref = t.target and v.reader = t.reader;
    drop table record_view;
    alter table cases drop column sponsors;
  `);
}
