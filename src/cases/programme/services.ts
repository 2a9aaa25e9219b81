import { hash } from 'node:crypto';
import type { Resource } from '../../fhir/index.ts';
import { SERVICE_SYSTEM, SERVICES } from '../catalogue.ts';
import { SNOMED } from '../routing/condition-table.ts';
import type { Calendar, ProgrammeRules, ServiceRules } from './rules.ts';
import { tellExclusion, tellPrice, tellTurnaround } from './words.ts';

/** As R4 has it. https://hl7.org/fhir/R4/datatypes.html#id */
const ID_MOST = 64;
const LANGUAGES = 'urn:ietf:bcp:47';
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DAY_MS = 86_400_000;

/** Members that {@link serviceRecords} writes: what the programme adds to its records beside stays as it is. */
const OWN = [
  'active',
  'availabilityExceptions',
  'availableTime',
  'comment',
  'communication',
  'eligibility',
  'extraDetails',
  'name',
  'notAvailable',
  'providedBy',
  'specialty',
  'type',
] as const;

/** `<programme>-<service>`; where that is too long for an id, the programme stands in it as a hash. */
export function serviceRecordId(programme: string, code: string): string {
  const id = `${programme}-${code}`;
  return id.length <= ID_MOST ? id : `${hash('sha256', programme).slice(0, 24)}-${code}`;
}

/** Ids of all services that the programme may have published, by their codes. */
export function serviceRecordIds(programme: string): ReadonlyMap<string, string> {
  return new Map(SERVICES.map(({ code }) => [code, serviceRecordId(programme, code)]));
}

/**
 * What the directory says of a programme's services: one HealthcareService each.
 * https://hl7.org/fhir/R4/healthcareservice.html
 * @param specialties names by SNOMED CT codes
 * @param stored those that are published, by id: a service that is not offered any more becomes inactive
 */
export function serviceRecords(
  rules: ProgrammeRules,
  specialties: ReadonlyMap<string, string>,
  stored: ReadonlyMap<string, Resource>,
): Resource[] {
  return [...serviceRecordIds(rules.programme)].flatMap(([code, id]) => {
    const before = stored.get(id);
    const service = rules.services.find((one) => one.code === code);
    if (service !== undefined) return [{ ...withoutOwn(before), ...buildRecord(rules, service, id, specialties) }];
    return before === undefined ? [] : [{ ...before, active: false }];
  });
}

function withoutOwn(before: Resource | undefined): Record<string, unknown> {
  const own: ReadonlySet<string> = new Set(OWN);
  return Object.fromEntries(Object.entries(before ?? {}).filter(([name]) => !own.has(name)));
}

type Own = Partial<Record<(typeof OWN)[number], unknown>>;

function buildRecord(
  rules: ProgrammeRules,
  service: ServiceRules,
  id: string,
  specialties: ReadonlyMap<string, string>,
): Resource & Own {
  const codes = service.specialties.length > 0 ? service.specialties : rules.specialties;
  const { calendar, description, exclusions, languages } = rules;
  const display = SERVICES.find(({ code }) => code === service.code)!.display;
  const spoken = [...new Set([...languages.read, languages.report])];
  return {
    resourceType: 'HealthcareService',
    id,
    active: true,
    providedBy: { reference: `Organization/${rules.programme}` },
    type: [{ coding: [{ system: SERVICE_SYSTEM, code: service.code, display }] }],
    ...(codes.length === 0 ? {} : { specialty: codes.map((code) => specialtyOf(code, specialties)) }),
    name: service.title,
    comment: `Takes: ${tellTurnaround(service)}. Price: ${tellPrice(service.price)}.`,
    ...(description === '' ? {} : { extraDetails: description }),
    eligibility: exclusions.map((rule) => ({ code: { text: rule.code }, comment: `${tellExclusion(rule)}.` })),
    communication: spoken.map((code) => ({ coding: [{ system: LANGUAGES, code }] })),
    availableTime: [{ daysOfWeek: calendar.workingDays.map((day) => WEEKDAYS[day - 1]), allDay: true }],
    ...(calendar.holidays.length === 0 ? {} : { notAvailable: describeHolidays(calendar) }),
    availabilityExceptions: `Days are those of the time zone ${calendar.timeZone}.`,
  };
}

function specialtyOf(code: string, names: ReadonlyMap<string, string>): unknown {
  const display = names.get(code);
  return { coding: [{ system: SNOMED, code, ...(display === undefined ? {} : { display }) }] };
}

/** Holidays that follow each other are one absence. */
function describeHolidays({ holidays }: Calendar): unknown[] {
  const runs: { start: string; end: string }[] = [];
  for (const day of holidays.toSorted()) {
    const last = runs.at(-1);
    if (last !== undefined && Date.parse(day) - Date.parse(last.end) === DAY_MS) last.end = day;
    else runs.push({ start: day, end: day });
  }
  return runs.map((during) => ({ description: 'Holiday', during }));
}
