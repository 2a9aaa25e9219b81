import { permitOf } from '../access/index.ts';
import { splitReference } from '../fhir/index.ts';
import { readRecords } from '../store/index.ts';
import type { StoredRecord } from '../store/index.ts';
import type { Context, House } from './house.ts';
import { isPermitted } from './permit-record.ts';

/** Those of the records that the caller may read as things stand now, by reference; deleted ones are not among them. */
export async function readSeveral(
  house: House,
  context: Context,
  refs: readonly string[],
): Promise<Map<string, StoredRecord>> {
  const wanted = [...new Set(refs)].filter(
    (ref) => permitOf(house, context.caller, splitReference(ref)[0], 'r') !== undefined,
  );
  const found = new Map<string, StoredRecord>();
  for (const record of await readRecords(house.database, context.caller, wanted)) {
    if (record.body === null) continue;
    if (await isPermitted(house, context, house.database, 'r', record)) found.set(record.ref, record);
  }
  return found;
}
