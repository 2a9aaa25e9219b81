import type { ExclusionCode, PacketItem } from './rules.ts';

/** What a packet can hold, as people are told it. */
export const PACKET_ITEMS: Readonly<Record<PacketItem, string>> = {
  imaging: 'imaging',
  'imaging-report': "the radiologist's report",
  'pathology-slides': 'pathology slides',
  'pathology-report': 'the pathology report',
  laboratory: 'laboratory results',
  'operative-report': 'operative reports',
  'medication-list': 'the medication list',
  allergies: 'allergies',
  'prior-treatment': 'a summary of prior treatment',
  'first-opinion': 'the first opinion',
  narrative: "the patient's narrative",
  questions: 'the questions',
  condition: 'the condition',
  consent: "the patient's consent",
};

/** What must not go through as usual, as people are told it. */
export const EXCLUSIONS: Readonly<Record<ExclusionCode, string>> = {
  emergency: 'an emergency',
  inpatient: 'a patient in hospital',
  'intensive-care': 'a patient in intensive care',
  'recent-treatment': 'surgery or treatment',
  'low-yield-specialty': 'a specialty where first diagnoses are usually right',
  'surgery-candidate': 'a patient who may need surgery',
};

/** Keys of a table whose type has them all. */
export function keysOf<K extends string>(table: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(table) as K[];
}
