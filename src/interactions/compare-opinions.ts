import {
  ASPECTS,
  baseRequests,
  compareOpinions,
  CONCORDANCE_SYSTEM,
  packetOf,
  readCaseOpinion,
  readFirst,
  TRAVEL_SYSTEM,
} from '../cases/index.ts';
import type { Comparison, Opinion, RecordedDifference, Statement } from '../cases/index.ts';
import { localReference, splitReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { findCaseOf, readRecords } from '../store/index.ts';
import type { StoredCase } from '../store/index.ts';
import { readCaseOf, readClinicalRecords } from './case-of-request.ts';
import { checkType } from './check.ts';
import type { Context, House } from './house.ts';
import { parametersOf, readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { keepReadable } from './permit-record.ts';
import { note } from './read.ts';

/** Without these there is nothing to compare; an answer without some of them would look like the whole. */
const NEEDED = ['DiagnosticReport', 'DocumentReference', 'Observation'] as const;

/**
 * The opinions on a case, and on those that it is based on, side by side:
 * https://consilium.example/fhir/OperationDefinition/compare-opinions
 */
export async function compareCaseOpinions(
  house: House,
  context: Context,
  asked: OperationRequest,
  id: string,
): Promise<Resource> {
  readInput({}, asked);
  for (const type of NEEDED) checkType(house, context, type, 'r');
  const { row, request } = await readCaseOf(house, context, id);
  const earlier = await findEarlier(house, context, request);
  const own = await readReadable(house, context, row);
  const before = earlier === undefined ? [] : await readReadable(house, context, earlier.row);
  const first = readFirst(packetOf(request, own)) ?? (earlier && readFirst(packetOf(earlier.request, before)));
  const opinions = [
    ...(first === undefined ? [] : [first]),
    ...(earlier === undefined ? [] : opinionOf('second', earlier.row, before)),
    ...opinionOf(earlier === undefined ? 'second' : 'third', row, own),
  ];
  note(house, context, 'compare-opinions', row.serviceRequest, undefined, 200);
  return toParameters(compareOpinions(opinions));
}

/** The case that this one is based on, as far as the caller takes part in it and may read its request. */
async function findEarlier(
  house: House,
  context: Context,
  request: Resource,
): Promise<{ readonly row: StoredCase; readonly request: Resource } | undefined> {
  const { organization } = context.caller;
  for (const ref of baseRequests(request)) {
    const row = await findCaseOf(house.database, organization, ref);
    const [known] = row === undefined ? [] : await readRecords(house.database, organization, [ref]);
    if (row === undefined || known === undefined) continue;
    const [readable] = await keepReadable(house, context, house.database, [known]);
    if (readable === undefined) continue;
    const found = await readCaseOf(house, context, splitReference(ref)[1]);
    if (isSamePatient(found.request, request)) return found;
  }
  return undefined;
}

/** Opinions on two people do not stand side by side, whatever a request names. */
function isSamePatient(one: Resource, other: Resource): boolean {
  const of = ({ subject }: Resource): string | undefined =>
    localReference((subject as Reference | undefined)?.reference);
  return of(one) === of(other);
}

async function readReadable(house: House, context: Context, row: StoredCase): Promise<Resource[]> {
  const records = await readClinicalRecords(house, context, row.id);
  const current = records.map((record) => ({ ...record, version: Number(record.resource.meta?.versionId) }));
  return (await keepReadable(house, context, house.database, current)).map(({ resource }) => resource);
}

function opinionOf(
  position: 'second' | 'third',
  { serviceRequest }: StoredCase,
  records: readonly Resource[],
): Opinion[] {
  const opinion = readCaseOpinion(position, records, serviceRequest);
  return opinion === undefined ? [] : [opinion];
}

function toParameters({ opinions, aspects }: Comparison): Resource {
  return parametersOf([
    ...opinions.map((opinion) => ({ name: 'opinion', part: toParts(opinion) })),
    ...aspects.map(({ aspect, differs }) => ({
      name: 'differs',
      part: [
        { name: 'aspect', valueCode: aspect },
        { name: 'differs', valueCode: differs },
      ],
    })),
  ]);
}

function toParts(opinion: Opinion): object[] {
  const { position, report, status, issued, concordance, travel, conclusion, title, differences } = opinion;
  return [
    { name: 'position', valueCode: position },
    { name: 'report', valueReference: { reference: report } },
    ...(title === undefined ? [] : [{ name: 'title', valueString: title }]),
    ...(status === undefined ? [] : [{ name: 'status', valueCode: status }]),
    ...(issued === undefined ? [] : [{ name: 'issued', valueDateTime: issued }]),
    ...ASPECTS.flatMap((aspect) => {
      const code = concordance[aspect];
      return code === undefined ? [] : [{ name: aspect, valueCoding: { system: CONCORDANCE_SYSTEM, code } }];
    }),
    ...(travel === undefined ? [] : [{ name: 'travel', valueCoding: { system: TRAVEL_SYSTEM, code: travel } }]),
    ...(conclusion === undefined ? [] : [{ name: 'conclusion', valueString: conclusion }]),
    ...differences.map((one) => ({ name: 'difference', part: toDifference(one) })),
  ];
}

/** What the record does not say is not told. */
function toDifference({ observation, aspect, code, first, second }: RecordedDifference): object[] {
  const side = (name: string, statement: Statement | undefined): object[] =>
    statement === undefined ? [] : [{ name, ...statement }];
  return [
    ...(aspect === undefined ? [] : [{ name: 'aspect', valueCode: aspect }]),
    ...side('first', first),
    ...side('second', second),
    ...(code === undefined ? [] : [{ name: 'difference', valueCoding: { system: CONCORDANCE_SYSTEM, code } }]),
    { name: 'observation', valueReference: { reference: observation } },
  ];
}
