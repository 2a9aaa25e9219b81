import type { Queryable, Statement } from './database.ts';

// Any write that is not finished now has its transaction id already (and then shows here with the start of its
// transaction), or takes it, and the clock, later than this.
const OLDEST: Statement = {
  name: 'watermark',
  text: `select (extract(epoch from date_trunc('milliseconds', least(clock.at, oldest_open_write()))) * 1000)::float8 as at
    from (select clock_timestamp() as at offset 0) clock`,
};

/** How long one reading serves, in ms. An old watermark is never wrong, it only makes pollers read a little twice. */
const FRESH_MS = 20;

/**
 * The moment before which every write is finished and visible. A searchset or history states it as `meta.lastUpdated`:
 * whoever asks next time for `_lastUpdated=ge` that, and drops the versions already seen, misses nothing, however the
 * commits were ordered. Must be taken before the search begins.
 */
export function createWatermark(on: Queryable, now: () => number = Date.now): () => Promise<string> {
  let taken = -Infinity;
  let current: Promise<string> | undefined;
  return () => {
    // `taken` is when the reading began, so a reading still under way serves those who came after it began, too.
    if (current === undefined || now() - taken > FRESH_MS) {
      taken = now();
      current = on.query<{ at: number }>(OLDEST, []).then((rows) => new Date(rows[0]!.at).toISOString());
      current.catch(() => (current = undefined));
    }
    return current;
  };
}
