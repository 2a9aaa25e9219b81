import type { Issue } from '../../base/index.ts';
import type { Resource } from '../../fhir/index.ts';
import { refusal } from '../refusal.ts';
import { nodes } from '../tree.ts';

/** https://hl7.org/fhir/extensions/StructureDefinition-extension-Appointment.virtualService.html */
export const VIRTUAL_SERVICE = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';

/** What stands against where on the net a booked visit takes place. */
export function linkIssues(appointment: Resource): Issue[] {
  const addresses = nodes(appointment.extension)
    .filter(({ url }) => url === VIRTUAL_SERVICE)
    .flatMap(({ extension }) => nodes(extension).filter(({ url }) => url === 'address'));
  if (addresses.some(({ valueUrl, valueString }) => isSecure(valueUrl) || isSecure(valueString))) return [];
  const told = `A booked video consultation says where it takes place: extension ${VIRTUAL_SERVICE} with an https address.`;
  return [refusal('required', 'visit-link', told, 'Appointment.extension')];
}

function isSecure(address: unknown): boolean {
  return typeof address === 'string' && URL.canParse(address) && new URL(address).protocol === 'https:';
}
