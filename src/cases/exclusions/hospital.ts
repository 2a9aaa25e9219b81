import type { Resource } from '../../fhir/index.ts';
import { answersTo } from '../packet/items.ts';
import { coded, codings, inSystem, SNOMED } from '../packet/codings.ts';
import type { Node } from '../tree.ts';
import { nodes, referencesOf, text } from '../tree.ts';
import type { Glance, Telling } from './finding.ts';
import { refOf } from '../packet/ref-of.ts';

const ROLE = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';

/** Classes of stays in a hospital. http://terminology.hl7.org/CodeSystem/v3-ActCode */
const STAYS: ReadonlySet<string> = new Set(
  inSystem('http://terminology.hl7.org/CodeSystem/v3-ActCode', ['IMP', 'ACUTE', 'NONAC', 'EMER', 'OBSENC', 'SS']),
);
/** Somebody who has come, and has not gone: who is on leave comes back. */
const PRESENT: ReadonlySet<unknown> = new Set(['arrived', 'triaged', 'in-progress', 'onleave']);
const INTENSIVE: ReadonlySet<string> = new Set([
  ...inSystem(ROLE, ['ICU', 'CCU', 'PEDICU', 'PEDNICU', 'NCCS']),
  ...inSystem(SNOMED, ['309904001', '309905000', '309907008', '309910001', '405269005', '418433008', '441994008']),
]);
const LEFT: ReadonlySet<unknown> = new Set(['planned', 'reserved', 'completed']);

/** A stay in hospital that goes on, or the home side says so in the form. */
export function tellsInpatient({ records, now }: Glance): Telling | undefined {
  const stay = records.find((record) => isPresentStay(record, now));
  return stay === undefined ? affirmed(records, ['in-hospital', 'intensive-care']) : { told: refOf(stay) };
}

/** A visit that goes on in an intensive care unit, or the home side says so in the form. */
export function tellsIntensiveCare({ records, now }: Glance): Telling | undefined {
  const units = new Set(records.filter(isIntensiveUnit).map(refOf));
  const stay = records.find((record) => isPresent(record, now) && isInUnit(record, units, now));
  return stay === undefined ? affirmed(records, ['intensive-care']) : { told: refOf(stay) };
}

function isPresentStay(record: Resource, now: string): boolean {
  return isPresent(record, now) && coded(record.class).some((code) => STAYS.has(code));
}

function isPresent({ resourceType, status, period }: Resource, now: string): boolean {
  return resourceType === 'Encounter' && PRESENT.has(status) && !nodes(period).some((one) => isOver(one, now));
}

/** An end that has passed says more than a status that nobody has changed since. */
function isOver({ end }: Node, now: string): boolean {
  const over = text(end);
  return (
    over !== undefined && (over.length > 10 ? Date.parse(over) <= Date.parse(now) : over < now.slice(0, over.length))
  );
}

function isIntensiveUnit({ resourceType, type, physicalType }: Resource): boolean {
  return resourceType === 'Location' && codings([type, physicalType].flat()).some((code) => INTENSIVE.has(code));
}

function isInUnit(encounter: Resource, units: ReadonlySet<string>, now: string): boolean {
  return nodes(encounter.location)
    .filter(({ status, period }) => !LEFT.has(status) && !nodes(period).some((one) => isOver(one, now)))
    .some(
      ({ location, physicalType }) =>
        referencesOf(location).some((ref) => units.has(ref)) ||
        codings(physicalType).some((code) => INTENSIVE.has(code)),
    );
}

function affirmed(records: readonly Resource[], questions: readonly string[]): Telling | undefined {
  const form = records.find((record) =>
    questions.some((linkId) => answersTo(record, linkId).some(({ valueBoolean }) => valueBoolean === true)),
  );
  return form === undefined ? undefined : { told: refOf(form) };
}
