import { fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import { hasScope } from '../access/index.ts';
import {
  completenessIssues,
  COMPLETENESS_TYPES,
  intakeIssues,
  parseState,
  sortIssues,
  specialtyNames,
  unknownSpecialtyIssues,
} from '../cases/index.ts';
import type { Asking } from '../cases/index.ts';
import { issuesToOutcome, localReference, parseStored } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { findCaseOf, readCaseMembersOfTypes, readRecords } from '../store/index.ts';
import type { StoredCase, StoredRecord } from '../store/index.ts';
import { findBase } from './case-examine.ts';
import { followRequest } from './case-follow.ts';
import type { Followed } from './case-follow.ts';
import { checkSent } from './check-sent.ts';
import { checkType, relocate } from './check.ts';
import type { Context, House } from './house.ts';
import { readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { keepReadable } from './permit-record.ts';
import { note, read } from './read.ts';
import { openPacket } from './sent-packet.ts';
import type { SentPacket } from './sent-packet.ts';

const RULES = { resource: { type: 'Resource' }, bundle: { type: 'Resource' } } as const;
const NO_RULES = {} as const;

/**
 * Says all that stands against a second-opinion request and all that its packet lacks, before anything is stored (of the
 * type) or of what is stored (of a request). Stores nothing.
 * https://consilium.example/fhir/OperationDefinition/check-completeness
 */
export async function checkCompleteness(
  house: House,
  context: Context,
  asked: OperationRequest,
  id: string | undefined,
): Promise<Resource> {
  refuseOthers(context);
  const packet = id === undefined ? await openSent(house, context, asked) : await openStored(house, context, asked, id);
  const invalid = id === undefined ? await checkSent(house, context, packet) : [];
  const judged = await judge(house, context, packet);
  // What is refused when it is sent is not complete, whatever it holds.
  const issues = invalid.length === 0 ? judged : [...invalid, ...judged.filter(({ key }) => key !== 'packet-complete')];
  note(
    house,
    context,
    'check-completeness',
    id === undefined ? 'ServiceRequest' : `ServiceRequest/${id}`,
    undefined,
    200,
  );
  return issuesToOutcome(issues.map((issue) => nameRecords(issue, packet)));
}

/** What a packet holds says what the patient has: who only pays is not told. */
function refuseOthers({ caller }: Context): void {
  if (caller.role === 'placer' || caller.role === 'programme') return;
  const text = 'What a packet holds or lacks is told to the home side and the programme of the case alone.';
  throw fault(403, 'forbidden', 'not-your-move', text);
}

/** Whoever may create or update requests may ask about one that it has not sent yet. */
async function openSent(house: House, context: Context, asked: OperationRequest): Promise<SentPacket> {
  const letter = hasScope(house, context.caller, 'ServiceRequest', 'u') ? 'u' : 'c';
  checkType(house, context, 'ServiceRequest', letter);
  const { resource, bundle } = readInput(RULES, asked);
  const sent = resource ?? bundle;
  if (sent !== undefined) return openPacket(house, sent);
  const text = 'Send the Bundle with the request and its packet, as the body or as the parameter resource.';
  throw fault(400, 'required', 'resource-needed', text);
}

async function openStored(house: House, context: Context, asked: OperationRequest, id: string): Promise<SentPacket> {
  const { body } = await read(house, context, 'ServiceRequest', id);
  readInput(NO_RULES, asked);
  return { request: parseStored(body), records: new Map(), names: new Map() };
}

async function judge(house: House, context: Context, packet: SentPacket): Promise<readonly Issue[]> {
  const { database } = house;
  const { request } = packet;
  const now = house.clock().toISOString();
  const isSeen = async (stored: StoredRecord): Promise<boolean> =>
    (await keepReadable(house, context, database, [stored])).length > 0;
  // Who sends a request under the id of one that stands is told nothing of its case unless it may see it.
  const [own] = await readRecords(database, context.caller, [refOf(request)]);
  const found =
    own !== undefined && (await isSeen(own))
      ? await findCaseOf(database, context.caller.organization, own.ref)
      : undefined;
  const programme = found?.programme ?? (await programmeOf(house, request));
  const followed = await followRequest(house, context, request, packet.records);
  const unknown = unknownSpecialtyIssues(request, specialtyNames(house.terminology));
  const told = [...unknown, ...remarksOn(followed), ...unnamed(packet, followed.records)];
  if (programme === undefined) return sortIssues([...intakeIssues(request, ''), NO_PROGRAMME, ...told]);
  const { rules, ...ofCase } =
    found === undefined ? await house.rules.current(database, programme) : await partOfCase(house, context, found);
  const records = 'members' in ofCase ? merge(followed.records, ofCase.members) : followed.records;
  const base = await findBase({ on: database, context }, request, isSeen);
  const atHand = [...new Set([...records, ...packet.records.values()])];
  const issues = completenessIssues({ ...ofCase, request, records, atHand, programme, rules, now, base });
  return sortIssues([...issues, ...told]);
}

/** What the case of a request knows, and all of its record that the caller may read: more was sent since, perhaps. */
async function partOfCase(
  house: House,
  context: Context,
  found: StoredCase,
): Promise<Pick<Asking, 'rules' | 'sentAt' | 'service' | 'specialty'> & { readonly members: readonly Resource[] }> {
  const { database } = house;
  const rules = await house.rules.at(database, found.programme, found.rules);
  const { service, specialty, ledger } = parseState(found.state);
  const members = await readCaseMembersOfTypes(database, context.caller.organization, found.id, COMPLETENESS_TYPES);
  const readable = await keepReadable(
    house,
    context,
    database,
    members.map((one) => ({ ...one, version: 0 })),
  );
  const records = readable.map(({ body }) => parseStored(body));
  return { rules, sentAt: ledger[0]?.from, service, specialty, members: records };
}

function merge(followed: readonly Resource[], members: readonly Resource[]): Resource[] {
  return [...new Map([...followed, ...members].map((record) => [refOf(record), record])).values()];
}

function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id ?? ''}`;
}

/** The programme that a request names, or the only one that there is. */
async function programmeOf({ database, programmes }: House, request: Resource): Promise<string | undefined> {
  const known = await programmes(database, true);
  if (request.performer === undefined) return known.length === 1 ? known[0] : undefined;
  // Nobody has validated what is only asked about.
  const performers = [request.performer].flat() as readonly (Reference | null)[];
  const named = performers.flatMap((one) => localReference(one?.reference) ?? []);
  return known.find((id) => named.includes(`Organization/${id}`));
}

const NO_PROGRAMME: Issue = {
  severity: 'error',
  code: 'business-rule',
  key: 'programme-unknown',
  text: 'The request names no programme of this server as its performer, so that its packet cannot be checked. Search Organization for the programmes and name one in ServiceRequest.performer.',
  expression: 'ServiceRequest.performer',
};

/** Named at most: what is wrong with one reference is mostly wrong with the others, too. */
const MOST_NAMED = 20;

function remarksOn({ absent, unread, isCut }: Followed): Issue[] {
  const warn = (code: string, key: string, text: string): Issue => ({ severity: 'warning', code, key, text });
  return [
    ...absent.slice(0, MOST_NAMED).map((ref) => {
      const text = `${ref} is named and leads to no record that this caller can see: it does not count. Mend the reference, or send the record that it means.`;
      return warn('not-found', 'reference-not-found', text);
    }),
    ...(unread.length === 0
      ? []
      : [
          warn(
            'suppressed',
            'types-left-out',
            `The access token does not allow to read these types, which do not count: ${unread.join(', ')}.`,
          ),
        ]),
    ...(isCut ? [warn('incomplete', 'more-records', 'The request names more records than are looked at.')] : []),
  ];
}

/** What comes in the same Bundle and is named by nothing of the packet does not come with the case: easily overlooked. */
function unnamed({ records, names }: SentPacket, followed: readonly Resource[]): Issue[] {
  const known = new Set(followed.map(refOf));
  const left = [...records.keys()].filter((ref) => !known.has(ref) && !ref.startsWith('Binary/'));
  if (left.length === 0) return [];
  const some = left.slice(0, MOST_NAMED).map((ref) => names.get(ref) ?? ref);
  const text = `The request does not name ${left.length} records of the Bundle, nor does what it names: they do not come with the case. Name what belongs to the packet in ServiceRequest.supportingInfo. They are ${some.join(', ')}${left.length > some.length ? ' and more' : ''}.`;
  return [
    {
      severity: 'warning',
      code: 'incomplete',
      key: 'not-in-packet',
      text,
      expression: 'ServiceRequest.supportingInfo',
    },
  ];
}

/** The sender's own names in place of those that records of a Bundle have here. */
function nameRecords(issue: Issue, { request, names }: SentPacket): Issue {
  if (names.size === 0) return issue;
  const text = issue.text.replace(/[A-Z]\w+\/sent-[\w-]+/g, (ref) => names.get(ref) ?? ref);
  return relocate({ ...issue, text }, 'ServiceRequest', `${names.get(refOf(request))!}.resource`);
}
