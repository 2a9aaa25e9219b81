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

/**
 * Who may see a new record: its owner, and everyone (`*`) if it belongs to the directory. Of Organizations only a partner's
 * own is published, under the id it is registered by: nobody can be taken for another.
 */
export function readersOf(ref: string, type: string, owner: string, role: Role): string[] {
  const published =
    type === 'Organization' ? ref === `Organization/${owner}` : role === 'programme' && DIRECTORY_TYPES.has(type);
  return published ? ['*', owner] : [owner];
}
