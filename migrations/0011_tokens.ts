import type { Knex } from 'knex';

/**
 * The server's keys get an order (next, current, retired), and all that makes an access token good gets a mark that
 * changes whenever any of it does: who has seen the mark need not look again until it is another one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table server_key
      -- Null: published already, so that others know it when it begins to sign.
      add column activated_at timestamptz,
      add constraint server_key_order check (retired_at is null or activated_at is not null);
    update server_key set activated_at = created_at;
    drop index server_key_current;
    -- Of each algorithm one key signs and one comes next: of two processes that make one at once, one has its key taken.
    create unique index server_key_current on server_key (alg) where activated_at is not null and retired_at is null;
    create unique index server_key_next on server_key (alg) where activated_at is null;

    create table identity_mark (
      one boolean primary key default true check (one),
      -- The last transaction that changed anything about clients, people, grants, keys or tokens.
      changed xid8 not null
    );
    insert into identity_mark (changed) values (pg_current_xact_id());

    create function change_identity_mark() returns trigger language plpgsql as $$ begin
      update identity_mark set changed = pg_current_xact_id() where changed <> pg_current_xact_id();
      return null;
    end $$;

    -- At the end of the transaction: nobody waits for the mark while having to give way elsewhere.
    create constraint trigger client_mark after update or delete on client
      deferrable initially deferred for each row execute function change_identity_mark();
    create constraint trigger organization_mark after update or delete on organization
      deferrable initially deferred for each row execute function change_identity_mark();
    create constraint trigger person_mark after update or delete on person
      deferrable initially deferred for each row execute function change_identity_mark();
    create constraint trigger app_grant_mark after update of revoked_at on app_grant
      deferrable initially deferred for each row execute function change_identity_mark();
    create constraint trigger revoked_token_mark after insert on revoked_token
      deferrable initially deferred for each row execute function change_identity_mark();
    create constraint trigger server_key_mark after insert or update or delete on server_key
      deferrable initially deferred for each row execute function change_identity_mark();

    grant select, update on identity_mark to consilium_app;
    grant delete on server_key to consilium_app;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop function change_identity_mark() cascade;
    drop table identity_mark;
    delete from server_key where activated_at is null;
    drop index server_key_current, server_key_next;
    create unique index server_key_current on server_key (alg) where retired_at is null;
    alter table server_key drop column activated_at;
    revoke delete on server_key from consilium_app;
  `);
}
