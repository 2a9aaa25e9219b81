import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import { codesIn, nodes, referencesOf, text } from '../tree.ts';
import { SNOMED } from './condition-table.ts';
import type { FirstOpinion } from './independence.ts';
import { isKin } from './kin.ts';

const EXTENSIONS = `${CANONICAL}/StructureDefinition`;
/** PractitionerRole: how many reviews may be open at once (positiveInt). */
export const CAPACITY = `${EXTENSIONS}/reviewer-capacity`;
/** PractitionerRole, Practitioner: whom the reviewer declares not to be independent of (Reference). */
export const CONFLICT = `${EXTENSIONS}/reviewer-conflict`;
/** PractitionerRole, Practitioner: a further institution for which the reviewer works (Reference). */
export const AFFILIATION = `${EXTENSIONS}/reviewer-affiliation`;

export const UNFIT_SYSTEM = `${CANONICAL}/CodeSystem/reviewer-unfit`;

/** Why a reviewer is not fit for a case, with what is said of it to people. */
export const UNFIT = {
  'not-active': 'is not active',
  period: 'does not work for the programme at this time',
  'no-credentials': 'has no credentials (Practitioner.qualification)',
  specialty: 'has another specialty',
  language: 'does not speak the language of the report',
  capacity: 'has as many open reviews as it takes',
  'conflict-institution': 'works for the institution of the first doctor or of the placer',
  'conflict-person': 'is the first doctor, wrote a record of the packet, or gave the opinion before this',
  'conflict-declared': 'has declared a conflict',
} as const;

export type UnfitReason = keyof typeof UNFIT;

export interface Candidate {
  /** PractitionerRole; or the Practitioner alone, who then has no specialty. */
  readonly role: Resource;
  readonly practitioner?: Resource;
  /** Reviews that this reviewer has open, this one not counted. */
  readonly openReviews: number;
}

export interface WantedReviewer {
  /** SNOMED CT code; absent: any. */
  readonly specialty?: string;
  /** Language tag of what the reviewer writes; absent: any. */
  readonly language?: string;
  /** Id of the organisation that asks. */
  readonly placer: string;
  readonly first: FirstOpinion;
  /** Whether a reviewer may not come from the first doctor's own institution. */
  readonly independent: boolean;
}

export interface RankedReviewer extends Candidate {
  /** Empty: fit for the case. */
  readonly reasons: readonly UnfitReason[];
  /** Whether the specialty is the one that is wanted, and not only kin to it. */
  readonly isExact: boolean;
}

/**
 * Who of the candidates may review a case, the best first: those who are fit, by specialty, by language that is known,
 * by how little they have to do; then the others with every reason.
 * @param now instant
 */
export function rankReviewers(candidates: readonly Candidate[], wanted: WantedReviewer, now: string): RankedReviewer[] {
  return candidates
    .map((candidate) => ({ candidate, ranked: judgeReviewer(candidate, wanted, now) }))
    .sort((a, b) => compareBy(keyOf(a.ranked, wanted), keyOf(b.ranked, wanted)))
    .map(({ ranked }) => ranked);
}

/** Says of one reviewer all that stands against a review. */
export function judgeReviewer(candidate: Candidate, wanted: WantedReviewer, now: string): RankedReviewer {
  const { role, practitioner, openReviews } = candidate;
  const both = practitioner === undefined ? [role] : [role, practitioner];
  const specialties = codesIn(role.specialty, SNOMED);
  const { specialty, language } = wanted;
  const isExact = specialty === undefined || specialties.includes(specialty);
  const spoken = languagesOf(both);
  const holds: Readonly<Record<UnfitReason, boolean>> = {
    'not-active': both.some(({ active }) => active === false),
    period: !isWithin(role.period, now),
    'no-credentials': nodes(both.at(-1)!.qualification).length === 0,
    specialty: !isExact && !specialties.some((own) => isKin(own, specialty)),
    language: language !== undefined && spoken.length > 0 && !spoken.includes(primary(language)),
    capacity: openReviews >= capacityOf(role),
    'conflict-institution': wanted.independent && worksFor(both, wanted),
    'conflict-person': personsOf(both).some((ref) => wanted.first.people.has(ref)),
    'conflict-declared': declared(both, wanted),
  };
  const reasons = (Object.keys(UNFIT) as UnfitReason[]).filter((reason) => holds[reason]);
  return { ...candidate, reasons, isExact };
}

/** What is smaller comes first. */
function keyOf({ reasons, isExact, role, practitioner, openReviews }: RankedReviewer, { language }: WantedReviewer) {
  const spoken = languagesOf(practitioner === undefined ? [role] : [role, practitioner]);
  const isKnown = language === undefined || spoken.includes(primary(language));
  return [reasons.length, isExact ? 0 : 1, isKnown ? 0 : 1, openReviews, String(role.id)] as const;
}

type Key = ReturnType<typeof keyOf>;

function compareBy(a: Key, b: Key): number {
  const index = a.findIndex((part, at) => part !== b[at]);
  return index < 0 ? 0 : a[index]! < b[index]! ? -1 : 1;
}

function languagesOf(both: readonly Resource[]): string[] {
  // Practitioner.communication is a list of concepts.
  return both.flatMap(({ communication }) =>
    nodes(communication)
      .flatMap((one) => nodes(one.coding))
      .flatMap(({ code }) => (typeof code === 'string' ? primary(code) : [])),
  );
}

/** https://www.rfc-editor.org/rfc/rfc5646#section-2.2.1: a doctor who writes pt-BR is read in Lisbon. */
function primary(tag: string): string {
  return tag.toLowerCase().split('-', 1)[0]!;
}

function capacityOf(role: Resource): number {
  const [capacity] = nodes(role.extension).filter(({ url }) => url === CAPACITY);
  return capacity?.valuePositiveInt === undefined ? Infinity : Number(capacity.valuePositiveInt);
}

function isWithin(period: unknown, now: string): boolean {
  const [{ start, end } = {} as { start?: unknown; end?: unknown }] = nodes(period);
  return compareTime(text(start), now) <= 0 && compareTime(text(end), now) >= 0;
}

/** How a date or a time lies to an instant; a date stands for its whole day, a month for all of it. Unsaid: it is no bound. */
function compareTime(time: string | undefined, now: string): number {
  if (time === undefined) return 0;
  if (time.includes('T')) return Date.parse(time) - Date.parse(now);
  const today = now.slice(0, time.length);
  return time < today ? -1 : time > today ? 1 : 0;
}

function personsOf(both: readonly Resource[]): string[] {
  return both.flatMap((one) => [`${one.resourceType}/${one.id ?? ''}`, ...referencesOf(one.practitioner)]);
}

function worksFor(both: readonly Resource[], { placer, first }: WantedReviewer): boolean {
  const works = both.flatMap((one) => [...referencesOf(one.organization), ...namedIn(one, AFFILIATION)]);
  return works.some((ref) => ref === `Organization/${placer}` || first.organizations.has(ref));
}

function declared(both: readonly Resource[], { placer, first }: WantedReviewer): boolean {
  return both
    .flatMap((one) => namedIn(one, CONFLICT))
    .some((ref) => ref === `Organization/${placer}` || first.organizations.has(ref) || first.people.has(ref));
}

function namedIn({ extension }: Resource, url: string): string[] {
  return nodes(extension)
    .filter((one) => one.url === url)
    .flatMap((one) => referencesOf(one.valueReference));
}
