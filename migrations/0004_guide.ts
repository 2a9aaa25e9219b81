import type { Knex } from 'knex';

/** The server's own organisation: it owns the guide's artefacts, which everyone may read and nobody may change. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table organization drop constraint organization_role_check;
    alter table organization add constraint organization_role_check
      check (role in ('placer', 'programme', 'insurer', 'employer', 'server'));
    create unique index organization_server on organization (role) where role = 'server';
    insert into organization (id, name, role) values ('consilium', 'Consilium', 'server');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from organization where role = 'server';
    drop index organization_server;
    alter table organization drop constraint organization_role_check;
    alter table organization add constraint organization_role_check
      check (role in ('placer', 'programme', 'insurer', 'employer'));
  `);
}
