import type { Knex } from 'knex';

/**
 * What searches by dates and sorted searches need to stay as fast in a large store.
 *
 * Rows that reach far beyond where they begin, such as open periods, can also be found by their end; the many short ones
 * do not stand in that index. The predicate is the one of src/store/search/range-scans.ts, word for word.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index search_range_long on search_range (reader, param, unit, high) include (low, target)
      where high > low + case when low >= 1e10 then 86400000 else 1e-15 * least(greatest(abs(low), 1e-290), 1e300) end;
    drop index search_range_target;
    create index search_range_target on search_range (target, param) include (reader, unit, low, high);
    -- Of what is very common the planner knows how common it is: totals are estimated from that.
    create statistics search_text_common (mcv) on reader, param, value from search_text;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop statistics search_text_common;
    drop index search_range_target;
    create index search_range_target on search_range (target, param) include (reader, low, high);
    drop index search_range_long;
  `);
}
