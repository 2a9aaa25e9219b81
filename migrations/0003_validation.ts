import type { Knex } from 'knex';

/** How strictly an organisation's records are taken: `lenient` forgives codes, never structure. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table organization add column validation text not null default 'strict'
      check (validation in ('strict', 'lenient'));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table organization drop column validation;');
}
