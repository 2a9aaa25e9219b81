import { permitOf } from '../access/index.ts';
import type { Caller } from '../base/index.ts';
import { parseStored, splitReference } from '../fhir/index.ts';
import type { Reference, Resource } from '../fhir/index.ts';
import type { House } from '../interactions/index.ts';
import { readCaseFacts } from '../store/index.ts';
import type { Announcement, StoredCaseFacts } from '../store/index.ts';
import { TOPICS } from '../subscriptions/index.ts';
import type { CaseFacts, Happening } from '../subscriptions/index.ts';

/** What is announced of cases, as far as there are topics for it. */
export const EVENT_KINDS: readonly string[] = [...new Set(TOPICS.flatMap(({ events }) => events))];

/** An announcement, and what happened where it tells of a case. */
export interface Row extends Announcement {
  readonly told?: Happening['event'];
}

/** The same with all that decides who is told. */
export interface Announced {
  readonly row: Row;
  /** Ids of organisations that may be told of it. */
  readonly readers: readonly string[];
  readonly happening?: Happening;
}

/** What of it somebody is to be told of, if they may see that. */
export interface Wanted extends Announced {
  readonly focus: string;
}

/** As it comes from the outbox. */
export function readRow(row: Announcement): Row {
  return row.event === null ? row : { ...row, told: JSON.parse(row.event) as Happening['event'] };
}

export type FactsById = ReadonlyMap<string, StoredCaseFacts>;

/** The cases of the announcements; each is read as the organisation that placed it. */
export async function readFacts(house: House, rows: readonly Row[], withRequest: boolean): Promise<FactsById> {
  const byPlacer = new Map<string, Set<string>>();
  for (const { told, readers } of rows) {
    if (told === undefined) continue;
    const [placer = ''] = readers;
    byPlacer.set(placer, (byPlacer.get(placer) ?? new Set()).add(told.case));
  }
  const found = new Map<string, StoredCaseFacts>();
  for (const [placer, ids] of byPlacer)
    for (const facts of await readCaseFacts(house.database, placer, [...ids], withRequest)) found.set(facts.id, facts);
  return found;
}

/** Ids of the organisations that bear the costs of its case. */
export function sponsorsOf(facts: FactsById, { told }: Row): readonly string[] {
  return told === undefined ? [] : (facts.get(told.case)?.sponsors ?? []);
}

/** Of a case that is not there any more nobody is told. */
export function toAnnounced(row: Row, facts: FactsById): Announced {
  const { told: event, organization: by, readers } = row;
  if (event === undefined) return { row, readers };
  const stored = facts.get(event.case);
  if (stored === undefined) return { row, readers: [] };
  return { row, readers: [...readers, ...stored.sponsors], happening: { event, by, facts: toFacts(stored) } };
}

function toFacts({ request, specialty, ...facts }: StoredCaseFacts): CaseFacts {
  const resource = request === null ? undefined : parseStored(request);
  const patient = (resource?.subject as Reference | undefined)?.reference;
  const routed = specialty === null ? [] : [{ system: SNOMED_CT, code: specialty }];
  return {
    ...facts,
    ...(patient === undefined ? {} : { patient }),
    specialties: [...specialtiesOf(resource), ...routed],
  };
}

const SNOMED_CT = 'http://snomed.info/sct';

interface Coded {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[];
}

/** Of a request: https://hl7.org/fhir/R4/servicerequest-definitions.html#ServiceRequest.performerType */
function specialtiesOf(request: Resource | undefined): CaseFacts['specialties'] {
  const { coding = [] } = (request?.performerType as Coded | undefined) ?? {};
  return coding.flatMap(({ system, code }) =>
    code === undefined ? [] : [{ code, ...(system === undefined ? {} : { system }) }],
  );
}

/** The two whose case it is see all of its record, as far as their grants reach. */
export function seesAll(house: House, caller: Caller, wanted: readonly Wanted[]): boolean {
  return wanted.every(
    ({ focus, happening }) =>
      happening !== undefined &&
      [happening.facts.placer, happening.facts.programme].includes(caller.organization) &&
      permitOf(house, caller, splitReference(focus)[0], 'r') === 'all',
  );
}
