import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import { SERVICES, SERVICE_SYSTEM } from './catalogue.ts';
import { isSecondOpinionRequest } from './intake.ts';
import { referencesOf } from './tree.ts';

/**
 * What there is to say of an active request to a programme that opens no case because of its code: it is taken as the
 * plain order that it is, and whoever meant a second opinion would wait in vain.
 * @param programmes ids of organisations
 */
export function unopenedIssues(request: Resource, programmes: readonly string[]): Issue[] {
  if (!mayBeMissed(request)) return [];
  const performers = referencesOf(request.performer);
  if (!programmes.some((id) => performers.includes(`Organization/${id}`))) return [];
  const codes = SERVICES.map(({ code }) => code).join(', ');
  return [
    {
      severity: 'warning',
      code: 'business-rule',
      key: 'no-case-opened',
      text: `This opens no case: the request names a programme as performer, but its code is not of ${SERVICE_SYSTEM}. If a second opinion is wanted, add a coding of that system with one of ${codes}.`,
      expression: 'ServiceRequest.code',
    },
  ];
}

/** Whether a request could be meant as one that opens a case: asked before the programmes are looked up. */
export function mayBeMissed(request: Resource): boolean {
  const { resourceType, status, performer } = request;
  return (
    resourceType === 'ServiceRequest' &&
    status === 'active' &&
    !isSecondOpinionRequest(request) &&
    referencesOf(performer).some((ref) => ref.startsWith('Organization/'))
  );
}
