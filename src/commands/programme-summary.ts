import { knownUntil, tellExclusion, tellPacketItem, tellPrice, tellSpan, tellTurnaround } from '../cases/index.ts';
import type { ExclusionRule, PacketRule, ProgrammeRules, ServiceRules } from '../cases/index.ts';
import { alignColumns } from './help.ts';

const DAY_MS = 86_400_000;
/** How long before the end of the calendar it is time to go on with it, in days. */
const CALENDAR_DAYS = 90;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** What a programme does, in lines for people. `specialties`: names by SNOMED CT codes. */
export function describeProgramme(rules: ProgrammeRules, specialties: ReadonlyMap<string, string>): string[] {
  const { programme, title, description, services, packet, exclusions } = rules;
  const named = (codes: readonly string[]): string => codes.map((code) => specialties.get(code) ?? code).join(', ');
  return [
    `${title} (${programme})`,
    ...(description === '' ? [] : [description]),
    '',
    ...alignColumns([SERVICE_HEAD, ...services.map((service) => serviceRow(service))], ''),
    '',
    ...alignColumns(
      [
        ['Specialties', rules.specialties.length === 0 ? 'all' : named(rules.specialties)],
        ...exclusions.map((rule, at) => [
          at === 0 ? 'Exclusions' : '',
          `${tellExclusion(rule)}${tellScope(rule, named)}`,
        ]),
        ...describeTerms(rules),
      ],
      '',
    ),
    '',
    'The packet',
    ...alignColumns([PACKET_HEAD, ...packet.map((rule) => packetRow(rule, named))]),
  ];
}

const SERVICE_HEAD = ['SERVICE', 'TAKES', 'PRICE', 'REVIEWERS', 'ASKED FOR'];

function serviceRow(service: ServiceRules): string[] {
  const { code, price, team, reviewers } = service;
  return [
    code,
    tellTurnaround(service),
    tellPrice(price),
    `${reviewers === 0 ? 'any' : reviewers}${team ? ' in a team' : ''}`,
    askedFor(service),
  ];
}

function askedFor({ alone, addOnTo, afterReport }: ServiceRules): string {
  if (addOnTo.length === 0) return 'alone';
  const added = `${afterReport ? 'after the report of' : 'with'} ${addOnTo.join(', ')}`;
  return alone ? `alone, or ${added}` : added;
}

/** Which specialties and conditions an exclusion is about. */
function tellScope({ specialties, conditions }: ExclusionRule, named: (codes: readonly string[]) => string): string {
  const scope = [
    ...(specialties === undefined ? [] : [named(specialties)]),
    ...(conditions ?? []).map(({ codes }) => codes),
  ];
  return scope.length === 0 ? '' : ` (${scope.join(', ')})`;
}

const PACKET_HEAD = ['LEVEL', 'WHAT', 'FOR'];

function packetRow(rule: PacketRule, named: (codes: readonly string[]) => string): string[] {
  const { level, services, specialties } = rule;
  const scope = [
    ...(services === undefined ? [] : [services.join(', ')]),
    ...(specialties === undefined ? [] : [named(specialties)]),
  ];
  return [level, tellPacketItem(rule), scope.length === 0 ? 'all' : scope.join('; in ')];
}

function describeTerms(rules: ProgrammeRules): string[][] {
  const { services, languages, confirmation, payment, information, clock, followUp, thirdOpinion, calendar, video } =
    rules;
  const { read, translatedBy, report, bilingual } = languages;
  const { firstContact } = confirmation;
  return [
    [
      'Records',
      read.length === 0 ? 'in any language' : `in ${read.join(', ')}; others are translated by ${SIDES[translatedBy]}`,
    ],
    ['Report', `in ${report}${bilingual ? ', and in the language of the home side' : ''}${tellForm(rules.report)}`],
    [
      'Advisor',
      `${confirmation.required ? 'confirms the service first' : 'confirms no service'}${firstContact === undefined ? '' : `; gets in touch within ${tellSpan(firstContact)}`}`,
    ],
    ['Payment', tellPayment(payment)],
    [
      'Clock',
      `stands still while the case is with ${clock.pausedBy.length === 0 ? 'nobody' : clock.pausedBy.join(', ')}${clock.warn === undefined ? '' : `; warns ${tellSpan(clock.warn)} before the report is due`}`,
    ],
    ['Missing records', tellInformation(information)],
    ...(services.some(({ code }) => code === 'video-consultation') ? [['Video', tellVideo(video)]] : []),
    ['Third opinion', THIRD[thirdOpinion]],
    ['Follow-up', followUp.length === 0 ? 'none' : `${followUp.map(tellSpan).join(', ')} after the report`],
    ['Working days', `${calendar.workingDays.map((day) => WEEKDAYS[day - 1]!).join(', ')}, in ${calendar.timeZone}`],
    ['Holidays', tellHolidays(calendar.holidays)],
  ];
}

function tellForm({ sections, disclaimer = {} }: ProgrammeRules['report']): string {
  const languages = Object.keys(disclaimer);
  const form = sections === 'required' ? '; in coded sections' : '';
  return `${form}${languages.length === 0 ? '' : `; with the programme's disclaimer (${languages.join(', ')})`}`;
}

const SIDES = { programme: 'the programme', home: 'the home side before it sends them' };

const THIRD = {
  always: 'whenever it is asked for',
  'only-where-differs': 'only where the second differs from the first',
  never: 'never',
};

function tellPayment({ when, coveredBy, expires }: ProgrammeRules['payment']): string {
  if (when === 'none') return 'is not asked for';
  const payers = coveredBy.length === 0 ? '' : `, or cover by ${coveredBy.join(', ')}`;
  return `before the case is accepted${payers}${expires === undefined ? '' : `; closed after ${tellSpan(expires)} without`}`;
}

function tellInformation({ remind, expires }: ProgrammeRules['information']): string {
  const parts = [
    ...(remind.length === 0 ? [] : [`reminded after ${remind.map(tellSpan).join(', ')}`]),
    ...(expires === undefined ? [] : [`closed after ${tellSpan(expires)} without an answer`]),
  ];
  return parts.length === 0 ? 'waited for without an end' : parts.join('; ');
}

function tellVideo({ minutes, localDoctor, summary }: ProgrammeRules['video']): string {
  return `${minutes.join(' to ')} minutes; the home doctor is ${localDoctor}${summary ? '; a written summary follows' : ''}`;
}

function tellHolidays(holidays: readonly string[]): string {
  const until = knownUntil(holidays);
  return until === undefined ? 'none known' : `${holidays.length} days, known until ${until}`;
}

/** What is to be done about the calendar soon, for a programme whose spans go by it. */
export function warnOfCalendar({ calendar, ...rules }: ProgrammeRules, now: Date): string[] {
  if (!countsBusinessDays(rules)) return [];
  const until = knownUntil(calendar.holidays);
  if (until === undefined) return ['No holidays are given: business days are all working days. Add calendar.holidays.'];
  if (Date.parse(until) - now.getTime() > CALENDAR_DAYS * DAY_MS) return [];
  return [`The holidays are known until ${until}. Add the next year to calendar.holidays.`];
}

function countsBusinessDays(rules: unknown): boolean {
  if (typeof rules !== 'object' || rules === null) return false;
  return Object.entries(rules).some(
    ([name, value]) => (name === 'unit' && value === 'business-days') || countsBusinessDays(value),
  );
}
