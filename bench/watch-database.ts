import type { Client } from 'pg';
import type { Cost } from './profile.ts';

const EVERY_MS = 10;

/** What each of the server's connections is at: running a statement, waiting within one, or holding a transaction open. */
const ACTIVITY = `
  select state || coalesce(' (' || wait_event || ')', '') || ': ' ||
    left(regexp_replace(query, '\\s+', ' ', 'g'), 90) as doing
  from pg_stat_activity
  where datname = current_database() and application_name like 'consilium%' and state in ('active', 'idle in transaction')`;

/** Looks at the server's connections every 10 ms; the function that it gives ends this and tells the shares. */
export function watchDatabase(owner: Client): () => Promise<Cost[]> {
  const seen = new Map<string, number>();
  let sightings = 0;
  let ended = false;
  async function look(): Promise<void> {
    while (!ended) {
      const { rows } = await owner.query<{ doing: string }>({ name: 'activity', text: ACTIVITY });
      for (const { doing } of rows) seen.set(doing, (seen.get(doing) ?? 0) + 1);
      sightings += rows.length;
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }
  const looking = look();
  return async () => {
    ended = true;
    await looking;
    return [...seen].map(([name, times]) => ({ name, share: times / sightings })).sort((a, b) => b.share - a.share);
  };
}
