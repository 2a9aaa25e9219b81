import { fault } from '../base/index.ts';
import type { Issue } from '../base/index.ts';
import {
  formerReviewers,
  packetOf,
  parseState,
  rankReviewers,
  readFirstOpinion,
  SNOMED,
  specialtyNames,
  specialtyOf,
  UNFIT,
  UNFIT_SYSTEM,
  withFormer,
} from '../cases/index.ts';
import type { Candidate, RankedReviewer } from '../cases/index.ts';
import { humanName, issuesToOutcome, localReference, parseStored } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import { readRecords } from '../store/index.ts';
import { readCaseOf, readClinicalRecords } from './case-of-request.ts';
import { checkType } from './check.ts';
import { findAll } from './find-all.ts';
import type { Context, House } from './house.ts';
import { parametersOf, readInput } from './parameters.ts';
import type { OperationRequest } from './parameters.ts';
import { note } from './read.ts';

const ASKED = { specialty: { type: 'code' } } as const;

/** What is looked at for the answer, beside the case. */
const NEEDED = [
  ['PractitionerRole', 's'],
  ['Practitioner', 'r'],
  ['Task', 's'],
] as const;

/** Tasks that are somebody's work still. */
const OPEN = 'draft,requested,received,accepted,ready,in-progress,on-hold';
const REVIEW = 'https://consilium.example/fhir/CodeSystem/case-task-kind|review';

/**
 * Who of the programme's reviewers may review a case, the best first, and why the others may not:
 * https://consilium.example/fhir/OperationDefinition/propose-reviewers
 */
export async function proposeReviewers(
  house: House,
  context: Context,
  asked: OperationRequest,
  id: string,
): Promise<Resource> {
  const { specialty: wish } = readInput(ASKED, asked);
  for (const [type, letter] of NEEDED) checkType(house, context, type, letter);
  const { row, request } = await readCaseOf(house, context, id);
  const { organization, role } = context.caller;
  if (role !== 'programme' || organization !== row.programme) {
    const text = 'Reviewers are proposed to the programme of the case alone. Who reviews is its choice.';
    throw fault(403, 'forbidden', 'not-your-move', text);
  }
  const now = house.clock().toISOString();
  const rules = await house.rules.at(house.database, row.programme, row.rules);
  const records = await readClinicalRecords(house, context, row.id);
  const packet = packetOf(
    request,
    records.map(({ resource }) => resource),
  );
  const specialty = wish ?? parseState(row.state).specialty ?? (await routed());
  const candidates = await readCandidates(house, context);
  const ranked = rankReviewers(
    candidates,
    {
      placer: row.placer,
      first: withFormer(
        readFirstOpinion(request, packet),
        formerReviewers(parseState(row.state)),
        candidates.map(({ role: post }) => post),
      ),
      independent: rules.routing.independent,
      // A programme that has given no rules has not said in which language its reviewers write.
      ...(row.rules === 0 ? {} : { language: rules.languages.report }),
      ...(specialty === undefined ? {} : { specialty }),
    },
    now,
  );
  note(house, context, 'propose-reviewers', row.serviceRequest, undefined, 200);
  return toParameters(ranked, specialty, specialtyNames(house.terminology).get(specialty ?? ''));

  /** Cases that were opened without rules were routed nowhere then. */
  async function routed(): Promise<string | undefined> {
    const patient = localReference((request.subject as Reference | undefined)?.reference);
    const [known] = patient === undefined ? [] : await readRecords(house.database, organization, [patient]);
    const subject = known?.body == null ? undefined : parseStored(known.body);
    return specialtyOf(packet, request, rules, subject, now)?.specialty;
  }
}

/** The programme's own reviewers: what others publish in its name are none. */
async function readCandidates(house: House, context: Context): Promise<Candidate[]> {
  const { organization } = context.caller;
  const refs: string[] = [];
  const params = [['organization', `Organization/${organization}`]] as const;
  for await (const page of findAll(house, context, 'PractitionerRole', params))
    refs.push(...page.map(({ ref }) => ref));
  const roles = await readOwn(house, organization, refs);
  const named = [...roles.values()].flatMap((role) => practitionerOf(role) ?? []);
  const people = await readOwn(house, organization, [...new Set(named)]);
  const open = await countReviews(house, context);
  return [...roles].map(([ref, role]) => {
    const person = practitionerOf(role);
    const practitioner = person === undefined ? undefined : people.get(person);
    const openReviews = (open.get(ref) ?? 0) + (person === undefined ? 0 : (open.get(person) ?? 0));
    return { role, openReviews, ...(practitioner === undefined ? {} : { practitioner }) };
  });
}

function practitionerOf(role: Resource): string | undefined {
  return localReference((role.practitioner as Reference | undefined)?.reference);
}

async function readOwn(house: House, organization: string, refs: readonly string[]): Promise<Map<string, Resource>> {
  const records = await readRecords(house.database, organization, refs);
  return new Map(
    records.flatMap(({ ref, owner, body }) =>
      owner === organization && body !== null ? [[ref, parseStored(body)] as const] : [],
    ),
  );
}

/** How many reviews each owner has open in the cases of this programme. */
async function countReviews(house: House, context: Context): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const page of findAll(house, context, 'Task', [
    ['code', REVIEW],
    ['status', OPEN],
  ])) {
    for (const { body } of page) {
      const owner = localReference((parseStored(body).owner as Reference | undefined)?.reference);
      if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
  }
  return counts;
}

const NO_REVIEWERS: Issue = {
  severity: 'information',
  code: 'informational',
  key: 'no-reviewers',
  text:
    'The programme has no reviewers yet. A reviewer is a PractitionerRole of the programme (organization) with its practitioner and ' +
    'specialty, and a Practitioner with name and qualification: create both, and they are proposed here.',
};

function nameOf(practitioner: Resource | undefined): { readonly display?: string } {
  const display = humanName(practitioner?.name);
  return display === undefined ? {} : { display };
}

function toParameters(
  ranked: readonly RankedReviewer[],
  specialty: string | undefined,
  display: string | undefined,
): Resource {
  const coding = { system: SNOMED, code: specialty, ...(display === undefined ? {} : { display }) };
  return parametersOf([
    ...(specialty === undefined ? [] : [{ name: 'specialty', valueCoding: coding }]),
    ...(ranked.length > 0 ? [] : [{ name: 'outcome', resource: issuesToOutcome([NO_REVIEWERS]) }]),
    ...ranked.map(({ role, practitioner, reasons, openReviews }) => ({
      name: 'reviewer',
      part: [
        { name: 'role', valueReference: { reference: `PractitionerRole/${role.id ?? ''}`, ...nameOf(practitioner) } },
        { name: 'fit', valueBoolean: reasons.length === 0 },
        ...reasons.map((code) => ({
          name: 'reason',
          valueCoding: { system: UNFIT_SYSTEM, code, display: UNFIT[code] },
        })),
        { name: 'openReviews', valueInteger: openReviews },
      ],
    })),
  ]);
}
