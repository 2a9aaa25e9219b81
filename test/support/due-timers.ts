import { Client } from 'pg';
import { PATIENCE_MS } from './wait-until.ts';

/**
 * Has everything done that is due in any case by the clock of the server, and waits until it is. Jobs go by the time of
 * the machine: where a test has moved the clock of the cases, they are called at once.
 * @param database as the role that owns it
 * @param now instant of the server's clock
 */
export async function runTimersDueBy(database: string, now: string): Promise<void> {
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    const called = new Set<string>();
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const { rows } = await client.query<{ id: string; at: string }>(
        'select id, timer_at::text as at from cases where timer_at <= $1',
        [now],
      );
      if (rows.length === 0) return;
      if (Date.now() > end) throw new Error(`what was due by ${now} was not done`);
      for (const { id, at } of rows) {
        // What falls due by what was just done has a timer of its own.
        if (called.has(`${id} ${at}`)) continue;
        called.add(`${id} ${at}`);
        await client.query('select set_case_timer($1, clock_timestamp())', [id]);
      }
      await new Promise((done) => setTimeout(done, 20));
    }
  } finally {
    await client.end();
  }
}
