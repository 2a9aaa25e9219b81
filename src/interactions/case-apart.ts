import type { CaseRow } from '../cases/index.ts';
import { findPlaces } from '../store/index.ts';
import type { Queryable, StoredRecord } from '../store/index.ts';
import { parties } from './case-state.ts';
import type { Change } from './draft.ts';

/** A record that is named in a case: as it is stored, as it is written now, or both. */
export interface NamedRecord {
  readonly ref: string;
  readonly stored?: StoredRecord | undefined;
  readonly change?: Change | undefined;
}

/**
 * Those of the records that do not get into a case by what its programme names. Its own may stand in the cases of several
 * placers: what one of them sees is not the other's. What the placer sent for one case gets into another by the placer
 * alone: else it would be shown to who pays for that case, and signed in its documents.
 * @param claimed refs that this write brings into cases with other placers
 */
export async function findApart(
  on: Queryable,
  organization: string,
  row: CaseRow,
  records: readonly NamedRecord[],
  claimed: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (organization === row.placer) return new Set();
  const carriers = [row.serviceRequest, row.task];
  const open = records.filter((one) => !isPublished(one) && !carriers.includes(one.ref));
  const mine = open.filter((one) => ownerOf(one) === organization && isUnshared(one.stored, row)).map(({ ref }) => ref);
  const theirs = open.filter((one) => ownerOf(one) === row.placer).map(({ ref }) => ref);
  const { here, elsewhere } = await findPlaces(on, organization, [...mine, ...theirs], row);
  return new Set([
    ...mine.filter((ref) => elsewhere.has(ref) || claimed.has(ref)),
    ...theirs.filter((ref) => !here.has(ref)),
  ]);
}

function ownerOf({ stored, change }: NamedRecord): string | undefined {
  return change?.owner ?? stored?.owner;
}

function isPublished({ stored, change }: NamedRecord): boolean {
  return (stored ?? change)?.readers.includes('*') === true;
}

/** Whether one of the parties cannot see it yet; what is not stored, nobody sees. */
function isUnshared(stored: StoredRecord | undefined, row: CaseRow): boolean {
  return stored === undefined || parties(row).some((party) => !stored.readers.includes(party));
}
