import type { Issue } from '../../base/index.ts';
import { addSpan } from '../clock/calendar.ts';
import type { PacketItem, PacketRule, ProgrammeRules } from '../programme/rules.ts';
import { NIL_KNOWN } from './absences.ts';
import { lastDay } from './dates.ts';
import { languageIssues } from './language-issues.ts';
import type { CheckFor, Packet } from './packet.ts';
import { termIssues } from './terms.ts';
import { transferIssues } from './transfer.ts';
import { tellHow, WANTED } from './wanted.ts';

/**
 * All that there is to say about a packet under a programme's rules, each with how to mend it: an error for what is
 * required, a warning for what is advised, information about what comes. Keys are `packet-` with the item,
 * `document-language`, `consent-standing`, `transfer-basis`, `cover`, `price-band`, `expected-date` and `specialty-not-offered`.
 */
export function checkPacket(rules: ProgrammeRules, packet: Packet, asked: CheckFor): Issue[] {
  const items = Map.groupBy(rulesFor(rules, packet, asked), ({ item }) => item);
  const { consent = [], ...others } = Object.fromEntries(
    [...items].map(([item, list]) => [item, itemIssues(rules, packet, list)]),
  );
  // A consent that is there and does not count is told of as that, and not as one that is missing.
  const asking = packet.consents.length === 0 ? consent : [];
  return [
    ...Object.values(others).flat(),
    ...asking,
    ...transferIssues(rules, packet, items.get('consent')?.some(isRequired) === true, asking.length > 0),
    ...languageIssues(rules, packet),
    ...termIssues(rules, packet, asked),
  ];
}

/** Those that hold for the service and specialty, with this packet; what is required goes before what is advised. */
function rulesFor(rules: ProgrammeRules, packet: Packet, { service, specialty }: CheckFor): PacketRule[] {
  const holding = rules.packet.filter(
    (rule) =>
      (rule.services === undefined || (service !== undefined && rule.services.includes(service))) &&
      (rule.specialties === undefined || (specialty !== undefined && rule.specialties.includes(specialty))) &&
      (rule.onlyWith === undefined || WITH[rule.onlyWith](packet)),
  );
  return [...holding.filter(isRequired), ...holding.filter((rule) => !isRequired(rule))];
}

const WITH: Readonly<Record<NonNullable<PacketRule['onlyWith']>, (packet: Packet) => boolean>> = {
  operation: (packet) => packet.tellsOperation || holds(packet, 'operative-report'),
  imaging: (packet) => holds(packet, 'imaging') || holds(packet, 'imaging-report'),
  pathology: (packet) => holds(packet, 'pathology-slides') || holds(packet, 'pathology-report'),
};

function isRequired({ level }: PacketRule): boolean {
  return level === 'required';
}

function holds({ entries }: Packet, item: PacketItem): boolean {
  return entries.some((entry) => entry.item === item);
}

/** What the first of an item's rules has to say that has anything to say: the others would say it less firmly. */
function itemIssues(rules: ProgrammeRules, packet: Packet, list: readonly PacketRule[]): Issue[] {
  for (const rule of list) {
    const issues = judge(rules, packet, rule);
    if (issues.length > 0) return issues;
  }
  return [];
}

function judge(rules: ProgrammeRules, packet: Packet, rule: PacketRule): Issue[] {
  const { item } = rule;
  if (!holds(packet, item)) return missing(packet, rule);
  return [...tooOld(rules, packet, rule), ...withoutReport(packet, rule)];
}

function toIssue({ item, level }: PacketRule, code: string, text: string, expression?: string): Issue {
  const severity = level === 'required' ? 'error' : 'warning';
  const place =
    expression ?? (item === 'condition' ? 'ServiceRequest.reasonReference' : 'ServiceRequest.supportingInfo');
  return { severity, code, key: `packet-${item}`, text, expression: place };
}

function missing(packet: Packet, rule: PacketRule): Issue[] {
  const { item } = rule;
  const absences = packet.absences.filter((absence) => absence.item === item);
  const { what } = WANTED[item];
  if (absences.some(({ reason }) => reason === NIL_KNOWN)) return [];
  const [absence] = absences;
  const wanted = isRequired(rule) ? 'This is required' : 'This is advised, and not required';
  if (absence === undefined) {
    return [
      toIssue(rule, 'required', `The packet does not have ${what}${whyAsked(rule)}. ${wanted}. ${tellHow(item)}`),
    ];
  }
  const said = `${absence.ref} says of ${what} that the reason why it is not there is ${absence.reason}`;
  if (isRequired(rule)) {
    return [toIssue(rule, 'incomplete', `${said}. ${wanted}: only nilknown answers it. ${tellHow(item)}`)];
  }
  const text = `${said}. ${wanted}: the opinion will say so.`;
  return [{ severity: 'information', code: 'informational', key: `packet-${item}`, text }];
}

function whyAsked({ onlyWith, item }: PacketRule): string {
  if (onlyWith === 'imaging') return item === 'imaging' ? ', but a report on it' : ', but the images';
  if (onlyWith === 'pathology') return item === 'pathology-slides' ? ', but a report on them' : ', but the slides';
  return onlyWith === 'operation' ? ', although it speaks of an operation' : '';
}

/** The newest record counts; where none says when that was, nobody can tell. */
function tooOld({ calendar }: ProgrammeRules, packet: Packet, rule: PacketRule): Issue[] {
  const { item, notOlderThan } = rule;
  if (notOlderThan === undefined) return [];
  const own = packet.entries.filter((entry) => entry.item === item);
  const dated = own.flatMap(({ date, ref }) => {
    const day = lastDay(date ?? '');
    return day === undefined ? [] : [{ day, ref }];
  });
  const { what } = WANTED[item];
  const limit = `${notOlderThan.amount} ${notOlderThan.unit}`;
  if (dated.length === 0) {
    const text = `Nothing says of when ${what} is, which must not be older than ${limit}. Give the record its date (in a DocumentReference date or context.period).`;
    return [{ ...toIssue(rule, 'incomplete', text, packet.places.get(own[0]?.ref ?? '')), severity: 'warning' }];
  }
  const newest = dated.reduce((a, b) => (b.day > a.day ? b : a));
  const until = addSpan(`${newest.day}T23:59:59.999Z`, notOlderThan, calendar);
  if (Date.parse(until) >= Date.parse(packet.at)) return [];
  const text = `The newest that the packet has for ${what}, ${newest.ref}, is older than ${limit}. ${tellHow(item)}`;
  return [toIssue(rule, 'incomplete', text, packet.places.get(newest.ref))];
}

/** Each report names what it is on: then a study that none of them names has none. */
function withoutReport(packet: Packet, rule: PacketRule): Issue[] {
  const studies = STUDIES[rule.item]?.(packet) ?? [];
  return studies.map((ref) => {
    const text = `${ref} comes without its report: those of the packet are on others. ${tellHow(rule.item)}`;
    return toIssue(rule, 'incomplete', text, packet.places.get(ref));
  });
}

const STUDIES: Readonly<Partial<Record<PacketItem, (packet: Packet) => readonly string[]>>> = {
  'imaging-report': ({ unreported }) => unreported.imaging,
  'pathology-report': ({ unreported }) => unreported.pathology,
};
