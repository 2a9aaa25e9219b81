import type { Issue } from '../base/index.ts';
import type { Resource } from '../fhir/index.ts';
import { SERVICES, SERVICE_SYSTEM } from './catalogue.ts';
import { refusal } from './refusal.ts';
import type { Node } from './tree.ts';
import { codesIn, nodes, referencesOf, text } from './tree.ts';

export const IDENTIFIER_TYPE_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v2-0203';

const SERVICE_CODES: ReadonlySet<string> = new Set(SERVICES.map((service) => service.code));

/** Whether a resource asks for a second opinion: by a code of the services' system, even one that is not known. */
export function isSecondOpinionRequest(resource: Resource): boolean {
  return resource.resourceType === 'ServiceRequest' && codesIn(resource.code, SERVICE_SYSTEM).length > 0;
}

/** Not yet sent: from these a request can become active for the first time. */
const UNSENT: ReadonlySet<unknown> = new Set(['draft', 'on-hold', 'unknown']);

/** Whether this write sends a second-opinion request: created active, or made active from a draft. */
export function opensCase(before: Resource | undefined, after: Resource): boolean {
  if (!isSecondOpinionRequest(after) || after.status !== 'active') return false;
  return before === undefined || !isSecondOpinionRequest(before) || UNSENT.has(before.status);
}

/**
 * The placer's identifiers: those of type PLAC; if nothing is typed PLAC, a sole identifier without type is taken as
 * it, because a single number that a hospital puts on its own order can hardly be anything else.
 */
export function placerIdentifiers(request: Resource): Node[] {
  const identifiers = nodes(request.identifier);
  const typed = identifiers.filter((one) => codesIn(one.type, IDENTIFIER_TYPE_SYSTEM).includes('PLAC'));
  if (typed.length > 0) return typed;
  const others = identifiers.filter((one) => !codesIn(one.type, IDENTIFIER_TYPE_SYSTEM).includes('FILL'));
  return others.length === 1 && others[0]?.type === undefined ? others : [];
}

/** What stands against working on a sent request: empty when nothing does. */
export function intakeIssues(request: Resource, programme: string): Issue[] {
  return INTAKE_RULES.flatMap((rule) => rule(request, programme) ?? []);
}

type IntakeRule = (request: Resource, programme: string) => Issue | undefined;

const INTAKE_RULES: readonly IntakeRule[] = [
  function isNoEmergency(request) {
    if (request.priority !== 'stat') return undefined;
    return refusal(
      'business-rule',
      'emergency',
      'A second opinion is not an emergency service and this request (priority stat) is not accepted. An emergency ' +
        'needs local emergency care now: call the local emergency number or go to the nearest emergency department.',
      'ServiceRequest.priority',
    );
  },
  function asksForKnownService(request) {
    const codes = codesIn(request.code, SERVICE_SYSTEM);
    if (codes.length === 1 && SERVICE_CODES.has(codes[0]!)) return undefined;
    return refusal(
      'value',
      'unknown-service',
      `A sent request asks for one service. The codes of ${SERVICE_SYSTEM} are ${[...SERVICE_CODES].join(', ')}.`,
      'ServiceRequest.code',
    );
  },
  function isNoMereAddition(request) {
    const [code] = codesIn(request.code, SERVICE_SYSTEM);
    const service = SERVICES.find((one) => one.code === code);
    if (service === undefined || service.alone || referencesOf(request.basedOn).length > 0) return undefined;
    return refusal(
      'business-rule',
      'service-not-alone',
      `${service.display} comes in addition to another service: name the request for that in basedOn.`,
      'ServiceRequest.basedOn',
    );
  },
  function isNotBasedOnItself(request) {
    if (!referencesOf(request.basedOn).includes(`ServiceRequest/${request.id ?? ''}`)) return undefined;
    return refusal(
      'business-rule',
      'based-on-itself',
      'A request is not based on itself: name the earlier one in basedOn, or leave it out.',
      'ServiceRequest.basedOn',
    );
  },
  function hasPlacerIdentifier(request) {
    const found = placerIdentifiers(request);
    if (found.length === 1 && text(found[0]?.value) !== undefined) return undefined;
    return refusal(
      found.length > 1 ? 'business-rule' : 'required',
      'placer-identifier',
      `A sent request carries the placer's own number exactly once: an identifier with a value and a type coded PLAC ` +
        `in ${IDENTIFIER_TYPE_SYSTEM}.`,
      'ServiceRequest.identifier',
    );
  },
  function hasSubject(request) {
    if (referencesOf(request.subject).some((reference) => reference.startsWith('Patient/'))) return undefined;
    const isUnresolved = nodes(request.subject).some((one) => text(one.reference)?.startsWith('urn:') === true);
    const how = isUnresolved
      ? 'No entry has the fullUrl that is named as its subject: give it to the entry of the Patient, in the same transaction, or name Patient/[id].'
      : 'subject.reference as Patient/[id].';
    return refusal('required', 'subject', `A sent request names its patient: ${how}`, 'ServiceRequest.subject');
  },
  function isOrder(request) {
    if (request.intent === 'order') return undefined;
    return refusal('business-rule', 'intent', 'A sent request has intent order.', 'ServiceRequest.intent');
  },
  function isForProgramme(request, programme) {
    // Without performer the server fills in the programme, see `keepRequest`.
    if (request.performer === undefined) return undefined;
    const performers = nodes(request.performer);
    if (performers.length === 1 && referencesOf(performers)[0] === `Organization/${programme}`) return undefined;
    return refusal(
      'business-rule',
      'performer',
      `A sent request has the programme as its only performer: Organization/${programme}.`,
      'ServiceRequest.performer',
    );
  },
];
