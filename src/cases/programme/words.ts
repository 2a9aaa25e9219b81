import { EXCLUSIONS, PACKET_ITEMS } from './names.ts';
import type { ExclusionRule, PacketRule, PriceBand, ServiceRules, Span, Turnaround } from './rules.ts';

const UNITS: Readonly<Record<Span['unit'], readonly [one: string, many: string]>> = {
  hours: ['hour', 'hours'],
  days: ['day', 'days'],
  'business-days': ['business day', 'business days'],
  weeks: ['week', 'weeks'],
};

/** `28 days`, `1 business day` */
export function tellSpan({ amount, unit }: Span): string {
  return `${amount} ${UNITS[unit][amount === 1 ? 0 : 1]}`;
}

const FROM: Readonly<Record<Turnaround['from'], string>> = {
  submission: 'from submission',
  complete: 'from complete materials',
};

/** `2 to 4 weeks from complete materials`; of a service without one `by agreement`. */
export function tellTurnaround({ turnaround }: Pick<ServiceRules, 'turnaround'>): string {
  if (turnaround === undefined) return 'by agreement';
  const { from, least } = turnaround;
  return `${least === undefined ? '' : `${least} to `}${tellSpan(turnaround)} ${FROM[from]}`;
}

/** `USD 400 to 800`, `USD 300`, `free of charge`; without one `on request`. */
export function tellPrice(price: PriceBand | undefined): string {
  if (price === undefined) return 'on request';
  const { currency, low, high } = price;
  if (high === 0) return 'free of charge';
  return `${currency} ${low}${high === low ? '' : ` to ${high}`}`;
}

const ACTIONS: Readonly<Record<ExclusionRule['action'], string>> = {
  refuse: 'Refused',
  caution: 'Taken with caution',
  advise: 'Taken with advice',
};

/** `Refused: surgery or treatment within the past 28 days, unless the placer overrides it with a reason` */
export function tellExclusion({ code, action, override, within }: ExclusionRule): string {
  const past = within === undefined ? '' : ` within the past ${tellSpan(within)}`;
  const unless = override === 'placer' ? ', unless the placer overrides it with a reason' : '';
  return `${ACTIONS[action]}: ${EXCLUSIONS[code]}${past}${unless}`;
}

const ONLY_WITH: Readonly<Record<NonNullable<PacketRule['onlyWith']>, string>> = {
  operation: 'after an operation',
  imaging: 'with imaging',
  pathology: 'with pathology',
};

/** `laboratory results, not older than 90 days`; for which services and specialties is not said. */
export function tellPacketItem({ item, onlyWith, notOlderThan }: PacketRule): string {
  const when = onlyWith === undefined ? '' : ` ${ONLY_WITH[onlyWith]}`;
  return `${PACKET_ITEMS[item]}${when}${notOlderThan === undefined ? '' : `, not older than ${tellSpan(notOlderThan)}`}`;
}

/** The last day until which holidays are known: the end of the year of the last one; undefined where there is none. */
export function knownUntil(holidays: readonly string[]): string | undefined {
  const last = holidays.toSorted().at(-1);
  return last === undefined ? undefined : `${last.slice(0, 4)}-12-31`;
}
