import { codings, inSystem, SNOMED } from '../packet/codings.ts';
import type { Glance, Telling } from './finding.ts';
import { refOf } from '../packet/ref-of.ts';

/** Codes by which a request says that it is about an emergency. */
const EMERGENCY: ReadonlySet<string> = new Set([
  ...inSystem('http://terminology.hl7.org/CodeSystem/v3-ActPriority', ['EM', 'S']),
  ...inSystem('http://terminology.hl7.org/CodeSystem/v3-ActCode', ['EMER']),
  ...inSystem(SNOMED, ['25876001', '49499008', '183452005', '50849002', '4525004']),
]);
const SAID_IN = ['category', 'reasonCode', 'orderDetail', 'locationCode'];
const PRESSING: ReadonlySet<unknown> = new Set(['asap', 'urgent']);

/** Priority stat; or a pressing one with a code of emergency in the request. */
export function tellsEmergency({ request }: Glance): Telling | undefined {
  if (request.priority === 'stat') return { told: refOf(request), expression: 'ServiceRequest.priority' };
  if (!PRESSING.has(request.priority)) return undefined;
  const place = SAID_IN.find((name) => codings(request[name]).some((code) => EMERGENCY.has(code)));
  return place === undefined ? undefined : { told: refOf(request), expression: `ServiceRequest.${place}` };
}
