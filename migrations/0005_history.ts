import type { Knex } from 'knex';

/**
 * What histories of types and of the whole server are read from, newest first.
 *
 * A record's current version has that row already: `_lastUpdated` in search_range. Only once it is replaced does its row
 * move here, so that a create costs nothing; a deletion, which is found by no search, stands here from the beginning.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table history (
      reader text collate "C" not null,
      type text collate "C" not null,
      -- When this reader could see the version: when it was written, or shared. Both in ms since 1970.
      at float8 not null,
      -- When the next one came; a deletion is over as it happens.
      until float8 not null,
      ref text collate "C" not null,
      version int8 not null,
      primary key (reader, type, at, ref, version) include (until)
    );
    grant select, insert on history to consilium_app;

    alter table record no force row level security;
    alter table record_version no force row level security;
    insert into history (reader, type, at, until, ref, version)
    select finder, type, at, case when deleted then at else until end, ref, version
    from (
      select r.type, r.readers, r.since, v.*, extract(epoch from v.last_updated)::float8 * 1000 as at,
        extract(epoch from lead(v.last_updated) over (partition by v.ref order by v.version))::float8 * 1000 as until
      from record r cross join lateral (
        select ref, version, last_updated, deleted from record_version p where p.ref = r.ref
        union all
        select r.ref, r.version, r.last_updated, r.deleted
      ) v
    ) v cross join lateral unnest(case when '*' = any (readers) then array['*'] else readers end) as finder
    where version >= seen_since(readers, since, finder) and (until is not null or deleted);
    alter table record force row level security;
    alter table record_version force row level security;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table history');
}
