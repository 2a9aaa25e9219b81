import { expect, test } from '@jest/globals';
import { exclusionsOf } from '../../../src/cases/exclusions/exclusions.ts';
import type { ExclusionRule } from '../../../src/cases/programme/rules.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { concept, record, requestFor, rulesWith, SNOMED } from '../packet/records.ts';

/** Conditions that count as low yield beside the specialties, as strokes do. */
const ICD10 = 'http://hl7.org/fhir/sid/icd-10';
const ICD10_CM = 'http://hl7.org/fhir/sid/icd-10-cm';
const RULE: ExclusionRule = {
  code: 'low-yield-specialty',
  action: 'caution',
  override: 'nobody',
  conditions: [
    { system: 'icd-10', codes: 'I60-I64' },
    { system: 'snomed', codes: '230690007' },
  ],
};
const because = (code: unknown): [Resource[], object] => [
  [record('Condition', 'c1', { code })],
  { reasonReference: [{ reference: 'Condition/c1' }] },
];

test.each<[string, [Resource[], object], string | undefined]>([
  ['a reason within the range', because(concept(ICD10, 'I63.9')), 'Condition/c1'],
  ['the last of the range', because(concept(ICD10_CM, 'I64')), 'Condition/c1'],
  ['a reason of SNOMED CT', because(concept(SNOMED, '230690007')), 'Condition/c1'],
  ['a code of the request itself', [[], { reasonCode: [concept(ICD10, 'I61.0')] }], 'ServiceRequest/r1'],
  ['a reason beside the range', because(concept(ICD10, 'I65.2')), undefined],
  ['another condition of SNOMED CT', because(concept(SNOMED, '254837009')), undefined],
  ['the code of another system', because(concept('https://other.example', 'I63.9')), undefined],
  ['a Condition that is no reason', [[record('Condition', 'c2', { code: concept(ICD10, 'I63.9') })], {}], undefined],
])('%s', (_name, [records, more], told) => {
  const found = exclusionsOf(
    rulesWith({ exclusions: [RULE] }),
    requestFor([], more),
    records,
    '2026-03-29T09:00:00.000Z',
  );
  expect(found.map((finding) => finding.told)).toEqual(told === undefined ? [] : [told]);
});
