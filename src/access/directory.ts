import type { Role } from '../base/index.ts';

/** Types of which a programme's records are published to every partner: its services, forms and reviewers' credentials. */
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
 * Who may see a new record: its owner, and everyone (`*`) if it belongs to the directory. A partner's own Organization
 * is published whatever its role; other organisations that a placer sends stay the placer's.
 */
export function readersOf(ref: string, type: string, owner: string, role: Role): string[] {
  const published = ref === `Organization/${owner}` || (role === 'programme' && DIRECTORY_TYPES.has(type));
  return published ? ['*', owner] : [owner];
}
