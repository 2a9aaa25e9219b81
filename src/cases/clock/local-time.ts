import { IANAZone } from 'luxon';

/*
 * Local times are counted in milliseconds, too: as if the wall clock of the zone showed UTC. Unlike a wall clock they never
 * run backwards: while it shows an hour for the second time, they stand still at the end of that hour. So the later of
 * two instants never has the earlier local time, and what is reckoned from it never falls due sooner.
 */

export const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** From the easternmost zone (UTC+14) to the westernmost (UTC−12), with an hour to spare on both sides. */
const AHEAD_MS = 15 * HOUR_MS;
const BEHIND_MS = 13 * HOUR_MS;

/** @param name IANA, e.g. `Asia/Shanghai` @throws Error if there is no such zone: rules with one are not taken in the first place */
export function zoneOf(name: string): IANAZone {
  const zone = IANAZone.create(name);
  if (!zone.isValid) throw new Error(`there is no time zone ${name}`);
  return zone;
}

/** The local time at an instant; both in milliseconds since 1970. */
export function instantToLocal(instant: number, zone: IANAZone): number {
  const offset = offsetAt(instant, zone);
  const before = offsetAt(instant - AHEAD_MS, zone);
  if (before <= offset) return instant + offset;
  const change = changeBetween(instant - AHEAD_MS, instant, zone);
  return Math.max(instant + offset, change + before);
}

/** The first instant at which the wall clock shows a local time, or a later one where that time is left out. */
export function localToInstant(local: number, zone: IANAZone): number {
  const from = local - AHEAD_MS;
  const to = local + BEHIND_MS;
  const before = offsetAt(from, zone);
  const after = offsetAt(to, zone);
  if (before === after) return local - before;
  const change = changeBetween(from, to, zone);
  return local - before < change ? local - before : Math.max(change, local - after);
}

function offsetAt(instant: number, zone: IANAZone): number {
  return zone.offset(instant) * MINUTE_MS;
}

/** The instant between two at which the zone changes its offset: zones do that once in a day at most. */
function changeBetween(from: number, to: number, zone: IANAZone): number {
  const offset = offsetAt(from, zone);
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, zone) === offset) low = middle;
    else high = middle;
  }
  return high;
}
