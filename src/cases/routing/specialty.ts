import type { Coding, Resource } from '../../fhir/index.ts';
import { SERVICE_SYSTEM } from '../catalogue.ts';
import type { ProgrammeRules } from '../programme/rules.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';
import type { ConditionTable } from './condition-table.ts';
import { groupsOf, ownTable, shippedTable, SNOMED } from './condition-table.ts';
import { isKin } from './kin.ts';

/** Where a case is routed to, and by what. */
export interface Routing {
  /** SNOMED CT code. */
  readonly specialty: string;
  /**
   * `request`: it was asked for; `service`: no other specialty gives the service, or only such as stand in for it; `programme`, `table`: the condition goes
   * there by the programme's own rules, or by the shipped table.
   */
  readonly because: 'request' | 'service' | 'programme' | 'table';
  /** `Condition/x` by which it was decided; absent where the request says it itself (reasonCode). */
  readonly condition?: string;
}

const SNOMED_CODE = /^\d{6,18}$/;

/** Under which age a patient is a child, in years. */
const ADULT = 18;

/** What a Condition says that never was. https://hl7.org/fhir/R4/valueset-condition-ver-status.html */
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
const UNTRUE: ReadonlySet<string> = new Set(['refuted', 'entered-in-error']);

/**
 * The specialty of a case. The request's own wish (performerType) comes first, then a service that one specialty alone
 * gives, then its reasons in their order: the programme's rules, then the shipped table, of ranges the narrowest. Only a
 * specialty that the programme has for the service is found.
 * @param conditions records that the request may name in reasonReference; others are passed over
 * @param patient without a birth date: taken for an adult
 * @param now instant
 * @returns undefined where nothing is known: then the coordinator decides
 */
export function specialtyOf(
  conditions: readonly Resource[],
  request: Resource,
  rules: ProgrammeRules,
  patient: Resource | undefined,
  now: string,
): Routing | undefined {
  const offered = offeredSpecialties(rules, request);
  const isOffered = (code: string): boolean => offered === undefined || offered.has(code);
  // It is kept with the case and told in its timeline: only what has the form of a code.
  const wish = codesIn(request.performerType, SNOMED).find((code) => SNOMED_CODE.test(code));
  if (wish !== undefined) return isOffered(wish) ? { specialty: wish, because: 'request' } : undefined;
  const only = givenBy(rules, request);
  if (only.length === 1) return isOffered(only[0]!) ? { specialty: only[0]!, because: 'service' } : undefined;
  const isChild = isUnder(ADULT, patient?.birthDate, now);
  const own = ownTable(rules.routing.conditions);
  for (const { codings, condition } of reasonsOf(request, conditions)) {
    const find = (table: ConditionTable, because: Routing['because']): Routing | undefined => {
      const specialty = codings
        .flatMap((coding) => groupsOf(table, coding))
        .map((group) => (isChild ? (group.children ?? group.specialty) : group.specialty))
        .find(isOffered);
      return specialty === undefined ? undefined : { specialty, because, ...(condition && { condition }) };
    };
    const found = find(own, 'programme') ?? find(shippedTable(), 'table');
    if (found !== undefined) return found;
  }
  // No condition leads to those who read slides: of a service that one kind of them gives, whoever stands for all.
  const [first] = only.filter(isOffered);
  const isOneKind = first !== undefined && only.every((code) => code === first || isKin(code, first));
  return isOneKind ? { specialty: first, because: 'service' } : undefined;
}

/** The specialties that the programme has for the requested service; undefined: all. */
function offeredSpecialties(rules: ProgrammeRules, request: Resource): ReadonlySet<string> | undefined {
  const own = givenBy(rules, request);
  if (own.length === 0) return rules.specialties.length === 0 ? undefined : new Set(rules.specialties);
  return new Set(own.filter((code) => rules.specialties.length === 0 || rules.specialties.includes(code)));
}

/** The specialties that the requested service is confined to; none: it is not. */
function givenBy(rules: ProgrammeRules, request: Resource): readonly string[] {
  const [code] = codesIn(request.code, SERVICE_SYSTEM);
  return rules.services.find((service) => service.code === code)?.specialties ?? [];
}

interface Reason {
  readonly codings: readonly Coding[];
  readonly condition?: string;
}

/** Why the opinion is asked for: the Conditions that the request names, in its order, then the codes that it gives itself. */
function reasonsOf(request: Resource, conditions: readonly Resource[]): Reason[] {
  const byRef = new Map(conditions.map((one) => [`${one.resourceType}/${one.id ?? ''}`, one]));
  const named = referencesOf(request.reasonReference).flatMap((condition): Reason[] => {
    const record = byRef.get(condition);
    if (record?.resourceType !== 'Condition') return [];
    if (codesIn(record.verificationStatus, VERIFICATION).some((status) => UNTRUE.has(status))) return [];
    return [{ codings: codingsOf(record.code), condition }];
  });
  return [...named, ...nodes(request.reasonCode).map((reason) => ({ codings: codingsOf(reason) }))];
}

function codingsOf(concept: unknown): Coding[] {
  return nodes(concept).flatMap((one) => nodes(one.coding) as Coding[]);
}

/**
 * Whether somebody is younger than that many years. A birth date of which only the year or the month is known is taken
 * for its last day: a child is not sent to adults because of it.
 */
function isUnder(years: number, birthDate: unknown, now: string): boolean {
  if (typeof birthDate !== 'string' || !/^\d{4}(-\d{2}(-\d{2})?)?$/.test(birthDate)) return false;
  const latest = `${birthDate}${'-12-31'.slice(birthDate.length - 4)}`.slice(0, 10);
  const today = now.slice(0, 10);
  const birthday = `${String(Number(latest.slice(0, 4)) + years).padStart(4, '0')}${latest.slice(4)}`;
  return today < birthday;
}
