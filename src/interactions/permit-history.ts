import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { readHistory } from '../store/index.ts';
import type { HistoryPage, HistoryTime, HistoryVersion, HistoryWindow } from '../store/index.ts';
import type { Context, House } from './house.ts';
import { isPermitted } from './permit-record.ts';

/*
 * The history of one record for a caller whose grants reach only some of its type: each version is looked at by itself,
 * since a record may have met a filter once and not now.
 */

/** Versions that are read at once, and bytes of their bodies, about. */
const STEP = { count: 100, bytes: 32 * 1024 * 1024 };

/** As `readHistory`, without the versions that the caller's grants do not reach. */
export async function readPermitted(
  house: House,
  context: Context,
  ref: string,
  { count, bytes, ...time }: HistoryWindow,
  before?: number,
): Promise<HistoryPage> {
  const versions: HistoryVersion[] = [];
  let size = 0;
  for await (const version of permittedVersions(house, context, ref, time, before)) {
    if (versions.length === count || size >= bytes) return { versions, more: true };
    versions.push(version);
    size += Buffer.byteLength(version.body ?? '');
  }
  return { versions, more: false };
}

/** As `countHistory`, of the same versions. */
export async function countPermitted(
  house: House,
  context: Context,
  ref: string,
  time: HistoryTime = {},
): Promise<number> {
  let total = 0;
  for await (const _version of permittedVersions(house, context, ref, time)) total += 1;
  return total;
}

async function* permittedVersions(
  house: House,
  context: Context,
  ref: string,
  time: HistoryTime,
  before?: number,
): AsyncGenerator<HistoryVersion> {
  let from = before;
  for (;;) {
    const page = await readHistory(house.database, context.caller, ref, { ...time, ...STEP }, from);
    for (const version of page.versions) {
      if (await isPermitted(house, context, house.database, 'r', version)) yield version;
    }
    from = page.versions.at(-1)?.version;
    if (!page.more || from === undefined) return;
  }
}

/** The refusal of a history of many records, in which each version would have to be looked at by itself. */
export function historyConfined(type: string): Fault {
  const text = `The access token reaches only some records of ${type}, and their common history is not offered then. Ask for the history of each record, or search by _lastUpdated.`;
  return fault(403, 'forbidden', 'history-confined', text);
}
