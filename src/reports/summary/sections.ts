import type { Resource } from '../../fhir/index.ts';
import { CANONICAL } from '../../cases/index.ts';
import { node, nodes, text } from '../elements.ts';

/*
 * The sections of an International Patient Summary, and which records belong into each.
 * https://hl7.org/fhir/uv/ips/STU2/StructureDefinition-Composition-uv-ips.html
 */

export type SectionKey =
  | 'medications'
  | 'allergies'
  | 'problems'
  | 'immunizations'
  | 'procedures'
  | 'devices'
  | 'results'
  | 'vitalSigns'
  | 'pastProblems'
  | 'socialHistory'
  | 'plan'
  | 'alerts';

export interface SummarySection {
  readonly key: SectionKey;
  /** LOINC, with LOINC's own name for it. */
  readonly code: string;
  readonly display: string;
  readonly types: readonly string[];
  /** Stands in every summary, also where there is nothing in it. */
  readonly isRequired?: true;
  /** Records in it at most, the latest first. */
  readonly most: number;
  readonly keeps: (record: Resource) => boolean;
}

export const SECTIONS: readonly SummarySection[] = [
  {
    key: 'medications',
    code: '10160-0',
    display: 'History of Medication use Narrative',
    types: ['MedicationStatement', 'MedicationRequest'],
    isRequired: true,
    most: 200,
    keeps: isTaken,
  },
  {
    key: 'allergies',
    code: '48765-2',
    display: 'Allergies and adverse reactions Document',
    types: ['AllergyIntolerance'],
    isRequired: true,
    most: 200,
    keeps: (record) => isBelieved(record),
  },
  {
    key: 'problems',
    code: '11450-4',
    display: 'Problem list - Reported',
    types: ['Condition'],
    isRequired: true,
    most: 200,
    keeps: (record) => isBelieved(record) && !isOver(record),
  },
  {
    key: 'immunizations',
    code: '11369-6',
    display: 'History of Immunization Narrative',
    types: ['Immunization'],
    most: 200,
    keeps: ({ status }) => status === 'completed',
  },
  {
    key: 'procedures',
    code: '47519-4',
    display: 'History of Procedures Document',
    types: ['Procedure'],
    most: 200,
    keeps: ({ status }) => ['completed', 'in-progress', 'stopped', 'unknown'].includes(String(status)),
  },
  {
    key: 'devices',
    code: '46264-8',
    display: 'History of medical device use',
    types: ['DeviceUseStatement'],
    most: 100,
    keeps: ({ status }) => !['entered-in-error', 'intended'].includes(String(status)),
  },
  {
    key: 'results',
    code: '30954-2',
    display: 'Relevant diagnostic tests/laboratory data Narrative',
    types: ['DiagnosticReport', 'Observation'],
    most: 100,
    keeps: (record) => isKnown(record) && !isOpinion(record) && !isOf(record, 'vital-signs', 'social-history'),
  },
  {
    key: 'vitalSigns',
    code: '8716-3',
    display: 'Vital signs',
    types: ['Observation'],
    most: 50,
    keeps: (record) => isKnown(record) && isOf(record, 'vital-signs'),
  },
  {
    key: 'pastProblems',
    code: '11348-0',
    display: 'History of Past illness Narrative',
    types: ['Condition'],
    most: 200,
    keeps: (record) => isBelieved(record) && isOver(record),
  },
  {
    key: 'socialHistory',
    code: '29762-2',
    display: 'Social history Narrative',
    types: ['Observation'],
    most: 50,
    keeps: (record) => isKnown(record) && isOf(record, 'social-history'),
  },
  {
    key: 'plan',
    code: '18776-5',
    display: 'Plan of care note',
    types: ['CarePlan'],
    most: 50,
    keeps: ({ status }) => ['active', 'on-hold', 'completed', 'unknown'].includes(String(status)),
  },
  {
    key: 'alerts',
    code: '104605-1',
    display: 'Alert',
    types: ['Flag'],
    most: 50,
    keeps: ({ status }) => status === 'active',
  },
];

/** What the patient takes or is to take; what somebody only proposes is none of it. */
function isTaken({ resourceType, status, intent }: Resource): boolean {
  if (resourceType === 'MedicationStatement') {
    return ['active', 'intended', 'on-hold', 'unknown'].includes(String(status));
  }
  const isOrdered = !['proposal', 'plan', 'option'].includes(String(intent));
  return isOrdered && ['active', 'on-hold', 'unknown'].includes(String(status));
}

function isBelieved({ verificationStatus }: Resource): boolean {
  return !hasCode(verificationStatus, 'entered-in-error', 'refuted');
}

function isOver({ clinicalStatus }: Resource): boolean {
  return hasCode(clinicalStatus, 'inactive', 'resolved', 'remission');
}

function isKnown({ status }: Resource): boolean {
  return ['final', 'amended', 'corrected', 'appended', 'preliminary', 'partial'].includes(String(status));
}

/** What a second opinion says of a first one is no finding on the patient. */
function isOpinion({ code }: Resource): boolean {
  return nodes(node(code).coding).some(({ system }) => text(system)?.startsWith(`${CANONICAL}/`));
}

function isOf({ category }: Resource, ...codes: readonly string[]): boolean {
  return nodes(category).some((one) => hasCode(one, ...codes));
}

function hasCode(concept: unknown, ...codes: readonly string[]): boolean {
  return nodes(node(concept).coding).some(({ code }) => codes.includes(String(code)));
}
