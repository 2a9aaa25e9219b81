/**
 * Scopes that say who is there and what is in front of them, and are about no record. `launches` and `admin`, which are
 * for services, are not among them. https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
 */
export const IDENTITY_SCOPES = [
  'openid',
  'fhirUser',
  'profile',
  'launch',
  'launch/patient',
  'launch/encounter',
  'offline_access',
  'online_access',
] as const;

/** Whether these scopes mean a patient: one has to be in context then. */
export function needsPatient(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope === 'launch/patient' || scope.startsWith('patient/'));
}
