import { localReference } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { node } from '../elements.ts';
import { isOfAnother, linksOf, refOf } from './links.ts';

/** The records that stand there under these `Type/id`s and may be read; the others are simply not among them. */
export type ReadRecords = (refs: readonly string[]) => Promise<readonly Resource[]>;

export interface DocumentStart {
  readonly composition: Resource;
  /** The DiagnosticReport of which the Composition is the text. */
  readonly report?: Resource;
  /** T0 of the case. */
  readonly task?: Resource;
  /** Provenances that say who translated the Composition. */
  readonly provenances?: readonly Resource[];
}

export interface GatheredDocument {
  /** The Composition first, then report, Task and Provenances, then what they name, in the order of naming. */
  readonly records: readonly Resource[];
  /** `Type/id`s that a document would hold and that could not be had: absent, unreadable, another patient's, too much. */
  readonly missing: readonly string[];
}

/** Records in a document at most, and characters of what is taken in by reference. What is beyond is told as missing. */
const MOST = 1000;
const MOST_CHARACTERS = 10_000_000;

/**
 * What a report's document is made of: the records named by its Composition, by the report and by what they name, each
 * read once, level by level; never another patient's.
 */
export async function gatherDocument(start: DocumentStart, read: ReadRecords): Promise<GatheredDocument> {
  const patient = localReference(node(start.composition.subject).reference);
  const records = [start.composition, start.report, start.task, ...(start.provenances ?? [])].filter(
    (one) => one !== undefined,
  );
  const seen = new Set(records.map(refOf));
  const missing: string[] = [];
  let room = MOST_CHARACTERS;
  let level = records.flatMap(linksOf);
  while (level.length > 0) {
    const fresh = [...new Set(level)].filter((ref) => !seen.has(ref));
    for (const ref of fresh) seen.add(ref);
    const wanted = fresh.slice(0, MOST - records.length);
    const found = wanted.length === 0 ? [] : await read(wanted);
    const own = new Map(found.filter((one) => !isOfAnother(one, patient)).map((one) => [refOf(one), one]));
    const taken: Resource[] = [];
    for (const ref of fresh) {
      const record = own.get(ref);
      const size = record === undefined ? 0 : JSON.stringify(record).length;
      if (record === undefined || size > room) missing.push(ref);
      else {
        taken.push(record);
        room -= size;
      }
    }
    records.push(...taken);
    level = taken.flatMap(linksOf);
  }
  return { records, missing };
}
