import type { Queryable, Statement } from './database.ts';

const LOCK: Statement = {
  name: 'lock_criteria',
  text: 'select pg_advisory_xact_lock(k) from (select distinct hashtextextended(x, 0) as k from unnest($1::text[]) x order by 1) s',
};
/**
 * Makes those who would create under the same criteria take turns, in whatever process: the second one searches only
 * after the first has committed. Locks are taken in one order, so that bundles never wait for each other in a circle.
 */
export async function lockCriteria(on: Queryable, criteria: readonly string[]): Promise<void> {
  if (criteria.length > 0) await on.query(LOCK, [criteria]);
}
