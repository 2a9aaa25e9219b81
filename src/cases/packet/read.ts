import type { Resource } from '../../fhir/index.ts';
import { kindOfProcedure } from '../exclusions/procedures.ts';
import type { PacketItem } from '../programme/rules.ts';
import { nodes, referencesOf } from '../tree.ts';
import { statedAbsence } from './absences.ts';
import { codings } from './codings.ts';
import { consentOf, coverOf } from './cover.ts';
import { dateOf } from './dates.ts';
import { itemsOf } from './items.ts';
import { documentOf } from './languages.ts';
import { madeOnCase } from './made.ts';
import { refOf } from './ref-of.ts';
import type { Packet, PacketAbsence, PacketEntry } from './packet.ts';
import type { Read } from './pairs.ts';
import { reportedBy, unreported } from './pairs.ts';
import { readSections } from './sections.ts';
import type { Named } from './unwrap.ts';
import { unwrap } from './unwrap.ts';

/** Elements of the request by which records come with it. */
const NAMED_IN = ['supportingInfo', 'reasonReference', 'insurance', 'specimen'];
const EXECUTED: ReadonlySet<unknown> = new Set(['executed', 'renewed', 'policy']);
const WITHDRAWN: ReadonlySet<unknown> = new Set(['entered-in-error', 'superseded']);
const OPERATED: ReadonlySet<unknown> = new Set(['completed', 'stopped', 'in-progress']);

/**
 * What of a case's record speaks for what: documents by what they are said to be, structured records by their type, and
 * both within documents such as an International Patient Summary. Records of other patients, and what was made on the case
 * as its answer, say nothing.
 * @param records of the case as far as they may be seen; references in them are literal ones
 * @param at instant when the request was sent, or would be
 * @param now instant: what has to stand has to stand now
 */
export function readPacket(request: Resource, records: readonly Resource[], at: string, now: string = at): Packet {
  const [patient = ''] = referencesOf(request.subject);
  const made = madeOnCase(request, records);
  const own = records.filter((record) => !made.has(refOf(record)) && isOf(record, patient));
  const places = placesIn(request);
  const all = readItems(unwrap(own), new Set(places.keys()));
  const sections = all.flatMap(({ record, ref, within }) =>
    record.resourceType === 'List' || record.resourceType === 'Composition'
      ? [{ record, ref: within ?? ref, ...readSections(record, within ?? ref) }]
      : [],
  );
  const stated = all.flatMap(({ record, ref, within }) => statedAbsence(record, within ?? ref) ?? []);
  const consents = ofType(own, 'Consent').flatMap((one) => consentOf(one, refOf(one), patient, now) ?? []);
  const insured = new Set(referencesOf(request.insurance));
  return {
    at,
    entries: [
      ...all.flatMap(({ record, ref, within, items }) => toEntries(items, within ?? ref, record)),
      ...sections.flatMap(({ record, ref, items }) => toEntries(items, ref, record)),
      ...(codings(request.reasonCode).length > 0 ? toEntries(['condition'], refOf(request), request) : []),
      ...consents.flatMap(({ ref, standing }): PacketEntry[] =>
        standing === 'given' ? [{ item: 'consent', ref }] : [],
      ),
    ],
    absences: [...stated, ...sections.flatMap(({ absences }): readonly PacketAbsence[] => absences)],
    documents: all.flatMap(({ record, ref, within }) =>
      WITHDRAWN.has(record.status) ? [] : (documentOf(record, within ?? ref) ?? []),
    ),
    covers: ofType(own, 'Coverage').flatMap((one) => (insured.has(refOf(one)) ? coverOf(one, refOf(one), now) : [])),
    consents,
    contracts: ofType(records, 'Contract').flatMap((one) => (EXECUTED.has(one.status) ? refOf(one) : [])),
    tellsOperation: all.some(({ record }) => isOperation(record)),
    unreported: {
      imaging: unreported(all, 'imaging', 'imaging-report'),
      pathology: unreported(all, 'pathology-slides', 'pathology-report'),
    },
    places,
  };
}

function ofType(records: readonly Resource[], type: string): Resource[] {
  return records.filter(({ resourceType }) => resourceType === type);
}

function isOf(record: Resource, patient: string): boolean {
  const whose = [record.subject, record.patient, record.beneficiary].flatMap(referencesOf);
  return whose.every((ref) => ref === patient || !ref.startsWith('Patient/'));
}

/** By the `Type/id`s that the request names; slides are told from tubes of blood by the report that examines them, too. */
function readItems(all: readonly Named[], named: ReadonlySet<string>): Read[] {
  const first = all.map((one): Read => ({ ...one, items: itemsIn(one, { named, examined: new Set() }) }));
  const reports = first.filter(({ items }) => items.includes('pathology-report'));
  const examined = new Set(reports.flatMap(({ record }) => reportedBy(record)));
  return first.map((one) =>
    one.record.resourceType === 'Specimen' ? { ...one, items: itemsIn(one, { named, examined }) } : one,
  );
}

function itemsIn({ record, ref }: Named, around: Parameters<typeof itemsOf>[2]): readonly PacketItem[] {
  return statedAbsence(record, ref) === undefined ? itemsOf(record, ref, around) : [];
}

function toEntries(items: readonly PacketItem[], ref: string, record: Resource): PacketEntry[] {
  const date = dateOf(record);
  return items.map((item) => ({ item, ref, ...(date === undefined ? {} : { date }) }));
}

function isOperation(record: Resource): boolean {
  return record.resourceType === 'Procedure' && OPERATED.has(record.status) && kindOfProcedure(record) === 'surgery';
}

function placesIn(request: Resource): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const name of NAMED_IN) {
    for (const [index, one] of nodes(request[name]).entries())
      for (const ref of referencesOf(one)) places.set(ref, `ServiceRequest.${name}[${index}]`);
  }
  return places;
}
