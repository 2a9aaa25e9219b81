import type { Role } from '../base/index.ts';

/** Types of the directory: partners' own Organizations, and programmes' services, forms and reviewers' credentials. */
export const DIRECTORY_TYPES: ReadonlySet<string> = new Set([
  'Organization',
  'HealthcareService',
  'Practitioner',
  'PractitionerRole',
  'Questionnaire',
  'ActivityDefinition',
  'PlanDefinition',
  'Location',
]);

/** Types of the guide's artefacts, which the server itself publishes. */
export const GUIDE_TYPES: ReadonlySet<string> = new Set([
  'CapabilityStatement',
  'CodeSystem',
  'ConceptMap',
  'ImplementationGuide',
  'NamingSystem',
  'OperationDefinition',
  'Questionnaire',
  'SearchParameter',
  'StructureDefinition',
  'ValueSet',
]);

/** Types of which some records may be everyone's to see. */
export const SHARED_TYPES: ReadonlySet<string> = new Set([...DIRECTORY_TYPES, ...GUIDE_TYPES]);

/**
 * Who may see a new record: its owner, and everyone (`*`) if it belongs to the directory or the guide. Of Organizations only a partner's
 * own is published, under the id it is registered by: nobody can be taken for another.
 */
export function readersOf(ref: string, type: string, owner: string, role: Role): string[] {
  return isPublished(ref, type, owner, role) ? ['*', owner] : [owner];
}

function isPublished(ref: string, type: string, owner: string, role: Role): boolean {
  if (type === 'Organization') return ref === `Organization/${owner}`;
  if (role === 'server') return GUIDE_TYPES.has(type);
  return role === 'programme' && DIRECTORY_TYPES.has(type);
}
