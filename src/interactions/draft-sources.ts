import { fault } from '../base/index.ts';
import type { Fault } from '../base/index.ts';
import { compositionOf, parseState, SHARED_TYPES } from '../cases/index.ts';
import type { CaseState } from '../cases/index.ts';
import { humanName, localReference, parseStored } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import type { Reviewer } from '../reports/index.ts';
import { readCaseMembersOfTypes, readRecords } from '../store/index.ts';
import type { StoredCase } from '../store/index.ts';
import type { Context, House } from './house.ts';
import { keepReadable } from './permit-record.ts';

/*
 * What a draft of a report is made of. Nothing goes into it that the caller may not read.
 */

/** Steps that came to nothing. */
export const GIVEN_UP: ReadonlySet<string> = new Set(['rejected', 'cancelled', 'failed', 'entered-in-error']);

/** The records of the case that go into a draft, as far as the caller may read them. */
export async function readMembers(house: House, context: Context, row: StoredCase): Promise<Resource[]> {
  const found = await readCaseMembersOfTypes(house.database, context.caller.organization, row.id, SHARED_TYPES);
  const records = found.map(({ ref, body }) => {
    const resource = parseStored(body);
    return { ref, body, resource, version: Number(resource.meta?.versionId) };
  });
  return (await keepReadable(house, context, house.database, records)).map(({ resource }) => resource);
}

/**
 * The Composition that is copied: this one, else that of this report, else of the last report that was issued, else of the
 * last that is written.
 * @throws Fault 422 where there is none; what belongs to another case is as if it did not exist
 */
export async function findOriginal(
  house: House,
  context: Context,
  row: StoredCase,
  members: readonly Resource[],
  asked: { readonly report?: string; readonly composition?: string },
): Promise<Resource> {
  if (members.some((one) => isWithdrawn(one, row, asked.report))) throw withdrawn();
  const meant = reportOn(row, members, asked.report);
  const ref = asked.composition === undefined ? meant && compositionOf(meant) : `Composition/${asked.composition}`;
  // One that no report names yet is no record of the case.
  const known = ref === undefined ? [] : [...(await readAll(house, context, [ref])).values()];
  const [found] = known.filter(({ event }) =>
    nodesOf(event).some(({ detail }) => referencesIn(detail).includes(row.serviceRequest)),
  );
  if (found?.status === 'entered-in-error') throw withdrawn();
  if (found !== undefined) return found;
  const text =
    meant === undefined && asked.composition === undefined
      ? 'The case has no such report. Name one of its DiagnosticReports by its id, or leave report out.'
      : 'There is no such Composition that names the request of this case in event.detail. Name another one, or write it anew.';
  throw fault(422, 'not-found', 'report-composition', text);
}

function isWithdrawn(
  { resourceType, id, status, basedOn }: Resource,
  row: StoredCase,
  asked: string | undefined,
): boolean {
  const isMeant = resourceType === 'DiagnosticReport' && asked !== undefined && id === asked;
  return isMeant && status === 'entered-in-error' && referencesIn(basedOn).includes(row.serviceRequest);
}

function withdrawn(): Fault {
  const text =
    'The report was withdrawn, and has no next version. Leave report and composition out, and another one is drafted.';
  return fault(422, 'business-rule', 'report-withdrawn', text);
}

const SILENT: ReadonlySet<unknown> = new Set(['cancelled', 'entered-in-error']);

function reportOn(row: StoredCase, members: readonly Resource[], id: string | undefined): Resource | undefined {
  const own = members.filter(
    ({ resourceType, basedOn, status }) =>
      resourceType === 'DiagnosticReport' && !SILENT.has(status) && referencesIn(basedOn).includes(row.serviceRequest),
  );
  if (id !== undefined) return own.find((one) => one.id === id);
  const issued = parseState(row.state).reports.at(-1) ?? row.report;
  const changed = ({ meta }: Resource): string => meta?.lastUpdated ?? '';
  const [latest] = [...own].sort((one, other) => (changed(one) < changed(other) ? 1 : -1));
  return own.find((one) => `DiagnosticReport/${one.id ?? ''}` === issued) ?? latest;
}

function nodesOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return [value]
    .flat()
    .filter((one): one is Readonly<Record<string, unknown>> => typeof one === 'object' && one !== null);
}

function referencesIn(value: unknown): string[] {
  return nodesOf(value).flatMap(({ reference }) => localReference(reference) ?? []);
}

/** Those who have completed a review; before that, those who have one in hands. Names as far as they may be read. */
export async function readReviewers(house: House, context: Context, { steps }: CaseState): Promise<Reviewer[]> {
  const reviews = steps.filter(({ kind, status }) => kind === 'review' && !GIVEN_UP.has(status));
  const completed = reviews.filter(({ status }) => status === 'completed');
  const owners = (completed.length > 0 ? completed : reviews).flatMap(({ owner }) => owner ?? []);
  const refs = [...new Set(owners)].filter((ref) => /^Practitioner(Role)?\//.test(ref));
  const roles = await readAll(house, context, refs);
  const people = await readAll(
    house,
    context,
    [...roles.values()].flatMap((role) => personOf(role) ?? []),
  );
  return refs.map((ref) => {
    const record = roles.get(ref);
    const person = record?.resourceType === 'PractitionerRole' ? people.get(personOf(record) ?? '') : record;
    const name = humanName(person?.name);
    return { ref, ...(name === undefined ? {} : { name }) };
  });
}

function personOf({ practitioner }: Resource): string | undefined {
  return referencesIn(practitioner)[0];
}

async function readAll(house: House, context: Context, refs: readonly string[]): Promise<Map<string, Resource>> {
  const found = await readRecords(house.database, context.caller.organization, [...new Set(refs)]);
  const readable = await keepReadable(house, context, house.database, found);
  return new Map(readable.flatMap(({ ref, body }) => (body === null ? [] : [[ref, parseStored(body)] as const])));
}
