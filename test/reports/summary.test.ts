import { describe, expect, test } from '@jest/globals';
import { parseStored } from '../../src/fhir/index.ts';
import type { Resource } from '../../src/fhir/index.ts';
import { composeSummary } from '../../src/reports/summary/compose.ts';
import type { SummaryInput, SummarySource } from '../../src/reports/summary/compose.ts';
import { validate } from '../profiles/validator.ts';
import type { Json } from '../support/house.ts';

/** https://hl7.org/fhir/uv/ips/STU2/StructureDefinition-Composition-uv-ips.html */

const BASE = 'https://gateway.example/fhir';
const subject = { reference: 'Patient/p' };
const active = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] };
const resolved = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'resolved' }] };
const refuted = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-ver-status', code: 'refuted' }] };
const category = (code: string) => [
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] },
];

/** All of one type that a reader sees. */
const all = (...records: object[]): SummarySource => ({ records: records as Resource[], access: 'all' });

function compose(sources: Readonly<Record<string, SummarySource>>, more: Partial<SummaryInput> = {}): Json {
  return composeSummary({
    base: BASE,
    language: 'en',
    at: '2026-03-04T05:06:07Z',
    ids: {
      document: '11111111-1111-4111-8111-111111111111',
      composition: '22222222-2222-4222-8222-222222222222',
      device: '33333333-3333-4333-8333-333333333333',
    },
    author: 'Consilium',
    patient: { resourceType: 'Patient', id: 'p', name: [{ text: 'Invented Person' }], birthDate: '1970-01-02' },
    sources: new Map(Object.entries(sources)),
    named: new Map(),
    ...more,
  });
}

const sectionsOf = (bundle: Json): Json[] => bundle.entry[0].resource.section;
const sectionOf = (bundle: Json, code: string): Json =>
  sectionsOf(bundle).find((section: Json) => section.code.coding[0].code === code);
/** The cells of a section's table, line by line. */
const linesOf = (section: Json): string[] =>
  [...String(section.text.div).matchAll(/<tr>(<td>.*?)<\/tr>/g)].map(([, line = '']) =>
    line
      .split('</td>')
      .slice(0, 3)
      .map((cell) => cell.replace('<td>', ''))
      .join(' | '),
  );

const CONDITION = { resourceType: 'Condition', subject, code: { text: 'Invented disease' } };
const FULL: Readonly<Record<string, SummarySource>> = {
  AllergyIntolerance: all({
    resourceType: 'AllergyIntolerance',
    id: 'a1',
    patient: subject,
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }],
    },
    code: { text: 'Penicillin' },
    criticality: 'high',
    recordedDate: '2020-01-01',
    reaction: [{ manifestation: [{ text: 'Rash' }] }],
  }),
  CarePlan: all(
    {
      resourceType: 'CarePlan',
      id: 'cp1',
      status: 'active',
      intent: 'proposal',
      subject,
      description: 'Surgery first',
    },
    { resourceType: 'CarePlan', id: 'cp2', status: 'draft', intent: 'proposal', subject, description: 'Not decided' },
  ),
  Condition: all(
    { ...CONDITION, id: 'c1', clinicalStatus: active, onsetDateTime: '2025-05-01' },
    { ...CONDITION, id: 'c2', clinicalStatus: resolved, onsetDateTime: '2001' },
    { ...CONDITION, id: 'c3', verificationStatus: refuted },
  ),
  DeviceUseStatement: all({
    resourceType: 'DeviceUseStatement',
    id: 'u1',
    status: 'active',
    subject,
    device: { reference: 'Device/d1' },
  }),
  DiagnosticReport: all({
    resourceType: 'DiagnosticReport',
    id: 'r1',
    status: 'final',
    subject,
    code: { text: 'CT of the chest' },
    issued: '2026-02-01T00:00:00Z',
    conclusion: 'A nodule',
  }),
  Flag: all({ resourceType: 'Flag', id: 'f1', status: 'active', code: { text: 'Falls easily' }, subject }),
  Immunization: all({
    resourceType: 'Immunization',
    id: 'i1',
    status: 'completed',
    vaccineCode: { text: 'Tetanus' },
    patient: subject,
    occurrenceDateTime: '2019-07-01',
  }),
  MedicationRequest: all(
    {
      resourceType: 'MedicationRequest',
      id: 'm2',
      status: 'active',
      intent: 'order',
      subject,
      medicationReference: { reference: 'Medication/x' },
      authoredOn: '2026-01-01',
      dosageInstruction: [{ text: '80 mg once a day' }],
    },
    {
      resourceType: 'MedicationRequest',
      id: 'm3',
      status: 'active',
      intent: 'proposal',
      subject,
      medicationCodeableConcept: { text: 'Only proposed' },
    },
  ),
  Observation: all(
    parseStored(
      JSON.stringify({
        resourceType: 'Observation',
        id: 'o1',
        status: 'final',
        subject,
        code: { text: 'Haemoglobin' },
        effectiveDateTime: '2026-01-05T08:00:00Z',
        valueQuantity: { value: 0, unit: 'g/dL', comparator: '<' },
      }).replace('"value":0', '"value":11.80'),
    ),
    {
      resourceType: 'Observation',
      id: 'o2',
      status: 'final',
      subject,
      code: { text: 'Blood pressure' },
      category: category('vital-signs'),
      component: [
        { code: { text: 'Systolic' }, valueQuantity: { value: 120, unit: 'mmHg' } },
        { code: { text: 'Diastolic' }, valueQuantity: { value: 80, unit: 'mmHg' } },
      ],
    },
    {
      resourceType: 'Observation',
      id: 'o3',
      status: 'final',
      subject,
      code: { text: 'Smoker' },
      category: category('social-history'),
      valueBoolean: false,
    },
    {
      resourceType: 'Observation',
      id: 'o4',
      status: 'final',
      subject,
      code: {
        coding: [{ system: 'https://consilium.example/fhir/CodeSystem/opinion-observation', code: 'concordance' }],
      },
    },
    { resourceType: 'Observation', id: 'o5', status: 'entered-in-error', subject, code: { text: 'Wrong' } },
  ),
  Procedure: all({
    resourceType: 'Procedure',
    id: 'x1',
    status: 'completed',
    subject,
    code: { text: 'Biopsy' },
    performedDateTime: '2025-06',
  }),
};
const NAMED = new Map<string, Resource>([
  ['Device/d1', { resourceType: 'Device', id: 'd1', deviceName: [{ name: 'Pacemaker', type: 'user-friendly-name' }] }],
  ['Medication/x', { resourceType: 'Medication', id: 'x', code: { text: 'Osimertinib' } }],
]);

describe('a summary', () => {
  const bundle = compose(FULL, { named: NAMED });

  test('is a valid document that claims the profiles of IPS', () => {
    expect(validate(bundle, { type: 'Bundle' }).filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(bundle).toMatchObject({
      type: 'document',
      identifier: { system: 'urn:ietf:rfc:3986', value: 'urn:uuid:11111111-1111-4111-8111-111111111111' },
      timestamp: '2026-03-04T05:06:07Z',
      meta: { profile: ['http://hl7.org/fhir/uv/ips/StructureDefinition/Bundle-uv-ips'] },
    });
    const [composition, ...others] = bundle.entry.map(({ resource }: Json) => resource);
    expect(composition).toMatchObject({
      resourceType: 'Composition',
      status: 'final',
      type: { coding: [{ system: 'http://loinc.org', code: '60591-5' }] },
      subject: { reference: `${BASE}/Patient/p` },
      title: 'International Patient Summary',
    });
    expect(others.filter(({ resourceType }: Json) => resourceType === 'Composition')).toEqual([]);
  });

  test('shows each record in its section, and none that is wrong, refuted, proposed or said of an opinion', () => {
    const shown = sectionsOf(bundle).map(
      ({ code, entry }: Json) =>
        `${code.coding[0].code} ${(entry ?? []).map(({ reference }: Json) => reference.slice(BASE.length + 1)).join(' ')}`,
    );
    expect(shown).toEqual([
      '10160-0 MedicationRequest/m2',
      '48765-2 AllergyIntolerance/a1',
      '11450-4 Condition/c1',
      '11369-6 Immunization/i1',
      '47519-4 Procedure/x1',
      '46264-8 DeviceUseStatement/u1',
      '30954-2 DiagnosticReport/r1 Observation/o1',
      '8716-3 Observation/o2',
      '11348-0 Condition/c2',
      '29762-2 Observation/o3',
      '18776-5 CarePlan/cp1',
      '104605-1 Flag/f1',
    ]);
  });

  test('tells each record in a line: what, when, and the rest, numbers as they were written', () => {
    expect(sectionsOf(bundle).flatMap(linesOf)).toEqual([
      'Osimertinib | 2026-01-01 | active; 80 mg once a day',
      'Penicillin | 2020-01-01 | active; high; Rash',
      'Invented disease | 2025-05-01 | active',
      'Tetanus | 2019-07-01 | ',
      'Biopsy | 2025-06 | ',
      'Pacemaker |  | active',
      'CT of the chest | 2026-02-01 | A nodule',
      'Haemoglobin | 2026-01-05 | &lt; 11.80 g/dL',
      'Blood pressure |  | Systolic: 120 mmHg; Diastolic: 80 mmHg',
      'Invented disease | 2001 | resolved',
      'Smoker |  | No',
      'Surgery first |  | ',
      'Falls easily |  | ',
    ]);
  });

  test('holds all that it refers to, under the addresses by which it refers', () => {
    const urls: string[] = bundle.entry.map(({ fullUrl }: Json) => fullUrl);
    expect(new Set(urls).size).toBe(urls.length);
    const named = [...JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)].map(([, reference = '']) =>
      /^(urn:|https:)/.test(reference) ? reference : `${BASE}/${reference}`,
    );
    expect(named.filter((reference) => !urls.includes(reference))).toEqual([]);
    expect(bundle.entry.slice(0, 3).map(({ resource }: Json) => resource.resourceType)).toEqual([
      'Composition',
      'Patient',
      'Device',
    ]);
  });

  test('is the same whatever the order in which records were read', () => {
    const turned = Object.fromEntries(
      Object.entries(FULL)
        .toReversed()
        .map(([type, source]) => [type, { ...source, records: source.records.toReversed() }]),
    );
    expect(compose(turned, { named: NAMED })).toEqual(bundle);
  });
});

describe('where there is nothing', () => {
  test('the three required sections say so, the others are left out', () => {
    const bundle = compose({});
    expect(
      sectionsOf(bundle).map(({ code, emptyReason }: Json) => [code.coding[0].code, emptyReason.coding[0].code]),
    ).toEqual([
      ['10160-0', 'unavailable'],
      ['48765-2', 'unavailable'],
      ['11450-4', 'unavailable'],
    ]);
    expect(validate(bundle, { type: 'Bundle' }).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('what may not be read is withheld, not absent; what may be read in part says so', () => {
    const bundle = compose({
      AllergyIntolerance: { records: [], access: 'none' },
      Observation: { records: FULL['Observation']!.records, access: 'some' },
      Flag: { records: [], access: 'none' },
      Immunization: { records: [], access: 'some' },
    });
    expect(sectionOf(bundle, '48765-2').emptyReason.coding[0].code).toBe('withheld');
    expect(sectionOf(bundle, '104605-1').emptyReason.coding[0].code).toBe('withheld');
    expect(sectionOf(bundle, '11369-6').emptyReason.coding[0].code).toBe('withheld');
    expect(sectionOf(bundle, '8716-3').entry).toHaveLength(1);
    expect(sectionOf(bundle, '8716-3').text.div).toContain('Only a part of this information');
  });

  test('a patient without name and date of birth is told to be so', () => {
    const bundle = compose({}, { patient: { resourceType: 'Patient', id: 'p' } });
    const unknown = { extension: [{ url: expect.stringMatching(/data-absent-reason$/), valueCode: 'unknown' }] };
    expect(bundle.entry[1].resource).toMatchObject({ name: [{ _text: unknown }], _birthDate: unknown });
    expect(validate(bundle, { type: 'Bundle' }).filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

test('more than a section holds: the latest stay, and it is said', () => {
  const many = Array.from({ length: 120 }, (_, n) => ({
    resourceType: 'Observation',
    id: `o${n}`,
    status: 'final',
    subject,
    code: { text: `Value ${n}` },
    effectiveDateTime: new Date(Date.UTC(2026, 0, 1 + n)).toISOString(),
  }));
  const results = sectionOf(compose({ Observation: all(...many) }), '30954-2');
  expect(results.entry).toHaveLength(100);
  expect(results.entry[0].reference).toBe(`${BASE}/Observation/o119`);
  expect(results.text.div).toContain('The latest 100 entries.');
});

test.each([
  ['vi', 'vi', 'Dị ứng và không dung nạp'],
  ['zh', 'zh', '过敏与不耐受'],
  ['fr', 'en', 'Allergies and intolerances'],
])('asked in %s it is told in %s', (asked, told, title) => {
  const bundle = compose({}, { language: asked });
  expect(bundle.entry[0].resource.language).toBe(told);
  expect(sectionOf(bundle, '48765-2')).toMatchObject({
    title,
    text: { div: expect.stringContaining(`lang="${told}"`) },
  });
});

test("others' texts stay texts", () => {
  const hostile = `"><script>alert(1)</script>&amp;\u0000\u0007\uD800]]>`;
  const bundle = compose({ Condition: all({ ...CONDITION, id: 'c', code: { text: hostile } }) });
  expect(sectionOf(bundle, '11450-4').text.div).toContain(
    '<td>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;\uFFFD\uFFFD\uFFFD]]&gt;</td>',
  );
});
