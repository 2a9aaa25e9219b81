import { describe, expect, it, test } from '@jest/globals';
import { readFirstStatements } from '../../../src/cases/report/first-opinion.ts';
import type { Said } from '../../../src/cases/report/first-opinion.ts';
import { REPORT_COMPOSITION } from '../../../src/cases/report/composition.ts';
import { readSecondStatements } from '../../../src/cases/report/second-opinion.ts';
import { proposeDifferences } from '../../../src/cases/report/propose-differences.ts';
import { tellStatement } from '../../../src/cases/report/statement.ts';
import type { Resource } from '../../../src/fhir/index.ts';
import { request } from '../samples.ts';

const ICD = 'http://hl7.org/fhir/sid/icd-10';
const concept = (code: string, text = code) => ({ coding: [{ system: ICD, code }], text });
const kind = (code: string) => [
  { coding: [{ system: 'https://consilium.example/fhir/CodeSystem/packet-document-kind', code }] },
];
const condition = (id: string, code: string, more: object = {}): Resource => ({
  resourceType: 'Condition',
  id,
  code: concept(code),
  ...more,
});
const letter: Resource = {
  resourceType: 'DocumentReference',
  id: 'letter',
  status: 'current',
  category: kind('first-opinion'),
  description: 'Chemotherapy first',
};

/** `treatment: words (Type/id)` of each. */
const told = (packet: readonly Resource[], changes: Record<string, unknown> = {}) =>
  readFirstStatements(request(changes), packet).said.map(
    ({ aspect, statement, record }) => `${aspect}: ${tellStatement(statement) ?? ''} (${record ?? 'request'})`,
  );

describe('the first opinion in a packet', () => {
  it('has the conditions of the request, and those alone', () => {
    const packet = [condition('c1', 'C34.1'), condition('c2', 'I10')];
    expect(told(packet, { reasonReference: [{ reference: 'Condition/c1' }] })).toEqual([
      'diagnosis: C34.1 (Condition/c1)',
    ]);
    expect(told(packet)).toEqual(['diagnosis: C34.1 (Condition/c1)', 'diagnosis: I10 (Condition/c2)']);
    expect(told([], { reasonCode: [concept('C34.9')] })).toEqual(['diagnosis: C34.9 (request)']);
  });

  it('has nothing that is refuted', () => {
    const refuted = { verificationStatus: { coding: [{ system: 'x', code: 'refuted' }] } };
    expect(told([condition('c1', 'C34.1', refuted)])).toEqual([]);
  });

  it('has the stages, in the condition or as a record of their own', () => {
    const staged = condition('c1', 'C34.1', { stage: [{ summary: { text: 'IIIA' } }] });
    const group = (more: object): Resource => ({
      resourceType: 'Observation',
      id: 'o1',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '21908-9' }] },
      ...more,
    });
    expect(told([staged, group({ valueString: 'IIIB' })])).toEqual([
      'diagnosis: C34.1 (Condition/c1)',
      'stage: IIIA (Condition/c1)',
      'stage: IIIB (Observation/o1)',
    ]);
    expect(told([group({ valueCodeableConcept: { text: 'IV' } })])).toEqual(['stage: IV (Observation/o1)']);
    expect(told([group({ valueString: 'IV', status: 'cancelled' })])).toEqual([]);
  });

  test.each<[string, Resource, string[]]>([
    [
      'the activities of a plan that are still to come',
      {
        resourceType: 'CarePlan',
        id: 'p',
        status: 'active',
        activity: [
          { detail: { status: 'not-started', code: { text: 'Lobectomy' } } },
          { detail: { status: 'not-started', description: 'Radiotherapy' } },
          { detail: { status: 'completed', description: 'Biopsy' } },
          { reference: { reference: 'MedicationRequest/m' } },
        ],
      },
      ['treatment: Lobectomy (CarePlan/p)', 'treatment: Radiotherapy (CarePlan/p)'],
    ],
    [
      'a plan in words',
      { resourceType: 'CarePlan', id: 'p', status: 'draft', title: 'Plan', description: 'Watch and wait' },
      ['treatment: Watch and wait (CarePlan/p)'],
    ],
    ['a plan that was given up', { resourceType: 'CarePlan', id: 'p', status: 'revoked', title: 'Plan' }, []],
    [
      'a drug that is to be given',
      {
        resourceType: 'MedicationRequest',
        id: 'm',
        status: 'active',
        intent: 'plan',
        medicationCodeableConcept: { text: 'Osimertinib' },
      },
      ['treatment: Osimertinib (MedicationRequest/m)'],
    ],
    [
      'and none that is being taken',
      {
        resourceType: 'MedicationRequest',
        id: 'm',
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: { text: 'Metformin' },
      },
      [],
    ],
    [
      'an operation that is prepared',
      { resourceType: 'Procedure', id: 'q', status: 'preparation', code: { text: 'Lobectomy' } },
      ['treatment: Lobectomy (Procedure/q)'],
    ],
    [
      'and none that was done',
      { resourceType: 'Procedure', id: 'q', status: 'completed', code: { text: 'Biopsy' } },
      [],
    ],
    [
      'an order that is proposed',
      { resourceType: 'ServiceRequest', id: 's', status: 'draft', intent: 'proposal', code: { text: 'Radiotherapy' } },
      ['treatment: Radiotherapy (ServiceRequest/s)'],
    ],
  ])('has as its plan %s', (_what, record, expected) => {
    expect(told([record])).toEqual(expected);
  });

  it('has the letter as its plan where nothing else says one, and always names it', () => {
    expect(told([letter])).toEqual(['treatment: Chemotherapy first (DocumentReference/letter)']);
    const planned: Resource = {
      resourceType: 'Procedure',
      id: 'q',
      status: 'preparation',
      code: { text: 'Lobectomy' },
    };
    expect(told([letter, planned])).toEqual(['treatment: Lobectomy (Procedure/q)']);
    expect(readFirstStatements(request(), [letter, planned]).document).toBe('DocumentReference/letter');
    expect(readFirstStatements(request(), [planned]).document).toBeUndefined();
  });
});

describe('the second opinion so far', () => {
  const on = { basedOn: [{ reference: 'ServiceRequest/r1' }] };
  const composed: Resource = {
    resourceType: 'DiagnosticReport',
    id: 'draft',
    status: 'preliminary',
    ...on,
    extension: [{ url: REPORT_COMPOSITION, valueReference: { reference: 'Composition/c' } }],
  };
  const composition: Resource = {
    resourceType: 'Composition',
    id: 'c',
    section: [
      {
        entry: ['Condition/new', 'Condition/sent', 'CarePlan/plan', 'CarePlan/begun'].map((reference) => ({
          reference,
        })),
      },
    ],
  };
  const plan = (id: string, status: string): Resource => ({
    resourceType: 'CarePlan',
    id,
    status,
    activity: [{ detail: { status: 'not-started', description: `Plan ${id}` } }],
  });
  const read = (...members: Resource[]) =>
    readSecondStatements(request({ supportingInfo: [{ reference: 'Condition/sent' }] }), members)?.map(
      ({ aspect, statement, record }) => `${aspect}: ${tellStatement(statement) ?? ''} (${record ?? ''})`,
    );

  it('is what reports conclude in codes, each once', () => {
    const concluded = (id: string, more: object = {}): Resource => ({
      resourceType: 'DiagnosticReport',
      id,
      status: 'final',
      conclusionCode: [concept('C34.1')],
      ...on,
      ...more,
    });
    expect(read(concluded('d1'), concluded('d2'))).toEqual(['diagnosis: C34.1 (DiagnosticReport/d1)']);
    expect(read(concluded('d1', { status: 'entered-in-error' }))).toBeUndefined();
    expect(read(concluded('d1', { basedOn: [{ reference: 'ServiceRequest/r2' }] }))).toBeUndefined();
  });

  it('and what their sections name, but nothing of the packet and no draft of a plan', () => {
    const members = [
      condition('new', 'C34.3'),
      condition('sent', 'C34.1'),
      plan('plan', 'active'),
      plan('begun', 'draft'),
    ];
    expect(read(composed, composition, ...members)).toEqual([
      'diagnosis: C34.3 (Condition/new)',
      'treatment: Plan plan (CarePlan/plan)',
    ]);
    expect(read(composed, composition)).toBeUndefined();
  });
});

const diagnosis = (code: string, record: string): Said => ({
  aspect: 'diagnosis',
  statement: { valueCodeableConcept: concept(code) },
  record,
});
const treatment = (valueString: string): Said => ({ aspect: 'treatment', statement: { valueString } });

describe('proposed differences', () => {
  const lines = (first: Said[], second: Said[] | undefined) =>
    proposeDifferences(first, second).map(
      ({ aspect, code, first: one, second: other }) =>
        `${aspect} ${code}: ${one === undefined ? '–' : tellStatement(one)} / ${other === undefined ? '–' : tellStatement(other)}`,
    );

  test.each<[string, Said[], Said[] | undefined, string[]]>([
    ['nothing to compare with yet', [diagnosis('A', 'x')], undefined, ['diagnosis undetermined: A / –']],
    ['the same code', [diagnosis('A', 'x')], [diagnosis('A', 'y')], ['diagnosis confirmed: A / A']],
    ['another code', [diagnosis('A', 'x')], [diagnosis('B', 'y')], ['diagnosis revised: A / B']],
    [
      'one more',
      [diagnosis('A', 'x')],
      [diagnosis('A', 'y'), diagnosis('B', 'y')],
      ['diagnosis confirmed: A / A', 'diagnosis added: – / B'],
    ],
    [
      'one less',
      [diagnosis('A', 'x'), diagnosis('B', 'x')],
      [diagnosis('B', 'y')],
      ['diagnosis confirmed: B / B', 'diagnosis removed: A / –'],
    ],
    [
      'several others',
      [diagnosis('A', 'x')],
      [diagnosis('B', 'y'), diagnosis('C', 'y')],
      ['diagnosis removed: A / –', 'diagnosis added: – / B', 'diagnosis added: – / C'],
    ],
    [
      'the same words',
      [treatment('Watch  and wait')],
      [treatment('watch and wait')],
      ['treatment confirmed: Watch  and wait / watch and wait'],
    ],
    [
      'other words, which may mean the same',
      [treatment('Surgery')],
      [treatment('Resection')],
      ['treatment undetermined: Surgery / Resection'],
    ],
    [
      'words beside codes',
      [diagnosis('A', 'x'), treatment('Surgery')],
      [treatment('Resection'), treatment('Radiotherapy')],
      [
        'diagnosis undetermined: A / –',
        'treatment undetermined: Surgery / –',
        'treatment undetermined: – / Resection',
        'treatment undetermined: – / Radiotherapy',
      ],
    ],
    ['nothing on either side', [], [], []],
  ])('%s', (_name, first, second, expected) => {
    expect(lines(first, second)).toEqual(expected);
  });

  it('name the records of both sides', () => {
    const [one] = proposeDifferences([diagnosis('A', 'Condition/x')], [diagnosis('B', 'Condition/y')]);
    expect(one?.records).toEqual(['Condition/x', 'Condition/y']);
  });
});
