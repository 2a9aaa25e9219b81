import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../catalogue.ts';
import { codesIn, nodes, referencesOf } from '../tree.ts';

/** Whom a second opinion has to be independent of, as `Type/id`s. */
export interface FirstOpinion {
  /** The first doctors, and whoever wrote a record of the packet: Practitioners and PractitionerRoles. */
  readonly people: ReadonlySet<string>;
  /** Organizations for which the first doctors work. */
  readonly organizations: ReadonlySet<string>;
}

const PACKET_KIND = `${CANONICAL}/CodeSystem/packet-document-kind`;

/** Elements that say who wrote a record of a packet, or answers for what it says. */
const WRITTEN_BY = ['author', 'performer', 'resultsInterpreter', 'interpreter', 'recorder', 'asserter'];

/**
 * Reads who gave the first opinion and who wrote the packet's records.
 * @param records those that the request names, with the PractitionerRoles that they name; none made on the case, since
 *   what its own reviewers write does not stand in their way
 */
export function readFirstOpinion(request: Resource, records: readonly Resource[]): FirstOpinion {
  const people = new Set<string>();
  const organizations = new Set<string>();
  for (const ref of [...referencesOf(request.requester), ...records.filter(isFirstOpinion).flatMap(writersOf)]) {
    (ref.startsWith('Organization/') ? organizations : people).add(ref);
  }
  // Of first doctors the institution counts as well; that of whoever made a laboratory test does not.
  for (const role of rolesAmong(records, people)) {
    for (const ref of referencesOf(role.organization)) organizations.add(ref);
  }
  for (const ref of records.flatMap(writersOf)) if (!ref.startsWith('Organization/')) people.add(ref);
  for (const role of rolesAmong(records, people)) {
    for (const ref of referencesOf(role.practitioner)) people.add(ref);
  }
  return { people, organizations };
}

function rolesAmong(records: readonly Resource[], people: ReadonlySet<string>): Resource[] {
  return records.filter(
    ({ resourceType, id }) => resourceType === 'PractitionerRole' && people.has(`${resourceType}/${id ?? ''}`),
  );
}

function isFirstOpinion({ category }: Resource): boolean {
  return nodes(category).some((one) => codesIn(one, PACKET_KIND).includes('first-opinion'));
}

function writersOf(record: Resource): string[] {
  return WRITTEN_BY.flatMap((name) =>
    // Procedure.performer.actor; elsewhere the reference stands in the element itself.
    nodes(record[name]).flatMap((one) => [...referencesOf(one), ...referencesOf(one.actor)]),
  ).filter((ref) => /^(Practitioner|PractitionerRole|Organization)\//.test(ref));
}
