import { compositionOf, SHARED_TYPES, specialtyNames, translatedOf, withoutFiled } from '../cases/index.ts';
import { localReference, parseStored } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { deriveComposition, gatherDocument } from '../reports/index.ts';
import type { GatheredDocument } from '../reports/index.ts';
import { findPlaces, readCaseMembersOfTypes, readRecords } from '../store/index.ts';
import type { StoredCase, StoredRecord } from '../store/index.ts';
import type { House } from './house.ts';
import { readTranslators } from './report-translators.ts';

/** What one document of a report is made of. */
export interface ReportDocument extends GatheredDocument {
  readonly composition: Resource;
  /** BCP 47 */
  readonly language: string;
  /** Names of specialties by their codes, for its letter. */
  readonly specialties: ReadonlyMap<string, string>;
  /** `Type/id`s of records in it that are not the programme's: what becomes of them does not change what it wrote. */
  readonly shared: ReadonlySet<string>;
}

/**
 * What the documents of a report are made of: the original first, then each translation. A report that comes without
 * sections is told as one with them.
 * @param organization whose eyes it is seen with; a party to the case
 */
export async function gatherReportDocuments(
  house: House,
  organization: string,
  row: StoredCase,
  stored: Resource,
): Promise<ReportDocument[]> {
  const report = withoutFiled(stored);
  const shared = new Set<string>();
  const read = async (refs: readonly string[]): Promise<Resource[]> => {
    const found = await readRecords(house.database, organization, refs);
    const { here } = await findPlaces(house.database, organization, refs, row);
    for (const { ref, owner } of found) if (owner !== row.programme) shared.add(ref);
    return found.flatMap((one) => (one.body === null || !isOfCase(row, one, here) ? [] : [parseStored(one.body)]));
  };
  const named = [compositionOf(report), ...translatedOf(report)].filter((ref) => ref !== undefined);
  const byRef = new Map((await read([row.task, ...named])).map((one) => [refOf(one), one]));
  const task = byRef.get(row.task);
  const written = named.flatMap((ref) => byRef.get(ref) ?? []);
  // The translation of a text that is not there stands for nothing.
  const original =
    compositionOf(report) === undefined ? await derive(house, organization, row, report, read) : undefined;
  const compositions = original === undefined ? written : [original];
  const specialties = specialtyNames(house.terminology);
  const provenances = await readTranslators(house, row, compositions.slice(1).map(refOf));
  if (compositions.length === 0 || (original === undefined && refOf(compositions[0]!) !== named[0]))
    throw new Error('the Composition of the report is not there');
  return Promise.all(
    compositions.map(async (composition) => ({
      composition,
      shared,
      specialties,
      language: typeof composition.language === 'string' ? composition.language : 'en',
      ...(await gatherDocument(
        {
          composition,
          report,
          ...(task === undefined ? {} : { task }),
          provenances: provenances.filter(({ target }) => refsIn(target).includes(refOf(composition))),
        },
        read,
      )),
    })),
  );
}

/**
 * A document is handed from one party to the other: nothing gets into it that one of them may not see, nor what they share
 * for another case. Published records are everybody's.
 * @param members `Type/id`s of the case's own records, among those that are asked for
 */
function isOfCase(
  { placer, programme }: StoredCase,
  { ref, readers }: StoredRecord,
  members: ReadonlySet<string>,
): boolean {
  if (readers.includes('*')) return true;
  return members.has(ref) && [placer, programme].every((party) => readers.includes(party));
}

async function derive(
  house: House,
  organization: string,
  row: StoredCase,
  report: Resource,
  read: (refs: readonly string[]) => Promise<Resource[]>,
): Promise<Resource> {
  const [request] = await read([row.serviceRequest]);
  if (request === undefined) throw new Error('the request of the case is not there');
  const members = await readCaseMembersOfTypes(house.database, organization, row.id, SHARED_TYPES);
  const beside = await read([...refsIn(request.supportingInfo), ...refsIn(report.result)]);
  const known = new Map([...members.map(({ body }) => parseStored(body)), ...beside].map((one) => [refOf(one), one]));
  return deriveComposition({
    report,
    request,
    programme: `Organization/${row.programme}`,
    members: [...known.values()],
  });
}

function refsIn(list: unknown): string[] {
  return (Array.isArray(list) ? (list as Reference[]) : []).flatMap((one) => localReference(one.reference) ?? []);
}

function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id ?? ''}`;
}
