import type { Knex } from 'knex';

/** Reindexing tells which words are due: those of all records, for a release may cut texts otherwise than the one before. */
export async function up(knex: Knex): Promise<void> {
  // Told, and not read: what is due says which records there are.
  await knex.raw('grant insert on words_due to consilium_app');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('revoke insert on words_due from consilium_app');
}
