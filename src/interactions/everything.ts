import { Fault, fault, notFound } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { isConfined, isOfWildcard, permitOf } from '../access/index.ts';
import type { Permit } from '../access/index.ts';
import type { Definitions } from '../definitions/index.ts';
import { bundleToText, issuesToOutcome } from '../fhir/index.ts';
import type { TextEntry } from '../fhir/index.ts';
import { compartmentCondition, dateInterval, paramKey } from '../search/index.ts';
import type { Condition } from '../search/index.ts';
import { lookUpText, readEverything } from '../store/index.ts';
import type { EverythingCursor, EverythingPage, EverythingWindow, FoundRecord, Subject } from '../store/index.ts';
import { checkId, checkType } from './check.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import { isPermitted, keepReadable } from './permit-record.ts';
import type { Input, OperationRequest } from './parameters.ts';
import { gone } from './draft.ts';
import { note } from './read.ts';

/** Records on one page at most, and bytes of their bodies, about: what goes beyond comes on the next. */
const MAX_COUNT = 1000;
const MAX_BYTES = 32 * 1024 * 1024;

const OF_CASE = {
  _since: { type: 'instant' },
  _type: { type: 'code', repeats: true },
  _count: { type: 'integer' },
  _cursor: { type: 'string' },
} as const;
const OF_PATIENT = { ...OF_CASE, start: { type: 'date' }, end: { type: 'date' } } as const;

type Asked = Input<typeof OF_PATIENT>;

/** Dates that say nothing of when care was given. */
const NOT_CARE: ReadonlySet<string> = new Set(['_lastUpdated', 'birthdate', 'death-date', 'value-date']);

/**
 * All of a patient's compartment that this caller may see, and what it refers to.
 * https://hl7.org/fhir/R4/patient-operation-everything.html
 */
export async function everythingOfPatient(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<string> {
  await checkThere(house, context, 'Patient', id);
  const { definitions } = house;
  const types = [...(definitions.compartment('Patient')?.keys() ?? [])];
  const params = types.flatMap((type) => paramsOf(compartmentCondition(definitions, { type: 'Patient', id }, type)));
  const subject: Subject = { kind: 'compartment', ref: `Patient/${id}`, params: [...new Set(params)] };
  return gather(house, context, subject, readInput(OF_PATIENT, request), new Set(['Patient', ...types]));
}

/**
 * The whole record of the case that a ServiceRequest opened, the same for both of its parties:
 * https://consilium.example/fhir/OperationDefinition/case-everything
 */
export async function everythingOfCase(
  house: House,
  context: Context,
  request: OperationRequest,
  id: string,
): Promise<string> {
  await checkThere(house, context, 'ServiceRequest', id);
  const subject: Subject = { kind: 'case', ref: `ServiceRequest/${id}` };
  return gather(house, context, subject, readInput(OF_CASE, request), new Set());
}

/** The keys under which references to the compartment's record stand. */
function paramsOf(condition: Condition): readonly number[] {
  if (condition.kind === 'either') return condition.conditions.flatMap(paramsOf);
  return condition.kind === 'text' ? condition.params : [];
}

async function checkThere(house: House, context: Context, type: string, id: string): Promise<void> {
  checkType(house, context, type, 'r');
  checkId(id);
  const ref = `${type}/${id}`;
  const record = await lookUpText(house.database, context.caller, ref);
  const isThere = record !== undefined && (await isPermitted(house, context, house.database, 'r', { ...record, ref }));
  if (!isThere) throw notFound(ref);
  if (record.body === null) throw gone(ref);
}

async function gather(
  house: House,
  context: Context,
  subject: Subject,
  asked: Asked,
  memberTypes: ReadonlySet<string>,
): Promise<string> {
  const { definitions } = house;
  const wanted = checkTypes(definitions, asked._type);
  const permits = new Map(definitions.resourceTypes.map((type) => [type, permitOf(house, context.caller, type, 'r')]));
  const readable = definitions.resourceTypes.filter((type) => permits.get(type) !== undefined);
  const types = wanted === undefined ? readable : wanted.filter((type) => readable.includes(type));
  const left = (wanted ?? [...memberTypes].filter(isOfWildcard)).filter((type) => !readable.includes(type)).sort();
  // What was left out leads nowhere: it is not followed to what it refers to.
  const sources = readable.filter((type) => isWhole(permits.get(type), subject));
  const window = toWindow(definitions, asked, sources, types);
  const self = linkTo(house, subject, asked, window.count);
  const behind = asked._cursor === undefined ? undefined : openCursor(house, context, self, asked._cursor);
  // Taken before the record is read: what it did not see is then later than what the page states.
  const lastUpdated = await house.watermark();
  const from = behind as EverythingCursor | undefined;
  const page = await readSeen(house, context, subject, window, from);
  if (subject.kind === 'case' && page.members.length === 0 && behind === undefined) {
    await checkCase(house, context, subject);
  }
  const { members, along } = page;
  note(house, context, 'everything', subject.ref, undefined, 200);
  const links = [{ relation: 'self', url: self }];
  if (page.next !== undefined) {
    links.push({ relation: 'next', url: `${self}&_cursor=${sealCursor(house, context, self, page.next)}` });
  }
  const isAll = page.next === undefined && behind === undefined;
  return bundleToText({
    type: 'searchset',
    lastUpdated,
    ...(isAll ? { total: members.length } : {}),
    links,
    entries: [
      ...members.map((found) => toEntry(house, found, 'match')),
      ...along.map((found) => toEntry(house, found, 'include')),
      ...(left.length === 0 ? [] : [toRemark(left)]),
    ],
  });
}

/** Whether nothing of a type is left out of this subject's. */
function isWhole(permit: Permit | undefined, subject: Subject): boolean {
  return (
    permit === 'all' || permit?.some(({ patients, filtered }) => isFor(patients, subject) && filtered !== true) === true
  );
}

function isFor(patients: readonly string[] | undefined, { kind, ref }: Subject): boolean {
  return patients !== undefined && (kind === 'case' || patients.includes(ref));
}

/**
 * A page of what the caller's grants reach. It is read on until the page is full and one more is found, or nothing is left:
 * how much was left out must not show in how pages are filled.
 */
async function readSeen(
  house: House,
  context: Context,
  subject: Subject,
  window: EverythingWindow,
  from: EverythingCursor | undefined,
): Promise<EverythingPage> {
  const { database } = house;
  const { caller } = context;
  if (!isConfined(house, caller)) return readEverything(database, caller, subject, window, from);
  const seen: { readonly stage: EverythingCursor['stage']; readonly record: FoundRecord }[] = [];
  let bytes = 0;
  let behind = from;
  do {
    const page = await readEverything(database, caller, subject, window, behind);
    for (const [stage, found] of [
      ['member', page.members],
      ['along', page.along],
    ] as const) {
      for (const record of await keepReadable(house, context, database, found)) {
        seen.push({ stage, record });
        bytes += Buffer.byteLength(record.body);
      }
    }
    behind = page.next;
  } while (behind !== undefined && seen.length <= window.count && bytes < window.bytes);
  const shown = seen.slice(0, window.count);
  const last = shown.at(-1);
  const next = seen.length > shown.length && last !== undefined ? { stage: last.stage, ref: last.record.ref } : behind;
  const of = (stage: EverythingCursor['stage']): FoundRecord[] =>
    shown.filter((one) => one.stage === stage).map(({ record }) => record);
  return { members: of('member'), along: of('along'), ...(next === undefined ? {} : { next }) };
}

/** https://hl7.org/fhir/R4/patient-operation-everything.html#parameters */
function checkTypes(definitions: Definitions, sent: readonly string[] | undefined): readonly string[] | undefined {
  const types = sent?.flatMap((text) => text.split(','));
  if (types?.every((type) => definitions.isResourceType(type)) === false) {
    const text = '_type names no resource type of FHIR R4. Types are written as in Observation, with commas between.';
    throw fault(400, 'value', 'unknown-type', text);
  }
  return types && [...new Set(types)];
}

function toWindow(
  definitions: Definitions,
  asked: Asked,
  readable: readonly string[],
  types: readonly string[],
): EverythingWindow {
  const issues: Issue[] = [];
  const moment = (name: 'start' | 'end' | '_since') => {
    const text = asked[name];
    const interval = text === undefined ? undefined : dateInterval(text);
    if (text !== undefined && interval === undefined) {
      const problem = `${name} is a ${name === '_since' ? 'time, such as 2026-01-31T12:00:00Z' : 'date, such as 2026-01-31'}.`;
      issues.push({ severity: 'error', code: 'value', key: 'bad-parameter', text: problem });
    }
    return interval;
  };
  const [start, end, since] = [moment('start'), moment('end'), moment('_since')];
  const count = asked._count ?? MAX_COUNT;
  if (count < 1) {
    const text = '_count is a whole number from 1 on.';
    issues.push({ severity: 'error', code: 'value', key: 'bad-parameter', text });
  }
  if (issues.length > 0) throw new Fault(400, issues);
  const low = start?.low ?? -Infinity;
  const high = end?.high ?? Infinity;
  const hasCare = start !== undefined || end !== undefined;
  return {
    readable,
    types,
    ...(since === undefined ? {} : { since: since.low }),
    ...(hasCare ? { care: { low, high, dates: keysOfKind(definitions, 'date') } } : {}),
    references: keysOfKind(definitions, 'reference'),
    count: Math.min(count, MAX_COUNT),
    bytes: MAX_BYTES,
  };
}

const keyCache = new WeakMap<Definitions, Map<string, readonly number[]>>();

/** Keys of all parameters of a kind, over all types; of dates, those that tell of care. */
function keysOfKind(definitions: Definitions, kind: 'date' | 'reference'): readonly number[] {
  const known = keyCache.get(definitions) ?? new Map<string, readonly number[]>();
  keyCache.set(definitions, known);
  let keys = known.get(kind);
  if (keys === undefined) {
    keys = definitions.resourceTypes.flatMap((type) =>
      [...definitions.searchParameters(type).values()]
        .filter((parameter) => parameter.type === kind && !NOT_CARE.has(parameter.code))
        .map(({ code }) => paramKey(type, code)),
    );
    known.set(kind, keys);
  }
  return keys;
}

/** A request without a case has no record to give; one whose record is only left out by the parameters has. */
async function checkCase(house: House, { caller }: Context, subject: Subject): Promise<void> {
  const { resourceTypes } = house.definitions;
  const all = { readable: resourceTypes, types: resourceTypes, references: [], count: 1, bytes: MAX_BYTES };
  const { members } = await readEverything(house.database, caller, subject, all);
  if (members.length > 0) return;
  const text = `${subject.ref} has opened no case yet, so that there is no case record to give. Read the request itself.`;
  throw fault(422, 'business-rule', 'no-case', text);
}

function linkTo(house: House, { ref }: Subject, asked: Asked, count: number): string {
  const { _count, _cursor, _type, ...rest } = asked;
  const params = [...Object.entries({ ...rest, ...(_type === undefined ? {} : { _type: _type.join(',') }) })];
  const text = [...params, ['_count', String(count)]]
    .map(([name, value]) => `${name!}=${encodeURIComponent(String(value))}`)
    .join('&');
  return `${house.base}/${ref}/$everything?${text}`;
}

function toEntry(house: House, { ref, body }: FoundRecord, mode: 'match' | 'include'): TextEntry {
  return { fullUrl: `${house.base}/${ref}`, body, search: mode };
}

/** A part must not pass for the whole. */
function toRemark(left: readonly string[]): TextEntry {
  const text = `The access token does not allow to read these types, which were left out: ${left.join(', ')}.`;
  const issues: Issue[] = [{ severity: 'warning', code: 'suppressed', key: 'types-left-out', text }];
  return {
    fullUrl: 'urn:uuid:00000000-0000-0000-0000-000000000000',
    body: JSON.stringify(issuesToOutcome(issues)),
    search: 'outcome',
  };
}
