import type { Issue } from '../../base/index.ts';
import { addSpan, localDay } from '../clock/calendar.ts';
import type { PriceBand, ProgrammeRules, ServiceRules, Turnaround } from '../programme/rules.ts';
import type { CheckFor, Packet, PacketCover } from './packet.ts';

/**
 * Who pays, how much, and until when: what the home side has to know before it sends. Nothing of a service that is not
 * offered, and of programmes that have given no rules.
 */
export function termIssues(rules: ProgrammeRules, packet: Packet, asked: CheckFor): Issue[] {
  const service = rules.services.find(({ code }) => code === asked.service);
  if (service === undefined || rules.programme === '') return [];
  return [
    ...specialtyIssues(rules, service, asked.specialty),
    ...coverIssues(rules, packet),
    inform('price-band', `The price of ${quote(service)} is ${tellPrice(service.price)}.${tellPayer(rules, packet)}`),
    ...dateIssues(rules, packet, service, asked.now),
  ];
}

function specialtyIssues(rules: ProgrammeRules, service: ServiceRules, specialty: string | undefined): Issue[] {
  const given = service.specialties.length > 0 ? service.specialties : rules.specialties;
  if (specialty === undefined || given.length === 0 || given.includes(specialty)) return [];
  const text = `The programme does not give ${quote(service)} in this specialty: its coordinator will look for another way. It gives it in ${given.join(', ')} of http://snomed.info/sct.`;
  const expression = 'ServiceRequest.performerType';
  return [{ severity: 'warning', code: 'business-rule', key: 'specialty-not-offered', text, expression }];
}

function coverIssues({ payment }: ProgrammeRules, { covers, places }: Packet): Issue[] {
  if (payment.when === 'none') return [];
  return covers.flatMap((cover) => {
    const wrong = faultOf(cover, payment.coveredBy);
    if (wrong === undefined) return [];
    const place = places.get(cover.ref);
    const text = `${cover.ref} ${wrong}`;
    return [{ severity: 'warning', code: 'business-rule', key: 'cover', text, ...(place && { expression: place }) }];
  });
}

function faultOf({ kinds, isCurrent }: PacketCover, accepted: readonly string[]): string | undefined {
  if (!isCurrent) return 'does not stand today. Send a Coverage with status active and a period that goes on.';
  if (kinds.length === 0) {
    return 'does not say who pays. Give Coverage.type a code of https://consilium.example/fhir/CodeSystem/payer-kind.';
  }
  if (kinds.some((kind) => accepted.includes(kind))) return undefined;
  const others = accepted.length === 0 ? 'no cover' : `cover of ${accepted.join(', ')}`;
  return `is of a kind of payer whose cover this programme does not take; it takes ${others}. It is to be paid otherwise.`;
}

function tellPayer({ payment }: ProgrammeRules, { covers }: Packet): string {
  if (payment.when === 'none') return '';
  const good = covers.find((cover) => faultOf(cover, payment.coveredBy) === undefined);
  if (good !== undefined) return ` It is covered by ${good.ref}, if the payer agrees.`;
  const kinds = payment.coveredBy.filter((kind) => kind !== 'patient');
  const or = kinds.length === 0 ? '' : `, or name a Coverage of ${kinds.join(', ')} in ServiceRequest.insurance`;
  return ` It is paid before the case is accepted: wait for the invoice${or}.`;
}

function dateIssues(
  { calendar, payment }: ProgrammeRules,
  packet: Packet,
  service: ServiceRules,
  now: string,
): Issue[] {
  const { turnaround } = service;
  if (turnaround === undefined) return [inform('expected-date', `For ${quote(service)} no date is promised.`)];
  const span = tellSpan(turnaround);
  if (turnaround.from === 'submission') {
    const day = localDay(addSpan(packet.at, turnaround, calendar), calendar);
    return [inform('expected-date', `The report is expected on ${day}: ${span} after the request is sent.`)];
  }
  const day = localDay(addSpan(now, turnaround, calendar), calendar);
  const all = payment.when === 'none' ? 'all records' : 'all records and the payment';
  const text = `The report is expected ${span} after ${all} are there: on ${day} if that were now.`;
  return [inform('expected-date', text)];
}

function tellPrice(price: PriceBand | undefined): string {
  if (price === undefined) return 'told on request';
  const { low, high, currency } = price;
  return low === high ? `${low} ${currency}` : `${low} to ${high} ${currency}`;
}

function tellSpan({ amount, unit, least }: Turnaround): string {
  const name = unit.replace('-', ' ');
  const from = least === undefined ? '' : `${least} to `;
  return `${from}${amount} ${amount === 1 ? name.slice(0, -1) : name}`;
}

function quote({ title }: ServiceRules): string {
  return `“${title}”`;
}

function inform(key: string, text: string): Issue {
  return { severity: 'information', code: 'informational', key, text };
}
