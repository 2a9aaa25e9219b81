import type { Knex } from 'knex';

/**
 * More records of a case change in consequence of what the other party does: its Invoice is cancelled with the case, its
 * Appointment shows the answers of those who take part, and slots are free again. All else changes by its owner alone.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter policy record_update on record
      using ((select caller_org()) = any (readers)
        and (owner = (select caller_org()) or type in ('Task', 'ServiceRequest', 'Invoice', 'Appointment', 'Slot')))`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter policy record_update on record
      using ((select caller_org()) = any (readers)
        and (owner = (select caller_org()) or type in ('Task', 'ServiceRequest')))`);
}
