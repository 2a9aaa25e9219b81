import type { Resource } from '../../fhir/index.ts';
import { addSpan } from '../clock/calendar.ts';
import { codings } from '../packet/codings.ts';
import { dateOf, lastDay } from '../packet/dates.ts';
import { answersTo } from '../packet/items.ts';
import type { Span } from '../programme/rules.ts';
import { referencesOf, text } from '../tree.ts';
import { isAntineoplastic } from './antineoplastics.ts';
import type { Glance, Telling } from './finding.ts';
import { refOf } from '../packet/ref-of.ts';
import { kindOfProcedure } from './procedures.ts';

const FOUR_WEEKS: Span = { amount: 28, unit: 'days' };
const DONE: ReadonlySet<unknown> = new Set(['completed', 'stopped']);
const GOING_ON: ReadonlySet<unknown> = new Set(['in-progress', 'on-hold']);

/**
 * Surgery, chemotherapy, radiotherapy or another treatment within the rule's span, or one that goes on. A day that is the
 * span ago is not recent any more; of a month that is told alone the last day counts.
 */
export function tellsRecentTreatment(glance: Glance): Telling | undefined {
  const { records } = glance;
  const drugs = new Set(records.filter(isDrug).map(refOf));
  const treatment = records.find((record) => {
    if (!isTreatment(record, drugs)) return false;
    if (GOING_ON.has(record.status)) return true;
    return DONE.has(record.status) && isRecent(dateOf(record), glance);
  });
  const told = treatment ?? records.find((record) => datesIn(record).some((date) => isRecent(date, glance)));
  return told === undefined ? undefined : { told: refOf(told) };
}

function isTreatment(record: Resource, drugs: ReadonlySet<string>): boolean {
  switch (record.resourceType) {
    case 'Procedure': {
      const kind = kindOfProcedure(record);
      return kind !== undefined && kind !== 'diagnostic';
    }
    case 'MedicationAdministration':
      return (
        codings(record.medicationCodeableConcept).some(isAntineoplastic) ||
        referencesOf(record.medicationReference).some((ref) => drugs.has(ref))
      );
    default:
      return false;
  }
}

function isDrug({ resourceType, code }: Resource): boolean {
  return resourceType === 'Medication' && codings(code).some(isAntineoplastic);
}

function isRecent(date: string | undefined, { rule, rules, now }: Glance): boolean {
  const day = lastDay(date ?? '');
  if (day === undefined) return false;
  const until = addSpan(`${day}T00:00:00.000Z`, rule.within ?? FOUR_WEEKS, rules.calendar);
  return Date.parse(until) > Date.parse(now);
}

/** The date of the last treatment that the home side gives in the form. */
function datesIn(record: Resource): string[] {
  return answersTo(record, 'recent-treatment').flatMap(({ valueDate }) => text(valueDate) ?? []);
}
