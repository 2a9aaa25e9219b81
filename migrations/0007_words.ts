import type { Knex } from 'knex';

/**
 * Full text: the words of each record, kept up by a job that follows the outbox.
 *
 * Lexemes begin with a number of the reader and the type (src/search/words.ts), so that the cost of a search stays the
 * caller's own. The rows name no record that search_text does not name to the same role.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table search_words (
      target text collate "C" not null,
      reader text collate "C" not null,
      -- Of the record whose words they are.
      version int8 not null,
      words tsvector not null,
      primary key (target, reader)
    );
    -- New entries wait in a list that each search has to read through, so it is kept short. What sorts it in is the job.
    create index search_words_words on search_words using gin (words) with (gin_pending_list_limit = 256);
    do $$ begin
      alter table search_words alter column words set compression lz4;
    exception when others then null; end $$;

    -- Records that were here before. Nobody adds to it, except an operator who wants their words made anew.
    create table words_due (
      ref text collate "C" primary key,
      -- An organisation that may see it.
      organization text collate "C" not null
    );

    grant select on search_words to consilium_app;
    grant select, insert, update, delete on search_words to consilium_worker;
    grant select, delete on words_due to consilium_worker;

    -- First from when on the outbox is followed, then what was there by then.
    insert into outbox_consumer (name, horizon) values ('words', pg_snapshot_xmin(pg_current_snapshot()));
    alter table record no force row level security;
    insert into words_due (ref, organization) select ref, owner from record where not deleted;
    alter table record force row level security;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from outbox_consumer where name = 'words';
    drop table words_due, search_words;
  `);
}
