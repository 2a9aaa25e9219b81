import { permitOf } from '../access/index.ts';
import { caseReferences } from '../cases/index.ts';
import { localReference, parseStored, splitReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { readRecords } from '../store/index.ts';
import type { Context, House } from './house.ts';
import { keepReadable } from './permit-record.ts';

/** What a request names, followed to the references' end. */
export interface Followed {
  /** Without the request. */
  readonly records: readonly Resource[];
  /** References, `Type/id`, that lead to nothing that the caller may see. */
  readonly absent: readonly string[];
  /** Types that the caller's token does not let it read. */
  readonly unread: readonly string[];
  /** Whether there is more than was followed. */
  readonly isCut: boolean;
}

/** Records that are followed at most: a packet of thousands is not told better by more. */
const MOST = 5000;

/**
 * The record that a case of this request would have, as its sender sees it now: references are followed from what was sent
 * along and what is stored, and never to another patient.
 * @param sent what is not stored, by `Type/id`
 */
export async function followRequest(
  house: House,
  context: Context,
  request: Resource,
  sent: ReadonlyMap<string, Resource>,
): Promise<Followed> {
  const [patient] = patientsOf(request);
  const seen = new Set([`ServiceRequest/${request.id ?? ''}`]);
  const records: Resource[] = [];
  const absent: string[] = [];
  const unread = new Set<string>();
  let level = referencesIn(request);
  while (level.length > 0 && records.length < MOST) {
    const fresh = [...new Set(level)].filter((ref) => !seen.has(ref));
    for (const ref of fresh) seen.add(ref);
    const here = fresh.flatMap((ref) => sent.get(ref) ?? []);
    const stored = await readStored(
      house,
      context,
      fresh.filter((ref) => !sent.has(ref)),
      unread,
    );
    absent.push(...stored.absent);
    const found = [...here, ...stored.records].filter((one) => patientsOf(one).every((ref) => ref === patient));
    records.push(...found);
    level = found.flatMap(referencesIn);
  }
  return { records: records.slice(0, MOST), absent, unread: [...unread].sort(), isCut: level.length > 0 };
}

/** Bytes say nothing of what they are. */
function referencesIn(record: Resource): string[] {
  return caseReferences(record).filter((ref) => !ref.startsWith('Binary/'));
}

async function readStored(
  house: House,
  context: Context,
  refs: readonly string[],
  unread: Set<string>,
): Promise<Pick<Followed, 'records' | 'absent'>> {
  const readable = refs.filter((ref) => {
    const [type] = splitReference(ref);
    const isReadable = permitOf(house, context.caller, type, 'r') !== undefined;
    if (!isReadable) unread.add(type);
    return isReadable;
  });
  const found = await readRecords(house.database, context.caller, readable);
  const kept = await keepReadable(house, context, house.database, found);
  const standing = kept.filter(({ body }) => body !== null);
  const known = new Set(standing.map(({ ref }) => ref));
  return {
    records: standing.map(({ body }) => parseStored(body!)),
    absent: readable.filter((ref) => !known.has(ref)),
  };
}

/** The patients of whom a record is; a Patient is of itself. */
function patientsOf(record: Resource): string[] {
  if (record.resourceType === 'Patient') return [`Patient/${record.id ?? ''}`];
  const whose = [record.subject, record.patient, record.beneficiary, record.for] as (Reference | undefined)[];
  return whose.flatMap((one) => {
    const ref = localReference(one?.reference);
    return ref?.startsWith('Patient/') === true ? [ref] : [];
  });
}
