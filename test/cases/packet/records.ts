import { NO_RULES } from '../../../src/cases/programme/no-rules.ts';
import type { PacketItem, PacketRule, ProgrammeRules } from '../../../src/cases/programme/rules.ts';
import type { Resource } from '../../../src/fhir/index.ts';

export const SENT = '2026-03-04T09:00:00.000Z';
export const LOINC = 'http://loinc.org';
export const SNOMED = 'http://snomed.info/sct';
export const KIND = 'https://consilium.example/fhir/CodeSystem/packet-document-kind';
export const V2_0074 = 'http://terminology.hl7.org/CodeSystem/v2-0074';
const PURPOSE = 'https://consilium.example/fhir/CodeSystem/consent-purpose';
const EMPTY_REASON = 'http://terminology.hl7.org/CodeSystem/list-empty-reason';

export const SUBJECT = { reference: 'Patient/p1' };

export function concept(system: string, ...codes: readonly string[]): object {
  return { coding: codes.map((code) => ({ system, code })) };
}

export function record(resourceType: string, id: string, more: object = {}): Resource {
  return { resourceType, id, subject: SUBJECT, ...more };
}

export function refOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id ?? ''}`;
}

/** A request that names these records. */
export function requestFor(records: readonly Resource[], more: object = {}): Resource {
  return {
    resourceType: 'ServiceRequest',
    id: 'r1',
    status: 'active',
    intent: 'order',
    code: concept('https://consilium.example/fhir/CodeSystem/second-opinion-service', 'comprehensive-opinion'),
    subject: SUBJECT,
    supportingInfo: records.map((one) => ({ reference: refOf(one) })),
    ...more,
  };
}

export function document(kind: string, more: object = {}): Resource {
  return record('DocumentReference', `doc-${kind}`, {
    status: 'current',
    category: [concept(KIND, kind)],
    content: [{ attachment: { contentType: 'application/pdf', url: 'Binary/b1', language: 'en' } }],
    ...more,
  });
}

export function emptyList(system: string, code: string, reason: string): Resource {
  return record('List', `none-${code}`, {
    status: 'current',
    mode: 'snapshot',
    code: concept(system, code),
    emptyReason: concept(EMPTY_REASON, reason),
  });
}

export function form(answers: Readonly<Record<string, readonly object[]>>, more: object = {}): Resource {
  return record('QuestionnaireResponse', 'form', {
    status: 'completed',
    questionnaire: 'https://consilium.example/fhir/Questionnaire/narrative-and-questions|0.1.0',
    item: Object.entries(answers).map(([linkId, answer]) => ({ linkId, answer })),
    ...more,
  });
}

export function consent(more: object = {}): Resource {
  return {
    resourceType: 'Consent',
    id: 'consent',
    status: 'active',
    scope: concept('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
    category: [concept(PURPOSE, 'cross-border-opinion')],
    patient: SUBJECT,
    policyRule: { text: 'Consent form' },
    ...more,
  };
}

export function rulesWith(changes: Partial<ProgrammeRules>): ProgrammeRules {
  return { ...NO_RULES, programme: 'prog', title: 'Programme', ...changes };
}

export function wants(item: PacketItem, level: PacketRule['level'], more: Partial<PacketRule> = {}): ProgrammeRules {
  return rulesWith({ packet: [{ item, level, ...more }] });
}
