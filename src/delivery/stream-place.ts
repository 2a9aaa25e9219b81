import type { StreamPlace } from '../store/index.ts';
import type { Announced } from './announced.ts';
import type { AnnouncedPart } from './stream-source.ts';

/*
 * Where a stream stands within and behind a part that was read for many. `horizon`: all of the transactions before it were
 * told to this stream, maybe also some of those in the part.
 */

/** Behind one announcement of the part, of a transaction that is not before `horizon`. */
export function placeAt({ announced, place }: AnnouncedPart, horizon: string, { row }: Announced): StreamPlace {
  const { end, last } = place.window ?? { end: place.horizon, last: announced.at(-1)!.row.position };
  return { horizon, window: { end, position: row.position, last } };
}

/** Behind the whole part. */
export function placeBehind({ place }: AnnouncedPart, horizon: string): StreamPlace {
  const end = place.window?.end ?? place.horizon;
  if (BigInt(horizon) >= BigInt(end)) return { horizon };
  return place.window === undefined ? { horizon: end } : { horizon, window: place.window };
}
