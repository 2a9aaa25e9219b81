import { collectReferences, localReference } from '../../fhir/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { nodes } from '../elements.ts';
import type { Node } from '../elements.ts';

/**
 * By which elements a document goes on from a record of each type. A type that is not here ends the way: of the request
 * only who asked, and never the packet that it names.
 */
const LINKS: Readonly<Record<string, readonly string[]>> = {
  Composition: ['subject', 'encounter', 'author', 'attester.party', 'custodian', 'event.detail'],
  DiagnosticReport: ['subject', 'basedOn', 'resultsInterpreter', 'performer', 'result'],
  ServiceRequest: ['subject', 'requester'],
  Task: ['requester', 'owner'],
  PractitionerRole: ['practitioner', 'organization'],
  Observation: ['performer', 'derivedFrom', 'focus', 'hasMember'],
  CarePlan: ['author', 'addresses', 'goal', 'activity.reference'],
  Provenance: ['agent.who', 'agent.onBehalfOf'],
  Claim: ['provider', 'enterer', 'insurer', 'insurance.coverage'],
  Coverage: ['payor'],
  MedicationRequest: ['medicationReference'],
  MedicationStatement: ['medicationReference'],
};

/** `Type/id`s of the records to which a document goes on from this one, in the order in which it names them. */
export function linksOf(record: Resource): string[] {
  const links = (LINKS[record.resourceType] ?? []).flatMap((path) => referencesAt(record, path.split('.')));
  const named =
    record.resourceType === 'Composition' ? [...links, ...nodes(record.section).flatMap(sectionLinks)] : links;
  // Bytes are no part of what is read and signed.
  return [...new Set(named)].filter((ref) => !ref.startsWith('Binary/'));
}

/** What a section names, with its parts. */
export function sectionLinks(section: Node): string[] {
  const own = ['author', 'focus', 'entry'].flatMap((name) => referencesAt(section, [name]));
  return [...own, ...nodes(section.section).flatMap(sectionLinks)];
}

function referencesAt(holder: Node, [name, ...rest]: readonly string[]): string[] {
  if (name === undefined) {
    const ref = localReference(holder.reference);
    return ref === undefined ? [] : [ref];
  }
  return nodes(holder[name]).flatMap((one) => referencesAt(one, rest));
}

/** Whether a record is, or speaks of, another patient than the document's. */
export function isOfAnother(record: Resource, patient: string | undefined): boolean {
  if (refOf(record) === patient) return false;
  if (record.resourceType === 'Patient') return true;
  return collectReferences(record).some((ref) => ref.startsWith('Patient/') && ref !== patient);
}

export function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id ?? ''}`;
}
