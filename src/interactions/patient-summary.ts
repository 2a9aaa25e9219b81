import { randomUUID } from 'node:crypto';
import { fault } from '../base/index.ts';
import { hasScope, permitOf } from '../access/index.ts';
import { collectReferences, parseStored, splitReference } from '../fhir/index.ts';
import type { Resource } from '../fhir/index.ts';
import { chooseRecords, composeSummary, IPS_BUNDLE, IPS_COMPOSITION, SUMMARY_SOURCES } from '../reports/index.ts';
import type { SummarySource } from '../reports/index.ts';
import { readRecords } from '../store/index.ts';
import type { FoundRecord } from '../store/index.ts';
import { checkType } from './check.ts';
import { findAll, PAGE } from './find-all.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { Input, OperationRequest } from './parameters.ts';
import { keepReadable } from './permit-record.ts';
import { note, read } from './read.ts';

const OF_INSTANCE = { profile: { type: 'canonical' } } as const;
const OF_TYPE = { ...OF_INSTANCE, identifier: { type: 'string' } } as const;
/** Of an earlier edition of the guide. */
const UNSERVED = ['graph'];

/**
 * The International Patient Summary of a patient, made of what the caller may read of that patient here, and kept nowhere.
 * http://hl7.org/fhir/uv/ips/OperationDefinition/summary
 * @param id undefined: the patient is named by the parameter `identifier`
 */
export async function summarizePatient(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string | undefined,
): Promise<Resource> {
  checkType(house, context, 'Patient', 'r');
  checkParty(context);
  const { profile, identifier } = readAsked(request, id);
  checkProfile(profile);
  const found = await read(house, context, 'Patient', id ?? (await findByIdentifier(house, context, identifier)));
  const patient = parseStored(found.body);
  const sources = new Map<string, SummarySource>();
  for (const type of SUMMARY_SOURCES) sources.set(type, await readSource(house, context, type, found.ref));
  const named = await readNamed(house, context, found.ref, [patient, ...chooseRecords(sources)]);
  note(house, context, 'summary', found.ref, undefined, 200);
  return composeSummary({
    base: house.base,
    language: request.language ?? 'en',
    at: house.clock().toISOString(),
    ids: { document: randomUUID(), composition: randomUUID(), device: randomUUID() },
    author: 'Consilium',
    patient,
    sources,
    named,
  });
}

/** With an id in the address there is nobody else to name. */
function readAsked(request: OperationRequest, id: string | undefined): Input<typeof OF_TYPE> {
  return id === undefined ? readInput(OF_TYPE, request, UNSERVED) : readInput(OF_INSTANCE, request, UNSERVED);
}

/** Who pays is shown parts of records, of which no summary can be made. */
function checkParty({ caller }: Context): void {
  if (caller.role === 'placer' || caller.role === 'programme') return;
  const text = 'Summaries of patients are for those who treat them: the home side and the programme of a case.';
  throw fault(403, 'forbidden', 'not-your-move', text);
}

function checkProfile(profile: string | undefined): void {
  const url = profile?.split('|', 1)[0];
  if (url === undefined || url === IPS_BUNDLE || url === IPS_COMPOSITION) return;
  const text = `Summaries are made by the profile ${IPS_COMPOSITION}, and by no other. Name that one, or leave profile out.`;
  throw fault(422, 'not-supported', 'profile-not-served', text);
}

async function findByIdentifier(house: House, context: Context, identifier: string | undefined): Promise<string> {
  if (identifier === undefined) {
    const text = 'Name the patient: by the parameter identifier (system|value), or by an id, as Patient/[id]/$summary.';
    throw fault(400, 'required', 'parameter-missing', text);
  }
  const found: FoundRecord[] = [];
  for await (const page of findAll(house, context, 'Patient', [['identifier', identifier]])) {
    found.push(...page);
    if (found.length > 1) break;
  }
  const [first, second] = found;
  if (first === undefined) {
    const text = 'There is no patient with this identifier. Send it as system|value, or name the patient by id.';
    throw fault(404, 'not-found', 'not-found', text);
  }
  if (second !== undefined) {
    const text =
      'Several patients have this identifier. Send it with its system, as system|value, or name the patient by id.';
    throw fault(412, 'multiple-matches', 'multiple-matches', text);
  }
  return splitReference(first.ref)[1];
}

/** A page of a type's records of the patient, the latest; of a type that the caller may not read, none. */
async function readSource(house: House, context: Context, type: string, patient: string): Promise<SummarySource> {
  const { caller } = context;
  if (!hasScope(house, caller, type, 'r') || !hasScope(house, caller, type, 's'))
    return { records: [], access: 'none' };
  const { value } = await findAll(house, context, type, [['patient', patient]], '-_lastUpdated').next();
  const page = value ?? [];
  const readable = await keepReadable(house, context, house.database, page);
  return {
    records: readable.map(({ body }) => parseStored(body)),
    access: isFiltered(house, context, type) ? 'some' : 'all',
    ...(page.length < PAGE ? {} : { isCut: true }),
  };
}

/** Whether the caller's grants leave some of a patient's records of a type out. */
function isFiltered(house: House, { caller }: Context, type: string): boolean {
  return (['r', 's'] as const).some((letter) => {
    const permit = permitOf(house, caller, type, letter);
    return permit !== 'all' && permit?.every(({ filtered }) => filtered === true) !== false;
  });
}

/** What a summary takes along because its records refer to it. */
const NAMED: ReadonlySet<string> = new Set([
  'Device',
  'Medication',
  'Observation',
  'Organization',
  'Practitioner',
  'PractitionerRole',
  'Specimen',
]);
/** How far references are followed, and how many records come along at most. */
const MOST_STEPS = 3;
const MOST_NAMED = 500;

async function readNamed(
  house: House,
  context: Context,
  patient: string,
  from: readonly Resource[],
): Promise<Map<string, Resource>> {
  const { caller } = context;
  const named = new Map<string, Resource>();
  const seen = new Set(from.map(({ resourceType, id }) => `${resourceType}/${id!}`));
  let level = from;
  for (let step = 0; step < MOST_STEPS && level.length > 0; step++) {
    const refs = [...new Set(level.flatMap(collectReferences))].filter((ref) => isNamed(ref) && !seen.has(ref));
    for (const ref of refs) seen.add(ref);
    const found = await readRecords(house.database, caller, refs.slice(0, MOST_NAMED - named.size));
    const readable = await keepReadable(house, context, house.database, found);
    level = readable
      .flatMap(({ body }) => (body === null ? [] : [parseStored(body)]))
      .filter((record) => isOfPatient(record, patient));
    for (const record of level) named.set(`${record.resourceType}/${record.id!}`, record);
  }
  return new Map([...named].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isNamed(ref: string): boolean {
  return NAMED.has(splitReference(ref)[0]);
}

/** A wrong reference must not bring another patient's record along. */
function isOfPatient(record: Resource, patient: string): boolean {
  return collectReferences(record).every((ref) => !ref.startsWith('Patient/') || ref === patient);
}
