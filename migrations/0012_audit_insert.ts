import type { Knex } from 'knex';

/**
 * Who writes as an organisation notes acts of its own alone. What is noted without one set, as reads and refusals of many
 * organisations are at once, and the operator's acts, may be anybody's.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter policy audit_insert on audit
      with check ((select caller_org()) is null or organization = (select caller_org()));
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter policy audit_insert on audit with check (true)');
}
